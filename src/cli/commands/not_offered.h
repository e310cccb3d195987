#pragma once

#include <span>

#include "cli/parser/command.h"

namespace openclaw::cli {

// The commands of the reference that this program does not have, each with what does its work meanwhile.
std::span<const NotOffered> commands_not_offered();

}  // namespace openclaw::cli
