#pragma once

#include <string>

#include "cli/parser/command.h"

namespace openclaw::cli {

// The list of agents in the document of openclaw.json, as it is written. Made when it is missing; an empty
// one first gets the main agent, which is there by itself only as long as nobody is listed. Fails when
// something else stands in its place.
Result<json::array*> agent_list(json::object& document);
// The entry of an agent, by its normalised id; null when it isn't listed.
json::object* find_entry(json::array& agents, const std::string& id);

// How many routing rules of the config (`bindings`) name an agent. This program has no channels to route; the
// rules are carried along for the reference.
std::size_t count_bindings(const config::Config& config, const std::string& id);

// A folder that a person typed: "~" is home, anything else is taken from where the command runs.
platform::Path typed_folder(const Context& context, const std::string& text);

// `not_found` in the reference's words, with the nearest id.
std::unexpected<Error> no_such_agent(const config::Config& config, const std::string& typed);

}  // namespace openclaw::cli
