#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/json.h"
#include "base/result.h"

namespace openclaw::gateway {

// What a gateway sends to a client.
struct GatewayResponse {
    std::string id;
    bool ok = false;
    json::value payload;
    Error error;  // when not ok
};
struct GatewayEvent {
    std::string name;
    json::object payload;
};
using GatewayFrame = std::variant<GatewayResponse, GatewayEvent>;
using OnEvent = std::function<void(const GatewayEvent&)>;

// What a gateway may send at once: a history of 6 MiB with room to spare.
constexpr std::size_t answer_bytes_max = 25u << 20;

// `invalid_input` for a frame that is neither.
Result<GatewayFrame> parse_answer(std::string_view text);

// The error of a response, the other way round than wire_error (frames.h). Its text may be a stranger's:
// control characters are taken out.
Error error_of_frame(const json::object& error);
// The code of that name, if there is one.
std::optional<Code> code_named(std::string_view name);

}  // namespace openclaw::gateway
