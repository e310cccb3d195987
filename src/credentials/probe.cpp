#include "credentials/probe.h"

#include <algorithm>

#include "base/redact.h"
#include "base/text.h"

namespace openclaw::credentials {
namespace {

using auth::FailureReason;

constexpr std::size_t error_bytes_max = 600;

// The reference's word; ours, more precise, stands beside it.
std::string_view status_word(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
        case FailureReason::refused_use:
            return "auth";
        case FailureReason::rate_limit:
        case FailureReason::overloaded:
            return "rate_limit";
        case FailureReason::billing:
            return "billing";
        case FailureReason::timeout:
            return "timeout";
        case FailureReason::format:
        case FailureReason::overflow:
        case FailureReason::wrong_address:
            return "format";
        case FailureReason::network:
        case FailureReason::server_error:
        case FailureReason::model_not_found:
        case FailureReason::no_answer:
        case FailureReason::unknown:
            return "unknown";
    }
    return "unknown";
}

// One run of probes; lives in the frame of run_probes.
struct Round {
    ProbeMeans means;
    std::shared_ptr<const config::Config> config;
    ProbeOptions options;
    OnProbed on_probed;
    net::Abort abort;
    std::vector<ProbeResult> results = {};
    std::vector<bool> asked = {};
    std::size_t next = 0, done = 0;
};

net::Task<void> end_after(net::Loop& loop, Milliseconds limit, net::Abort request, net::Abort finished,
                          bool& timed_out) {
    if (!co_await loop.sleep(limit, finished)) co_return;
    timed_out = true;
    request.request();
}

// With its own abort, so that the time-out holds whatever the transport allows itself.
net::Task<providers::Attempted<providers::Completion>> ask(Round& round, const ProbeTarget& target,
                                                           providers::Endpoint endpoint,
                                                           providers::Provider& provider) {
    const net::Abort request, finished;
    const auto passed_on = round.abort.on_request([request] { request.request(); });
    bool timed_out = false;
    net::TaskGroup timer(round.means.loop);
    timer.spawn(end_after(round.means.loop, round.options.timeout, request, finished, timed_out));
    providers::CompletionRequest wanted;
    wanted.model = {target.provider, target.model};
    wanted.messages = {{.role = providers::Message::Role::user, .text = "Reply with OK. Do not use tools."}};
    wanted.tokens_max = round.options.tokens_max;
    wanted.deadline = round.options.timeout;
    auto answer =
        co_await provider.complete(std::move(wanted), std::move(endpoint), target.credential, {}, request);
    finished.request();
    co_await timer.join();
    if (!answer && timed_out) {
        answer.error().reason = FailureReason::timeout;
        answer.error().aborted = false;
        answer.error().message = fmt::format("no answer within {} ms", round.options.timeout.count());
    }
    co_return answer;
}

std::string shown_error(const providers::Failure& failure) {
    auto text = redact_shapes(failure.message);
    if (text.empty()) text = replaced(std::string(auth::name_of(failure.reason)), "_", " ");
    const auto status = std::to_string(failure.status);
    const bool told = failure.status == 0 || failure.reason == FailureReason::wrong_address;
    if (!told && !text.starts_with(status)) text = fmt::format("{} {}", status, text);
    return shortened(printable(text), error_bytes_max);
}

void note_failure(ProbeTarget& target, std::string_view status, std::string_view reason, std::string error) {
    target.status = status;
    target.reason = reason;
    target.error = std::move(error);
}

void tell(Round& round, std::size_t at) {
    round.asked[at] = true;
    round.results[at].target.credential.secret.reset();
    ++round.done;
    if (round.on_probed) round.on_probed(round.results[at], round.done);
}

net::Task<void> probe(Round& round, std::size_t at) {
    auto& result = round.results[at];
    auto& target = result.target;
    const auto endpoint = providers::endpoint_of({target.provider, target.model}, *round.config);
    auto* provider = endpoint ? round.means.providers.find(endpoint->api) : nullptr;
    if (!endpoint) {
        note_failure(target, "unknown", "not_sent", endpoint.error().message);
    } else if (provider == nullptr) {
        note_failure(target, "unknown", "not_sent",
                     fmt::format("the API {} is not spoken here", endpoint->api));
    } else {
        const auto started = round.means.clock.steady();
        const auto answer = co_await ask(round, target, *endpoint, *provider);
        if (!answer && round.abort.requested()) co_return;  // nobody waits for it any more
        result.latency = std::chrono::duration_cast<Milliseconds>(round.means.clock.steady() - started);
        // One that thinks up its few tokens says no word: its credential works all the same.
        if (answer || answer.error().reason == FailureReason::no_answer)
            target.status = "ok";
        else
            note_failure(target, status_word(answer.error().reason), auth::name_of(answer.error().reason),
                         shown_error(answer.error()));
    }
    tell(round, at);
}

net::Task<void> work(Round& round) {
    while (round.next < round.results.size() && !round.abort.requested()) {
        const auto at = round.next++;
        if (round.results[at].target.to_be_sent())
            co_await probe(round, at);
        else
            tell(round, at);
    }
}

}  // namespace

net::Task<ProbeSummary> run_probes(ProbeMeans means, std::shared_ptr<const config::Config> config,
                                   std::vector<ProbeTarget> targets, ProbeOptions options, OnProbed on_probed,
                                   net::Abort abort) {
    Round round{.means = means,
                .config = std::move(config),
                .options = options,
                .on_probed = std::move(on_probed),
                .abort = std::move(abort)};
    const auto started = means.clock.now();
    for (auto& target : targets) round.results.push_back({std::move(target), std::nullopt});
    round.asked.resize(round.results.size());
    net::TaskGroup workers(means.loop);
    const auto count =
        std::min<std::size_t>(static_cast<std::size_t>(options.concurrency), round.results.size());
    for (std::size_t i = 0; i < count; ++i) workers.spawn(work(round));
    co_await workers.join();
    ProbeSummary summary{
        .options = std::move(options), .started = started, .finished = means.clock.now(), .results = {}};
    for (std::size_t at = 0; at < round.results.size(); ++at) {
        if (!round.asked[at]) continue;
        round.results[at].target.credential.secret.reset();
        summary.results.push_back(std::move(round.results[at]));
    }
    co_return summary;
}

}  // namespace openclaw::credentials
