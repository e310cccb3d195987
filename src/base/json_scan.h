#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace openclaw {

// For text that can't be read as JSON as a whole: where its parts are.

// Behind the quote that closes the string whose opening quote stands at `at`; nothing: it isn't closed.
constexpr std::optional<std::size_t> json_string_end(std::string_view text, std::size_t at) {
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1;
        if (text[at] == '\\') ++at;
    }
    return std::nullopt;
}

// The first place from `at` on that isn't blank, at most the end.
constexpr std::size_t json_space_end(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(" \t\r\n", at), text.size());
}

}  // namespace openclaw
