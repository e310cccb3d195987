#include "gateway/ws/room.h"

#include <sys/utsname.h>

#include "gateway/ws/snapshot.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t presence_audience_max = 100;
constexpr Milliseconds presence_interval = std::chrono::seconds(1);

Presence::Host this_host(const std::string& version) {
    utsname names{};
    uname(&names);
    return {.name = names.nodename,
            .version = version,
            .platform = fmt::format("linux {}", names.release),
            .machine = names.machine};
}

net::Task<void> tell_presence(Room& room) {
    const bool in_time = co_await room.means.loop.sleep(presence_interval, room.means.life.ending);
    room.presence_announced = false;
    if (!in_time) co_return;
    const json::value version = room.state_version();
    const auto entries_for = [&room](const access::Principal& viewer) -> json::value {
        return json::object{{"presence", room.presence->entries(viewer, room.now())}};
    };
    room.hub->broadcast_within_limits("presence", entries_for(access::Doorman::this_process()), entries_for,
                                      access::Scope::read, Delivery::droppable, version);
}

net::Task<void> tell_health(Room& room) {
    const auto facts = co_await gather_health(room, room.means.serving.take());
    const auto part_for = [&facts](const access::Principal& viewer) -> json::value {
        return health_for(viewer, facts);
    };
    room.hub->broadcast_within_limits("health", part_for(access::Doorman::this_process()), part_for,
                                      access::Scope::read, Delivery::must_arrive, room.state_version());
}

// What let somebody in and doesn't any more.
std::string_view what_ended(access::Proof proof) {
    switch (proof) {
        case access::Proof::certificate:
            return "client certificate no longer counts";
        case access::Proof::named_key:
            return "key no longer counts";
        case access::Proof::device:
            return "device token no longer counts";
        case access::Proof::trusted_proxy:
        case access::Proof::tailscale:
            return "the word that let this client in no longer counts";
        case access::Proof::socket_owner:
        case access::Proof::token:
        case access::Proof::password:
        case access::Proof::none:
        case access::Proof::own_process:
            break;
    }
    return "gateway secret changed";
}

}  // namespace

Room::Room(Means given)
    : means(std::move(given)),
      hub(means.loop, means.clock, means.tasks, [&reloader = means.reloader] { reloader->glance(); }),
      feed(means.loop, means.clock, means.tasks, *hub, means.chat),
      presence(this_host(means.version)) {}

json::object Room::state_version() const {
    return {{"presence", presence->version()}, {"health", health_version}};
}

void Room::announce_health() {
    ++health_version;
    if (hub->size() > 0 && !means.life.stopping) means.tasks.spawn(tell_health(*this));
}

void Room::announce_presence() {
    if (presence_announced || means.life.stopping || hub->size() > presence_audience_max) return;
    means.tasks.spawn(tell_presence(*this));
    presence_announced = true;
}

void Room::close_who_stands_no_longer() {
    hub->revoke_where(
        [&](const Client& client) -> std::optional<std::string> {
            if (means.doorman.stands(client.principal())) return std::nullopt;
            return std::string(what_ended(client.principal().proof()));
        },
        1008);
}

}  // namespace openclaw::gateway
