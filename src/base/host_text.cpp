#include "base/host_text.h"

#include <fmt/format.h>

namespace openclaw {

std::string bracketed(std::string_view host) {
    return host.contains(':') ? fmt::format("[{}]", host) : std::string(host);
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
    return fmt::format("{}:{}", bracketed(host), port);
}

}  // namespace openclaw
