#pragma once

#include <string>

#include "cli/parser/command.h"

namespace openclaw::cli {

// docs/commands.md and docs/exit-codes.md, from the tables.
std::string commands_page(const CommandTable& table);
std::string exit_codes_page();

}  // namespace openclaw::cli
