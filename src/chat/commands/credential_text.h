#pragma once

#include <string>

#include "chat/commands/command.h"

namespace openclaw::chat {

// "anthropic:work=#3fa9c1d2 (next)", "OAuth (me@example.com) (expired)": a candidate as /model status shows
// it. Never any character of the secret.
std::string describe_candidate(const auth::Candidate& candidate, const CommandContext& context);

// "api-key #3fa9c1d2 (anthropic:work)", "oauth (anthropic:me@x.com)", "unknown": as /status shows it.
std::string describe_auth(const auth::Candidate* candidate, const CommandContext& context);

}  // namespace openclaw::chat
