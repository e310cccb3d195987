// POST /v1/chat/completions: OpenAI's shape in front of the conversations.
#include <new>

#include "auth/models/model_ref.h"
#include "base/random.h"
#include "gateway/http/allowance_headers.h"
#include "gateway/http/completion_answer.h"
#include "gateway/http/completion_request.h"
#include "gateway/http/error_response.h"
#include "gateway/http/handlers.h"
#include "net/http/sse.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway::http {

namespace {

constexpr std::size_t depth_max = 64;
constexpr std::size_t unread_max = 256u << 10;  // of an answer whose caller reads slowly
constexpr std::string_view sign_of_life = ": still working\n\n";

// Text on its way from the model to the caller. The model's side adds, the caller's side takes what came in
// one turn of the loop; where he takes it slowly, the model's side waits.
struct Pipe {
    explicit Pipe(net::Loop& loop) : changed(loop), taken(loop) {}
    std::string text;
    std::optional<CompletionOutcome> outcome;
    net::Event changed, taken;
};

net::Task<void> wait_for_room(std::shared_ptr<Pipe> pipe, net::Abort abort) {
    while (pipe->text.size() > unread_max && !abort.requested())
        co_await pipe->taken.wait_for(std::chrono::hours(1), abort);
}

// For an answer that is told as it comes. What is answered whole is kept whole.
providers::Room room_in(const std::shared_ptr<Pipe>& pipe, const CompletionCall& call) {
    if (!call.stream) return {};
    return [pipe](net::Abort abort) { return wait_for_room(pipe, std::move(abort)); };
}

// A call that names a user or a session is a turn in that session, with its transcript.
net::Task<void> run_in_session(chat::Chat& chat, access::Principal asked_by, CompletionCall call,
                               std::shared_ptr<Pipe> pipe, net::Abort abort) {
    const auto run_id = random_uuid();
    const auto subscription = chat.subscribe([run_id, pipe](const chat::RunEvent& event) {
        if (event.run_id != run_id || event.kind != chat::RunEvent::Kind::delta) return;
        pipe->text += event.delta;
        pipe->changed.notify();
    });
    const auto ack = chat.send({.asked_by = asked_by,
                                .session_key = call.session_key,
                                .message = call.message,
                                .run_id = run_id,
                                .commands = false,
                                .extra_system_prompt = call.system,
                                .room = room_in(pipe, call),
                                .wishes = call.wishes});
    if (!ack) {
        pipe->outcome = refused_outcome(ack.error());
    } else {
        const auto watching = abort.on_request([&chat, asked_by, key = ack->session_key, run_id] {
            chat.abort(asked_by, key, run_id, "disconnect");
        });
        auto run = co_await chat.wait(asked_by, run_id, std::chrono::hours(24));
        pipe->outcome = outcome_of(run);
    }
    pipe->changed.notify();
}

// Every other call stands alone: the caller keeps the conversation, nothing is recorded here.
net::Task<void> run_alone(chat::Chat& chat, access::Principal asked_by, ServingPointer serving,
                          CompletionCall call, std::shared_ptr<Pipe> pipe, net::Abort abort) {
    auto request = alone_request(call, *serving->config, std::move(asked_by));
    if (!request) {
        pipe->outcome = refused_outcome(request.error());
    } else {
        request->abort = abort;
        request->room = room_in(pipe, call);
        request->on_delta = [pipe](std::string_view piece) {
            pipe->text += piece;
            pipe->changed.notify();
        };
        pipe->outcome = outcome_of(co_await chat.answer(std::move(*request)));
    }
    pipe->changed.notify();
}

// The caller waits for an outcome, so there is one even when memory runs out on the way.
net::Task<void> to_some_end(net::Task<void> run, std::shared_ptr<Pipe> pipe) {
    try {
        co_await run;
    } catch (const std::bad_alloc&) {
        pipe->outcome =
            CompletionOutcome{.failure = CompletionFailure{503, "out of memory", "api_error", {}}};
        pipe->changed.notify();
    }
}

// Nobody is told anything any more: the caller has gone, or he would not be let in today.
bool is_over(const Visit& visit) {
    return visit.exchange.gone().requested() || visit.call->withdrawn().requested();
}

net::Response with_allowance(const Visit& visit, net::Response response) {
    add_allowance_headers(response.headers, visit.means.usage.governor(), visit.call->principal());
    return response;
}

net::Task<void> answer_whole(const Visit& visit, const CompletionCall& call, Pipe& pipe) {
    auto& exchange = visit.exchange;
    while (!pipe.outcome && !is_over(visit)) co_await pipe.changed.wait();
    if (exchange.gone().requested()) co_return;
    if (is_over(visit))
        co_await exchange.respond(unauthorized_response());
    else if (pipe.outcome->failure)
        co_await exchange.respond(with_allowance(visit, failure_response(*pipe.outcome->failure)));
    else
        co_await exchange.respond(
            with_allowance(visit, json_response(200, completion_body(call, *pipe.outcome))));
}

const CompletionFailure withdrawn_failure{
    401, "the gateway's secret was replaced while this was answered", "unauthorized", {}};

net::Headers stream_headers(const Visit& visit) {
    net::Headers headers{{"Content-Type", "text/event-stream; charset=utf-8"},
                         {"Cache-Control", "no-cache"},
                         {"X-Accel-Buffering", "no"}};  // nginx would keep the pieces back
    add_allowance_headers(headers, visit.means.usage.governor(), visit.call->principal());
    return headers;
}

// Whether there is something to tell: text, an end, or that it is over.
bool has_news(const Visit& visit, const Pipe& pipe) {
    return !pipe.text.empty() || pipe.outcome || is_over(visit);
}

// False when nothing happened for so long.
net::Task<bool> news_within(Milliseconds silence, const Visit& visit, Pipe& pipe) {
    while (!has_news(visit, pipe))
        if (!co_await pipe.changed.wait_for(silence)) co_return has_news(visit, pipe);
    co_return true;
}

// The end of a stream, behind `sent` bytes of text.
std::string last_frames(const CompletionCall& call, const CompletionOutcome& outcome, std::size_t sent) {
    if (outcome.failure) return net::format_sse(failure_chunk(*outcome.failure));
    std::string frames;
    if (sent == 0)
        frames = net::format_sse(role_chunk(call)) + net::format_sse(text_chunk(call, outcome.text));
    frames += net::format_sse(last_chunk(call, outcome));
    if (call.include_usage) frames += net::format_sse(usage_chunk(call, outcome));
    return frames + net::format_sse("[DONE]");
}

// Tells what comes until the end, and in a long silence a comment: a proxy would take it for a dead
// connection. The text that was told; nothing when the caller can't be told any more.
net::Task<std::optional<std::size_t>> tell_text(const Visit& visit, const CompletionCall& call, Pipe& pipe) {
    std::size_t sent = 0;
    while (!is_over(visit) && (!pipe.outcome || !pipe.text.empty())) {
        std::string frames;
        if (!co_await news_within(visit.means.silence.between, visit, pipe)) {
            frames = sign_of_life;
        } else if (!pipe.text.empty()) {
            if (sent == 0) frames = net::format_sse(role_chunk(call));
            sent += pipe.text.size();
            frames += net::format_sse(text_chunk(call, std::exchange(pipe.text, {})));
            pipe.taken.notify();
        }
        if (!frames.empty() && !co_await visit.exchange.write(frames)) co_return std::nullopt;
    }
    co_return sent;
}

// The head goes out with the first text, so that a failure before it still has an honest status; or when
// nothing has come for so long that somebody on the way may lose patience.
net::Task<void> answer_streamed(const Visit& visit, const CompletionCall& call, Pipe& pipe) {
    auto& exchange = visit.exchange;
    const bool told = co_await news_within(visit.means.silence.before_head, visit, pipe);
    if (exchange.gone().requested()) co_return;
    if (is_over(visit)) {
        co_await exchange.respond(unauthorized_response());
        co_return;
    }
    if (pipe.outcome && pipe.outcome->failure && pipe.text.empty()) {
        co_await exchange.respond(with_allowance(visit, failure_response(*pipe.outcome->failure)));
        co_return;
    }
    if (!co_await exchange.start_stream(200, stream_headers(visit))) co_return;
    if (!told && !co_await exchange.write(sign_of_life)) co_return;
    const auto sent = co_await tell_text(visit, call, pipe);
    if (!sent) co_return;
    if (is_over(visit)) {  // cut, so that it can't pass for a whole answer
        co_await exchange.write(net::format_sse(failure_chunk(withdrawn_failure)));
        co_return;
    }
    if (!co_await exchange.write(last_frames(call, *pipe.outcome, *sent))) co_return;
    co_await exchange.finish();
}

// A call that names no agent means "main"; for who is restricted to agents it is the one that he may use.
std::string default_agent_of(const access::Principal& who, const config::Config& config) {
    return who.limits().agents ? chat::default_agent_for(who, config) : "main";
}

}  // namespace

net::Task<void> chat_completions(Visit& visit) {
    const auto& means = visit.means;
    auto& exchange = visit.exchange;
    if (!visit.serving->completions_enabled) {
        co_await exchange.respond(no_endpoint_response());
        co_return;
    }
    if (means.life.stopping) {
        co_await exchange.respond(api_error(503, "the gateway is stopping", "unavailable"));
        co_return;
    }
    auto body = parse_json(visit.body, visit.body.size(), depth_max);
    if (!body) {
        co_await exchange.respond(api_error(400, body.error().message, "invalid_request_error"));
        co_return;
    }
    const auto& asked_by = visit.call->principal();
    auto call = parse_completion(exchange.request().headers, *body, random_uuid(),
                                 default_agent_of(asked_by, *visit.serving->config));
    if (!call) {
        co_await exchange.respond(refused_call_response(call.error()));
        co_return;
    }
    call->created = to_ms(means.clock.now()) / 1000;
    auto pipe = std::make_shared<Pipe>(means.loop);
    net::Abort abort;
    const auto give_up = [abort, pipe] {
        abort.request();
        pipe->changed.notify();
    };
    const auto gone = exchange.gone().on_request(give_up);
    const auto withdrawn = visit.call->withdrawn().on_request(give_up);
    if (call->in_session) call->wishes.model = wished_model(*call, *visit.serving->config);
    auto run = call->in_session ? run_in_session(means.chat, asked_by, *call, pipe, abort)
                                : run_alone(means.chat, asked_by, visit.serving, *call, pipe, abort);
    means.tasks.spawn(to_some_end(std::move(run), pipe));
    if (call->stream)
        co_await answer_streamed(visit, *call, *pipe);
    else
        co_await answer_whole(visit, *call, *pipe);
    abort.request();
}

}  // namespace openclaw::gateway::http
