#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace openclaw {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// How much of the front is surely ASCII, in steps of 32 bytes and then of eight: nearly all text is, and all
// that is said goes through here. The inner loop has no branch, so that the compiler makes vectors of it.
std::size_t ascii_length(std::string_view bytes) {
    constexpr std::size_t block = 32;
    std::size_t length = 0;
    for (; length + block <= bytes.size(); length += block) {
        unsigned char all = 0;
        for (std::size_t i = 0; i < block; ++i) all |= static_cast<unsigned char>(bytes[length + i]);
        if (all >= 0x80) break;
    }
    for (std::uint64_t word = 0; length + sizeof word <= bytes.size(); length += sizeof word) {
        std::memcpy(&word, bytes.data() + length, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    return length;
}

// The length of the well-formed UTF-8 character at the front, or 0.
std::size_t utf8_length(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto follows = [&](std::size_t i) { return i < bytes.size() && (byte(i) & 0xC0u) == 0x80u; };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (!follows(1) || !follows(2)) return 0;
        if (first == 0xE0 && byte(1) < 0xA0) return 0;
        if (first == 0xED && byte(1) > 0x9F) return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        if (first == 0xF0 && byte(1) < 0x90) return 0;
        if (first == 0xF4 && byte(1) > 0x8F) return 0;
        return 4;
    }
    return 0;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

namespace {

// White space and line terminators beyond ASCII. Source: ECMA-262, 12.2 and 12.3; U+2000 to U+200A are one
// range.
bool is_wide_blank(std::string_view character) {
    constexpr std::string_view others[] = {"\u00a0", "\u1680", "\u2028", "\u2029",
                                           "\u202f", "\u205f", "\u3000", "\ufeff"};
    if (std::ranges::find(others, character) != std::end(others)) return true;
    return character >= "\u2000" && character <= "\u200a" && character.size() == 3;
}

bool begins_with_blank(std::string_view text, std::size_t& length) {
    length = std::min<std::size_t>(utf8_length(text), text.size());
    if (length == 0) return false;
    return length == 1 ? blanks.find(text.front()) != blanks.npos : is_wide_blank(text.substr(0, length));
}

}  // namespace

std::string_view trimmed_wide(std::string_view text) {
    for (std::size_t length = 0; !text.empty() && begins_with_blank(text, length);)
        text.remove_prefix(length);
    while (!text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && text.size() - start < 3 &&
               (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U)
            --start;
        std::size_t length = 0;
        if (!begins_with_blank(text.substr(start), length) || start + length != text.size()) return text;
        text.remove_suffix(length);
    }
    return text;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lowered(c); });
    return out;
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, [](char a, char b) { return lowered(a) == lowered(b); });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    if (from.empty()) return text;
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

bool is_utf8(std::string_view bytes) {
    while (true) {
        bytes.remove_prefix(ascii_length(bytes));
        if (bytes.empty()) return true;
        const auto length = utf8_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
}

std::string shortened(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return std::string(text);
    std::size_t end = limit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
    return std::string(text.substr(0, end)) + "…";
}

namespace {

// U+202A to U+202E and U+2066 to U+2069, which turn what follows, and the line ends U+2028 and U+2029. The
// marks of a single place (U+200E, U+200F, U+061C) turn nothing and belong to texts that are written from the
// right. Source: Unicode Standard Annex 9, explicit directional characters.
std::optional<unsigned> direction_mark(std::string_view character) {
    if (character.size() != 3 || character[0] != '\xE2') return std::nullopt;
    const auto code = 0x2000U + ((static_cast<unsigned char>(character[1]) & 0x3FU) << 6U) +
                      (static_cast<unsigned char>(character[2]) & 0x3FU);
    const bool turns = (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return turns ? std::optional(code) : std::nullopt;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto length = utf8_length(text);
        const auto first = static_cast<unsigned char>(text[0]);
        const bool control = first < 0x20 || first == 0x7F;
        // U+0080 to U+009F are control characters as well: terminals obey them.
        const bool high_control = length == 2 && first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
        if (length == 0 || high_control || (control && first != '\n' && first != '\t')) {
            out += fmt::format("\\x{:02x}", first);
            text.remove_prefix(1);
            continue;
        }
        if (const auto mark = direction_mark(text.substr(0, length)))
            out += fmt::format("\\u{:04x}", *mark);
        else
            out.append(text.substr(0, length));
        text.remove_prefix(length);
    }
    return out;
}

}  // namespace openclaw
