#pragma once

#include <string>
#include <string_view>

#include "cli/output/output.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// Help about the whole program (""), a group or a command: text for people, made from the table alone, as
// wide as the terminal is (80 columns where there is none).
std::string help_text(std::string_view about, const CommandTable& table, const Output& out);

// "openclaw models auth order set [OPTIONS] PROFILE..."
std::string usage_of(const Command& command);
// "-m, --message TEXT"
std::string option_label(const Option& option);
// What an option does, with the values that it knows and what it needs.
std::string option_help(const Option& option);

}  // namespace openclaw::cli
