#include "providers/wire/openai/openai_provider.h"

#include "providers/wire/endpoint.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers {

net::Task<Answer<Completion>> OpenAiProvider::complete(CompletionRequest request, Endpoint endpoint,
                                                       auth::Candidate credential, DeltaSink on_delta,
                                                       net::Abort abort) {
    if (auto failure = find_unsendable(credential, endpoint.provider)) co_return std::unexpected(*failure);
    const bool streamed = static_cast<bool>(on_delta);
    Exchange call{.request = {},
                  .provider = endpoint.provider,
                  .credential = credential.secret,
                  .secrets = header_secrets(endpoint),
                  .streamed = streamed,
                  .deadline = request.deadline};
    call.request.method = "POST";
    call.request.url = joined_url(endpoint.base, "/chat/completions");
    call.request.headers = openai::headers_for(endpoint, credential, streamed);
    call.request.body = openai::body_for(request, endpoint, streamed);
    call.request.deadlines = deadlines_for(request.deadline, streamed);
    co_return co_await exchange(transport_, std::move(call), openai::make_reader(), std::move(on_delta),
                                abort);
}

}  // namespace openclaw::providers
