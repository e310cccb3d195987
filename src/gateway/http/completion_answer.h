#pragma once

#include <optional>
#include <string>

#include "chat/chat.h"
#include "gateway/http/completion_request.h"
#include "net/http/http.h"

namespace openclaw::gateway {

// Why there is no answer, as the caller is told.
struct CompletionFailure {
    int status = 500;
    std::string message, type;
    std::optional<Milliseconds> retry_after;
    std::string code = {};      // that clients branch on, or empty
    bool may_try_again = true;  // false: trying again in a moment can't help
};

struct CompletionOutcome {
    std::string text = {};
    std::string finish_reason = "stop";
    providers::TokenUsage usage = {};
    std::optional<CompletionFailure> failure = {};
};

// `refused_outcome`: of what was asked, before any provider was.
CompletionOutcome refused_outcome(const Error& error);
CompletionOutcome outcome_of(const std::optional<chat::RunOutcome>& run);
CompletionOutcome outcome_of(const std::expected<chat::Answered, chat::AnswerFailure>& answer);

// The call as a request outside every session: the agent's model and fallbacks, or the model that the call
// names, and the messages as they came.
// The model that the caller named, where the config knows it: any other word is a client's default name for
// "the model", and only echoed.
std::optional<auth::ModelChoice> wished_model(const CompletionCall& call, const config::Config& config);
Result<chat::AnswerRequest> alone_request(const CompletionCall& call, const config::Config& config,
                                          access::Principal asked_by);

net::Response failure_response(const CompletionFailure& failure);
json::value completion_body(const CompletionCall& call, const CompletionOutcome& outcome);
// The data of one server-sent event each.
std::string role_chunk(const CompletionCall& call);
std::string text_chunk(const CompletionCall& call, std::string_view text);
std::string last_chunk(const CompletionCall& call, const CompletionOutcome& outcome);
std::string usage_chunk(const CompletionCall& call, const CompletionOutcome& outcome);
std::string failure_chunk(const CompletionFailure& failure);

}  // namespace openclaw::gateway
