#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::gateway {

// One websocket message is one JSON object.
struct RequestFrame {
    std::string id, method;
    json::value params;  // {} when absent
};

// What a client is told when a request fails.
struct WireError {
    std::string code;  // INVALID_REQUEST, UNAVAILABLE, NOT_PAIRED, FORBIDDEN
    std::string message;
    json::object details = {};
    bool retryable = false;
    std::optional<Milliseconds> retry_after = {};
    std::optional<json::value> payload = {};  // `agent` tells its outcome beside the error
};
WireError invalid_request(std::string message);
WireError wire_error(const Error& error);  // the one place that maps Code to a frame

// What a key hears that is in a loop, over HTTP and over a websocket.
std::string told_of_repeats(std::uint32_t limit);

template <class T>
using WireResult = std::expected<T, WireError>;

// Why a message isn't a request.
struct FrameProblem {
    enum class Kind { not_json, not_a_request } kind = Kind::not_json;
    std::string id = "invalid";  // the frame's own, when it has one
    std::string message;         // "invalid request frame: must have required property 'method'"
};
std::expected<RequestFrame, FrameProblem> parse_request(std::string_view text);

std::string response_frame(std::string_view id, const json::value& payload);
std::string error_frame(std::string_view id, const WireError& error);
std::string reply_frame(std::string_view id, const WireResult<json::value>& reply);

// An event without its end, so that one text serves many clients: event_frame(head, 17) adds the seq.
std::string event_head(std::string_view name, const json::value& payload,
                       const json::value* state_version = nullptr);
std::string event_frame(std::string_view head, std::optional<std::uint64_t> seq);

}  // namespace openclaw::gateway
