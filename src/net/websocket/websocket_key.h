#pragma once

#include <string>
#include <string_view>

#include "net/http/http.h"

namespace openclaw::net {

// The answer to a Sec-WebSocket-Key. Source: RFC 6455, section 4.2.2.
std::string websocket_accept(std::string_view key);
std::string new_websocket_key();
// Whether the request is a valid upgrade: GET, both Upgrade and Connection, version 13, a 16-byte key.
Result<void> check_upgrade(const Request& request);

}  // namespace openclaw::net
