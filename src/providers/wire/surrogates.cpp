#include "providers/wire/surrogates.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace openclaw::providers {
namespace {

constexpr std::size_t escape_bytes = 6;  // \uXXXX
constexpr std::string_view replacement = "\\ufffd";

// The code unit of an escape that begins at `at`.
std::optional<unsigned> unit_at(std::string_view text, std::size_t at) {
    if (at + escape_bytes > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const auto* from = text.data() + at + 2;
    const auto [end, error] = std::from_chars(from, from + 4, unit, 16);
    return error == std::errc() && end == from + 4 ? std::optional(unit) : std::nullopt;
}

bool is_first_half(std::optional<unsigned> unit) {
    return unit && *unit >= 0xd800 && *unit < 0xdc00;
}
bool is_second_half(std::optional<unsigned> unit) {
    return unit && *unit >= 0xdc00 && *unit < 0xe000;
}

}  // namespace

std::string SurrogateJoiner::joined(std::string json_text) {
    const std::string_view text = json_text;
    if (text.find("\\ud") == std::string_view::npos && text.find("\\uD") == std::string_view::npos)
        return json_text;
    std::string whole;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto unit = unit_at(text, at);
        if (is_first_half(unit)) {
            const auto half = text.substr(at, escape_bytes);
            at += escape_bytes;
            if (is_second_half(unit_at(text, at))) {
                whole += half;
                whole += text.substr(at, escape_bytes);
                at += escape_bytes;
            } else {
                if (!held_.empty()) whole += replacement;
                held_ = half;
            }
        } else if (is_second_half(unit)) {
            whole +=
                held_.empty() ? std::string(replacement) : held_ + std::string(text.substr(at, escape_bytes));
            held_.clear();
            at += escape_bytes;
        } else {
            // An escaped backslash is two characters that belong together.
            const std::size_t length = text[at] == '\\' && at + 1 < text.size() ? 2 : 1;
            whole += text.substr(at, length);
            at += length;
        }
    }
    return whole;
}

}  // namespace openclaw::providers
