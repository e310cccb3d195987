#include "auth/oauth/claims.h"

#include "auth/sealed/envelope.h"
#include "base/text.h"

namespace openclaw::auth::oauth {
namespace {

constexpr std::size_t token_bytes_max = 64u << 10;
constexpr double seconds_max = 8.64e12;  // the last instant of JavaScript's calendar

std::string filled(const json::object& object, std::string_view key) {
    return std::string(trimmed(string_at(object, key).value_or("")));
}

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

Account account_in(const json::object& claims) {
    Account account{.id = filled(claims, "sub"), .email = filled(claims, "email")};
    // OpenAI's: one person may be in several accounts.
    if (const auto* openai = object_at(claims, "https://api.openai.com/auth"))
        if (auto id = filled(*openai, "chatgpt_account_id"); !id.empty()) account.id = std::move(id);
    return account;
}

}  // namespace openclaw::auth::oauth
