#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace openclaw {

// The known name that a mistyped one most likely meant: the smallest edit distance (swapped neighbours
// count once, case is ignored), at most a third of its length; none when nothing is that near.
std::optional<std::string> nearest(std::string_view typed, std::span<const std::string> known);

}  // namespace openclaw
