#include "net/http/route.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::net {
namespace {

// The next segment, taken off the front together with the slash behind it.
std::string_view take_segment(std::string_view& rest, bool& last) {
    const auto slash = rest.find('/');
    const auto segment = rest.substr(0, slash);
    last = slash == std::string_view::npos;
    rest.remove_prefix(last ? rest.size() : slash + 1);
    return segment;
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    const char small = static_cast<char>(c | 0x20);
    if (small >= 'a' && small <= 'f') return static_cast<unsigned>(small - 'a' + 10);
    return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const auto high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
        if (!high || !low) return std::nullopt;
        decoded += static_cast<char>(*high << 4 | *low);
        i += 2;
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (std::ranges::any_of(decoded, is_control) || !is_utf8(decoded)) return std::nullopt;
    return decoded;
}

bool match_segment(std::string_view pattern, std::string_view segment, PathValues& values) {
    const auto open = pattern.find('{');
    if (open == std::string_view::npos) return pattern == segment;
    const auto close = pattern.find('}', open);
    const auto before = pattern.substr(0, open), behind = pattern.substr(close + 1);
    if (segment.size() <= before.size() + behind.size()) return false;
    if (!segment.starts_with(before) || !segment.ends_with(behind)) return false;
    segment.remove_prefix(before.size());
    segment.remove_suffix(behind.size());
    auto value = percent_decoded(segment);
    if (!value) return false;
    values.add(pattern.substr(open + 1, close - open - 1), std::move(*value));
    return true;
}

}  // namespace

std::optional<std::string_view> PathValues::find(std::string_view name) const {
    const auto found = std::ranges::find(values_, name, [](const auto& each) { return each.first; });
    if (found == values_.end()) return std::nullopt;
    return found->second;
}

std::optional<PathValues> PathPattern::match(std::string_view path) const {
    PathValues values;
    std::string_view pattern = text_;
    for (bool last = false; !last;) {
        bool path_ends = false;
        const auto wanted = take_segment(pattern, last);
        if (!match_segment(wanted, take_segment(path, path_ends), values)) return std::nullopt;
        if (path_ends != last) return std::nullopt;
    }
    return values;
}

}  // namespace openclaw::net
