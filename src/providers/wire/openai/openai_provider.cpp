#include "providers/wire/openai/openai_provider.h"

#include "providers/wire/endpoint.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers {

net::Task<Attempted<Completion>> OpenAiProvider::complete(CompletionRequest request, Endpoint endpoint,
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
    attempt.request.url = joined_url(endpoint.base, "/chat/completions");
    attempt.request.headers = openai::headers_for(endpoint, credential, streamed);
    attempt.request.body = openai::body_for(request, endpoint, streamed);
    attempt.request.deadlines = deadlines_for(request, endpoint, streamed);
    co_return co_await make_attempt(transport_, std::move(attempt), openai::make_reader(),
                                    std::move(on_delta), abort);
}

}  // namespace openclaw::providers
