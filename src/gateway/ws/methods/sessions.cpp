// Reading the sessions: list, describe, preview, resolve.
#include <algorithm>

#include "base/text.h"
#include "chat/sessions/transcript_entries.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/session_rows.h"

namespace openclaw::gateway::methods {

namespace {

struct ListQuery {
    std::optional<std::int64_t> limit, active_minutes;
    std::optional<std::string> label, spawned_by, agent_id, search;
    bool global = false, unknown = false, titles = false;

    explicit ListQuery(Params& params)
        : limit(params.integer("limit", 1, 100000)),
          active_minutes(params.integer("activeMinutes", 1, 100000000)),
          label(params.filled_text("label")),
          spawned_by(params.filled_text("spawnedBy")),
          agent_id(params.filled_text("agentId")),
          search(params.filled_text("search")),
          global(params.flag("includeGlobal", false)),
          unknown(params.flag("includeUnknown", false)),
          titles(params.flag("includeDerivedTitles", false)) {}
};

bool contains_ignoring_case(std::string_view text, std::string_view part) {
    return lowered(text).find(lowered(part)) != std::string::npos;
}

bool matches(const chat::SessionInfo& session, const ListQuery& query, TimePoint now) {
    const auto text = [&](std::string_view name) { return string_at(session.entry, name).value_or(""); };
    if (session.key == "global" && !query.global) return false;
    if (session.key == "unknown" && !query.unknown) return false;
    if (query.label && text("label") != *query.label) return false;
    if (query.spawned_by && text("spawnedBy") != *query.spawned_by) return false;
    if (query.active_minutes && now - session.updated > std::chrono::minutes(*query.active_minutes))
        return false;
    if (!query.search) return true;
    if (contains_ignoring_case(session.key, *query.search)) return true;
    return std::ranges::any_of(
        std::array{"displayName", "label", "subject", "sessionId"},
        [&](const char* name) { return contains_ignoring_case(text(name), *query.search); });
}

net::Task<WireResult<std::vector<chat::SessionInfo>>> load_sessions(Call call, std::string agent_id = {}) {
    auto sessions =
        co_await call.room.means.chat.list_sessions(call.client->principal(), std::move(agent_id));
    if (!sessions) co_return std::unexpected(wire_error(sessions.error()));
    co_return std::move(*sessions);
}

std::string store_path(const Call& call, const std::optional<std::string>& agent_id) {
    const auto& config = call.config();
    const auto agent = agent_id ? chat::agent_for(call.client->principal(), *agent_id, config)
                                : Result<const config::AgentEntry*>(nullptr);
    if (agent && *agent) return session_file(config, **agent);
    return config.agents().size() == 1 ? session_file(config, config.default_agent()) : "(multiple)";
}

}  // namespace

net::Task<Reply> sessions_list(Call call) {
    auto params = call.params();
    const ListQuery query(params);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    auto sessions = co_await load_sessions(call, query.agent_id.value_or(""));
    if (!sessions) co_return std::unexpected(std::move(sessions.error()));
    json::array rows;
    std::int64_t total = 0;
    for (const auto& session : *sessions) {
        if (!matches(session, query, call.room.now())) continue;
        if (++total > query.limit.value_or(INT64_MAX)) continue;
        auto row = session_row(session);
        if (query.titles) row["derivedTitle"] = session_title(session);
        rows.push_back(std::move(row));
    }
    const auto count = rows.size();
    co_return json::object{{"ts", to_ms(call.room.now())},
                           {"path", store_path(call, query.agent_id)},
                           {"count", count},
                           {"totalCount", total},
                           {"hasMore", total > static_cast<std::int64_t>(count)},
                           {"defaults", session_list_defaults(call.config())},
                           {"sessions", std::move(rows)}};
}

net::Task<Reply> sessions_describe(Call call) {
    auto params = call.params();
    const auto typed = params.required_text("key");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    auto key = call.room.means.chat.key_of(call.client->principal(), typed);
    if (!key) co_return std::unexpected(wire_error(key.error()));
    auto sessions = co_await load_sessions(call);
    if (!sessions) co_return std::unexpected(std::move(sessions.error()));
    for (const auto& session : *sessions)
        if (session.key == key->text) co_return json::object{{"session", session_row(session)}};
    co_return json::object{{"session", nullptr}};
}

// Newer terminal clients wait for this before they call themselves connected. Every client hears of every
// run that it may follow, so there is nothing to remember.
net::Task<Reply> sessions_subscribe(Call call) {
    json::object answer{{"subscribed", true}};
    if (call.request.params.is_object() && !call.request.params.get_object().empty()) {
        auto list = co_await sessions_list(call);
        if (list) answer["list"] = std::move(*list);
    }
    co_return answer;
}

// The same for one conversation, and its end.
Reply sessions_messages_subscribe(Call& call) {
    auto params = call.params();
    const auto typed = params.required_text("key");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    auto key = call.room.means.chat.key_of(call.client->principal(), typed);
    if (!key) return std::unexpected(wire_error(key.error()));
    const bool begins = call.request.method == "sessions.messages.subscribe";
    return json::object{{"subscribed", begins}, {"key", std::move(key->text)}};
}

net::Task<Reply> sessions_resolve(Call call) {
    auto params = call.params();
    const auto key = params.filled_text("key"), id = params.filled_text("sessionId"),
               label = params.filled_text("label");
    const auto agent_id = params.filled_text("agentId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    if (int(key.has_value()) + int(id.has_value()) + int(label.has_value()) > 1)
        co_return std::unexpected(invalid_request("Provide either key, sessionId, or label (not multiple)"));
    if (!key && !id && !label)
        co_return std::unexpected(invalid_request("Either key, sessionId, or label is required"));
    std::string wanted;
    if (key) {
        auto canonical = call.room.means.chat.key_of(call.client->principal(), *key);
        if (!canonical) co_return std::unexpected(wire_error(canonical.error()));
        wanted = canonical->text;
    }
    auto sessions = co_await load_sessions(call, agent_id.value_or(""));
    if (!sessions) co_return std::unexpected(std::move(sessions.error()));
    std::vector<std::string> found;
    for (const auto& session : *sessions)
        if (key ? session.key == wanted
                : string_at(session.entry, id ? "sessionId" : "label").value_or("") == (id ? *id : *label))
            found.push_back(session.key);
    if (found.size() > 1)
        co_return std::unexpected(
            invalid_request(fmt::format("Multiple sessions found: {}", joined(found, ", "))));
    if (found.empty())
        co_return std::unexpected(
            invalid_request(label ? fmt::format("No session found with label: {}", *label)
                                  : fmt::format("No session found: {}", key ? *key : *id)));
    co_return json::object{{"ok", true}, {"key", found.front()}};
}

namespace {

json::object preview_item(const json::object& message, std::size_t chars_max) {
    const auto role = string_at(message, "role").value_or("other");
    const auto text = chat::text_of_content(message);
    return {{"role", json::string_view(role == "toolResult" ? std::string_view("tool") : role)},
            {"text", text.size() > chars_max ? shortened(text, chars_max - 3) + "..." : text}};
}

net::Task<json::object> preview_of(Call call, std::string typed, std::size_t limit, std::size_t chars_max) {
    json::object preview{{"key", typed}, {"status", "missing"}, {"items", json::array{}}};
    auto history = co_await call.room.means.chat.history(call.client->principal(), typed, limit);
    if (!history) {
        const auto code = history.error().code;
        preview["status"] = code == Code::not_found || code == Code::denied ? "missing" : "error";
        co_return preview;
    }
    if (history->session_id.empty()) co_return preview;
    auto& items = preview["items"].get_array();
    for (const auto& message : history->messages) items.push_back(preview_item(message.message, chars_max));
    preview["status"] = items.empty() ? "empty" : "ok";
    co_return preview;
}

}  // namespace

net::Task<Reply> sessions_preview(Call call) {
    constexpr std::size_t keys_max = 64;
    auto params = call.params();
    auto keys = params.required_texts("keys");
    const auto limit = params.integer("limit", 1, INT32_MAX).value_or(12);
    const auto chars = params.integer("maxChars", 20, INT32_MAX).value_or(240);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    if (keys.size() > keys_max) keys.resize(keys_max);
    json::array previews;
    for (auto& key : keys)
        previews.push_back(co_await preview_of(
            call, std::move(key), static_cast<std::size_t>(std::min<std::int64_t>(limit, 50)),
            static_cast<std::size_t>(std::min<std::int64_t>(chars, 2000))));
    co_return json::object{{"ts", to_ms(call.room.now())}, {"previews", std::move(previews)}};
}

}  // namespace openclaw::gateway::methods
