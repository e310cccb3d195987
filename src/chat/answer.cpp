#include "chat/answer.h"

#include <algorithm>
#include <set>

#include "auth/choice/remedy.h"
#include "chat/failure_text.h"
#include "chat/remedy.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using providers::Failure;

// Why no credential can be used, from what the resolver looked at.
Attempt without_credential(const auth::ModelRef& model, const auth::Resolution& resolution, TimePoint now) {
    Attempt attempt{.model = model, .reason = FailureReason::auth, .sent = false};
    // The client may be far away: it learns the file's name, not its path.
    const auto places = auth::looked_at(resolution, "auth-profiles.json");
    if (const auto ready = resolution.ready_at()) {
        attempt.reason = FailureReason::rate_limit;
        attempt.until = attempt.again = ready;
        attempt.hint = hint_for_rest(resolution.provider, *ready - now);
        attempt.message = fmt::format("all credentials for {} rest{}", resolution.provider, places);
        return attempt;
    }
    attempt.message = fmt::format("there is no usable credential for {}{}", resolution.provider, places);
    attempt.hint = fmt::format("run `{}`", auth::remedy_for(resolution));
    return attempt;
}

// The provider's own word, else when a credential is tried again.
std::optional<Milliseconds> again_in(const AnswerFailure& failure, const Attempt& telling, TimePoint now) {
    if (telling.sent && failure.last && failure.last->retry_after) return failure.last->retry_after;
    std::optional<TimePoint> soonest;
    for (const auto& attempt : failure.failures)
        if (attempt.again && (!soonest || *attempt.again < *soonest)) soonest = attempt.again;
    if (!soonest) return std::nullopt;
    return std::max(std::chrono::ceil<Milliseconds>(*soonest - now), Milliseconds(1000));
}

Attempt not_sent(const auth::ModelRef& model, const Error& error, FailureReason reason) {
    return {.model = model, .reason = reason, .message = error.message, .hint = error.hint, .sent = false};
}

Attempt passed_over(const AnswerRequest& request, const auth::ModelRef& model) {
    const auto refusal = model_refusal(request.asked_by, model, request.surface);
    auto attempt = not_sent(model, refusal, FailureReason::unknown);
    attempt.message = fmt::format("may not be used by {}", request.asked_by.shown());
    attempt.forbidden = true;
    return attempt;
}

}  // namespace

// What one search knows. Lives in the frame of answer().
struct Answerer::Search {
    AnswerRequest request;
    std::shared_ptr<const config::Config> config;
    std::chrono::steady_clock::time_point ends;
    std::size_t bytes_max = providers::answer_bytes_max_default;
    bool anything_shown = false;
    std::vector<Attempt> failures = {};
    std::optional<Failure> last = {};
    std::optional<Answered> answered = {};
    std::optional<Error> error = {};
    std::size_t said_bytes = 0;                     // that were passed on
    std::optional<auth::ModelRef> asked_last = {};  // the model of the last request that went out
    std::string credential = {};                    // and whose it was
    std::optional<Spent> wasted = {};               // the most that one without an answer has used

    auth::ResolveRequest question(const auth::ModelRef& model) const {
        auth::ResolveRequest question;
        question.provider = model.provider;
        question.agent_id = request.agent_id;
        question.model = model.model;
        if (request.pinned && request.pinned_provider == model.provider) {
            question.pinned = request.pinned;
            question.pin_is_locked = request.pin_is_locked;
        }
        return question;
    }
};

namespace {

// No text has more tokens than bytes; what stands around a message has a few.
constexpr std::int64_t tokens_around_a_message = 16, tokens_around_all = 64;
constexpr std::int64_t bytes_of_a_token = 4;  // of most text: for what nobody has counted

std::int64_t prompt_bytes(const AnswerRequest& request) {
    auto bytes = static_cast<std::int64_t>(request.system.size());
    for (const auto& message : request.messages)
        bytes += static_cast<std::int64_t>(message.text.view().size());
    return bytes;
}

usage::Call most_of(const AnswerRequest& request, const config::Config& config, std::string account,
                    std::shared_ptr<const Allowance> allowance) {
    const auto messages = static_cast<std::int64_t>(request.messages.size());
    usage::Call call{
        .account = std::move(account),
        .allowance = std::move(allowance),
        .prompt_max = prompt_bytes(request) + messages * tokens_around_a_message + tokens_around_all,
        .output_max = std::max<std::int64_t>(request.tokens_max, 1)};
    for (const auto& model : request.models)
        if (request.asked_by.limits().allow_model(model.key()))
            call.prices.push_back(usage::find_price(model, config));
    return call;
}

std::int64_t guessed_tokens(std::int64_t bytes) {
    return (bytes + bytes_of_a_token - 1) / bytes_of_a_token;
}

// Whether a provider has worked for an answer that didn't come whole: it had begun, or was waited for.
bool has_worked(const Failure& failure, std::size_t said_bytes) {
    const bool cut = failure.status >= 200 && failure.status < 300;
    if (failure.usage.reported && failure.usage.total() > 0) return true;
    return failure.partial || failure.aborted || said_bytes > 0 || cut ||
           failure.reason == FailureReason::timeout;
}

}  // namespace

// What the provider has counted; else what went to it and what came back, by our guess.
Answerer::Spent Answerer::spent_by(const Search& search) {
    if (!search.answered && search.wasted) return *search.wasted;
    Spent spent{.model = search.asked_last, .credential = search.credential};
    if (!search.answered) return spent;
    spent.tokens = search.answered->completion.usage;
    if (!spent.tokens.reported) guess(spent, search, search.answered->completion.text.size());
    return spent;
}

void Answerer::guess(Spent& spent, const Search& search, std::size_t bytes) {
    spent.estimate = true;
    spent.tokens.input = std::max(spent.tokens.input, guessed_tokens(prompt_bytes(search.request)));
    spent.tokens.output = std::max(spent.tokens.output, guessed_tokens(static_cast<std::int64_t>(bytes)));
}

// Of several that worked in vain the dearest counts, whatever failed cheaply after it.
void Answerer::note_waste(Search& search, const Failure& failure) {
    if (!has_worked(failure, search.said_bytes)) return;
    Spent spent{.tokens = failure.usage, .model = search.asked_last, .credential = search.credential};
    guess(spent, search, search.said_bytes);
    if (!search.wasted || spent.tokens.total() > search.wasted->tokens.total())
        search.wasted = std::move(spent);
}

net::Task<std::expected<Answered, AnswerFailure>> Answerer::answer(
    AnswerRequest request, std::shared_ptr<const config::Config> config) {
    Search search{.request = std::move(request), .config = std::move(config), .ends = {}};
    search.ends = means_.clock.steady() + search.request.deadline;
    search.bytes_max =
        static_cast<std::size_t>(search.config->integer_or_default(providers::answer_bytes_setting));
    auto permit = co_await admit(search);
    if (!permit) {
        auto& refusal = permit.error();
        AnswerFailure failure{.error = std::move(refusal.error)};
        failure.limited = refusal.why;
        failure.again_in = refusal.again_in;
        co_return std::unexpected(std::move(failure));
    }
    co_await find(search);
    settle(search, *permit);
    co_return outcome_of(search);
}

// What the call can use at most is reserved where whoever asks may use so much only.
net::Task<std::expected<std::optional<usage::Permit>, usage::Refusal>> Answerer::admit(Search& search) {
    auto& request = search.request;
    const auto& allowance = request.asked_by.allowance();
    if (!allowance || allowance->none()) co_return std::nullopt;
    if (means_.usage == nullptr)
        co_return std::unexpected(usage::Refusal{
            usage::Refusal::Why::closed, Error{Code::unavailable, "nothing is counted here", {}}, {}});
    auto permit = co_await means_.usage->governor().admit(
        most_of(request, *search.config, request.asked_by.account(), allowance));
    if (!permit) co_return std::unexpected(std::move(permit).error());
    request.tokens_max = std::min(request.tokens_max, permit->output_max());
    co_return std::move(*permit);
}

// Once for all that was tried: what the answer has used or, without one, what the last request has.
void Answerer::settle(const Search& search, std::optional<usage::Permit>& permit) {
    const auto spent = spent_by(search);
    const auto price = spent.model ? usage::find_price(*spent.model, *search.config) : std::nullopt;
    const auto cost = price                       ? usage::cost_of(*price, spent.tokens)
                      : spent.tokens.total() == 0 ? std::optional<std::int64_t>(0)
                                                  : std::nullopt;
    if (permit) permit->settle({.tokens = spent.tokens.total(), .cost = cost});
    if (means_.usage == nullptr) return;
    const auto& who = search.request.asked_by;
    means_.usage->note({.at = means_.clock.now(),
                        .principal = who.id(),
                        .account = who.account(),
                        .agent = search.request.agent_id,
                        .session = search.request.session,
                        .provider = spent.model ? spent.model->provider.text() : std::string(),
                        .model = spent.model ? spent.model->model : std::string(),
                        .credential = spent.credential,
                        .tokens = spent.tokens,
                        .cost = cost,
                        .currency = price ? price->currency : "USD",
                        .price = price ? usage::text_of(*price) : std::string(),
                        .estimate = spent.estimate,
                        .outcome = search.answered                    ? "answered"
                                   : search.request.abort.requested() ? "aborted"
                                                                      : "failed"});
}

net::Task<void> Answerer::find(Search& search) {
    std::set<auth::ModelRef> tried;
    std::vector<Candidates> left;  // models that nobody is ready for
    auto next = Next::model;
    for (const auto& model : search.request.models) {
        if (!tried.insert(model).second) continue;
        if (!search.request.asked_by.limits().allow_model(model.key())) {
            search.failures.push_back(passed_over(search.request, model));
            means_.log.info("chat", "{}", describe(search.failures.back(), means_.clock.now()));
            continue;
        }
        Candidates wanted{.model = model};
        next = co_await try_model(search, wanted, Whom::ready);
        if (next == Next::answered || next == Next::stop) break;
        if (next == Next::nobody) left.push_back(std::move(wanted));
    }
    // A rest that we guessed holds nobody back who has nothing else to use.
    for (auto& wanted : left) {
        if (next == Next::answered || next == Next::stop) break;
        next = co_await try_model(search, wanted, Whom::resting);
    }
}

net::Task<Answerer::Next> Answerer::try_model(Search& search, Candidates& wanted, Whom whom) {
    const auto& model = wanted.model;
    auto& tried = wanted.tried;
    // Asked again after each failure: what another turn or process has learned counts at once. Of those that
    // rest one is tried.
    for (bool first = true;; first = false) {
        co_await means_.credentials.prepare(search.request.agent_id, model.provider, search.config,
                                            search.request.abort);
        if (search.request.abort.requested()) co_return Next::stop;
        const auto values = means_.credentials.source_values();
        auto endpoint = providers::endpoint_of(model, *search.config, values.get());
        if (!endpoint) {
            search.failures.push_back(not_sent(model, endpoint.error(), FailureReason::model_not_found));
            co_return Next::model;
        }
        auto question = search.question(model);
        question.tried = tried;
        question.on_demand = whom == Whom::resting && first;
        auto chosen = means_.credentials.choose(question, search.config);
        if (!chosen) {
            search.error = chosen.error();
            co_return Next::stop;
        }
        if (!*chosen) {
            if (tried.empty() && whom == Whom::ready) note_nobody(search, model);
            co_return Next::nobody;
        }
        if (whom == Whom::resting && first)  // why nobody was asked is no longer true
            std::erase_if(search.failures,
                          [&](const auto& each) { return !each.sent && each.model == model; });
        tried.push_back(auth::key_of(**chosen));
        const auto next = co_await try_credential(search, model, *endpoint, std::move(**chosen));
        if (next != Next::credential) co_return next;
    }
}

// There is no credential to try: why not, from everything that was looked at.
void Answerer::note_nobody(Search& search, const auth::ModelRef& model) {
    const auto resolution = means_.credentials.resolve(search.question(model), search.config);
    if (resolution)
        search.failures.push_back(without_credential(model, *resolution, means_.clock.now()));
    else
        search.error = resolution.error();
}

net::Task<Answerer::Next> Answerer::try_credential(Search& search, const auth::ModelRef& model,
                                                   const providers::Endpoint& endpoint,
                                                   auth::Candidate credential) {
    auto* provider = means_.providers.find(endpoint.api);
    if (provider == nullptr) {
        const Error error{Code::not_found, fmt::format("the API {} is not spoken here", endpoint.api), {}};
        search.failures.push_back(not_sent(model, error, FailureReason::model_not_found));
        co_return Next::model;
    }
    const auto& request = search.request;
    providers::DeltaSink sink;
    if (request.on_delta)
        sink = [&search](std::string_view text) {
            search.anything_shown = search.anything_shown || !text.empty();
            search.said_bytes += text.size();
            search.request.on_delta(text);
        };
    std::optional<credentials::CredentialUse> use;
    use.emplace(means_.credentials.begin_use(request.agent_id, credential, model.model, search.config));
    bool looked_again = false;
    for (int tries = 0;; ++tries) {
        const auto left = std::chrono::floor<Milliseconds>(search.ends - means_.clock.steady());
        providers::CompletionRequest wanted{.model = model,
                                            .system = request.system,
                                            .messages = request.messages,
                                            .tokens_max = request.tokens_max,
                                            .temperature = request.temperature,
                                            .stop = request.stop,
                                            .deadline = std::max(left, Milliseconds(1)),
                                            .bytes_max = search.bytes_max,
                                            .room = request.room};
        search.asked_last = model;
        search.credential = credentials::label_of(credential);
        auto answer =
            co_await provider->complete(std::move(wanted), endpoint, credential, sink, request.abort);
        if (answer) {
            means_.credentials.settle_success(*use);
            search.answered = Answered{std::move(*answer), model, endpoint.api, use->credential(), {}};
            co_return Next::answered;
        }
        auto failure = std::move(answer).error();
        failure.aborted = failure.aborted || request.abort.requested();
        search.last = failure;
        note_waste(search, failure);
        if (failure.aborted) co_return Next::stop;
        // A secret that stands elsewhere may have been rotated there: that is nobody's failure.
        if (failure.reason == FailureReason::auth && !search.anything_shown && !looked_again) {
            looked_again = true;
            auto renewed = co_await means_.credentials.look_again(search.question(model), credential,
                                                                  search.config, request.abort);
            if (renewed) {
                credential = std::move(*renewed);
                use.reset();
                use.emplace(
                    means_.credentials.begin_use(request.agent_id, credential, model.model, search.config));
                continue;
            }
        }

        Attempt attempt{.model = model,
                        .credential = credentials::label_of(credential),
                        .reason = failure.reason,
                        .status = failure.status,
                        .message = failure.message,
                        .hint = failure.hint};
        const auto rest = means_.credentials.settle_failure(*use, failure);
        if (rest) attempt.until = rest->ready_at();
        if (rest) attempt.again = rest->tried_at();
        search.failures.push_back(attempt);
        means_.log.warn("chat", "{}", describe(attempt, means_.clock.now()));
        const bool out_of_time = means_.clock.steady() >= search.ends;
        if (search.anything_shown || out_of_time) co_return Next::stop;
        switch (remedy_for(failure.reason)) {
            case Remedy::next_credential:
                co_return Next::credential;
            case Remedy::next_model:
                co_return Next::model;
            case Remedy::stop:
                co_return Next::stop;
            case Remedy::retry_then_next_model:
                break;
        }
        if (tries > 0) co_return Next::model;
        search.failures.pop_back();  // told once, should the second try fail too
        if (!co_await means_.loop.sleep(means_.retry_pause, request.abort)) co_return Next::stop;
    }
}

std::expected<Answered, AnswerFailure> Answerer::outcome_of(Search& search) const {
    if (search.answered) {
        search.answered->failures = std::move(search.failures);
        return std::move(*search.answered);
    }
    AnswerFailure failure{.error = search.error
                                       ? *search.error
                                       : explain(search.failures, means_.clock.now(), search.request.surface),
                          .failures = std::move(search.failures),
                          .last = search.last,
                          .aborted = search.request.abort.requested()};
    failure.forbidden = !search.error && std::ranges::all_of(failure.failures, &Attempt::forbidden);
    if (failure.forbidden)
        failure.error =
            model_refusal(search.request.asked_by, search.request.models.front(), search.request.surface);
    const bool by_provider = !search.error && !failure.forbidden;
    if (const auto* telling = by_provider ? telling_of(failure.failures) : nullptr) {
        failure.reason = telling->reason;
        failure.again_in = again_in(failure, *telling, means_.clock.now());
    }
    if (failure.aborted) failure.error = {Code::cancelled, "the answer was cancelled", {}};
    if (search.anything_shown && !failure.aborted)
        failure.error.message = "the answer was cut off: " + failure.error.message;
    return std::unexpected(std::move(failure));
}

}  // namespace openclaw::chat
