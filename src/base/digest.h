#pragma once

#include <span>
#include <string>
#include <string_view>

namespace openclaw {

std::string sha256(std::string_view bytes);  // 32 bytes
std::string to_hex(std::string_view bytes);  // lower case
inline std::string to_hex(std::span<const unsigned char> bytes) {
    return to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
inline std::string sha256_hex(std::string_view bytes) {
    return to_hex(sha256(bytes));
}
// False, unless the text is just so many bytes in hex.
bool from_hex(std::string_view text, std::span<unsigned char> bytes);

}  // namespace openclaw
