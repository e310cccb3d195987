#include "gateway/ws/config_changes.h"

#include <sodium.h>

namespace openclaw::gateway {

ConfigRevisions::ConfigRevisions() {
    randombytes_buf(key_.data(), key_.size());
}

std::string ConfigRevisions::of(const config::Config& config) const {
    static_assert(crypto_auth_hmacsha256_KEYBYTES == 32);
    const auto& digest = config.digest();
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256(mac.data(), reinterpret_cast<const unsigned char*>(digest.data()), digest.size(),
                           key_.data());
    constexpr int form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::array<char, sodium_base64_ENCODED_LEN(crypto_auth_hmacsha256_BYTES, form)> text{};
    sodium_bin2base64(text.data(), text.size(), mac.data(), mac.size(), form);
    return std::string("hmac-sha256:v1:") + text.data();
}

std::optional<Milliseconds> ChangeBudget::take(Time now) {
    while (!taken_.empty() && now - taken_.front() >= window) taken_.pop_front();
    if (taken_.size() >= changes_max) return std::chrono::ceil<Milliseconds>(window - (now - taken_.front()));
    taken_.push_back(now);
    return std::nullopt;
}

}  // namespace openclaw::gateway
