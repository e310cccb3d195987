#include "auth/oauth/claims.h"

#include "auth/oauth/members.h"
#include "auth/sealed/envelope.h"

namespace openclaw::auth::oauth {
namespace {

constexpr std::size_t token_bytes_max = 64u << 10;
constexpr double seconds_max = 8.64e12;  // the last instant of JavaScript's calendar

}  // namespace

std::optional<json::object> claims_of(std::string_view token) {
    if (token.size() > token_bytes_max) return std::nullopt;
    const auto parts = split(token, '.');
    if (parts.size() != 3) return std::nullopt;
    const auto text = sealed::from_base64url(parts[1]);
    if (!text) return std::nullopt;
    auto document = parse_json(*text, token_bytes_max);
    if (!document || !document->is_object()) return std::nullopt;
    return std::move(document->get_object());
}

std::optional<TimePoint> end_in(const json::object& claims) {
    const auto seconds = number_at(claims, "exp");
    if (!seconds || !(*seconds > 0) || *seconds > seconds_max) return std::nullopt;
    return from_ms(static_cast<std::int64_t>(*seconds * 1000));
}

std::string openai_account_in(const json::object& claims) {
    const auto* openai = object_at(claims, "https://api.openai.com/auth");
    return openai ? filled(*openai, "chatgpt_account_id") : std::string();
}

Account account_in(const json::object& claims) {
    auto account = openai_account_in(claims);
    return {.id = account.empty() ? filled(claims, "sub") : std::move(account),
            .email = filled(claims, "email")};
}

}  // namespace openclaw::auth::oauth
