#include "base/broken_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "base/utf16_escape.h"

namespace openclaw {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD", replacement_escape = "\\ufffd";

// Plane 16 is private, and no font or program is known to use its end: a byte stands at first_byte + byte,
// half of a pair at first_half + what it is above U+D800.
constexpr std::uint32_t first_half = 0x10F000, first_byte = 0x10F800, last = first_byte + 0xFF;

unsigned byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// How a character begins: its length, and what its second byte may be.
struct Lead {
    std::size_t length = 0;
    unsigned low = 0x80, high = 0xBF;
};
Lead lead_of(unsigned first) {
    if (first < 0x80) return {1};
    if (first >= 0xC2 && first <= 0xDF) return {2};
    if (first == 0xE0) return {3, 0xA0};
    if (first == 0xED) return {3, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF) return {3};
    if (first == 0xF0) return {4, 0x90};
    if (first == 0xF4) return {4, 0x80, 0x8F};
    if (first >= 0xF1 && first <= 0xF3) return {4};
    return {};
}

// What stands at the front: how many bytes belong together, and whether they are a whole character.
struct Piece {
    std::size_t length = 1;
    bool whole = false;
};
Piece first_piece(std::string_view text) {
    const auto lead = lead_of(byte_at(text, 0));
    std::size_t at = 1;
    for (; at < lead.length && at < text.size(); ++at) {
        const auto byte = byte_at(text, at);
        const bool fits = at == 1 ? byte >= lead.low && byte <= lead.high : (byte & 0xC0U) == 0x80U;
        if (!fits) break;
    }
    return {at, lead.length != 0 && at == lead.length};
}

std::string of_four_bytes(std::uint32_t code) {
    const auto byte = [&](unsigned lead, unsigned shift) {
        return static_cast<char>(lead | ((code >> shift) & 0x3FU));
    };
    return {static_cast<char>(0xF0U | (code >> 18U)), byte(0x80, 12), byte(0x80, 6), byte(0x80, 0)};
}

// The code of a character of four bytes, else 0.
std::uint32_t code_of_four(std::string_view character) {
    if (character.size() != 4) return 0;
    std::uint32_t code = byte_at(character, 0) & 0x07U;
    for (std::size_t at = 1; at < 4; ++at) code = (code << 6U) | (byte_at(character, at) & 0x3FU);
    return code;
}

bool is_stand_in(std::uint32_t code) {
    return code >= first_half && code <= last;
}

// Calls `sound` with stretches of UTF-8 and `broken` with what is none.
template <class Sound, class Broken>
void walk_bytes(std::string_view text, Sound sound, Broken broken) {
    while (!text.empty()) {
        std::size_t length = 0;
        Piece piece;
        while (length < text.size() && (piece = first_piece(text.substr(length))).whole)
            length += piece.length;
        if (length > 0) sound(text.substr(0, length));
        text.remove_prefix(length);
        if (text.empty()) return;
        broken(text.substr(0, piece.length));
        text.remove_prefix(piece.length);
    }
}

// How long the text is up to the first lone half. An escaped backslash begins no escape.
std::size_t length_without_halves(std::string_view text) {
    for (std::size_t at = 0; (at = text.find('\\', at)) != std::string_view::npos;) {
        const auto unit = escaped_unit(text.substr(at));
        if (is_first_half(unit) && is_second_half(escaped_unit(text.substr(at + utf16_escape_bytes))))
            at += 2 * utf16_escape_bytes;
        else if (is_first_half(unit) || is_second_half(unit))
            return at;
        else
            at += 2;
        if (at >= text.size()) break;
    }
    return text.size();
}

// The text with `stand_in(unit)` in place of each lone half.
template <class StandIn>
std::string with_halves_as(std::string_view text, StandIn stand_in) {
    std::string out;
    for (;;) {
        const auto length = length_without_halves(text);
        out.append(text.substr(0, length));
        text.remove_prefix(length);
        if (text.empty()) return out;
        out += stand_in(*escaped_unit(text));
        text.remove_prefix(utf16_escape_bytes);
    }
}

bool holds_stand_ins(std::string_view text) {
    bool any = false;
    const auto look = [&](std::string_view sound) {
        for (std::size_t at = 0; (at = sound.find('\xF4', at)) != std::string_view::npos; at += 4)
            any = any || is_stand_in(code_of_four(sound.substr(at, 4)));
    };
    walk_bytes(text, look, [](std::string_view) {});
    return any;
}

}  // namespace

std::string well_formed(std::string text) {
    if (is_utf8(text)) return text;
    std::string out;
    out.reserve(text.size());
    walk_bytes(
        text, [&](std::string_view sound) { out += sound; }, [&](std::string_view) { out += replacement; });
    return out;
}

std::string well_formed_json(std::string_view json) {
    return with_halves_as(well_formed(std::string(json)), [](std::uint32_t) { return replacement_escape; });
}

std::optional<std::string> with_stand_ins(std::string_view json) {
    const bool sound = is_utf8(json) && length_without_halves(json) == json.size();
    if (sound || holds_stand_ins(json)) return std::nullopt;
    std::string whole;
    const auto stand_in = [&](std::string_view broken) {
        for (std::size_t at = 0; at < broken.size(); ++at)
            whole += of_four_bytes(first_byte + byte_at(broken, at));
    };
    walk_bytes(json, [&](std::string_view part) { whole += part; }, stand_in);
    return with_halves_as(
        whole, [](std::uint32_t unit) { return of_four_bytes(first_half + (unit - first_half_base)); });
}

std::string broken_again(std::string_view json) {
    std::string out;
    for (std::size_t at = 0; !json.empty(); at = 0) {
        std::uint32_t code = 0;
        for (; (at = json.find('\xF4', at)) != std::string_view::npos; ++at)
            if (is_stand_in(code = code_of_four(json.substr(at, 4)))) break;
        out.append(json.substr(0, at));
        if (at == std::string_view::npos) return out;
        if (code >= first_byte)
            out += static_cast<char>(code - first_byte);
        else
            out += fmt::format("\\u{:04x}", code - first_half + first_half_base);
        json.remove_prefix(at + 4);
    }
    return out;
}

}  // namespace openclaw
