#pragma once

#include <string>

#include "access/devices/pairing_requests.h"
#include "access/doorman.h"
#include "access/journal/journal.h"
#include "chat/chat.h"
#include "credentials/credentials.h"
#include "gateway/serving/device_keeper.h"
#include "gateway/serving/lifetime.h"
#include "gateway/serving/reloader.h"
#include "gateway/serving/serving.h"
#include "gateway/ws/config_changes.h"
#include "gateway/ws/hub.h"
#include "gateway/ws/method.h"
#include "gateway/ws/presence.h"
#include "gateway/ws/run_feed.h"
#include "net/loop/loop_owned.h"

namespace openclaw::gateway {

// What websockets and their methods work with. Owned by the gateway, outlives every task; its own part is the
// loop's.
struct Room {
    // What the rest of the gateway lends.
    struct Means {
        net::Loop& loop;
        net::TaskGroup& tasks;
        platform::FileSystem& files;
        const Clock& clock;
        Log& log;
        const providers::Providers& providers;
        std::string fingerprint_key, version;
        const Lifetime& life;
        const ConfigWriterMaker& config_writer;
        const Swapped<Serving>& serving;
        access::Doorman& doorman;
        const access::Journal& journal;
        net::LoopOwned<access::TailnetWhois>& whois;
        net::LoopOwned<Reloader>& reloader;
        net::LoopOwned<DeviceKeeper>& devices;
        credentials::Credentials& credentials;
        chat::Chat& chat;
        usage::Usage& usage;
        Offer offer;
    };
    explicit Room(Means given);

    const Means means;
    net::LoopOwned<Hub> hub;
    net::LoopOwned<RunFeed> feed;
    net::LoopOwned<Presence> presence;
    net::LoopOwned<access::PairingRequests> pairing;
    const ConfigRevisions revisions;
    ChangeBudget changes;  // the loop's
    std::int64_t health_version = 1;
    bool presence_announced = false;  // a presence event is on its way

    TimePoint now() const { return means.clock.now(); }
    json::object state_version() const;

    // Something that `health` shows is different: clients are told, as the protocol has it.
    void announce_health();
    // Somebody has come or gone: told once a second at most, and not to a crowd, whose members can ask.
    void announce_presence();
    // Closes whoever came in by a proof that would let nobody in any more.
    void close_who_stands_no_longer();
};

}  // namespace openclaw::gateway
