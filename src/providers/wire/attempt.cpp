#include "providers/wire/attempt.h"

#include <algorithm>

#include "auth/choice/credential_rules.h"
#include "base/broken_text.h"
#include "base/text.h"
#include "base/version.h"
#include "net/http/sse.h"
#include "net/loop/abort_timer.h"
#include "providers/failures/failure.h"
#include "providers/wire/answer_kind.h"
#include "providers/wire/silent_answer.h"
#include "providers/wire/surrogates.h"

namespace openclaw::providers {
namespace {

using Step = AnswerReader::Step;

// What an answer may have on the wire, by its text: reasoning, frames of a hundred bytes around each word.
constexpr std::size_t stream_factor = 128, document_factor = 8;
constexpr int redirects_max = 2;
constexpr Milliseconds first_byte_max = std::chrono::minutes(3);
constexpr Milliseconds idle_max = std::chrono::minutes(3);

// One exchange under way: what its steps share.
struct Running {
    Transport transport;
    Attempt attempt;
    std::unique_ptr<AnswerReader> reader;
    DeltaSink on_delta;
    net::Abort abort;     // by whoever wants the answer
    net::Abort exchange;  // ends the exchange: with that abort, or when nothing more is waited for
    std::string asked;    // the address
    std::chrono::steady_clock::time_point end;
    int status = 0;
    net::Headers headers = {};
    bool partial = false;
    SurrogateJoiner surrogates = {};

    bool late() const { return transport.loop.now() >= end; }
};

std::unexpected<Failure> failed_with(const Running& run, Failure failure) {
    failure.partial = run.partial;
    failure.usage = run.reader->completion().usage;
    failure.aborted = failure.aborted || run.abort.requested();
    return std::unexpected(std::move(failure));
}

std::unexpected<Failure> refused(const Running& run, std::string body) {
    return failed_with(run, classify({.provider = run.attempt.provider,
                                      .status = run.status,
                                      .headers = run.headers,
                                      .body = std::move(body),
                                      .transport = {},
                                      .credential = run.attempt.credential,
                                      .secrets = run.attempt.secrets,
                                      .asked = run.asked},
                                     run.transport.clock.now()));
}

std::unexpected<Failure> torn(const Running& run, Error error) {
    return failed_with(run, classify({.provider = run.attempt.provider,
                                      .status = run.status,
                                      .transport = std::move(error),
                                      .credential = run.attempt.credential,
                                      .secrets = run.attempt.secrets},
                                     run.transport.clock.now()));
}

Error too_late(const Running& run) {
    return {Code::timed_out,
            fmt::format("no complete answer from {} in {} s", run.attempt.provider,
                        std::chrono::duration_cast<std::chrono::seconds>(run.attempt.deadline).count()),
            {}};
}

Error ended_early(const Running& run) {
    return {Code::unavailable,
            fmt::format("the stream from {} ended before its answer did", run.attempt.provider),
            {}};
}

std::unexpected<Failure> too_much(const Running& run) {
    Failure failure;
    failure.reason = auth::FailureReason::no_answer;
    failure.message = fmt::format("{} sent more than one answer may have: {} bytes, by {}",
                                  run.attempt.provider, run.attempt.bytes_max, answer_bytes_setting);
    failure.hint = fmt::format("allow longer ones: `openclaw config set {} {}`", answer_bytes_setting,
                               2 * run.attempt.bytes_max);
    return failed_with(run, std::move(failure));
}

Error unreadable(const Running& run) {
    return {Code::too_large, fmt::format("{} sent something that is no answer", run.attempt.provider), {}};
}

// As much of an error's body as matters; whatever goes wrong on the way, the status stands.
net::Task<std::string> error_body(Running& run, net::ResponseBody& body) {
    std::string text;
    while (text.size() < error_body_bytes_max && !run.late()) {
        auto piece = co_await body.next();
        if (!piece || !*piece) break;
        text += **piece;
    }
    text.resize(std::min(text.size(), error_body_bytes_max));
    co_return text;
}

// What the events of one piece have brought.
struct Taken {
    std::string text = {};
    Step step = Step::more;
    std::string refused = {};  // the event that is no part of an answer
};

void take_event(Running& run, const net::SseEvent& event, Taken& taken) {
    if (taken.step != Step::more) return;
    const auto take = [&](std::string_view data) {
        taken.step = run.reader->on_event({event.event, data}, taken.text);
        if (taken.step == Step::failed) taken.refused = data;
    };
    if (is_utf8(event.data) && !run.surrogates.concerns(event.data)) return take(event.data);
    // A broken byte costs that character, not the answer.
    take(run.surrogates.joined(well_formed(std::string(event.data))));
}

// The new text of a piece leaves in one piece.
Attempted<Step> take_events(Running& run, net::SseParser& parser, std::string_view bytes) {
    Taken taken;
    const auto read = parser.feed(bytes, [&](const net::SseEvent& event) { take_event(run, event, taken); });
    if (!read) return torn(run, unreadable(run));
    if (!taken.text.empty()) {
        run.partial = true;
        if (run.on_delta) run.on_delta(taken.text);
    }
    if (taken.step == Step::failed) return refused(run, std::move(taken.refused));
    if (run.reader->completion().text.size() > run.attempt.bytes_max) return too_much(run);
    return taken.step;
}

Attempted<Completion> answered(const Running& run) {
    const auto& completion = run.reader->completion();
    auto silence = find_silence(run.attempt.provider, completion, run.reader->wordless());
    if (silence) return failed_with(run, std::move(*silence));
    return completion;
}

// The next piece, empty at the end of the body.
net::Task<Attempted<std::optional<std::string>>> next_piece(Running& run, net::ResponseBody& body) {
    if (run.late()) co_return torn(run, too_late(run));
    auto piece = co_await body.next();
    if (run.abort.requested()) co_return torn(run, {Code::cancelled, "aborted", {}});
    if (!piece) co_return torn(run, piece.error());
    co_return std::move(*piece);
}

// A stream from its first bytes on. Once the answer is whole, its end may tell more for a moment, but
// needn't.
net::Task<Attempted<Completion>> read_stream(Running& run, net::ResponseBody& body, std::string bytes) {
    net::SseParser parser;
    net::AbortTimer end(run.transport.loop, run.exchange);
    std::size_t left = run.attempt.bytes_max * stream_factor;
    for (;;) {
        if (bytes.size() > left) co_return too_much(run);
        left -= bytes.size();
        const auto step = take_events(run, parser, bytes);
        if (!step) co_return std::unexpected(step.error());
        if (*step == Step::done) break;
        if (run.reader->complete()) end.start(run.transport.after_end);
        if (run.attempt.room) co_await run.attempt.room(run.abort);
        auto piece = co_await next_piece(run, body);
        const bool over = !piece || !*piece;
        if (over && run.reader->complete() && !run.abort.requested()) break;
        if (!piece) co_return std::unexpected(piece.error());
        if (!*piece) co_return torn(run, ended_early(run));
        bytes = std::move(**piece);
    }
    co_return answered(run);
}

// An answer in one document. What isn't one is an error, whatever its status.
Attempted<Completion> read_document(Running& run, std::string text) {
    const auto valid = run.surrogates.joined(well_formed(text));  // a mended text is longer than it came
    const auto parsed = parse_json(valid, valid.size());
    const auto* answer = parsed ? as_object(&*parsed) : nullptr;
    if (!answer || !run.reader->on_whole(*answer)) {
        auto failure = refused(run, std::move(text)).error();
        if (failure.reason == auth::FailureReason::unknown)
            failure.reason = auth::FailureReason::server_error;
        return std::unexpected(std::move(failure));
    }
    const auto& said = run.reader->completion().text;
    if (said.size() > run.attempt.bytes_max) return too_much(run);
    if (run.on_delta && !said.empty()) run.on_delta(said);
    return answered(run);
}

// Reads until the bytes show what they are, and then what that takes.
net::Task<Attempted<Completion>> read_answer(Running& run, net::ResponseBody& body) {
    std::string bytes;
    std::optional<AnswerKind> kind;
    for (bool over = false; !over;) {
        auto piece = co_await next_piece(run, body);
        if (!piece) co_return std::unexpected(piece.error());
        over = !*piece;
        if (*piece) bytes += **piece;
        bytes.erase(0, bytes.size() - without_front_blanks(bytes).size());
        if (!kind) kind = find_answer_kind(bytes);
        if (kind == AnswerKind::events) co_return co_await read_stream(run, body, std::move(bytes));
        if (bytes.size() > run.attempt.bytes_max * document_factor) co_return too_much(run);
    }
    // Of a stream, so few bytes are a cut.
    if (!kind && !bytes.empty() && run.attempt.streamed) co_return torn(run, ended_early(run));
    co_return read_document(run, std::move(bytes));
}

// The address without its query, in which some carry a key.
std::string place_of(net::Url url) {
    url.target.resize(std::min(url.target.find('?'), url.target.size()));
    return url.text();
}

}  // namespace

net::Task<Attempted<Completion>> make_attempt(Transport transport, Attempt attempt,
                                              std::unique_ptr<AnswerReader> reader, DeltaSink on_delta,
                                              net::Abort abort) {
    Running run{.transport = transport,
                .attempt = std::move(attempt),
                .reader = std::move(reader),
                .on_delta = std::move(on_delta),
                .abort = abort,
                .exchange = {},
                .asked = {},
                .end = {}};
    run.asked = place_of(run.attempt.request.url);
    run.attempt.request.redirects_max = redirects_max;
    run.end = transport.loop.now() + run.attempt.deadline;
    const auto passed_on = abort.on_request([exchange = run.exchange] { exchange.request(); });
    auto response = co_await transport.http.send(std::move(run.attempt.request), run.exchange);
    if (!response) co_return torn(run, response.error());
    run.status = response->status;
    run.headers = std::move(response->headers);
    if (run.status < 200 || run.status >= 300) {
        auto text = co_await error_body(run, *response->body);
        co_return refused(run, std::move(text));
    }
    co_return co_await read_answer(run, *response->body);
}

Milliseconds time_for(const CompletionRequest& request, const Endpoint& endpoint) {
    return std::min(request.deadline, endpoint.request_max.value_or(request.deadline));
}

net::Deadlines deadlines_for(Milliseconds whole, bool streamed) {
    net::Deadlines deadlines;
    deadlines.connect = std::min(deadlines.connect, whole);
    deadlines.first_byte = streamed ? std::min(first_byte_max, whole) : whole;
    deadlines.idle = std::min(idle_max, whole);
    return deadlines;
}

net::Deadlines deadlines_for(const CompletionRequest& request, const Endpoint& endpoint, bool streamed) {
    const auto whole = time_for(request, endpoint);
    auto deadlines = deadlines_for(whole, streamed);
    if (endpoint.request_max) deadlines.first_byte = deadlines.idle = whole;
    return deadlines;
}

std::string user_agent() {
    return fmt::format("openclaw/{}", version());
}

std::vector<Secret> header_secrets(const Endpoint& endpoint) {
    std::vector<Secret> secrets;
    for (const auto& [name, value] : endpoint.headers.fields()) secrets.emplace_back(std::string_view(value));
    return secrets;
}

std::optional<Failure> find_unsendable(const auth::Candidate& credential, const auth::ProviderId& provider) {
    if (!credential.secret || auth::can_be_sent(*credential.secret)) return std::nullopt;
    Failure failure;
    failure.reason = auth::FailureReason::auth;
    failure.message = fmt::format(
        "the credential for {} holds a character that a header can't carry; enter it again", provider);
    return failure;
}

}  // namespace openclaw::providers
