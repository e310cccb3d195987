#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace openclaw::gateway {

// Why a /v1/chat/completions request can't be taken as it is, in the shape that OpenAI's clients read.
struct CallRefusal {
    std::string message;    // in words for the caller
    std::string parameter;  // "tools", "messages[2].content"; empty: the body as a whole
    std::string code;       // "unsupported_parameter", "unsupported_value", "invalid_type", "invalid_value"

    bool operator==(const CallRefusal&) const = default;
};

// The first parameter that a turn can't honour: of a wrong type, or asking for something that a turn doesn't
// carry (tools, several answers, a format, sampling beyond the temperature). Whoever relies on it must not
// get an answer that ignores it. Values that ask for nothing special are taken: null, an empty list, `n` 1,
// `top_p` 1, a penalty of 0. Members that aren't in the table below are left to whoever sent them.
std::optional<CallRefusal> refused_parameter(const json::object& body);

// The same for one message of the call: its content must be text, and no tool may have been called in it.
std::optional<CallRefusal> refused_message(const json::value& message, std::size_t at);

}  // namespace openclaw::gateway
