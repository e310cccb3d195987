// A conversation as the web and terminal clients hold it: send, history, abort.
#include "base/random.h"
#include "base/text.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/repeated_call.h"
#include "gateway/ws/slow_reader.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::int64_t timeout_ms_max = 24LL * 60 * 60 * 1000;

bool is_abort_text(std::string_view message) {
    const auto word = lowered(trimmed(message));
    return word == "/stop" || word == "stop" || word == "abort" || word == "esc";
}

json::object abort_reply(const std::vector<std::string>& run_ids) {
    json::array ids;
    for (const auto& id : run_ids) ids.emplace_back(id);
    return {{"ok", true}, {"aborted", !run_ids.empty()}, {"runIds", std::move(ids)}};
}

}  // namespace

Reply chat_send(Call& call) {
    auto params = call.params();
    const auto typed = params.required_text("sessionKey");
    auto message = params.required_text("message", true);
    const auto run_id = params.required_text("idempotencyKey");
    const auto timeout = params.integer("timeoutMs", 0, INT64_MAX);
    const auto thinking = params.filled_text("thinking");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    auto& chat = call.room.means.chat;
    const auto& who = call.client->principal();
    if (trimmed(message).empty()) return std::unexpected(invalid_request("message or attachment required"));
    if (is_abort_text(message)) {
        auto key = chat.key_of(who, typed);
        if (!key) return std::unexpected(wire_error(key.error()));
        return abort_reply(chat.abort(who, key->text, {}, "stop"));
    }
    if (thinking && !message.starts_with('/')) message = fmt::format("/think {} {}", *thinking, message);
    chat::SendRequest request{.asked_by = who,
                              .session_key = typed,
                              .message = std::move(message),
                              .run_id = run_id,
                              .room = room_of(call.room.means.loop, call.client)};
    if (timeout && *timeout > 0) request.timeout = Milliseconds(std::min(*timeout, timeout_ms_max));
    const auto known = chat.find_repeated(who, run_id);
    if (!known) return std::unexpected(wire_error(known.error()));
    const bool repeated = known->has_value();
    if (!repeated)
        if (auto refusal = refuse_repeated(call, typed, request.message))
            return std::unexpected(std::move(*refusal));
    if (!repeated) call.room.feed->expect(run_id, {.connection = call.client->id(), .typed_key = typed});
    auto ack = chat.send(std::move(request));
    if (!ack) {
        if (!repeated) call.room.feed->forget(run_id);
        return std::unexpected(wire_error(ack.error()));
    }
    return json::object{{"runId", ack->run_id}, {"status", json::string_view(chat::name_of(ack->status))}};
}

net::Task<Reply> chat_history(Call call) {
    auto params = call.params();
    const auto typed = params.required_text("sessionKey");
    const auto limit = params.integer("limit", 1, 1000).value_or(200);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    auto history = co_await call.room.means.chat.history(call.client->principal(), typed,
                                                         static_cast<std::size_t>(limit));
    if (!history) co_return std::unexpected(wire_error(history.error()));
    json::array messages;
    for (auto& message : history->messages) messages.push_back(std::move(message.message));
    json::object answer{{"sessionKey", typed}};
    if (!history->session_id.empty()) answer["sessionId"] = history->session_id;
    answer["messages"] = std::move(messages);
    answer["thinkingLevel"] = history->thinking_level.empty() ? "off" : history->thinking_level;
    co_return answer;
}

Reply chat_abort(Call& call) {
    auto params = call.params();
    const auto typed = params.required_text("sessionKey");
    const auto run_id = params.filled_text("runId").value_or("");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    auto& chat = call.room.means.chat;
    const auto& who = call.client->principal();
    auto key = chat.key_of(who, typed);
    if (!key) return std::unexpected(wire_error(key.error()));
    if (!run_id.empty())
        if (auto run = chat.find_run(who, run_id); run && run->session_key != key->text)
            return std::unexpected(invalid_request("runId does not match sessionKey"));
    return abort_reply(chat.abort(who, key->text, run_id, "rpc"));
}

}  // namespace openclaw::gateway::methods
