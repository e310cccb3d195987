#pragma once

#include "cli/command.h"

namespace openclaw::cli {

// Each is defined in the file of its name under commands/ and stands in the table of command_table.cpp.

// Talk
extern const Command agent;
extern const Command chat_command;
extern const Command sessions;
extern const Command sessions_list;

// Gateway
extern const Command gateway_alone;
extern const Command gateway_call;
extern const Command gateway_health;
extern const Command gateway_run;
extern const Command gateway_status;
extern const Command health;
extern const Command status;

// This program
extern const Command help;
extern const Command completion;
extern const Command complete_words;
extern const Command reference;

}  // namespace openclaw::cli
