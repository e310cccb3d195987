#include "support/scripted_provider.h"

#include <algorithm>

namespace openclaw::test {

ScriptedStep says(std::string text) {
    return {.deltas = {std::move(text)}, .failure = {}};
}

ScriptedStep fails(auth::FailureReason reason, int status, std::string message) {
    providers::Failure failure;
    failure.reason = reason;
    failure.status = status;
    failure.message = std::move(message);
    return {.deltas = {}, .failure = std::move(failure)};
}

void ScriptedProvider::script(const std::string& credential, std::vector<ScriptedStep> steps) {
    scripts_[credential] = {steps.begin(), steps.end()};
}

void ScriptedProvider::release() {
    ++releases_;
    released_.notify();
}

std::vector<std::string> ScriptedProvider::credentials_seen() const {
    std::vector<std::string> credentials;
    for (const auto& seen : seen_) credentials.push_back(seen.credential);
    return credentials;
}

ScriptedStep ScriptedProvider::next_step(const std::string& credential,
                                         const providers::CompletionRequest& request) {
    const auto found = scripts_.find(credential);
    if (found == scripts_.end()) return says("echo: " + std::string(request.messages.back().text));
    auto step = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return step;
}

// False when it was aborted first.
net::Task<bool> ScriptedProvider::is_released(net::Abort abort) {
    ++waiting_;
    const auto before = releases_;
    bool aborted = false;
    while (!aborted && releases_ == before)
        aborted = !co_await released_.wait_for(std::chrono::hours(1), abort);
    --waiting_;
    co_return !aborted;
}

net::Task<providers::Attempted<providers::Completion>> ScriptedProvider::complete(
    providers::CompletionRequest request, providers::Endpoint, auth::Candidate credential,
    providers::DeltaSink on_delta, net::Abort abort) {
    const auto name = credential.source == auth::Source::profile ? credential.profile.text : credential.place;
    const auto step = next_step(name, request);
    seen_.push_back({name, credential.secret ? std::string(credential.secret->reveal()) : "", request});
    ++running_;
    most_at_once_ = std::max(most_at_once_, running_);
    bool aborted = false;
    if (step.waits) aborted = !co_await is_released(abort);
    std::string text;
    for (const auto& delta : step.deltas) {
        if (aborted) break;
        text += delta;
        if (on_delta) on_delta(delta);
        aborted = abort.requested();
    }
    if (step.then_waits && !aborted) aborted = !co_await is_released(abort);
    --running_;
    if (aborted) {
        providers::Failure failure;
        failure.aborted = true;
        failure.partial = !text.empty();
        co_return std::unexpected(failure);
    }
    if (step.failure) {
        auto failure = *step.failure;
        failure.partial = !text.empty();
        co_return std::unexpected(failure);
    }
    providers::Completion completion;
    completion.text = text;
    completion.stop_reason = step.stop_reason;
    if (step.counts) completion.usage = {.input = 10, .output = 5, .reported = true};
    completion.model = request.model.model;
    co_return completion;
}

}  // namespace openclaw::test
