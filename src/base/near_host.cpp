#include "base/near_host.h"

#include <arpa/inet.h>

#include <array>
#include <optional>
#include <span>
#include <string>

namespace openclaw {
namespace {

using Bytes = std::array<unsigned char, 16>;

bool is_near_ipv4(std::span<const unsigned char> bytes) {
    const auto a = bytes[0], b = bytes[1];
    return a == 10 || a == 127 || (a == 172 && b >= 16 && b < 32) || (a == 192 && b == 168) ||
           (a == 169 && b == 254) || (a == 100 && b >= 64 && b < 128) ||
           (a == 0 && b == 0 && bytes[2] == 0 && bytes[3] == 0);
}

bool is_near_ipv6(const Bytes& bytes) {
    constexpr Bytes loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, any{};
    constexpr std::array<unsigned char, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (bytes == loopback || bytes == any) return true;
    const std::span<const unsigned char> all(bytes);
    if (std::ranges::equal(all.first(mapped.size()), mapped)) return is_near_ipv4(all.subspan(mapped.size()));
    return (bytes[0] & 0xfeU) == 0xfc || (bytes[0] == 0xfe && (bytes[1] & 0xc0U) == 0x80);
}

}  // namespace

bool is_near_host(std::string_view host) {
    const std::string text(host.substr(0, host.find('%')));  // a zone says which link, not how far
    Bytes bytes{};
    if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return is_near_ipv4(bytes);
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return is_near_ipv6(bytes);
    if (host.empty() || host.find(':') != host.npos) return false;
    if (host.ends_with('.')) host.remove_suffix(1);
    return host.find('.') == host.npos || host.ends_with(".localhost") || host.ends_with(".local") ||
           host.ends_with(".internal");
}

}  // namespace openclaw
