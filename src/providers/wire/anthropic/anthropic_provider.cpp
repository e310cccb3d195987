#include "providers/wire/anthropic/anthropic_provider.h"

#include "providers/wire/anthropic/messages.h"
#include "providers/wire/endpoint.h"

namespace openclaw::providers {

net::Task<Attempted<Completion>> AnthropicProvider::complete(CompletionRequest request, Endpoint endpoint,
                                                             auth::Candidate credential, DeltaSink on_delta,
                                                             net::Abort abort) {
    if (auto failure = find_unsendable(credential, endpoint.provider)) co_return std::unexpected(*failure);
    if (!endpoint.model.empty()) request.model.model = endpoint.model;
    const bool streamed = static_cast<bool>(on_delta);
    Attempt attempt{.request = {},
                    .provider = endpoint.provider,
                    .credential = credential.secret,
                    .secrets = header_secrets(endpoint),
                    .streamed = streamed,
                    .deadline = time_for(request, endpoint),
                    .bytes_max = request.bytes_max,
                    .room = request.room};
    attempt.request.method = "POST";
    attempt.request.url = joined_url(endpoint.base, "/v1/messages");
    attempt.request.headers = anthropic::headers_for(endpoint, credential, streamed);
    attempt.request.body = anthropic::body_for(request, streamed);
    attempt.request.deadlines = deadlines_for(request, endpoint, streamed);
    co_return co_await make_attempt(transport_, std::move(attempt), anthropic::make_reader(),
                                    std::move(on_delta), abort);
}

}  // namespace openclaw::providers
