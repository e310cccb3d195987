#pragma once

#include <memory>
#include <string_view>

#include "net/websocket/websocket.h"
#include "net/websocket/websocket_codec.h"

namespace openclaw::net {

// A websocket on a stream whose upgrade is done; `early` is what came behind the handshake.
std::unique_ptr<WebSocket> make_websocket(Loop& loop, std::unique_ptr<Stream> stream, WebSocketRole role,
                                          WebSocketLimits limits, std::string_view early);

}  // namespace openclaw::net
