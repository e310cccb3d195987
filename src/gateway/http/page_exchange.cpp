#include "gateway/http/page_exchange.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t asked_headers_max = 2048;
constexpr std::string_view usual_headers = "authorization, content-type";

bool are_header_names(std::string_view text) {
    return text.size() <= asked_headers_max && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == ',' || c == ' ';
           });
}

void name_origin(net::Headers& headers, const std::string& origin) {
    headers.add("Access-Control-Allow-Origin", origin);
    headers.add("Access-Control-Allow-Credentials", "true");  // a browser's client certificate is one of them
    headers.add("Access-Control-Expose-Headers", "Retry-After");
    headers.add("Vary", "Origin");
}

}  // namespace

net::Task<Result<void>> PageExchange::respond(net::Response response) {
    name_origin(response.headers, origin_);
    return inner_.respond(std::move(response));
}

net::Task<Result<void>> PageExchange::start_stream(int status, net::Headers headers) {
    name_origin(headers, origin_);
    return inner_.start_stream(status, std::move(headers));
}

bool is_preflight(const net::Request& request) {
    return request.method == "OPTIONS" && request.headers.find("access-control-request-method");
}

net::Response preflight_response(const net::Request& request, std::string_view methods) {
    const auto asked = request.headers.find("access-control-request-headers").value_or(usual_headers);
    net::Response allowed{.status = 204, .headers = {}, .body = {}};
    allowed.headers.add("Access-Control-Allow-Methods", std::string(methods));
    allowed.headers.add("Access-Control-Allow-Headers",
                        std::string(are_header_names(asked) ? asked : usual_headers));
    allowed.headers.add("Access-Control-Max-Age", "600");
    // A page on the internet that calls a gateway in the house.
    if (request.headers.find("access-control-request-private-network") == "true")
        allowed.headers.add("Access-Control-Allow-Private-Network", "true");
    return allowed;
}

}  // namespace openclaw::gateway
