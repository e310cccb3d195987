#pragma once

#include "cli/parser/command.h"

namespace openclaw::cli {

// What gateway::weak_points finds for a gateway without flags.
std::vector<config::Problem> weak_points_of(Context& context, const config::Config& config);
// Says it, on standard error.
void note_weak_points(Context& context, const config::Config& config);

}  // namespace openclaw::cli
