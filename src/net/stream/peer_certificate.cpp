#include "net/stream/peer_certificate.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace openclaw::net {

std::string digest_of_chain(std::span<const std::string> chain) {
    std::string all;
    for (const auto& each : chain) all += fmt::format("{}:", each.size()) + each;
    return sha256(all);
}

}  // namespace openclaw::net
