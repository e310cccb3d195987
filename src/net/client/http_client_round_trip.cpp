#include "net/client/http_client_round_trip.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "net/loop/exhaustion.h"

namespace openclaw::net {
namespace {

bool is_visible(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c != 0x7F; });
}

bool is_method(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

}  // namespace

Result<void> check_request(const ClientRequest& request) {
    const std::string& host = request.url.host;
    if (!is_method(request.method)) return fail(Code::invalid_input, "the request's method is not one");
    if (request.url.scheme != "http" && request.url.scheme != "https") {
        return fail(Code::invalid_input, "{} is not an http or https address",
                    printable(shortened(host, 80)));
    }
    if (!is_visible(host) || !is_visible(request.url.target) || request.url.target.front() != '/') {
        return fail(Code::invalid_input, "the request's address has characters that don't belong there");
    }
    if (!request.headers.valid()) {
        return fail(Code::invalid_input, "a header of the request to {} contains a line break", host);
    }
    return {};
}

bool set_by_client(std::string_view header) {
    constexpr std::array names = {"host",
                                  "content-length",
                                  "connection",
                                  "transfer-encoding",
                                  "keep-alive",
                                  "upgrade",
                                  "te",
                                  "proxy-connection",
                                  "trailer",
                                  "expect",
                                  "accept-encoding",
                                  "proxy-authorization"};
    return std::ranges::any_of(names, [&](const char* name) { return equal_ignoring_case(header, name); });
}

bool announces_body(const ClientRequest& request) {
    const std::string& method = request.method;
    return !request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
}

Milliseconds time_until(std::chrono::steady_clock::time_point end, const Loop& loop) {
    const auto left = std::chrono::ceil<Milliseconds>(end - loop.now());
    return std::max(left, Milliseconds(1));
}

std::unexpected<RoundTripFailure> round_trip_failed(Error error, bool may_repeat) {
    return std::unexpected(RoundTripFailure{std::move(error), may_repeat});
}

Error given_up() {
    return spare_error(Code::cancelled, "the request was given up");
}

}  // namespace openclaw::net
