#include "auth/oauth/token_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "auth/oauth/members.h"
#include "base/text.h"

namespace openclaw::auth::oauth {
namespace {

using Kind = Declined::Kind;

constexpr std::size_t body_bytes_max = 256u << 10;
constexpr std::size_t text_bytes_max = 300;
constexpr double lifetime_seconds_max = 10 * 365.0 * 86'400;  // longer is a mistake, and counts as missing

struct Meaning {
    std::string_view code;
    Kind kind;
};
constexpr std::array meanings = {
    Meaning{"invalid_grant", Kind::dead},
    Meaning{"expired_token", Kind::dead},  // of a device code, and of refresh tokens of some
    Meaning{"token_expired", Kind::dead},
    Meaning{"token_revoked", Kind::dead},
    Meaning{"token_invalidated", Kind::dead},
    Meaning{"invalid_refresh_token", Kind::dead},
    Meaning{"refresh_token_expired", Kind::dead},
    Meaning{"refresh_token_reused", Kind::dead},
    Meaning{"refresh_token_revoked", Kind::dead},
    Meaning{"refresh_token_invalidated", Kind::dead},
    Meaning{"invalid_client", Kind::configuration},
    Meaning{"unauthorized_client", Kind::configuration},
    Meaning{"unsupported_grant_type", Kind::configuration},
    Meaning{"invalid_request", Kind::configuration},
    Meaning{"invalid_scope", Kind::configuration},
    Meaning{"invalid_target", Kind::configuration},
    Meaning{"temporarily_unavailable", Kind::later},
    Meaning{"rate_limit_exceeded", Kind::later},
    Meaning{"too_many_requests", Kind::later},
    Meaning{"authorization_pending", Kind::pending},
    Meaning{"slow_down", Kind::slow_down},
    Meaning{"access_denied", Kind::denied},
};

const Meaning* meaning_of(std::string_view code) {
    const auto found = std::ranges::find(meanings, code, &Meaning::code);
    return found == meanings.end() ? nullptr : &*found;
}

std::string shown(std::string_view text) {
    return printable(shortened(trimmed(text), text_bytes_max));
}

struct OAuthError {
    std::string code, text;
};

// {"error": "code", "error_description": "…"} or {"error": {"code": "…", "type": "…", "message": "…"}}.
std::optional<OAuthError> error_in(const json::object& body) {
    const auto* error = value_at(body, "error");
    if (!error) return std::nullopt;
    if (const auto* code = error->if_string())
        return OAuthError{std::string(trimmed(*code)),
                          shown(string_at(body, "error_description").value_or(""))};
    const auto* object = error->if_object();
    if (!object) return std::nullopt;
    OAuthError found{filled(*object, "code"), shown(string_at(*object, "message").value_or(""))};
    if (!meaning_of(found.code) && meaning_of(filled(*object, "type"))) found.code = filled(*object, "type");
    return found;
}

// Seconds as a number or as text; 0 is an answer, anything else that isn't a life is none.
std::optional<double> seconds_in(const json::value* value) {
    double seconds = -1;
    if (!value) return std::nullopt;
    if (value->is_number()) {
        seconds = value->to_number<double>();
    } else if (const auto* text = value->if_string()) {
        const auto digits = trimmed(*text);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    }
    if (!std::isfinite(seconds) || seconds < 0 || seconds > lifetime_seconds_max) return std::nullopt;
    return seconds;
}

std::optional<TimePoint> end_of(const json::object& body, const TokenResponse& response, const Issuer& issuer,
                                TimePoint now) {
    if (const auto seconds = seconds_in(value_at(body, "expires_in")))
        return now + Milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    if (const auto claims = claims_of(filled(body, "access_token")))
        if (const auto end = end_in(*claims)) return *end + (now - response.date.value_or(now));
    if (issuer.lifetime) return now + *issuer.lifetime;
    return std::nullopt;
}

// By the id token, which tells also when it has ended. An access token is made for somebody else, and may
// call the same person otherwise; only where its issuer is known to name the account in it, it is read.
Account account_of(const json::object& body) {
    Account account;
    if (const auto claims = claims_of(filled(body, "id_token"))) account = account_in(*claims);
    if (account.id.empty())
        if (const auto claims = claims_of(filled(body, "access_token")))
            account.id = openai_account_in(*claims);
    return account;
}

TokenAnswer granted(const json::object& body, const TokenResponse& response, const Issuer& issuer,
                    TimePoint now) {
    Granted tokens{.access = Secret(filled(body, "access_token"))};
    if (!tokens.access.is_printable()) return Unclear{"an access token that no header can carry"};
    if (auto refresh = filled(body, "refresh_token"); !refresh.empty()) tokens.refresh = Secret(refresh);
    if (const auto scope = string_at(body, "scope")) tokens.scope = std::string(trimmed(*scope));
    tokens.expires = end_of(body, response, issuer, now);
    if (tokens.expires) tokens.lifetime = std::max(*tokens.expires - now, Milliseconds(0));
    tokens.account = account_of(body);
    return tokens;
}

// A refusal without an OAuth error: whoever sent it, the request wasn't carried out. A gateway in between
// that lost the answer (502, 504) or an issuer that broke while it worked (500) leaves it open.
TokenAnswer without_error(const TokenResponse& response, std::string_view form) {
    auto what = fmt::format("HTTP {} with {}", response.status, form);
    const bool refused = response.status == 503 || (response.status >= 300 && response.status < 500);
    if (!refused) return Unclear{std::move(what)};
    return Declined{Kind::later, fmt::format("http_{}", response.status), std::move(what),
                    response.retry_after};
}

std::string_view form_of(std::string_view body) {
    const auto text = trimmed_wide(body);
    if (text.empty()) return "no content";
    return text.front() == '<' ? "a web page" : "something that is no OAuth answer";
}

}  // namespace

TokenAnswer read_token_answer(const TokenResponse& response, const Issuer& issuer, TimePoint now) {
    const auto document = parse_json(response.body, body_bytes_max);
    const auto* body = document ? document->if_object() : nullptr;
    if (!body) return without_error(response, form_of(response.body));
    const bool good = response.status >= 200 && response.status < 300;
    const auto error = error_in(*body);
    if (good && !error && !filled(*body, "access_token").empty())
        return granted(*body, response, issuer, now);
    // GitHub sends its errors with 200.
    if (!error || error->code.empty()) return without_error(response, "JSON that is no OAuth answer");
    if (response.status == 429 || response.status == 503)
        return Declined{Kind::later, error->code, error->text, response.retry_after};
    const auto* meaning = meaning_of(error->code);
    const bool may_decide =
        good || response.status == 400 || response.status == 401 || response.status == 403;
    if (meaning && (may_decide || meaning->kind == Kind::later))
        return Declined{meaning->kind, error->code, error->text, response.retry_after};
    if (response.status >= 500)
        return Unclear{fmt::format("HTTP {}: {}", response.status, shown(error->code))};
    return Declined{Kind::later, shown(error->code), error->text, response.retry_after};
}

}  // namespace openclaw::auth::oauth
