#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/socket_holder.h"

namespace openclaw::gateway {

// One who listens on a port of this host: whose program, and which where the kernel shows that to us.
struct PortListener {
    std::string address;  // with the port
    std::string user;     // the name, or the number
    std::optional<platform::ProcessName> process;
};

// Nothing where nobody does, or the kernel doesn't say.
std::vector<PortListener> listeners_of(std::uint16_t port);

// "python3 (pid 4711) of the user ann, on 127.0.0.1:18789"
std::string described(const PortListener& listener);
// All of them, or "another program listens there".
std::string described(const std::vector<PortListener>& listeners);

}  // namespace openclaw::gateway
