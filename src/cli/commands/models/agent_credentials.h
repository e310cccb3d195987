#pragma once

#include <memory>
#include <string>

#include "auth/enrol/agent_credentials.h"
#include "auth/report/status_report.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

using auth::AgentCredentials;

// The agent that --agent names, or the default agent: one rule for every command.
Result<const config::AgentEntry*> find_agent(const config::Config& config, const Arguments& arguments);
Result<std::unique_ptr<AgentCredentials>> open_credentials(Context& context, const Arguments& arguments);

// "anthropic", normalised. An unknown one is refused with the nearest known name, unless --custom is given.
Result<std::string> checked_provider(const AgentCredentials& credentials, const Arguments& arguments);
Result<std::string> checked_provider(const AgentCredentials& credentials, const std::string& typed,
                                     bool custom);
// Says so where a name that nobody knows only makes that nothing is found. Stored profiles count as known.
void note_unknown_provider(Context& context, const AgentCredentials& credentials, const std::string& typed);

// Damaged records and config warnings go to standard error, so that no output is spoilt.
void note_oddities(Context& context, const AgentCredentials& credentials);
// How many things it would warn of.
std::size_t count_oddities(const AgentCredentials& credentials);

constexpr Option agent_option{.name = "--agent",
                              .value_name = "ID",
                              .help = "The agent whose credentials are meant (default: the default agent)",
                              .completes = "agent"};
constexpr Option json_option{.name = "--json", .help = "Print JSON", .kind = OptionKind::flag};
constexpr Option plain_option{
    .name = "--plain", .help = "Print bare values, one per line", .kind = OptionKind::flag};
// "choose either --json or --plain, not both"
Result<void> check_formats(const Arguments& arguments);

}  // namespace openclaw::cli
