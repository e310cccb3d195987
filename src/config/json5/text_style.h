#pragma once

#include <string>
#include <string_view>

#include "config/json5/json5.h"

namespace openclaw::config {

// How a JSON5 file is written, so that what is added looks as if its author had written it.
struct TextStyle {
    std::string line_break = "\n";
    std::string indent = "  ";  // of one level
    char string_quote = '"';
    char key_quote = '"';  // 0: keys stand without quotes where they may

    static TextStyle of(std::string_view text, const Json5Node& root);

    std::string key(std::string_view name) const;
    std::string string(std::string_view text) const;
    // A value over several lines, the first of which is already indented by `margin`; or on one line.
    std::string value(const json::value& value, std::string_view margin, bool on_one_line) const;
};

// The blanks at the start of the line on which `offset` stands.
std::string_view margin_at(std::string_view text, std::size_t offset);

}  // namespace openclaw::config
