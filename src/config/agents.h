#pragma once

#include <vector>

#include "config/config.h"

namespace openclaw::config {

// What the config says about one agent. The agents stand in `agents.entries`, a map by id, or in
// `agents.list`, its older form; where both are there, the map counts.
struct WrittenAgent {
    std::string id;    // normalised
    std::string path;  // "agents.entries.work", "agents.list[1]"
    const json::object* entry;
};
std::vector<WrittenAgent> written_agents(const json::object& document);

struct AgentList {
    std::vector<AgentEntry> agents;  // at least one; exactly one is the default
    std::vector<Problem> problems, warnings;
};

// The agents of a config: ids normalised, the first of two with one id counts; the first with `default: true`
// answers, else the one that `agents.defaults.systemAgent` names, else the first. Two agents with one
// credential folder are a problem.
AgentList read_agents(const json::object& document, const Paths& paths);

// Where an agent's credentials stand: in its folder, or, beside databases of a newer OpenClaw, in one of
// their own within it. That program takes an auth-profiles.json in an agent's folder for something that must
// be brought over before it runs again. Where one was begun it goes on.
Path store_folder(platform::FileSystem& files, const Path& state, const Path& agent_folder);
// The agent's folder of such a folder.
Path agent_folder_of(const Path& store_folder);

// By id; `not_found` with the nearest of the configured ones.
Result<const AgentEntry*> agent_named(const Config& config, std::string_view id);

// unknown agent id "man" (did you mean main?)
std::string unknown_agent(std::string_view id, const Config& config);

}  // namespace openclaw::config
