#pragma once

#include <string>
#include <vector>

namespace openclaw::platform {

// What this machine is called; "" when it has no name.
std::string host_name();

struct InterfaceAddress {
    std::string interface;  // "eth0"
    std::string address;    // a literal
};
// Of all interfaces that are up.
std::vector<InterfaceAddress> interface_addresses();

}  // namespace openclaw::platform
