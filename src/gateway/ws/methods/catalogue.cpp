// What there is: models and agents.
#include <algorithm>

#include "auth/models/model_ref.h"
#include "chat/commands/command.h"
#include "config/agents.h"
#include "config/identity_file.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/snapshot.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::gateway::methods {

namespace {

// A picture that a page can show without this gateway's help.
bool is_picture(std::string_view avatar) {
    return avatar.starts_with("https://") || avatar.starts_with("http://") || avatar.starts_with("data:");
}

json::object identity_of(const Room& room, const config::AgentEntry& agent) {
    const auto identity = config::shown_identity(room.means.files, agent).identity;
    json::object object;
    const auto add = [&](const char* name, const std::string& text) {
        if (!text.empty()) object[name] = text;
    };
    add("name", identity.name);
    add("theme", identity.theme);
    add("emoji", identity.emoji);
    add("avatar", identity.avatar);
    if (is_picture(identity.avatar)) object["avatarUrl"] = identity.avatar;
    return object;
}

// What newer clients look at before they let anybody write to an agent.
json::object model_of(const config::Config& config, const config::AgentEntry& agent) {
    const auto plan = auth::model_plan(config, &agent);
    json::array fallbacks;
    for (const auto& fallback : plan.fallbacks) fallbacks.emplace_back(fallback.key());
    return {{"primary", plan.primary.key()}, {"fallbacks", std::move(fallbacks)}};
}

}  // namespace

// The catalogue, by provider and name; where the config lists the models that may be used, only those.
Reply models_list(Call& call) {
    const auto& config = call.config();
    const auto plan = auth::model_plan(config, nullptr);
    auto models = providers::list_models(config);
    const auto& limits = call.client->principal().limits();
    std::erase_if(models, [&](const providers::Model& model) {
        return !auth::allows(plan, model.ref) || !limits.allow_model(model.ref.key());
    });
    std::ranges::sort(models, {}, [](const providers::Model& model) {
        return std::pair<std::string_view, std::string_view>(model.ref.provider, model.name);
    });
    json::array rows;
    for (const auto& model : models) {
        json::array input{"text"};
        if (model.image) input.emplace_back("image");
        rows.push_back(json::object{{"id", model.ref.model},
                                    {"name", model.name},
                                    {"provider", model.ref.provider},
                                    {"contextWindow", model.context_window},
                                    {"reasoning", model.reasoning},
                                    {"input", std::move(input)}});
    }
    return json::object{{"models", std::move(rows)}};
}

Reply agents_list(Call& call) {
    const auto& config = call.config();
    const auto& viewer = call.client->principal();
    auto defaults = session_defaults(config, viewer);
    json::array rows;
    for (const auto& agent : config.agents()) {
        if (!viewer.limits().allow_agent(agent.id)) continue;
        json::object row{{"id", agent.id}};
        if (!agent.name.empty()) row["name"] = agent.name;
        if (auto identity = identity_of(call.room, agent); !identity.empty())
            row["identity"] = std::move(identity);
        row["model"] = model_of(config, agent);
        rows.push_back(std::move(row));
    }
    return json::object{{"defaultId", defaults["defaultAgentId"]},
                        {"mainKey", defaults["mainKey"]},
                        {"scope", defaults["scope"]},
                        {"agents", std::move(rows)}};
}

Reply agent_identity_get(Call& call) {
    auto params = call.params();
    const auto asked = params.filled_text("agentId");
    const auto session = params.filled_text("sessionKey");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    const auto& config = call.config();
    const auto& viewer = call.client->principal();
    std::string id = asked.value_or(chat::default_agent_for(viewer, config));
    if (!asked && session && session->starts_with("agent:"))
        id = session->substr(6, session->find(':', 6) - 6);
    const auto found = chat::agent_for(viewer, id, config);
    if (!found) return std::unexpected(invalid_request(found.error().message));
    const auto* agent = *found;
    const auto shown = config::shown_identity(call.room.means.files, *agent).identity;
    const auto& avatar = is_picture(shown.avatar) ? shown.avatar : shown.emoji;
    const auto pick = [&](std::string_view path, const std::string& own, std::string fallback) {
        auto configured = config.text(path).value_or("");
        return !configured.empty() ? configured : !own.empty() ? own : std::move(fallback);
    };
    return json::object{{"agentId", agent->id},
                        {"name", pick("ui.assistant.name", shown.name, "Assistant")},
                        {"avatar", pick("ui.assistant.avatar", avatar, "A")}};
}

// The slash commands, for who completes them.
Reply commands_list(Call&) {
    json::array rows;
    for (const auto* command : chat::all_commands()) {
        json::array names{fmt::format("/{}", command->name)};
        if (!command->alias.empty()) names.emplace_back(fmt::format("/{}", command->alias));
        rows.push_back(json::object{{"name", json::string_view(command->name)},
                                    {"textAliases", std::move(names)},
                                    {"description", json::string_view(command->summary)},
                                    {"source", "native"},
                                    {"scope", "both"},
                                    {"acceptsArgs", !command->arguments.empty()}});
    }
    return json::object{{"commands", std::move(rows)}};
}

}  // namespace openclaw::gateway::methods
