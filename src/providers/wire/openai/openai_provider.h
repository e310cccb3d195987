#pragma once

#include "providers/wire/attempt.h"

namespace openclaw::providers {

// Speaks Chat Completions: OpenAI, OpenRouter, Ollama, vLLM, LM Studio and whatever else has a base URL.
class OpenAiProvider final : public Provider {
public:
    explicit OpenAiProvider(Transport transport) : transport_(transport) {}
    net::Task<Attempted<Completion>> complete(CompletionRequest request, Endpoint endpoint,
                                              auth::Candidate credential, DeltaSink on_delta,
                                              net::Abort abort) override;

private:
    Transport transport_;
};

}  // namespace openclaw::providers
