#pragma once

#include "cli/parser/command.h"

namespace openclaw::cli {

// Says what gateway::weak_points finds, on standard error.
void note_weak_points(Context& context, const config::Config& config);

}  // namespace openclaw::cli
