#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "chat/answer.h"
#include "gateway/http/completion_parameters.h"
#include "net/http/http.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway {

// A /v1/chat/completions request as a turn. Pure.
struct CompletionCall {
    std::string id;            // of the answer
    std::int64_t created = 0;  // seconds
    std::string agent_id = "main";
    std::string model;                       // echoed
    std::optional<std::string> named_model;  // "anthropic/claude-opus-4-5@work": it names a provider
    bool in_session = false;                 // the caller named a user or a session
    std::string session_key;                 // then: as typed
    std::string message;                     // then: the current one, with earlier ones rendered above it
    std::string system;
    std::vector<providers::Message> messages;
    chat::AnswerWishes wishes;
    bool stream = false;
    bool include_usage = false;  // stream_options.include_usage
};
// `default_agent`: of a call that names none. What a turn can't honour is refused, not left out
// (completion_parameters.h).
std::expected<CompletionCall, CallRefusal> parse_completion(const net::Headers& headers,
                                                            const json::value& body, std::string id,
                                                            std::string_view default_agent = "main");

}  // namespace openclaw::gateway
