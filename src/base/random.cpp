#include "base/random.h"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>
#include <sodium.h>

#include "base/digest.h"

namespace openclaw {
std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string random_hex(std::size_t bytes) {
    return to_hex(random_bytes(bytes));
}

std::string random_uuid() {
    auto bytes = random_bytes(16);
    bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0Fu) | 0x40u);
    bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3Fu) | 0x80u);
    const auto hex = to_hex(bytes);
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                       hex.substr(16, 4), hex.substr(20));
}

double random_fraction() {
    std::uint32_t number = 0;
    const auto bytes = random_bytes(sizeof number);
    std::memcpy(&number, bytes.data(), sizeof number);
    return static_cast<double>(number) / 4'294'967'296.0;
}

}  // namespace openclaw
