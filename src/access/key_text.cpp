#include "access/key_text.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/random.h"

namespace openclaw::access {

namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t id_digits = 12, secret_digits = 40, check_digits = 6;
constexpr std::size_t payload_size = key_prefix.size() + id_digits + 1 + secret_digits;

bool is_written_in_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char sign) { return alphabet.contains(sign); });
}

// Five bits of each byte: all digits are equally likely.
std::string digits_of(std::string_view bytes) {
    std::string digits;
    for (const char byte : bytes) digits += alphabet[static_cast<unsigned char>(byte) & 31U];
    return digits;
}

std::string check_of(std::string_view payload) {
    std::array<char, crypto_generichash_BYTES> hash{};
    constexpr std::string_view purpose = "openclaw key checksum";
    crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(),
                       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size());
    return digits_of(std::string_view(hash.data(), check_digits));
}

}  // namespace

std::optional<OfferedKey> read_key(std::string_view text) {
    if (!text.starts_with(key_prefix)) return std::nullopt;
    if (text.size() != payload_size + check_digits) return OfferedKey{};
    const auto payload = text.substr(0, payload_size);
    const auto id = payload.substr(key_prefix.size(), id_digits);
    const bool sound = is_key_id(id) && payload[key_prefix.size() + id_digits] == '_' &&
                       is_written_in_digits(payload.substr(payload_size - secret_digits)) &&
                       equal_in_constant_time(check_of(payload), text.substr(payload_size));
    if (!sound) return OfferedKey{};
    return OfferedKey{.id = std::string(id), .digest = SecretDigest(Secret(payload))};
}

NewKeySecret new_key_secret(std::string_view id) {
    auto bytes = random_bytes(secret_digits);
    auto digits = digits_of(bytes);
    auto payload = fmt::format("{}{}_{}", key_prefix, id, digits);
    const auto check = check_of(payload);
    wipe(bytes);
    wipe(digits);
    const Secret kept(std::move(payload));
    return {.text = kept.followed_by(Secret(check)), .digest = SecretDigest(kept)};
}

std::string new_key_id() {
    return digits_of(random_bytes(id_digits));
}

bool is_key_id(std::string_view text) {
    return text.size() == id_digits && is_written_in_digits(text);
}

}  // namespace openclaw::access
