#include "providers/wire/anthropic/text_delta.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::providers::anthropic {
namespace {

bool pass(std::string_view& rest, std::string_view part) {
    if (!rest.starts_with(part)) return false;
    rest.remove_prefix(part.size());
    return true;
}

bool pass_index(std::string_view& rest) {
    const auto index = rest.substr(0, rest.find_first_not_of("0123456789"));
    rest.remove_prefix(index.size());
    return index == "0" || (!index.empty() && index.size() < 10 && index.front() != '0');
}

// Whether text can stand in a JSON string as it is. There is no quote in it.
bool is_plain(std::string_view text) {
    const auto is_special = [](char c) { return c == '\\' || static_cast<unsigned char>(c) < 0x20; };
    return std::ranges::none_of(text, is_special) && is_utf8(text);
}

// Blanks may stand between the braces: the provider fills its events up with them.
bool closes_two_objects(std::string_view rest) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    const auto braces = std::ranges::count(rest, '}');
    const auto blanks = std::ranges::count_if(rest, is_blank);
    return braces == 2 && static_cast<std::size_t>(braces + blanks) == rest.size();
}

}  // namespace

std::optional<std::string_view> find_text_delta(std::string_view event) {
    if (!pass(event, R"({"type":"content_block_delta","index":)") || !pass_index(event) ||
        !pass(event, R"(,"delta":{"type":"text_delta","text":")"))
        return std::nullopt;
    const auto end = event.find('"');
    if (end == std::string_view::npos) return std::nullopt;
    const auto text = event.substr(0, end);
    if (!is_plain(text) || !closes_two_objects(event.substr(end + 1))) return std::nullopt;
    return text;
}

}  // namespace openclaw::providers::anthropic
