#pragma once

#include "gateway/core.h"
#include "gateway/ws/connect.h"

namespace openclaw::gateway {

// The state as `health` and hello-ok tell it.
json::object health_snapshot(Core& core);
json::object hello_payload(Core& core, const Client& client, const ConnectRequest& request);
json::object session_defaults(const config::Config& config);

}  // namespace openclaw::gateway
