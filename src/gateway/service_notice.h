#pragma once

#include <string>
#include <string_view>

namespace openclaw::gateway {

// Tells a supervisor how we are: one datagram to the socket that NOTIFY_SOCKET names (a path, or an abstract
// name after '@'). Nothing happens when it names none. Source: sd_notify(3).
void notify_service(std::string_view socket, std::string_view state);

}  // namespace openclaw::gateway
