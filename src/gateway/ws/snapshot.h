#pragma once

#include "gateway/ws/connect.h"
#include "gateway/ws/room.h"

namespace openclaw::gateway {

// The state as `health` and hello-ok tell it.
net::Task<json::object> health_snapshot(Room& room, ServingPointer serving);
// Only what the client's scopes could ask for: the members that others have are there, and empty.
net::Task<json::object> hello_payload(Room& room, ServingPointer serving, std::shared_ptr<Client> client,
                                      std::string role);
json::object session_defaults(const config::Config& config);

}  // namespace openclaw::gateway
