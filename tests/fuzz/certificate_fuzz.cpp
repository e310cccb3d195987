// Whatever a certificate's file holds, it is read whole or refused, and read the same way twice.
#include <cstdint>
#include <cstdlib>

#include "net/stream/tls_look.h"

namespace openclaw::net {
namespace {

constexpr std::size_t fingerprint_characters = 64;

void check(std::string_view pem) {
    const auto look = look_at_certificate(pem), again = look_at_certificate(pem);
    if (look.has_value() != again.has_value()) std::abort();
    if (!look) {
        if (look.error().message.empty()) std::abort();
        return;
    }
    if (look->fingerprint.size() != fingerprint_characters || look->fingerprint != again->fingerprint)
        std::abort();
    if (look->ends != again->ends) std::abort();
}

}  // namespace
}  // namespace openclaw::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    openclaw::net::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
