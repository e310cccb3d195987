#include "providers/wire/body_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstring>

#include "base/text.h"
#include "providers/wire/attempt.h"

namespace openclaw::providers {
namespace {

bool is_escaped(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// How much of the front surely needs no escape, in steps of eight bytes: nearly all text doesn't. A byte that
// is 0 after a subtraction or an exclusive or sets the top bit of its place (Hacker's Delight, 6-1).
std::size_t plain_length(std::string_view text) {
    constexpr std::uint64_t ones = 0x0101010101010101U, tops = ones * 0x80U;
    const auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word & tops; };
    std::size_t length = 0;
    for (std::uint64_t word = 0; length + sizeof word <= text.size(); length += sizeof word) {
        std::memcpy(&word, text.data() + length, sizeof word);
        const auto control = (word - ones * 0x20U) & ~word & tops;
        if ((control | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0) break;
    }
    return length;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += c;
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
}

void append_valid(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        auto length = plain_length(text);
        while (length < text.size() && !is_escaped(text[length])) ++length;
        out.append(text, 0, length);
        if (length < text.size()) append_escaped(out, text[length++]);
        text.remove_prefix(length);
    }
    out += '"';
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    if (is_utf8(text))
        append_valid(out, text);
    else
        append_valid(out, wire_text(text));
}

std::string text_before_member(const json::object& object, std::string_view name, std::size_t bytes) {
    auto text = json::serialize(object);
    text.reserve(text.size() + name.size() + bytes + 8);
    text.pop_back();
    if (!object.empty()) text += ',';
    append_json_string(text, name);
    text += ':';
    return text;
}

}  // namespace openclaw::providers
