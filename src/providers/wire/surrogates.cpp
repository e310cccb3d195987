#include "providers/wire/surrogates.h"

#include "base/utf16_escape.h"

namespace openclaw::providers {
namespace {

constexpr std::string_view replacement = "\\ufffd";

}  // namespace

bool SurrogateJoiner::concerns(std::string_view json_text) {
    return json_text.contains("\\ud") || json_text.contains("\\uD");
}

std::string SurrogateJoiner::joined(std::string json_text) {
    if (!concerns(json_text)) return json_text;
    const std::string_view text = json_text;
    std::string whole;
    std::size_t at = 0;
    while (at < text.size()) {
        const auto unit = escaped_unit(text.substr(at));
        if (is_first_half(unit)) {
            const auto half = text.substr(at, utf16_escape_bytes);
            at += utf16_escape_bytes;
            if (is_second_half(escaped_unit(text.substr(at)))) {
                whole += half;
                whole += text.substr(at, utf16_escape_bytes);
                at += utf16_escape_bytes;
            } else {
                if (!held_.empty()) whole += replacement;
                held_.clear();
                // Only where its text ends can the other half be in the next one.
                if (text.substr(at).starts_with('"'))
                    held_ = half;
                else
                    whole += replacement;
            }
        } else if (is_second_half(unit)) {
            whole += held_.empty() ? std::string(replacement)
                                   : held_ + std::string(text.substr(at, utf16_escape_bytes));
            held_.clear();
            at += utf16_escape_bytes;
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
