#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace openclaw {

// JSON writes a character beyond U+FFFF as the escapes of two UTF-16 halves: "\ud83e\udd9e".
inline constexpr std::size_t utf16_escape_bytes = 6;
inline constexpr std::uint32_t first_half_base = 0xD800, second_half_base = 0xDC00, halves_end = 0xE000;

// The code unit of an escape that stands at the front of the text.
inline std::optional<std::uint32_t> escaped_unit(std::string_view text) {
    if (text.size() < utf16_escape_bytes || !text.starts_with("\\u")) return std::nullopt;
    std::uint32_t unit = 0;
    const auto* digits_end = text.data() + utf16_escape_bytes;
    const auto [end, error] = std::from_chars(text.data() + 2, digits_end, unit, 16);
    return error == std::errc() && end == digits_end ? std::optional(unit) : std::nullopt;
}

inline bool is_first_half(std::optional<std::uint32_t> unit) {
    return unit && *unit >= first_half_base && *unit < second_half_base;
}
inline bool is_second_half(std::optional<std::uint32_t> unit) {
    return unit && *unit >= second_half_base && *unit < halves_end;
}

}  // namespace openclaw
