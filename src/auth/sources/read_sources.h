#pragma once

#include "auth/sources/ask_source.h"
#include "auth/sources/held_references.h"
#include "base/clock.h"

namespace openclaw::auth {

enum class Commands { run, leave };  // whether commands are run, or only files read

// Asks all of them once, sources beside each other, and waits: for commands of the command line. What is left
// out is missing in the result.
SourceValues read_sources(const SourceTools& tools, const SourceSettings& settings,
                          const std::vector<HeldReference>& wanted, Commands commands, const Clock& clock);

}  // namespace openclaw::auth
