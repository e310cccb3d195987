#include "base/fingerprint.h"

#include <fmt/format.h>
#include <sodium.h>

namespace openclaw {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // sodium's view of text
}

SecretHash hashed(std::string_view text, const SecretHash* key) {
    SecretHash out{};
    crypto_generichash(out.data(), out.size(), bytes_of(text), text.size(), key ? key->data() : nullptr,
                       key ? key->size() : 0);
    return out;
}

}  // namespace

SecretHash hash_of(const Secret& secret, std::optional<std::string_view> key) {
    const auto short_key = hashed(key.value_or(""), nullptr);  // any length in, 32 bytes out
    return hashed(secret.reveal(), key ? &short_key : nullptr);
}

std::string fingerprint(const Secret& secret, std::string_view key) {
    const auto hash = hash_of(secret, key);
    return fmt::format("#{:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3]);
}

}  // namespace openclaw
