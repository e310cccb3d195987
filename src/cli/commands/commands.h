#pragma once

#include "cli/command.h"

namespace openclaw::cli {

// Each is defined in the file of its name under commands/ and stands in the table of command_table.cpp.

// This program
extern const Command help;
extern const Command completion;
extern const Command complete_words;
extern const Command reference;

}  // namespace openclaw::cli
