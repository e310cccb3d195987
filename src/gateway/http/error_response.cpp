#include "gateway/http/error_response.h"

#include "base/broken_text.h"
#include "gateway/protocol/frames.h"

namespace openclaw::gateway {

namespace {

constexpr std::string_view json_type = "application/json; charset=utf-8";

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
    return response(status, json_type, well_formed(json::serialize(body)));
}

net::Response api_error(int status, std::string_view message, std::string_view type) {
    return json_response(status, json::object{{"error", json::object{{"message", json::string_view(message)},
                                                                     {"type", json::string_view(type)}}}});
}

net::Response coded_api_error(int status, std::string_view message, std::string_view type,
                              std::string_view code) {
    return json_response(status, json::object{{"error", json::object{{"message", json::string_view(message)},
                                                                     {"type", json::string_view(type)},
                                                                     {"param", nullptr},
                                                                     {"code", json::string_view(code)}}}});
}

net::Response refused_call_response(const CallRefusal& refusal) {
    json::value parameter;
    if (!refusal.parameter.empty()) parameter = refusal.parameter;
    return json_response(400, json::object{{"error", json::object{{"message", refusal.message},
                                                                  {"type", "invalid_request_error"},
                                                                  {"param", std::move(parameter)},
                                                                  {"code", refusal.code}}}});
}

net::Response no_endpoint_response() {
    return api_error(404, "this gateway has no such endpoint", "invalid_request_error");
}

net::Response no_method_response(std::string_view methods) {
    auto made =
        api_error(405, fmt::format("this endpoint is asked with {}", methods), "invalid_request_error");
    made.headers.add("Allow", std::string(methods));
    return made;
}

// What strangers get by the hundred thousand stands ready.
net::Response unauthorized_response() {
    auto made = response(401, json_type, R"({"error":{"message":"Unauthorized","type":"unauthorized"}})");
    made.headers.add("WWW-Authenticate", "Bearer");
    return made;
}

net::Response certificate_refused_response(const access::CertificateRemark& remark) {
    return api_error(403, access::sentence_of(remark), "certificate_refused");
}

net::Response key_refused_response(const access::KeyRemark& remark) {
    auto made = api_error(401, access::sentence_of(remark), "key_refused");
    made.headers.add("WWW-Authenticate", "Bearer");
    return made;
}

net::Response keys_closed_response() {
    return api_error(503, "the gateway can't check keys at the moment: its owner finds why in its log",
                     "unavailable");
}

net::Response several_secrets_response() {
    return api_error(400, "Authorization, x-api-key and api-key hold secrets that differ: send one",
                     "invalid_request_error");
}

net::Response repeated_call_response(std::uint32_t limit, Milliseconds wait) {
    json::object error{
        {"message", told_of_repeats(limit)}, {"type", "rate_limited"}, {"code", "repeated_request"}};
    auto made = json_response(429, json::object{{"error", std::move(error)}});
    made.headers.add("Retry-After", fmt::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    return made;
}

net::Response too_many_guesses_response(Milliseconds wait) {
    constexpr std::string_view body =
        R"json({"error":{"message":"too many failed authentication attempts (retry later)",)json"
        R"json("type":"rate_limited"}})json";
    auto made = response(429, json_type, std::string(body));
    made.headers.add("Retry-After", fmt::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    return made;
}

}  // namespace openclaw::gateway
