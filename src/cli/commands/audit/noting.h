#pragma once

#include "cli/parser/command.h"

namespace openclaw::cli {

// A line of the audit log for a command that has changed something, whether or not a gateway runs. A log that
// can't be written costs the command nothing but a warning: what it did is done.
void note_in_audit_log(Context& context, const Command& command, const Arguments& arguments, Exit exit);

}  // namespace openclaw::cli
