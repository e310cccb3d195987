// agent: one request, two answers; agent.wait: where a run stands.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "config/agents.h"
#include "config/environment/paths.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/repeated_call.h"
#include "gateway/ws/slow_reader.h"

namespace openclaw::gateway::methods {

namespace {

// The reference's command line names one of these whether or not anything goes there ("whatsapp", if nothing
// else was said).
bool is_chat_channel(std::string_view name) {
    constexpr std::array<std::string_view, 7> names{"telegram", "whatsapp", "discord", "googlechat",
                                                    "slack",    "signal",   "imessage"};
    return std::ranges::find(names, lowered(trimmed(name))) != names.end();
}

bool is_known_channel(std::string_view name) {
    return name == "webchat" || name == "last" || name == "none" || name == "internal" ||
           is_chat_channel(name);
}

using State = chat::RunOutcome::State;

json::object usage_of(const providers::TokenUsage& usage) {
    return {{"input", usage.input},
            {"output", usage.output},
            {"cacheRead", usage.cache_read},
            {"cacheWrite", usage.cache_write},
            {"total", usage.input + usage.output + usage.cache_read + usage.cache_write}};
}

json::object result_of(const chat::RunOutcome& run) {
    json::array payloads;
    if (!run.text.empty()) payloads.push_back(json::object{{"text", run.text}, {"mediaUrl", nullptr}});
    json::object agent_meta{{"sessionId", run.session_id}, {"usage", usage_of(run.usage)}};
    if (run.model) {
        agent_meta["provider"] = run.model->provider.text();
        agent_meta["model"] = run.model->model;
    }
    if (!run.credential.empty()) agent_meta["credential"] = run.credential;
    json::object result{{"payloads", std::move(payloads)},
                        {"meta", json::object{{"durationMs", (run.ended - run.started).count()},
                                              {"agentMeta", std::move(agent_meta)},
                                              {"aborted", run.state == State::aborted}}}};
    // What the person should know beside the answer: who was refused before, another model that answered.
    if (!run.notices.empty()) result["notices"] = json::array(run.notices.begin(), run.notices.end());
    return result;
}

bool ran_out_of_time(const chat::RunOutcome& run) {
    return run.error && run.error->code == Code::timed_out;
}

// The second answer, and what a repeated request gets once the run is over.
Reply final_reply(const chat::RunOutcome& run) {
    json::object payload{{"runId", run.run_id}, {"sessionKey", run.session_key}};
    if (run.state == State::final || (run.state == State::aborted && !ran_out_of_time(run))) {
        payload["status"] = "ok";
        payload["summary"] = run.state == State::aborted ? "aborted" : "completed";
        payload["result"] = result_of(run);
        return payload;
    }
    const Error problem = run.error.value_or(Error{Code::internal, "the run failed", {}});
    payload["status"] = ran_out_of_time(run) ? "timeout" : "error";
    payload["summary"] = problem.message;
    if (!run.text.empty()) payload["result"] = result_of(run);  // what had come until then
    auto error = wire_error(problem);
    error.code = ran_out_of_time(run) ? "AGENT_TIMEOUT" : "UNAVAILABLE";
    error.details["kind"] = name_of(problem.code);
    if (run.again_in) {
        error.retryable = true;
        error.retry_after = run.again_in;
    }
    error.payload = std::move(payload);
    return std::unexpected(std::move(error));
}

void answer_at_end(Room& room, const std::string& run_id, std::weak_ptr<Client> client,
                   std::string request_id) {
    room.feed->on_end(
        run_id, [&room, run_id, client = std::move(client), request_id = std::move(request_id)] {
            const auto receiver = client.lock();
            if (!receiver) return;
            const auto run = room.means.chat.find_run(receiver->principal(), run_id);
            if (run)
                room.means.tasks.spawn(
                    send_when_read(room.means.loop, client, reply_frame(request_id, final_reply(*run))));
        });
}

std::string_view wait_status(const chat::RunOutcome& run) {
    switch (run.state) {
        case State::final:
            return "ok";
        case State::aborted:
        case State::error:
            return ran_out_of_time(run) ? "timeout" : "error";
        case State::queued:
        case State::running:
            return "timeout";
    }
    return "timeout";
}

WireResult<chat::SendRequest> read_request(Call& call, Params& params) {
    chat::SendRequest request{.asked_by = call.client->principal(),
                              .session_key = params.filled_text("sessionKey").value_or(""),
                              .message = params.required_text("message"),
                              .run_id = params.required_text("idempotencyKey"),
                              .commands = false};
    request.extra_system_prompt = params.filled_text("extraSystemPrompt").value_or("");
    const auto agent_id = params.filled_text("agentId");
    const auto channel = params.filled_text("channel");
    const bool deliver = params.flag("deliver", false);
    const auto timeout = params.integer("timeout", 0, 86400);
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    const auto refused = [](std::string why) {
        return std::unexpected(invalid_request("invalid agent params: " + std::move(why)));
    };
    if (channel && !is_known_channel(*channel)) return refused(fmt::format("unknown channel: {}", *channel));
    if (channel && deliver && is_chat_channel(*channel))
        return refused(
            fmt::format("deliver: this gateway has no chat channels, so nothing goes to {}", *channel));
    if (agent_id) {
        const auto found = chat::agent_for(request.asked_by, *agent_id, call.config());
        if (!found) return refused(found.error().message);
        const auto* agent = *found;
        request.agent_id = agent->id;
        if (request.session_key.starts_with("agent:")) {
            const auto owner = request.session_key.substr(6, request.session_key.find(':', 6) - 6);
            if (config::normalised_agent_id(owner) != agent->id)
                return refused(
                    fmt::format("agent \"{}\" does not match session key agent \"{}\"", *agent_id, owner));
        } else if (!request.session_key.empty()) {
            request.session_key = fmt::format("agent:{}:{}", agent->id, request.session_key);
        }
    }
    if (timeout && *timeout > 0) request.timeout = std::chrono::seconds(*timeout);
    return request;
}

}  // namespace

net::Task<Reply> agent(Call call) {
    auto params = call.params();
    auto request = read_request(call, params);
    if (!request) co_return std::unexpected(std::move(request.error()));
    auto& room = call.room;
    if (const auto session_id = params.filled_text("sessionId")) {
        auto key = co_await room.means.chat.find_session(request->asked_by, *session_id);
        if (!key) co_return std::unexpected(wire_error(key.error()));
        request->session_key = std::move(*key);
    }
    const auto run_id = request->run_id;
    const auto repeated = room.means.chat.find_repeated(request->asked_by, run_id);
    if (!repeated) co_return std::unexpected(wire_error(repeated.error()));
    const auto& known = *repeated;
    if (known && known->over()) co_return final_reply(*known);
    if (!known)
        if (auto refusal = refuse_repeated(call, request->session_key, request->message))
            co_return std::unexpected(std::move(*refusal));
    if (!known && !request->session_key.empty())
        room.feed->expect(run_id, {.connection = call.client->id(), .typed_key = request->session_key});
    request->room = room_of(room.means.loop, call.client);
    auto ack = room.means.chat.send(std::move(*request));
    if (!ack) {
        if (!known) room.feed->forget(run_id);
        co_return std::unexpected(wire_error(ack.error()));
    }
    answer_at_end(room, ack->run_id, call.client, call.request.id);
    co_return json::object{{"runId", ack->run_id},
                           {"status", "accepted"},
                           {"sessionKey", ack->session_key},
                           {"acceptedAt", to_ms(room.now())}};
}

net::Task<Reply> agent_wait(Call call) {
    auto params = call.params();
    const auto run_id = params.required_text("runId");
    const auto timeout = params.integer("timeoutMs", 0, 24LL * 60 * 60 * 1000).value_or(30000);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto run =
        co_await call.room.means.chat.wait(call.client->principal(), run_id, Milliseconds(timeout));
    json::object answer{{"runId", run_id}, {"status", "timeout"}};
    if (!run) co_return answer;
    answer["status"] = json::string_view(wait_status(*run));
    if (run->state != State::queued) answer["startedAt"] = to_ms(run->started);
    if (run->over()) answer["endedAt"] = to_ms(run->ended);
    if (run->state == State::aborted) answer["error"] = "aborted: " + run->stop_reason;
    if (run->error) answer["error"] = run->error->message;
    co_return answer;
}

}  // namespace openclaw::gateway::methods
