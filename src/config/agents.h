#pragma once

#include <vector>

#include "config/config.h"

namespace openclaw::config {

struct AgentList {
    std::vector<AgentEntry> agents;  // at least one; exactly one is the default
    std::vector<Problem> problems, warnings;
};

// The agents of a config: ids normalised, the first of two with one id counts; the first
// with `default: true` answers, else the first. Two agents with one credential folder are a problem.
AgentList read_agents(const json::object& document, const Paths& paths);

// By id; `not_found` with the nearest of the configured ones.
Result<const AgentEntry*> agent_named(const Config& config, std::string_view id);

// unknown agent id "man" (did you mean main?)
std::string unknown_agent(std::string_view id, const Config& config);

}  // namespace openclaw::config
