#pragma once

#include <memory>
#include <string>

#include "auth/report/status_report.h"
#include "auth/store/profile_store.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the commands about credentials work on: an agent, its store as it is now, and the config.
struct AgentCredentials {
    std::shared_ptr<const config::Config> config;
    const config::AgentEntry* agent;
    bool agent_given;
    auth::ProfileStore store;
    std::shared_ptr<const auth::Store> profiles;
};

// By id; `not_found` with the nearest of the configured ones.
Result<const config::AgentEntry*> agent_named(const config::Config& config, const std::string& id);
// The agent that --agent names, or the default agent: one rule for every command.
Result<const config::AgentEntry*> find_agent(const config::Config& config, const Arguments& arguments);
Result<std::unique_ptr<AgentCredentials>> open_credentials(Context& context, const Arguments& arguments);

// `not_found` with the nearest of the stored ids.
std::unexpected<Error> unknown_profile(const AgentCredentials& credentials, const std::string& id,
                                       const Context& context);

// "anthropic", normalised. An unknown one is refused with the nearest known name, unless --custom is given.
Result<std::string> checked_provider(const AgentCredentials& credentials, const Arguments& arguments);
Result<std::string> checked_provider(const AgentCredentials& credentials, const std::string& typed,
                                     bool custom);

// What a person who typed an unknown provider meant: the nearest name, or the provider of a product whose
// name was typed ("gemini", "claude").
std::optional<std::string> meant_provider(const std::string& typed, std::span<const std::string> known);
// Says so where a name that nobody knows only makes that nothing is found. Stored profiles count as known.
void note_unknown_provider(Context& context, const AgentCredentials& credentials, const std::string& typed);

// Damaged records and config warnings go to standard error, so that no output is spoilt.
void note_oddities(Context& context, const AgentCredentials& credentials);

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
