#include "providers/wire/openrouter/scan.h"

#include <algorithm>

#include "base/text.h"
#include "providers/failures/failure.h"
#include "providers/wire/endpoint.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers::openrouter {
namespace {

constexpr std::size_t list_bytes_max = 16u << 20, answer_bytes_max = 1u << 20, reason_bytes_max = 160;
constexpr std::string_view pixel =
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4//8/AAX+Av4zEpUUAAAAAElFTkSuQmCC";

struct Answered {
    int status = 0;
    net::Headers headers;
    std::string body;
};

net::Task<void> abort_after(net::Loop& loop, Milliseconds timeout, net::Abort late, net::Abort done) {
    if (co_await loop.sleep(timeout, done)) late.request();
}

net::Task<Result<Answered>> send(Transport transport, net::ClientRequest request, std::size_t bytes_max,
                                 net::Abort late) {
    auto response = co_await transport.http.send(std::move(request), late);
    if (!response) co_return std::unexpected(response.error());
    auto body = co_await net::read_all(*response->body, bytes_max);
    if (!body) co_return std::unexpected(body.error());
    co_return Answered{response->status, std::move(response->headers), std::move(*body)};
}

// The whole exchange within `timeout`, also when the other side sends a byte now and then.
net::Task<Result<Answered>> send_within(Transport transport, net::ClientRequest request,
                                        std::size_t bytes_max, Milliseconds timeout) {
    net::Abort late, done;
    net::TaskGroup group(transport.loop);
    group.spawn(abort_after(transport.loop, timeout, late, done));
    auto answered = co_await send(transport, std::move(request), bytes_max, late);
    done.request();
    co_await group.join();
    if (!answered && late.requested())
        co_return fail(Code::timed_out, "no answer within {} ms", timeout.count());
    co_return answered;
}

json::object tool_question(const std::string& model) {
    const json::object nothing{{"type", "object"}, {"properties", json::object()}};
    const json::object ping{
        {"name", "ping"}, {"description", "Answers that it was called."}, {"parameters", nothing}};
    return {
        {"model", model},
        {"messages", json::array{json::object{{"role", "user"}, {"content", "Call the tool ping once."}}}},
        {"tools", json::array{json::object{{"type", "function"}, {"function", ping}}}},
        {"tool_choice", "required"},
        {"max_tokens", 32},
        {"temperature", 0}};
}

json::object image_question(const std::string& model) {
    const json::array content{
        json::object{{"type", "text"}, {"text", "Answer with OK."}},
        json::object{{"type", "image_url"}, {"image_url", json::object{{"url", pixel}}}}};
    return {{"model", model},
            {"messages", json::array{json::object{{"role", "user"}, {"content", content}}}},
            {"max_tokens", 16},
            {"temperature", 0}};
}

const json::object* message_in(const json::value& answer) {
    const auto* object = as_object(&answer);
    const auto* choices = object ? array_at(*object, "choices") : nullptr;
    const auto* choice = choices && !choices->empty() ? as_object(&choices->front()) : nullptr;
    return choice ? object_at(*choice, "message") : nullptr;
}

bool calls_a_tool(const json::object& message) {
    const auto* calls = array_at(message, "tool_calls");
    return calls && !calls->empty();
}

// What all probes of a scan share. One thread, so that nothing of it needs a lock.
struct Scanning {
    Transport transport;
    const ScanRequest& request;
    std::vector<Scanned>& models;
    std::size_t next = 0, done = 0;
    std::optional<Error> refused;  // the credential itself
};

struct Tried {
    Probe probe;
    bool credential_refused = false;
};

Tried failed_probe(const Scanning& scanning, Milliseconds latency, const Observed& observed) {
    const auto failure = classify(observed, scanning.transport.clock.now());
    auto words = shortened(replaced(failure.message, "\n", " "), reason_bytes_max);
    if (failure.status) words = fmt::format("{}: {}", failure.status, words);
    using auth::FailureReason;
    const bool refused = failure.status == 401 && failure.reason == FailureReason::auth;
    return {{.ok = false, .skipped = false, .latency = latency, .error = std::move(words)}, refused};
}

net::Task<Tried> probe(Scanning& scanning, json::object question, bool wants_tool) {
    const auto& request = scanning.request;
    net::ClientRequest post{.method = "POST",
                            .url = joined_url(request.endpoint.base, "/chat/completions"),
                            .headers = openai::headers_for(request.endpoint, request.credential, false),
                            .body = json::serialize(question),
                            .deadlines = deadlines_for(request.timeout, false)};
    const auto started = scanning.transport.loop.now();
    const auto answered =
        co_await send_within(scanning.transport, std::move(post), answer_bytes_max, request.timeout);
    const auto latency = std::chrono::duration_cast<Milliseconds>(scanning.transport.loop.now() - started);
    Observed observed{.provider = request.endpoint.provider,
                      .transport = {},
                      .credential = request.credential.secret,
                      .secrets = header_secrets(request.endpoint)};
    if (!answered) {
        observed.transport = answered.error();
        co_return failed_probe(scanning, latency, observed);
    }
    observed.status = answered->status;
    observed.headers = answered->headers;
    observed.body = answered->body;
    const auto parsed = parse_json(answered->body, answer_bytes_max);
    const auto* message = parsed ? message_in(*parsed) : nullptr;
    // OpenRouter also reports an upstream's error with status 200, in place of an answer.
    if (answered->status != 200 || !message) co_return failed_probe(scanning, latency, observed);
    const bool fine = !wants_tool || calls_a_tool(*message);
    co_return Tried{{fine, false, latency, fine ? "" : "no tool call in the answer"}};
}

net::Task<void> probe_model(Scanning& scanning, Scanned& model) {
    auto tool = co_await probe(scanning, tool_question(model.offer.id), true);
    model.tool = std::move(tool.probe);
    if (tool.credential_refused) {
        scanning.refused = Error{Code::denied, "OpenRouter refuses the key: " + model.tool.error, {}};
        co_return;
    }
    if (!model.offer.reads_images) co_return;
    auto image = co_await probe(scanning, image_question(model.offer.id), false);
    model.image = std::move(image.probe);
}

net::Task<void> work(Scanning& scanning) {
    while (scanning.next < scanning.models.size() && !scanning.refused) {
        Scanned& model = scanning.models[scanning.next++];
        co_await probe_model(scanning, model);
        ++scanning.done;
        if (scanning.request.on_progress) scanning.request.on_progress(scanning.done, scanning.models.size());
    }
}

net::Task<Result<std::vector<Offer>>> fetch_offers(Transport transport, const ScanRequest& request) {
    net::ClientRequest get{.url = joined_url(request.endpoint.base, "/models"),
                           .headers = openai::headers_for(request.endpoint, request.credential, false),
                           .deadlines = deadlines_for(request.timeout, false)};
    get.headers.remove("content-type");
    const auto answered = co_await send_within(transport, std::move(get), list_bytes_max, request.timeout);
    if (!answered) co_return failed(answered.error(), "asking OpenRouter for its models");
    if (answered->status == 200) co_return parse_offers(answered->body);
    const auto failure = classify({.provider = request.endpoint.provider,
                                   .status = answered->status,
                                   .headers = answered->headers,
                                   .body = answered->body,
                                   .transport = {},
                                   .credential = request.credential.secret,
                                   .secrets = header_secrets(request.endpoint)},
                                  transport.clock.now());
    co_return fail(answered->status == 401 || answered->status == 403 ? Code::denied : Code::unavailable,
                   "OpenRouter /models failed: HTTP {}: {}", answered->status,
                   shortened(failure.message, reason_bytes_max));
}

}  // namespace

net::Task<Result<std::vector<Scanned>>> scan(Transport transport, ScanRequest request) {
    auto offers = co_await fetch_offers(transport, request);
    if (!offers) co_return std::unexpected(offers.error());
    std::vector<Scanned> models;
    for (auto& offer : filtered(std::move(*offers), request.filter, transport.clock.now()))
        models.push_back({.offer = std::move(offer), .tool = {}, .image = {}});
    if (!request.probe) co_return models;
    Scanning scanning{.transport = transport, .request = request, .models = models, .refused = {}};
    net::TaskGroup group(transport.loop);
    for (std::size_t i = 0; i < std::min(request.concurrency, models.size()); ++i)
        group.spawn(work(scanning));
    co_await group.join();
    if (scanning.refused) co_return std::unexpected(*scanning.refused);
    co_return models;
}

}  // namespace openclaw::providers::openrouter
