#include "auth/oauth/device_grant.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "auth/oauth/members.h"
#include "base/near_host.h"
#include "base/text.h"
#include "net/http/http.h"

namespace openclaw::auth::oauth {
namespace {

constexpr std::size_t body_bytes_max = 64u << 10, user_code_bytes_max = 64, page_bytes_max = 1024;
constexpr std::int64_t interval_seconds_max = 60, lifetime_seconds_max = 3600;
constexpr Milliseconds slow_down_step = std::chrono::seconds(5);

// Whole seconds, as a number or as text.
std::optional<std::int64_t> seconds_at(const json::object& object, std::string_view key) {
    if (const auto number = integer_at(object, key)) return number;
    const auto text = filled(object, key);
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return seconds;
}

Milliseconds span_at(const json::object& object, std::string_view key, Milliseconds usual,
                     std::int64_t most) {
    const auto seconds = seconds_at(object, key);
    return seconds && *seconds >= 1 ? Milliseconds(std::chrono::seconds(std::min(*seconds, most))) : usual;
}

bool is_page(const std::string& text) {
    const auto url =
        text.size() <= page_bytes_max ? net::parse_url(text) : Result<net::Url>(std::unexpected(Error{}));
    return url && (url->scheme == "https" || (url->scheme == "http" && is_near_host(url->host)));
}

std::unexpected<Error> refusal(int status, std::string_view body, const json::object* object) {
    const auto code = object ? filled(*object, "error") : std::string();
    const auto text = object ? filled(*object, "error_description") : std::string();
    if (code.empty())
        return fail(Code::unavailable, "the issuer gave no device code: HTTP {}{}", status,
                    trimmed(body).empty() ? " with no content" : "");
    return fail(Code::unavailable, "the issuer gave no device code: {}{}{}", printable(shortened(code, 100)),
                text.empty() ? "" : ": ", printable(shortened(text, 300)));
}

}  // namespace

Result<DeviceCode> read_device_code(int status, std::string_view body) {
    const auto document = parse_json(body, body_bytes_max);
    const auto* object = document ? document->if_object() : nullptr;
    if (!object || status < 200 || status >= 300 || object->contains("error"))
        return refusal(status, body, object);
    DeviceCode code;
    code.device_code = Secret(filled(*object, "device_code"));
    code.user_code = filled(*object, "user_code");
    code.page = filled(*object, "verification_uri");
    if (code.page.empty()) code.page = filled(*object, "verification_url");  // Google's older spelling
    code.page_with_code = filled(*object, "verification_uri_complete");
    code.interval = span_at(*object, "interval", code.interval, interval_seconds_max);
    code.lifetime = span_at(*object, "expires_in", code.lifetime, lifetime_seconds_max);
    if (code.device_code.empty() || code.user_code.empty() || code.page.empty())
        return fail(Code::invalid_input, "the issuer's device code lacks a part of it");
    if (code.user_code.size() > user_code_bytes_max || printable(code.user_code) != code.user_code)
        return fail(Code::invalid_input, "the issuer's device code is no text to type");
    if (!is_page(code.page))
        return fail(Code::invalid_input, "the issuer sends to a page that isn't on https");
    if (!is_page(code.page_with_code)) code.page_with_code.clear();
    return code;
}

void DevicePolls::settle(const TokenAnswer& answer, SteadyTime now) {
    const auto* declined = std::get_if<Declined>(&answer);
    const bool too_often =
        declined && (declined->kind == Declined::Kind::slow_down || declined->code == "http_429" ||
                     declined->code == "too_many_requests" || declined->code == "rate_limit_exceeded");
    if (too_often) interval_ += slow_down_step;  // for good
    const auto asked = declined && declined->again_in ? *declined->again_in : Milliseconds(0);
    next_ = now + std::max(interval_, asked);
}

}  // namespace openclaw::auth::oauth
