#include "base/fingerprint.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace openclaw {
namespace {

using Digest = std::array<unsigned char, crypto_generichash_BYTES>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // sodium's view of text
}

Digest digest(std::string_view text, const Digest* key) {
    Digest out{};
    crypto_generichash(out.data(), out.size(), bytes_of(text), text.size(), key ? key->data() : nullptr,
                       key ? key->size() : 0);
    return out;
}

}  // namespace

std::string fingerprint(const Secret& secret, std::string_view key) {
    const auto short_key = digest(key, nullptr);  // any length in, 32 bytes out
    const auto hash = digest(secret.reveal(), &short_key);
    return fmt::format("#{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]);
}

}  // namespace openclaw
