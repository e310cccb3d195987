#include "gateway/client/answer_frames.h"

#include "base/text.h"

namespace openclaw::gateway {

std::optional<Code> code_named(std::string_view name) {
    for (const Code code :
         {Code::invalid_input, Code::not_found, Code::denied, Code::unavailable, Code::timed_out, Code::busy,
          Code::corrupt, Code::no_space, Code::too_large, Code::cancelled, Code::internal})
        if (name_of(code) == name) return code;
    return std::nullopt;
}

Result<GatewayFrame> parse_answer(std::string_view text) {
    auto parsed = parse_json(text, answer_bytes_max);
    if (!parsed) return failed(parsed.error(), "a frame of the gateway");
    const json::object* frame = as_object(&*parsed);
    const auto type = frame ? string_at(*frame, "type") : std::nullopt;
    if (type == "event") {
        const json::object* payload = object_at(*frame, "payload");
        return GatewayEvent{.name = std::string(string_at(*frame, "event").value_or("")),
                            .payload = payload ? *payload : json::object{}};
    }
    if (type != "res")
        return fail(Code::invalid_input, "the gateway sent a frame that is neither answer nor event");
    GatewayResponse response{.id = std::string(string_at(*frame, "id").value_or("")),
                             .ok = bool_at(*frame, "ok").value_or(false),
                             .payload = {},
                             .error = {}};
    if (const json::value* payload = value_at(*frame, "payload")) response.payload = *payload;
    const json::object* error = object_at(*frame, "error");
    if (!response.ok) response.error = error_of_frame(error ? *error : json::object{});
    return response;
}

Error error_of_frame(const json::object& error) {
    const std::string code(string_at(error, "code").value_or("UNAVAILABLE"));
    const std::string message = printable(string_at(error, "message").value_or("no reason given"));
    Error result{Code::unavailable, message, {}};
    if (code == "INVALID_REQUEST") result.code = Code::invalid_input;
    if (code == "NOT_FOUND") result.code = Code::not_found;
    if (code == "AGENT_TIMEOUT") result.code = Code::timed_out;
    if (code == "NOT_PAIRED" || code == "FORBIDDEN" || code == "UNAUTHORIZED" ||
        message.starts_with("unauthorized") || message.starts_with("missing scope")) {
        result.code = Code::denied;
    }
    const auto* details = object_at(error, "details");
    if (const auto named = code_named(details ? string_at(*details, "kind").value_or("") : ""))
        result.code = *named;
    if (details) result.hint = printable(string_at(*details, "hint").value_or(""));
    return result;
}

}  // namespace openclaw::gateway
