#include "gateway/protocol/frames.h"

#include "base/broken_text.h"
#include "base/json_scan.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t request_bytes_max = 1u << 20;  // above what the socket lets through
constexpr std::size_t depth_max = 32;

std::string find_request_problem(const json::object& frame) {
    const auto type = string_at(frame, "type");
    if (!frame.contains("type")) return "must have required property 'type'";
    if (!type || *type != "req") return "at /type: must be equal to constant";
    for (std::string_view name : {"id", "method"}) {
        if (!frame.contains(name)) return fmt::format("must have required property '{}'", name);
        const auto text = string_at(frame, name);
        if (!text) return fmt::format("at /{}: must be string", name);
        if (text->empty()) return fmt::format("at /{}: must NOT have fewer than 1 characters", name);
    }
    return {};
}

}  // namespace

std::string told_of_repeats(std::uint32_t limit) {
    return fmt::format(
        "this key has sent the same request more than {} times in a minute, as a loop does: it is refused "
        "until it "
        "hasn't come for a minute, or until the gateway's owner lets it go on: `openclaw gateway keys update "
        "NAME "
        "--clear-breaker`",
        limit);
}

WireError invalid_request(std::string message) {
    return {.code = "INVALID_REQUEST", .message = std::move(message)};
}

WireError wire_error(const Error& error) {
    WireError wire{.code = "UNAVAILABLE", .message = error.message};
    switch (error.code) {
        case Code::invalid_input:
        case Code::not_found:
        case Code::denied:
        case Code::too_large:
            wire.code = "INVALID_REQUEST";
            break;
        case Code::busy:
        case Code::timed_out:
        case Code::unavailable:
            wire.retryable = true;
            break;
        case Code::corrupt:
        case Code::no_space:
        case Code::cancelled:
        case Code::internal:
            break;
    }
    // The reference has one code for many faults: which it was, so that it ends every command alike.
    if (error.code != Code::invalid_input && error.code != Code::unavailable)
        wire.details["kind"] = name_of(error.code);
    if (!error.hint.empty()) wire.details["hint"] = error.hint;
    return wire;
}

namespace {

// The outermost "id" of a frame that can't be read as a whole, when it is plain: whoever asked waits for an
// answer that names it.
std::optional<std::string> find_id(std::string_view text) {
    constexpr std::size_t id_bytes_max = 128;
    const auto string_end = [&](std::size_t at) { return json_string_end(text, at).value_or(text.size()); };
    int depth = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
        if (c != '"') {
            ++at;
            continue;
        }
        const auto end = string_end(at);
        const bool is_key = depth == 1 && text.substr(at, end - at) == R"("id")";
        at = json_space_end(text, end);
        if (!is_key || at >= text.size() || text[at] != ':') continue;
        at = json_space_end(text, at + 1);
        if (at >= text.size() || text[at] != '"') return std::nullopt;
        const auto quoted = text.substr(at, string_end(at) - at);
        const auto id = quoted.size() > id_bytes_max ? Result<json::value>() : parse_json(quoted);
        const auto* found = id ? id->if_string() : nullptr;
        return found && !found->empty() ? std::optional(std::string(*found)) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::expected<RequestFrame, FrameProblem> parse_request(std::string_view text) {
    auto parsed = parse_json(text, request_bytes_max, depth_max);
    if (!parsed) {
        FrameProblem found{.kind = FrameProblem::Kind::not_json, .message = parsed.error().message};
        if (auto id = find_id(text)) found.id = std::move(*id);
        return std::unexpected(std::move(found));
    }
    auto* frame = parsed->if_object();
    auto problem = frame ? find_request_problem(*frame) : std::string("must be object");
    if (!problem.empty()) {
        FrameProblem found{.kind = FrameProblem::Kind::not_a_request,
                           .message = "invalid request frame: " + problem};
        if (frame)
            if (auto id = string_at(*frame, "id"); id && !id->empty()) found.id = *id;
        return std::unexpected(std::move(found));
    }
    RequestFrame request{.id = std::string(*string_at(*frame, "id")),
                         .method = std::string(*string_at(*frame, "method")),
                         .params = json::object{}};
    if (auto* params = frame->if_contains("params"); params && !params->is_null())
        request.params = std::move(*params);
    return request;
}

std::string response_frame(std::string_view id, const json::value& payload) {
    return well_formed(fmt::format(R"({{"type":"res","id":{},"ok":true,"payload":{}}})",
                                   json::serialize(json::string_view(id)), json::serialize(payload)));
}

std::string error_frame(std::string_view id, const WireError& error) {
    json::object shape{{"code", error.code}, {"message", error.message}};
    if (!error.details.empty()) shape["details"] = error.details;
    if (error.retryable) shape["retryable"] = true;
    if (error.retry_after) shape["retryAfterMs"] = error.retry_after->count();
    json::object frame{{"type", "res"}, {"id", json::string_view(id)}, {"ok", false}};
    if (error.payload) frame["payload"] = *error.payload;
    frame["error"] = std::move(shape);
    return well_formed(json::serialize(frame));
}

std::string reply_frame(std::string_view id, const WireResult<json::value>& reply) {
    return reply ? response_frame(id, *reply) : error_frame(id, reply.error());
}

std::string event_head(std::string_view name, const json::value& payload, const json::value* state_version) {
    auto head = fmt::format(R"({{"type":"event","event":"{}","payload":{})", name, json::serialize(payload));
    if (state_version) head += R"(,"stateVersion":)" + json::serialize(*state_version);
    return well_formed(std::move(head));
}

std::string event_frame(std::string_view head, std::optional<std::uint64_t> seq) {
    return seq ? fmt::format(R"({},"seq":{}}})", head, *seq) : fmt::format("{}}}", head);
}

}  // namespace openclaw::gateway
