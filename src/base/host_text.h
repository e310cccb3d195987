#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openclaw {

// A host as it stands before a port: an address of IPv6 in brackets.
std::string bracketed(std::string_view host);
// "nas.local:18789", "[::1]:18789"
std::string host_and_port(std::string_view host, std::uint16_t port);

}  // namespace openclaw
