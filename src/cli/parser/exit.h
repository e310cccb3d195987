#pragma once

#include <span>
#include <string_view>

#include "cli/parser/command.h"

namespace openclaw::cli {

// What a script may rely on, and what a person does about it.
struct ExitMeaning {
    Exit exit;
    std::string_view name;
    std::string_view meaning;
};
std::span<const ExitMeaning> exit_meanings();

}  // namespace openclaw::cli
