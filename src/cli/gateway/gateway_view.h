#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/enrol/agent_credentials.h"
#include "auth/report/status_report.h"
#include "auth/rests/live_rests.h"
#include "base/json.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the gateway of this state directory answers to one short question; nothing when none runs here. One
// that takes too long is noted.
std::optional<json::object> ask_local_gateway(Context& context, std::string method, json::object params);

// How the gateway's decision (models.explain) differs from this shell's, a line each: what it uses, and each
// place that looks different from there. Empty: it decides alike.
std::vector<std::string> differences_in_gateway(const json::object& here, const json::object& there);

// How the gateway of this state directory sees credentials: its own verdict (models.check), and what it
// remembers of those that no file has a record of. Nothing of it when none runs here or none answers in time.
struct GatewayEyes {
    std::optional<json::object> verdict;
    auth::LiveRests live;
};
GatewayEyes gateway_eyes(Context& context, const std::string& agent_id);
// The same, and what was read of the agent's store becomes what the gateway has: with what it remembers.
Result<GatewayEyes> see_as_gateway(Context& context, auth::AgentCredentials& credentials);

// What the gateway says of models that this shell, with its own environment, judges differently, a line each.
std::vector<std::string> judged_otherwise(const std::vector<auth::ModelCheck>& here,
                                          const json::object& there);

// Variables of providers that a message of the gateway calls not set, while they are set here.
std::vector<std::string> set_here_only(std::string_view message, const config::Config& config);
// Says so on standard error, with what to do.
void note_set_here_only(Context& context, std::string_view message);

}  // namespace openclaw::cli
