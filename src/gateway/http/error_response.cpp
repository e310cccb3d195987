#include "gateway/http/error_response.h"

namespace openclaw::gateway {

namespace {

net::Response response(int status, std::string_view type, std::string body) {
    net::Response made{.status = status, .headers = {}, .body = std::move(body)};
    made.headers.add("Content-Type", std::string(type));
    made.headers.add("X-Content-Type-Options", "nosniff");
    return made;
}

}  // namespace

net::Response plain_response(int status, std::string_view text) {
    return response(status, "text/plain; charset=utf-8", std::string(text));
}

net::Response json_response(int status, const json::value& body) {
    return response(status, "application/json; charset=utf-8", json::serialize(body));
}

net::Response api_error(int status, std::string_view message, std::string_view type) {
    return json_response(status, json::object{{"error", json::object{{"message", json::string_view(message)},
                                                                     {"type", json::string_view(type)}}}});
}

net::Response unauthorized_response() {
    auto made = api_error(401, "Unauthorized", "unauthorized");
    made.headers.add("WWW-Authenticate", "Bearer");
    return made;
}

net::Response too_many_guesses_response(Milliseconds wait) {
    auto made = api_error(429, "too many failed authentication attempts (retry later)", "rate_limited");
    made.headers.add("Retry-After", fmt::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    return made;
}

}  // namespace openclaw::gateway
