#pragma once

#include "gateway/ws/connect.h"
#include "gateway/ws/room.h"

namespace openclaw::gateway {

// The state as `health` and hello-ok tell it.
json::object health_snapshot(Room& room, const Serving& serving);
// Only what the client's scopes could ask for: the members that others have are there, and empty.
json::object hello_payload(Room& room, const Serving& serving, const Client& client,
                           const ConnectRequest& request);
json::object session_defaults(const config::Config& config);

}  // namespace openclaw::gateway
