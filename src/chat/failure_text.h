#pragma once

#include <span>
#include <string>

#include "chat/answer.h"
#include "chat/remedies.h"

namespace openclaw::chat {

// "rate limited (HTTP 429)", "refused the key (HTTP 401)".
std::string describe(auth::FailureReason reason, int status);

// One attempt in a line: "anthropic:work (anthropic/claude-opus-4-5): rate limited (HTTP 429), rests for
// 4m: <the provider's words>".
std::string describe(const Attempt& attempt, TimePoint now);

// What a person can do while everything of a provider rests.
std::string hint_for_rest(const auth::ProviderId& provider, Milliseconds left);

// The attempt that tells most: the last that was really sent, else why nothing could be, of a model that may
// be used where there was one; null: none.
const Attempt* telling_of(std::span<const Attempt> attempts);

// Why somebody gets no answer from a model that his limits leave out.
Error model_refusal(const access::Principal& who, const auth::ModelRef& model, Surface surface);

// What to tell a person when nobody answered: each attempt, and the one step that helps most.
Error explain(std::span<const Attempt> attempts, TimePoint now, Surface surface);

// When another than the wanted credential or model answered: what happened to the first. Else empty.
std::string describe_detour(const Answered& answered, const auth::ModelRef& wanted, TimePoint now);

}  // namespace openclaw::chat
