#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the running gateway says about its lock (gateway.lock).
struct LockView {
    std::string mode, source, fingerprint;
    struct Earlier {
        std::string fingerprint;
        TimePoint ends;
    };
    std::optional<Earlier> earlier;
    Milliseconds up{};
    struct Caller {
        std::string principal, proof, address, client;
        TimePoint first, last;
        std::int64_t times = 0;
        bool by_earlier_token = false;
    };
    std::vector<Caller> callers;  // but for the owner on his socket; the last one first
};
LockView lock_view_of(const json::object& answer);

// Over the gateway's own socket; nothing when none runs here or it is of another version.
std::optional<LockView> ask_for_lock(Context& context);
// The running gateway lists the tries at its door no longer that called themselves so.
void forget_tries(Context& context, const std::string& name);

// A client whose certificate of our own authority counts, and when it was seen.
struct CertifiedClient {
    std::string id, name;
    TimePoint ends;
    std::optional<TimePoint> first, last;  // nothing: not yet
};
// By what the ledger and the file of sightings say, and a running gateway remembers.
Result<std::vector<CertifiedClient>> certified_clients(Context& context, const config::Config& config,
                                                       const std::optional<LockView>& live);

// A command line on this host: it gets in over the socket, whatever the lock is.
bool is_command_here(const LockView::Caller& caller);

// "192.168.1.50 (curl/7.88.1), 3 min ago"
std::string described(const LockView::Caller& caller, TimePoint now);

}  // namespace openclaw::cli
