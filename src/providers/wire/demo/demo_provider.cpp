#include "providers/wire/demo/demo_provider.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/text.h"
#include "providers/failures/failure.h"

namespace openclaw::providers {
namespace {

constexpr std::size_t quoted_bytes_max = 200;
constexpr int slow_factor = 100;

// A refusal as a provider would send it; it takes the same way through the classifier.
struct Refusal {
    std::string_view model;
    int status;
    std::string_view retry_after;
    std::string_view body;
};
constexpr std::array refusals = {
    Refusal{"flaky", 429, "60",
            R"({"error":{"type":"rate_limit_error","message":"demo: this credential is rate-limited"}})"},
    Refusal{"expired", 401, "",
            R"({"error":{"type":"authentication_error","message":"demo: this credential has expired"}})"},
    Refusal{"billing", 402, "",
            R"({"error":{"type":"billing_error","message":"demo: this account has no credit left"}})"},
    Refusal{"overloaded", 529, "",
            R"({"error":{"type":"overloaded_error","message":"demo: the provider is overloaded"}})"},
};

const std::array<std::string, 7> models = {"echo",       "flaky", "expired", "billing",
                                           "overloaded", "cut",   "slow"};

// flaky's first credential, by name: the answer must not depend on what an earlier process was asked.
bool is_limited(std::string_view profile) {
    return profile.empty() || profile.ends_with(":first") || profile.ends_with(":default");
}

const Refusal* find_refusal(std::string_view model) {
    const auto found = std::ranges::find(refusals, model, &Refusal::model);
    return found == refusals.end() ? nullptr : &*found;
}

Failure refuse(const Refusal& refusal, TimePoint now) {
    Observed observed{
        .provider = "demo", .status = refusal.status, .body = std::string(refusal.body), .transport = {}};
    if (!refusal.retry_after.empty()) observed.headers.add("retry-after", std::string(refusal.retry_after));
    return classify(observed, now);
}

Failure unknown_model(std::string_view model) {
    Failure failure;
    failure.reason = auth::FailureReason::model_not_found;
    failure.status = 404;
    failure.message = fmt::format("demo: no model {}", shortened(printable(model), 60));
    if (const auto near = nearest(model, models))
        failure.message += fmt::format(", did you mean demo/{}?", *near);
    return failure;
}

Failure cut_in_the_middle() {
    Failure failure;
    failure.reason = auth::FailureReason::network;
    failure.message = "demo: the stream was cut in the middle of the answer";
    failure.partial = true;
    return failure;
}

Failure aborted(bool partial) {
    Failure failure;
    failure.message = "aborted";
    failure.partial = partial;
    failure.aborted = true;
    return failure;
}

std::size_t word_count(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; };
    std::size_t count = 0;
    bool inside = false;
    for (const char c : text) {
        if (!is_space(c) && !inside) ++count;
        inside = !is_space(c);
    }
    return count;
}

// Each word with the space behind it, so that the pieces make the text again.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto space = text.find(' ');
        const auto length = space == std::string_view::npos ? text.size() : space + 1;
        words.push_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return words;
}

std::string_view last_question(const CompletionRequest& request) {
    const auto is_question = [](const Message& message) { return message.role == Message::Role::user; };
    const auto last = std::find_if(request.messages.rbegin(), request.messages.rend(), is_question);
    return last == request.messages.rend() ? std::string_view() : trimmed(last->text);
}

TokenUsage usage_of(const CompletionRequest& request, std::string_view answer) {
    TokenUsage usage{.reported = true};
    usage.input = static_cast<std::int64_t>(word_count(request.system));
    for (const auto& message : request.messages)
        usage.input += static_cast<std::int64_t>(word_count(message.text));
    usage.output = static_cast<std::int64_t>(word_count(answer));
    return usage;
}

}  // namespace

std::string demo_answer(const CompletionRequest& request, const auth::Candidate& credential) {
    const auto question = last_question(request);
    const auto words = word_count(question);
    const auto asked = std::ranges::count(request.messages, Message::Role::user, &Message::role);
    std::string text = "[demo] No model was asked: this is the demo provider inside openclaw. ";
    if (question.empty()) {
        text += "You sent no text. ";
    } else {
        text += fmt::format("Your {} has {} word{} and reads: \"{}\". ",
                            question.ends_with('?') ? "question" : "message", words, words == 1 ? "" : "s",
                            shortened(question, quoted_bytes_max));
    }
    if (asked > 1) text += fmt::format("It is number {} of this conversation. ", asked);
    text += credential.profile.text.empty()
                ? std::string("It was answered without a credential.")
                : fmt::format("It was answered with the credential {}.", printable(credential.profile.text));
    return text;
}

DemoProvider::DemoProvider(net::Loop& loop, const Clock& clock, Milliseconds pace)
    : loop_(loop), clock_(clock), pace_(pace) {}

net::Task<bool> DemoProvider::pause(Milliseconds duration, net::Abort abort) {
    if (duration <= Milliseconds::zero()) co_return !abort.requested();
    co_return co_await loop_.sleep(duration, abort);
}

net::Task<Attempted<Completion>> DemoProvider::complete(CompletionRequest request, Endpoint,
                                                        auth::Candidate credential, DeltaSink on_delta,
                                                        net::Abort abort) {
    const std::string model = request.model.model;
    if (std::ranges::find(models, model) == models.end()) co_return std::unexpected(unknown_model(model));
    const Refusal* refusal = find_refusal(model);
    if (refusal && (model != "flaky" || is_limited(credential.profile.text))) {
        co_return std::unexpected(refuse(*refusal, clock_.now()));
    }
    if (model == "slow" && !co_await pause(pace_ * slow_factor, abort))
        co_return std::unexpected(aborted(false));

    Completion completion;
    completion.text = demo_answer(request, credential);
    completion.stop_reason = "stop";
    completion.model = "demo-" + model;
    completion.usage = usage_of(request, completion.text);
    completion.response_id = fmt::format("demo-{}", to_ms(clock_.now()));
    const auto words = words_of(completion.text);
    for (std::size_t sent = 0; sent < words.size(); ++sent) {
        if (model == "cut" && sent == words.size() / 2) co_return std::unexpected(cut_in_the_middle());
        if (on_delta) {
            if (!co_await pause(pace_, abort)) co_return std::unexpected(aborted(sent > 0));
            on_delta(words[sent]);
        }
    }
    co_return completion;
}

}  // namespace openclaw::providers
