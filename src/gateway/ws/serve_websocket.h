#pragma once

#include "gateway/ws/room.h"
#include "net/server/http_server.h"

namespace openclaw::gateway {

// One websocket from its upgrade to its end: challenge, connect, requests. Until it has connected, it
// is a stranger: small messages, a place that a newcomer may need.
net::Task<void> serve_websocket(Room& room, net::Exchange& exchange, ServingPointer serving);

}  // namespace openclaw::gateway
