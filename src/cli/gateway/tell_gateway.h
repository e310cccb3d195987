#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/parser/command.h"

namespace openclaw::cli {

// What the running gateway made of files that a command has changed.
struct GatewayNews {
    bool uses_them = false;
    std::string why_not;                     // when it doesn't
    std::vector<std::string> needs_restart;  // settings that count only after one
};

// Asks the gateway of this state directory, over its admin socket, to read everything again: it sees a change
// by itself, but not on every disk, and the answer is what makes "it uses it now" true. Nothing when none
// runs or none answers within a second: never an error of the command.
std::optional<GatewayNews> tell_gateway(Context& context, const std::vector<platform::Path>& changed);

// The same, with the outcome as a note on standard error; silent when no gateway runs.
void tell_gateway_and_note(Context& context, const std::vector<platform::Path>& changed);

}  // namespace openclaw::cli
