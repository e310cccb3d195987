#pragma once

#include "providers/wire/attempt.h"

namespace openclaw::providers::openai {

// The Chat Completions API as pure functions: what is sent, and how the answer is read.

// No Authorization for servers that want no key.
net::Headers headers_for(const Endpoint& endpoint, const auth::Candidate& credential, bool streamed);

std::string body_for(const CompletionRequest& request, const Endpoint& endpoint, bool streamed);

std::unique_ptr<AnswerReader> make_reader();

}  // namespace openclaw::providers::openai
