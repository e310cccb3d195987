#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace openclaw::platform {

// A process, as far as it may be named: its arguments may hold secrets, and are nobody's to show.
struct ProcessName {
    int id = 0;
    std::string program;  // as the kernel knows it, at most 15 bytes
    bool operator==(const ProcessName&) const = default;
};

// The process that holds a socket, by the number that the kernel's lists give it. Nothing where it is
// another user's, whose descriptors aren't shown to us. Reads /proc at each call.
std::optional<ProcessName> find_socket_holder(std::uint64_t socket);

// What a user is called; nothing for one that the system doesn't know.
std::optional<std::string> find_user_name(std::uint32_t user);

}  // namespace openclaw::platform
