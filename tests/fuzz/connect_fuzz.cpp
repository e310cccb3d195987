// Whatever the first message of a websocket says, it is a connect request within its bounds, or a refusal
// that repeats no token and fits into a close frame.
#include <cstdint>
#include <cstdlib>

#include "gateway/ws/connect.h"

namespace openclaw::gateway {
namespace {

constexpr std::string_view mark = "c4n4ry";  // what tokens of the corpus have in them
constexpr std::size_t close_reason_max = 123;
constexpr std::size_t kept_max = 256 + 3;  // of a client's words, with the sign that something was cut

// The token of a message that has it nowhere else.
std::string_view canary_of(const RequestFrame& frame, std::string_view bytes) {
    const auto* params = as_object(&frame.params);
    const auto* auth = params ? object_at(*params, "auth") : nullptr;
    const auto token = auth ? string_at(*auth, "token").value_or("") : std::string_view();
    return token.contains(mark) && bytes.find(token) == bytes.rfind(token) ? token : std::string_view();
}

void check_refusal(const ConnectRefusal& refusal, std::string_view canary) {
    if (refusal.close_reason.size() > close_reason_max) std::abort();
    if (canary.empty()) return;
    for (const auto* text : {&refusal.error.message, &refusal.close_reason, &refusal.log_reason})
        if (text->contains(canary)) std::abort();
}

void check_request(const ConnectRequest& request) {
    const int protocol = negotiated_protocol(request);
    if (protocol < protocol_min || protocol > protocol_max) std::abort();
    if (request.role != "operator" && request.role != "node") std::abort();
    if (request.scopes && request.scopes->empty()) std::abort();
    for (const auto* kept : {&request.client_id, &request.client_mode, &request.client_version,
                             &request.platform, &request.display_name, &request.instance_id})
        if (kept->size() > kept_max) std::abort();
}

void check(std::string_view bytes) {
    const auto frame = parse_request(bytes);
    if (!frame) return;
    const auto request = parse_connect(*frame);
    if (!request) return check_refusal(request.error(), canary_of(*frame, bytes));
    if (frame->method != "connect") std::abort();
    check_request(*request);
}

}  // namespace
}  // namespace openclaw::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    openclaw::gateway::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
