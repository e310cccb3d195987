#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "net/loop/loop.h"
#include "providers/wire/provider.h"

namespace openclaw::test {

// What a scripted provider does with one request.
struct ScriptedStep {
    std::vector<std::string> deltas;            // passed on first, if the request streams
    std::optional<providers::Failure> failure;  // then this, or
    std::string stop_reason = "stop";           // the deltas as the answer
    bool waits = false;                         // for release() or an abort, before anything else
    bool then_waits = false;                    // the same, after the deltas
    bool counts = true;                         // says how many tokens it took: 10 and 5
};

ScriptedStep says(std::string text);
ScriptedStep fails(auth::FailureReason reason, int status, std::string message = "no");

// A provider without a network that speaks every API. Does what the script says for the credential that a
// request carries ("anthropic:work"), in order; the last step repeats. Without a script it echoes.
class ScriptedProvider final : public providers::Provider, public providers::Providers {
public:
    explicit ScriptedProvider(net::Loop& loop) : released_(loop) {}

    void script(const std::string& credential, std::vector<ScriptedStep> steps);
    void release();  // all that wait

    struct Seen {
        std::string credential, secret;
        providers::CompletionRequest request;
    };
    const std::vector<Seen>& seen() const { return seen_; }
    std::vector<std::string> credentials_seen() const;
    std::size_t waiting() const { return waiting_; }
    std::size_t most_at_once() const { return most_at_once_; }

    net::Task<providers::Attempted<providers::Completion>> complete(providers::CompletionRequest request,
                                                                    providers::Endpoint endpoint,
                                                                    auth::Candidate credential,
                                                                    providers::DeltaSink on_delta,
                                                                    net::Abort abort) override;
    providers::Provider* find(const std::string&) const override {
        return const_cast<ScriptedProvider*>(this);
    }

private:
    net::Task<bool> is_released(net::Abort abort);
    ScriptedStep next_step(const std::string& credential, const providers::CompletionRequest& request);

    net::Event released_;
    int releases_ = 0;
    std::size_t waiting_ = 0, running_ = 0, most_at_once_ = 0;
    std::map<std::string, std::deque<ScriptedStep>> scripts_;
    std::vector<Seen> seen_;
};

}  // namespace openclaw::test
