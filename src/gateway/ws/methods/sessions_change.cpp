// Changing the sessions: patch, reset, delete.
#include <algorithm>
#include <array>

#include "auth/models/model_ref.h"
#include "base/random.h"
#include "base/text.h"
#include "chat/sessions/session_entry.h"
#include "chat/sessions/session_key.h"
#include "config/agents.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/session_rows.h"
#include "providers/catalogue/typed_model.h"

namespace openclaw::gateway::methods {

namespace {

// A member that takes one of some words; null takes it away, and so does `clears`.
struct WordMember {
    std::string_view name;
    std::string_view words;  // "off|on|full"
    std::string_view clears = {};
};
constexpr std::array word_members = {
    WordMember{"thinkingLevel", "off|minimal|low|medium|high|xhigh", "off"},
    WordMember{"verboseLevel", "off|on|full"},
    WordMember{"reasoningLevel", "on|off|stream", "off"},
    WordMember{"responseUsage", "off|tokens|full|on", "off"},
    WordMember{"elevatedLevel", "on|off|ask|full"},
    WordMember{"sendPolicy", "allow|deny"},
    WordMember{"groupActivation", "mention|always"},
    WordMember{"execHost", "sandbox|gateway|node"},
    WordMember{"execSecurity", "deny|allowlist|full"},
    WordMember{"execAsk", "off|on-miss|always"},
};

using Changes = std::vector<std::pair<std::string, json::value>>;  // null: take away

void read_words(Params& params, Changes& changes, std::optional<WireError>& problem) {
    for (const auto& member : word_members) {
        const auto* value = params.all().if_contains(member.name);
        if (!value) continue;
        const auto word = value->is_string() ? lowered(trimmed(value->get_string())) : std::string();
        const auto known = split(member.words, '|');
        if (!value->is_null() && std::ranges::find(known, word) == known.end()) {
            problem = invalid_request(fmt::format("invalid {} (use {})", member.name, member.words));
            return;
        }
        const bool clears = value->is_null() || (!member.clears.empty() && word == member.clears);
        changes.emplace_back(member.name, clears ? json::value(nullptr) : json::value(word));
    }
}

std::optional<WireError> read_model(const Call& call, Params& params, Changes& changes) {
    const auto& config = call.config();
    const auto& who = call.client->principal();
    const auto* value = params.all().if_contains("model");
    if (!value) return std::nullopt;
    if (!value->is_null() && !value->is_string())
        return invalid_request("invalid sessions.patch params: at /model: must be string");
    const auto text = value->is_null() ? std::string() : std::string(trimmed(value->get_string()));
    const auto plan = auth::model_plan(config, nullptr);
    if (text.empty()) {
        changes.emplace_back("providerOverride", nullptr);
        changes.emplace_back("modelOverride", nullptr);
        return std::nullopt;
    }
    auto choice = auth::parse_model_choice(text, config);
    if (!choice) return wire_error(choice.error());
    if (auto fine = providers::check_typed(choice->model, choice->typed, config); !fine)
        return wire_error(fine.error());
    if (!auth::allows(plan, choice->model) || !who.limits().allow_model(choice->model.key()))
        return invalid_request(fmt::format("model not allowed: {}", choice->model.key()));
    const bool is_default = choice->model == plan.primary;
    changes.emplace_back("providerOverride",
                         is_default ? json::value(nullptr) : json::value(choice->model.provider.text()));
    changes.emplace_back("modelOverride",
                         is_default ? json::value(nullptr) : json::value(choice->model.model));
    if (choice->profile && !chat::may_pin(who)) return wire_error(chat::pin_refusal(who));
    if (choice->profile) {
        changes.emplace_back("authProfileOverride", choice->profile->text);
        changes.emplace_back("authProfileOverrideSource", "user");
    }
    return std::nullopt;
}

std::optional<WireError> read_label(Params& params, Changes& changes) {
    const auto* value = params.all().if_contains("label");
    if (!value) return std::nullopt;
    if (value->is_null()) {
        changes.emplace_back("label", nullptr);
        return std::nullopt;
    }
    const auto label = value->is_string() ? std::string(trimmed(value->get_string())) : std::string();
    if (label.empty() || label.size() > 64) return invalid_request("invalid label (1 to 64 characters)");
    changes.emplace_back("label", label);
    return std::nullopt;
}

net::Task<std::optional<WireError>> refuse_label_in_use(chat::Chat& chat, std::string key, Changes changes) {
    const auto label = std::ranges::find(changes, "label", &Changes::value_type::first);
    if (label == changes.end() || !label->second.is_string()) co_return std::nullopt;
    const auto sessions = co_await chat.list_sessions(access::Doorman::this_process());
    if (!sessions) co_return wire_error(sessions.error());
    for (const auto& session : *sessions)
        if (session.key != key &&
            string_at(session.entry, "label").value_or("") == std::string_view(label->second.get_string()))
            co_return invalid_request(
                fmt::format("label already in use: {}", std::string_view(label->second.get_string())));
    co_return std::nullopt;
}

void apply(json::object& entry, const Changes& changes, TimePoint now) {
    if (!string_at(entry, "sessionId")) entry["sessionId"] = random_uuid();
    for (const auto& [name, value] : changes) {
        if (value.is_null())
            entry.erase(name);
        else
            entry[name] = value;
    }
    chat::touch(entry, now);
}

}  // namespace

net::Task<Reply> sessions_patch(Call call) {
    Room& room = call.room;
    auto params = call.params();
    const auto typed = params.required_text("key");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto& who = call.client->principal();
    auto key = room.means.chat.key_of(who, typed);
    if (!key) co_return std::unexpected(wire_error(key.error()));
    Changes changes;
    std::optional<WireError> problem;
    read_words(params, changes, problem);
    if (!problem) problem = read_model(call, params, changes);
    if (!problem) problem = read_label(params, changes);
    if (!problem) problem = co_await refuse_label_in_use(room.means.chat, key->text, changes);
    if (problem) co_return std::unexpected(std::move(*problem));
    const auto* agent = call.config().find_agent(key->agent_id);
    if (!agent)
        co_return std::unexpected(invalid_request(config::unknown_agent(key->agent_id, call.config())));
    auto entry = co_await room.means.chat.change_record(
        who, key->text, [changes, now = room.now()](json::object& record) { apply(record, changes, now); });
    if (!entry) co_return std::unexpected(wire_error(entry.error()));
    co_return json::object{{"ok", true},
                           {"path", session_file(call.config(), *agent)},
                           {"key", key->text},
                           {"entry", std::move(*entry)}};
}

net::Task<Reply> sessions_reset(Call call) {
    auto params = call.params();
    const auto typed = params.required_text("key");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    auto session = co_await call.room.means.chat.reset(call.client->principal(), typed);
    if (!session) co_return std::unexpected(wire_error(session.error()));
    co_return json::object{{"ok", true}, {"key", session->key}, {"entry", std::move(session->entry)}};
}

net::Task<Reply> sessions_delete(Call call) {
    constexpr Milliseconds end_deadline = std::chrono::seconds(15);
    Room& room = call.room;
    auto params = call.params();
    const auto typed = params.required_text("key");
    const bool with_transcript = params.flag("deleteTranscript", true);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto& who = call.client->principal();
    auto key = room.means.chat.key_of(who, typed);
    if (!key) co_return std::unexpected(wire_error(key.error()));
    if (key->is_main() || key->text == "global")
        co_return std::unexpected(
            invalid_request(fmt::format("Cannot delete the main session ({}).", key->text)));
    const auto* agent = call.config().find_agent(key->agent_id);
    if (!agent)
        co_return std::unexpected(invalid_request(config::unknown_agent(key->agent_id, call.config())));

    for (const auto& run_id : room.means.chat.abort(who, key->text, {}, "rpc")) {
        const auto run = co_await room.means.chat.wait(who, run_id, end_deadline);
        if (run && !run->over())
            co_return std::unexpected(WireError{
                .code = "UNAVAILABLE",
                .message = fmt::format("Session {} is still active; try again in a moment.", key->text),
                .retryable = true});
    }
    auto removed = co_await room.means.chat.remove(who, key->text, with_transcript);
    if (!removed) co_return std::unexpected(wire_error(removed.error()));
    json::array archived;
    for (auto& path : removed->archived) archived.emplace_back(std::move(path));
    co_return json::object{
        {"ok", true}, {"key", key->text}, {"deleted", removed->was_there}, {"archived", std::move(archived)}};
}

}  // namespace openclaw::gateway::methods
