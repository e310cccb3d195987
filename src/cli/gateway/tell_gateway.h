#pragma once

#include <vector>

#include "cli/parser/command.h"
#include "gateway/client/ask.h"

namespace openclaw::cli {

// gateway::tell_gateway for the files that a command has changed.
std::optional<gateway::GatewayNews> tell_gateway(Context& context,
                                                 const std::vector<platform::Path>& changed);

// The same, with the outcome as a note on standard error; silent when no gateway runs.
void tell_gateway_and_note(Context& context, const std::vector<platform::Path>& changed);

}  // namespace openclaw::cli
