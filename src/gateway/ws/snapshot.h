#pragma once

#include "gateway/ws/connect.h"
#include "gateway/ws/room.h"

namespace openclaw::gateway {

// The state as `health` and hello-ok tell it, as far as somebody may know of it.
struct HealthFacts {
    struct Agent {
        config::AgentEntry agent;
        Result<std::vector<chat::SessionInfo>> sessions;  // all
    };
    ServingPointer serving;
    std::vector<Agent> agents;
    TimePoint at{};
    Milliseconds took{};
};
net::Task<HealthFacts> gather_health(Room& room, ServingPointer serving);
json::object health_for(const access::Principal& viewer, const HealthFacts& facts);
net::Task<json::object> health_snapshot(Room& room, ServingPointer serving, access::Principal viewer);
// Only what the client's scopes could ask for: the members that others have are there, and empty.
net::Task<json::object> hello_payload(Room& room, ServingPointer serving, std::shared_ptr<Client> client,
                                      std::string role);
json::object session_defaults(const config::Config& config, const access::Principal& viewer);

}  // namespace openclaw::gateway
