#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/config.h"
#include "config/identity_file.h"

namespace openclaw::config {

// The agents in openclaw.json, and changes to them: on the document as it is written, inside
// ConfigWriter::update. They stay in the form that they stand in, the map `agents.entries` or the older
// `agents.list`; the first ever begins a list. Ids are normalised. Each fails with `invalid_input` when
// something else stands in the place of a section.

struct NewAgent {
    std::string id, name;
    Path workspace;
    std::optional<Path> agent_folder = {};  // where its credentials are kept, when not in the state directory
    std::optional<std::string> model = {};  // "provider/model"
};
// The id for a name that a person chose: `invalid_input` when the name is none, reserved or taken.
Result<std::string> new_agent_id(const std::string& name, const Config& config);
// Fails too when somebody added one of that id meanwhile. A first entry brings the main agent's along, which
// is there by itself only as long as nobody is listed.
Result<void> add_agent(json::object& document, const NewAgent& agent);

// The agent that a person wants to delete: `not_found` in the reference's words, with the nearest id; never
// the main agent.
Result<const AgentEntry*> deletable_agent(const Config& config, const std::string& typed);
// What names an agent beside its own entry, and goes with it.
struct Pruned {
    std::size_t bindings = 0;    // routing rules that lead to it
    std::size_t allowances = 0;  // permissions of agents to talk to it
};
Pruned remove_agent(json::object& document, const std::string& id);

// What isn't given stays as it is. Gives the identity as it is then.
Result<json::object> put_identity(json::object& document, const std::string& id, const Identity& identity);

// How many routing rules of the config (`bindings`) name an agent. This program has no channels to route; the
// rules are carried along for the reference.
std::size_t count_bindings(const Config& config, const std::string& id);

}  // namespace openclaw::config
