#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::cli {

// How many columns of a terminal a text takes, one for each character.
std::size_t width_of(std::string_view text);

// Words in lines of at most `width` columns, those after the first indented by `indent`; the first line
// begins at `column`. No word is cut: one that is longer than a line has a line of its own. Line breaks stay.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent, std::size_t column);

// Rows as lines: each column is as wide as its widest cell and at least as `least` says, the last one ends
// where it ends. With `columns` (a terminal) the first column gives way, down to 12, so that the rest fits; a
// cell that is cut there ends in "…". Without (a pipe, a file) every cell is whole.
std::vector<std::string> table(const std::vector<std::vector<std::string>>& rows,
                               std::span<const std::size_t> least, std::optional<std::size_t> columns);

}  // namespace openclaw::cli
