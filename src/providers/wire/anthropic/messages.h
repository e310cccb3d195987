#pragma once

#include "providers/wire/attempt.h"

namespace openclaw::providers::anthropic {

// The Messages API as pure functions: what is sent, and how the answer is read.

// Bearer for setup and OAuth tokens, x-api-key for keys; a key that was stored as a token is still a key.
net::Headers headers_for(const Endpoint& endpoint, const auth::Candidate& credential, bool streamed);

// Consecutive messages of one role are merged, empty ones left out; the system prompt and the last user
// message are marked for the prompt cache.
std::string body_for(const CompletionRequest& request, bool streamed);

std::unique_ptr<AnswerReader> make_reader();

}  // namespace openclaw::providers::anthropic
