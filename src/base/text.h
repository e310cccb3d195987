#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace openclaw {

// ASCII only: provider ids, header names, keys.
std::string_view trimmed(std::string_view text);
// The same for all that JavaScript's trim takes off: Unicode's blanks and line ends, and a byte order mark.
std::string_view trimmed_wide(std::string_view text);
std::string lowered(std::string_view text);
bool equal_ignoring_case(std::string_view left, std::string_view right);

// Pieces between separators; an empty text gives one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string joined(const std::vector<std::string>& parts, std::string_view separator);
std::string replaced(std::string text, std::string_view from, std::string_view to);

// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms). Source: RFC 3629.
bool is_utf8(std::string_view bytes);

// At most `limit` bytes, cut at a character's border, with "…" when something was cut.
std::string shortened(std::string_view text, std::size_t limit);

// Text from outside made fit for a terminal or a log line: control characters, escape sequences and
// bytes that aren't UTF-8 become visible escapes (\x1b), and so do the marks that turn the direction of what
// follows (\u202e), so that no name looks like another; line breaks and tabs stay.
std::string printable(std::string_view text);

}  // namespace openclaw
