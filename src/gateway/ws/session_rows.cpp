#include "gateway/ws/session_rows.h"

#include <algorithm>
#include <array>

#include "auth/models/model_ref.h"
#include "base/day.h"
#include "chat/sessions/session_store.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::gateway {

namespace {

constexpr std::array shown_members = {"label",
                                      "displayName",
                                      "channel",
                                      "subject",
                                      "groupChannel",
                                      "space",
                                      "chatType",
                                      "origin",
                                      "sessionId",
                                      "systemSent",
                                      "abortedLastRun",
                                      "thinkingLevel",
                                      "verboseLevel",
                                      "reasoningLevel",
                                      "elevatedLevel",
                                      "sendPolicy",
                                      "inputTokens",
                                      "outputTokens",
                                      "totalTokens",
                                      "responseUsage",
                                      "modelProvider",
                                      "model",
                                      "contextTokens",
                                      "deliveryContext",
                                      "lastChannel",
                                      "lastTo",
                                      "lastAccountId",
                                      "spawnedBy",
                                      "providerOverride",
                                      "modelOverride",
                                      "authProfileOverride",
                                      "authProfileOverrideSource"};

std::int64_t context_window(const auth::ModelRef& model, const config::Config& config) {
    const auto known = providers::find_model(model, config);
    return known ? known->context_window : providers::context_window_default;
}

}  // namespace

std::string session_kind(const std::string& key, const json::object& entry) {
    if (key == "global" || key == "unknown") return key;
    const auto type = string_at(entry, "chatType").value_or("");
    if (type == "group" || type == "channel" || key.find(":group:") != std::string::npos ||
        key.find(":channel:") != std::string::npos)
        return "group";
    return "direct";
}

json::object session_row(const chat::SessionInfo& session) {
    json::object row{{"key", session.key}, {"kind", session_kind(session.key, session.entry)}};
    for (const auto* name : shown_members)
        if (const auto* value = session.entry.if_contains(name)) row[name] = *value;
    row["updatedAt"] = to_ms(session.updated);
    return row;
}

std::string session_file(const config::Config& config, const config::AgentEntry& agent) {
    return chat::session_store_file(config, agent).string();
}

json::object session_list_defaults(const config::Config& config) {
    const auto plan = auth::model_plan(config, nullptr);
    json::object defaults{{"modelProvider", plan.primary.provider}, {"model", plan.primary.model}};
    const auto* tokens = config.find("agents.defaults.contextTokens");
    defaults["contextTokens"] =
        tokens && tokens->is_number() ? *tokens : context_window(plan.primary, config);
    return defaults;
}

std::string session_title(const chat::SessionInfo& session) {
    for (const auto* name : {"displayName", "subject"})
        if (auto text = string_at(session.entry, name); text && !text->empty()) return std::string(*text);
    const auto id = std::string(string_at(session.entry, "sessionId").value_or(session.key));
    return fmt::format("{} ({})", id.substr(0, 8), day_of(session.updated));
}

}  // namespace openclaw::gateway
