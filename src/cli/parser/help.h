#pragma once

#include <string>
#include <string_view>

#include "cli/output/output.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// Help about the whole program (""), a group or a command: text for people, made from the table alone.
std::string help_text(std::string_view about, const CommandTable& table, const Output& out);

// "openclaw models auth order set [OPTIONS] PROFILE..."
std::string usage_of(const Command& command);
// "-m, --message TEXT"
std::string option_label(const Option& option);

}  // namespace openclaw::cli
