#include "providers/wire/body_text.h"

#include <fmt/format.h>

#include <cstddef>

#include "base/broken_text.h"
#include "base/text.h"

namespace openclaw::providers {
namespace {

bool is_escaped(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// ASCII that needs no escape: nearly all text is. The tests are joined without a branch, so that the compiler
// makes vectors of a loop over them.
bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    const bool printable = static_cast<unsigned char>(byte - 0x20U) < 0x60U;
    return printable & (c != '"') & (c != '\\');
}

// How far whole blocks from `length` on are plain.
template <std::size_t block>
std::size_t plain_blocks(std::string_view text, std::size_t length) {
    for (; length + block <= text.size(); length += block) {
        bool plain = true;
        for (std::size_t i = 0; i < block; ++i) plain &= is_plain(text[length + i]);
        if (!plain) break;
    }
    return length;
}

// How much of the front is plain, in ever smaller steps: what a step costs beside its bytes counts.
std::size_t plain_length(std::string_view text) {
    std::size_t length = plain_blocks<16>(text, plain_blocks<128>(text, 0));
    while (length < text.size() && is_plain(text[length])) ++length;
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
    while (!text.empty()) {
        auto length = plain_length(text);
        while (length < text.size() && !is_escaped(text[length])) ++length;
        out.append(text, 0, length);
        if (length < text.size()) append_escaped(out, text[length++]);
        text.remove_prefix(length);
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    const auto plain = plain_length(text);
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (is_utf8(text))
        append_valid(out, text);
    else
        append_valid(out, well_formed(std::string(text)));
    out += '"';
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
