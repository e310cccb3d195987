#pragma once

#include "providers/wire/attempt.h"

namespace openclaw::providers {

// Speaks the Messages API: Anthropic itself and the servers that copied it.
class AnthropicProvider final : public Provider {
public:
    explicit AnthropicProvider(Transport transport) : transport_(transport) {}
    net::Task<Attempted<Completion>> complete(CompletionRequest request, Endpoint endpoint,
                                              auth::Candidate credential, DeltaSink on_delta,
                                              net::Abort abort) override;

private:
    Transport transport_;
};

}  // namespace openclaw::providers
