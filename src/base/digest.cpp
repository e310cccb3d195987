#include "base/digest.h"

#include <sodium.h>

#include <array>

namespace openclaw {

std::string sha256(std::string_view bytes) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return {hash.begin(), hash.end()};
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4U];
        text += digits[static_cast<unsigned char>(byte) & 0xFU];
    }
    return text;
}

bool from_hex(std::string_view text, std::span<unsigned char> bytes) {
    std::size_t length = 0;
    const char* end = nullptr;
    return sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length, &end) ==
               0 &&
           length == bytes.size() && end == text.data() + text.size();
}

}  // namespace openclaw
