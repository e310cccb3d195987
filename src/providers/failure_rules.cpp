#include "providers/failure_rules.h"

#include <algorithm>
#include <array>
#include <span>

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;

// Ids under which one vendor's servers are known.
bool is_of(std::string_view provider, std::string_view vendor) {
    if (vendor.empty()) return true;
    if (vendor == "google") return provider.starts_with("google") || provider.starts_with("gemini");
    if (vendor == "zai") {
        return provider.starts_with("zai") || provider.starts_with("zhipu") || provider.starts_with("glm") ||
               provider.starts_with("bigmodel");
    }
    return provider.starts_with(vendor);
}

struct CodeRule {
    Reason reason;
    std::string_view code;
    std::string_view vendor = {};  // empty: any
};

constexpr std::array exact_codes = {
    CodeRule{Reason::billing, "insufficient_quota"},
    CodeRule{Reason::billing, "insufficient_balance"},
    CodeRule{Reason::billing, "insufficient_credits"},
    CodeRule{Reason::billing, "insufficient_funds"},
    CodeRule{Reason::billing, "exceeded_current_quota_error"},
    CodeRule{Reason::billing, "billing_not_active"},
    CodeRule{Reason::billing, "billing_hard_limit_reached"},
    CodeRule{Reason::billing, "billing_limit_user_error"},
    CodeRule{Reason::billing, "billing_disabled"},
    CodeRule{Reason::billing, "billing_error"},
    CodeRule{Reason::billing, "payment_required"},
    CodeRule{Reason::billing, "credits_exhausted"},
    CodeRule{Reason::billing, "arrearage"},
    CodeRule{Reason::billing, "accountoverdueerror"},
    CodeRule{Reason::billing, "usage_not_included"},
    CodeRule{Reason::billing, "creditserror"},
    CodeRule{Reason::billing, "monthlylimiterror"},
    CodeRule{Reason::billing, "1113", "zai"},
    CodeRule{Reason::billing, "1309", "zai"},
    CodeRule{Reason::billing, "1008", "minimax"},
    CodeRule{Reason::billing, "30001", "siliconflow"},
    CodeRule{Reason::billing, "30011", "siliconflow"},

    CodeRule{Reason::overflow, "context_length_exceeded"},
    CodeRule{Reason::overflow, "context_window_exceeded"},
    CodeRule{Reason::overflow, "exceed_context_size_error"},
    CodeRule{Reason::overflow, "model_max_prompt_tokens_exceeded"},
    CodeRule{Reason::overflow, "request_too_large"},
    CodeRule{Reason::overflow, "1261", "zai"},

    CodeRule{Reason::model_not_found, "model_not_found"},
    CodeRule{Reason::model_not_found, "model_not_available"},
    CodeRule{Reason::model_not_found, "model_not_supported"},
    CodeRule{Reason::model_not_found, "model_decommissioned"},
    CodeRule{Reason::model_not_found, "unsupported_model"},
    CodeRule{Reason::model_not_found, "unknown_model"},
    CodeRule{Reason::model_not_found, "invalid_model"},
    CodeRule{Reason::model_not_found, "deploymentnotfound"},
    CodeRule{Reason::model_not_found, "modelerror", "opencode"},
    CodeRule{Reason::model_not_found, "1211", "zai"},
    CodeRule{Reason::model_not_found, "20012", "siliconflow"},

    CodeRule{Reason::overloaded, "overloaded_error"},
    CodeRule{Reason::overloaded, "engine_overloaded_error"},
    CodeRule{Reason::overloaded, "server_overloaded"},
    CodeRule{Reason::overloaded, "server_is_overloaded"},
    CodeRule{Reason::overloaded, "model_overloaded"},
    CodeRule{Reason::overloaded, "model_capacity_exhausted"},
    CodeRule{Reason::overloaded, "slow_down"},
    CodeRule{Reason::overloaded, "1305", "zai"},
    CodeRule{Reason::overloaded, "50505", "siliconflow"},

    CodeRule{Reason::auth, "invalid_api_key"},
    CodeRule{Reason::auth, "incorrect_api_key_error"},
    CodeRule{Reason::auth, "api_key_invalid"},
    CodeRule{Reason::auth, "api_key_service_blocked"},
    CodeRule{Reason::auth, "consumer_suspended"},
    CodeRule{Reason::auth, "authentication_error"},
    CodeRule{Reason::auth, "invalid_authentication_error"},
    CodeRule{Reason::auth, "authenticationerror"},
    CodeRule{Reason::auth, "unauthenticated"},
    CodeRule{Reason::auth, "unauthorized"},
    CodeRule{Reason::auth, "invalid_grant"},
    CodeRule{Reason::auth, "invalid_token"},
    CodeRule{Reason::auth, "expired_token"},
    CodeRule{Reason::auth, "token_expired"},
    CodeRule{Reason::auth, "token_revoked"},
    CodeRule{Reason::auth, "token_invalidated"},
    CodeRule{Reason::auth, "refresh_token_reused"},
    CodeRule{Reason::auth, "refresh_token_expired"},
    CodeRule{Reason::auth, "refresh_token_invalidated"},
    CodeRule{Reason::auth, "account_deactivated"},
    CodeRule{Reason::auth, "missing_scope"},
    CodeRule{Reason::auth, "unrecognizedclientexception"},
    CodeRule{Reason::auth, "expiredtokenexception"},
    CodeRule{Reason::auth, "1000", "zai"},
    CodeRule{Reason::auth, "1001", "zai"},
    CodeRule{Reason::auth, "1002", "zai"},
    CodeRule{Reason::auth, "1003", "zai"},
    CodeRule{Reason::auth, "1004", "zai"},
    CodeRule{Reason::auth, "1004", "minimax"},

    CodeRule{Reason::format, "content_filter"},
    CodeRule{Reason::format, "content_policy_violation"},
    CodeRule{Reason::format, "data_inspection_failed"},

    CodeRule{Reason::rate_limit, "1302", "zai"},
    CodeRule{Reason::rate_limit, "1303", "zai"},
    CodeRule{Reason::rate_limit, "1304", "zai"},
    CodeRule{Reason::rate_limit, "1308", "zai"},
    CodeRule{Reason::rate_limit, "1310", "zai"},
    CodeRule{Reason::rate_limit, "1002", "minimax"},
    CodeRule{Reason::rate_limit, "1039", "minimax"},
};

constexpr std::array general_codes = {
    CodeRule{Reason::rate_limit, "rate_limit_error"},
    CodeRule{Reason::rate_limit, "rate_limit_exceeded"},
    CodeRule{Reason::rate_limit, "rate_limit_reached"},
    CodeRule{Reason::rate_limit, "rate_limit_reached_error"},
    CodeRule{Reason::rate_limit, "usage_limit_reached"},
    CodeRule{Reason::rate_limit, "resource_exhausted"},
    CodeRule{Reason::rate_limit, "too_many_requests"},
    CodeRule{Reason::rate_limit, "throttlingexception"},
    CodeRule{Reason::rate_limit, "toomanyrequestsexception"},
    CodeRule{Reason::auth, "permission_error"},
    CodeRule{Reason::auth, "permission_denied"},
    CodeRule{Reason::auth, "accessdeniedexception"},
    CodeRule{Reason::model_not_found, "not_found_error"},
    CodeRule{Reason::timeout, "timeout_error"},
    CodeRule{Reason::timeout, "deadline_exceeded"},
    CodeRule{Reason::timeout, "modeltimeoutexception"},
    CodeRule{Reason::server_error, "api_error"},
    CodeRule{Reason::server_error, "server_error"},
    CodeRule{Reason::server_error, "internal"},
    CodeRule{Reason::server_error, "internal_error"},
    CodeRule{Reason::server_error, "internal_server_error"},
    CodeRule{Reason::server_error, "internalserverexception"},
    CodeRule{Reason::server_error, "service_unavailable"},
    CodeRule{Reason::server_error, "unavailable"},
    CodeRule{Reason::format, "invalid_request_error"},
    CodeRule{Reason::format, "invalid_argument"},
    CodeRule{Reason::format, "validationexception"},
};

// Statuses in groups, so that a phrase counts only where it occurs.
enum Group : unsigned {
    no_status = 1u << 0,    // in a stream, or from a client library
    bad_request = 1u << 1,  // 400, 422 and rare ones
    status_403 = 1u << 2,
    status_404 = 1u << 3,
    status_413 = 1u << 4,
    status_429 = 1u << 5,
    server_side = 1u << 6,    // 5xx
    settled_auth = 1u << 7,   // 401
    settled_other = 1u << 8,  // 402, 408, 504 …: the status says it all
};

unsigned group_of(int status) {
    switch (status) {
        case 401:
            return settled_auth;
        case 402:
        case 408:
        case 504:
        case 522:
        case 524:
        case 529:
            return settled_other;
        case 403:
            return status_403;
        case 404:
            return status_404;
        case 413:
            return status_413;
        case 429:
            return status_429;
        default:
            break;
    }
    if (status < 400) return no_status;
    return status < 500 ? bad_request : server_side;
}

struct PhraseRule {
    Reason reason;
    unsigned groups;
    std::string_view phrase;
    std::string_view and_also = {};
    std::string_view vendor = {};  // "!google": any but that
};

constexpr unsigned refused = bad_request | status_403 | settled_auth | status_429 | no_status;
constexpr unsigned paying = bad_request | status_403 | status_429 | no_status;
constexpr unsigned broke = paying | settled_auth;  // some refuse an empty account as if it were unknown
constexpr unsigned limited = bad_request | status_403 | status_413 | status_429 | no_status;
constexpr unsigned loaded = status_429 | server_side | no_status;
constexpr unsigned too_long = bad_request | status_413 | server_side | no_status;
constexpr unsigned naming = bad_request | status_403 | status_404 | server_side | no_status;
constexpr unsigned knocking = bad_request | status_403 | no_status;

// In order: the first match decides.
constexpr std::array phrases = {
    PhraseRule{Reason::refused_use, refused, "only authorized for use with"},
    PhraseRule{Reason::refused_use, refused, "authorized for use with claude code"},
    PhraseRule{Reason::refused_use, refused, "only be used with claude code"},
    PhraseRule{Reason::refused_use, refused, "only available for coding agents"},

    PhraseRule{Reason::billing, broke, "credit balance"},
    PhraseRule{Reason::billing, broke, "insufficient balance"},
    PhraseRule{Reason::billing, broke, "balance is insufficient"},
    PhraseRule{Reason::billing, paying, "balance not enough"},
    PhraseRule{Reason::billing, paying, "not enough balance"},
    PhraseRule{Reason::billing, broke, "not enough credits"},
    PhraseRule{Reason::billing, broke, "insufficient credit"},
    PhraseRule{Reason::billing, broke, "insufficient funds"},
    PhraseRule{Reason::billing, paying, "insufficient quota"},
    PhraseRule{Reason::billing, paying, "insufficient_quota"},
    PhraseRule{Reason::billing, broke, "out of credits"},
    PhraseRule{Reason::billing, paying, "no credits left"},
    PhraseRule{Reason::billing, paying, "used all available credits"},
    PhraseRule{Reason::billing, paying, "have any credits"},
    PhraseRule{Reason::billing, paying, "credits are depleted"},
    PhraseRule{Reason::billing, paying, "requires more credits"},
    PhraseRule{Reason::billing, paying, "more credits are required"},
    PhraseRule{Reason::billing, paying, "monthly included credits"},
    PhraseRule{Reason::billing, paying, "extra usage", "claude.ai"},
    PhraseRule{Reason::billing, paying, "out of extra usage"},
    PhraseRule{Reason::billing, paying, "extra usage is required"},
    PhraseRule{Reason::billing, paying, "specified api usage limits"},
    PhraseRule{Reason::billing, paying, "billing hard limit"},
    PhraseRule{Reason::billing, paying, "requires billing"},
    PhraseRule{Reason::billing, paying, "check your billing"},
    PhraseRule{Reason::billing, paying, "account is not active"},
    PhraseRule{Reason::billing, paying, "payment required"},
    PhraseRule{Reason::billing, paying, "key limit exceeded"},
    PhraseRule{Reason::billing, broke, "spending limit"},
    PhraseRule{Reason::billing, paying, "spend limit"},
    PhraseRule{Reason::billing, paying, "spending cap"},
    PhraseRule{Reason::billing, paying, "please recharge"},
    PhraseRule{Reason::billing, paying, "have no quota"},
    PhraseRule{Reason::billing, broke, "add a payment method"},
    PhraseRule{Reason::billing, paying, "余额不足"},
    PhraseRule{Reason::billing, paying, "欠费"},
    // Google words its per-minute limits like this too.
    PhraseRule{Reason::billing, paying, "exceeded your current quota", "billing", "!google"},

    PhraseRule{Reason::rate_limit, limited, "rate limit reached"},
    PhraseRule{Reason::rate_limit, limited, "rate limit exceeded"},
    PhraseRule{Reason::rate_limit, limited, "rate limit is exceeded"},
    PhraseRule{Reason::rate_limit, limited, "rate_limit_exceeded"},
    PhraseRule{Reason::rate_limit, limited, "exceed the rate limit"},
    PhraseRule{Reason::rate_limit, limited, "exceed your account's rate limit"},
    PhraseRule{Reason::rate_limit, limited, "rate-limited"},
    PhraseRule{Reason::rate_limit, limited, "rate limited"},
    PhraseRule{Reason::rate_limit, limited, "too many requests"},
    PhraseRule{Reason::rate_limit, limited, "tokens per min"},
    PhraseRule{Reason::rate_limit, limited, "requests per min"},
    PhraseRule{Reason::rate_limit, limited, "tokens per day"},
    PhraseRule{Reason::rate_limit, limited, "requests per day"},
    PhraseRule{Reason::rate_limit, limited, "usage limit"},
    PhraseRule{Reason::rate_limit, no_status, "quota exceeded"},
    PhraseRule{Reason::rate_limit, no_status, "exceeded your current quota"},
    PhraseRule{Reason::rate_limit, no_status, "hit your limit"},
    PhraseRule{Reason::rate_limit, no_status, "limit reached"},

    PhraseRule{Reason::overloaded, loaded, "overloaded"},
    PhraseRule{Reason::overloaded, loaded, "high demand"},
    PhraseRule{Reason::overloaded, loaded, "访问量过大"},
    PhraseRule{Reason::overloaded, server_side | no_status, "at capacity"},
    PhraseRule{Reason::overloaded, server_side | no_status, "over capacity"},
    PhraseRule{Reason::overloaded, server_side | no_status, "server is busy"},
    PhraseRule{Reason::overloaded, server_side | no_status, "too busy"},

    PhraseRule{Reason::overflow, too_long, "exceed context limit"},
    PhraseRule{Reason::overflow, too_long, "maximum context length"},
    PhraseRule{Reason::overflow, too_long, "max context length"},
    PhraseRule{Reason::overflow, too_long, "context length exceeded"},
    PhraseRule{Reason::overflow, too_long, "context_length_exceeded"},
    PhraseRule{Reason::overflow, too_long, "greater than the context length"},
    PhraseRule{Reason::overflow, too_long, "exceed", "context window"},
    PhraseRule{Reason::overflow, too_long, "exceed", "context size"},
    PhraseRule{Reason::overflow, too_long, "context overflow"},
    PhraseRule{Reason::overflow, too_long, "prompt is too long"},
    PhraseRule{Reason::overflow, too_long, "prompt too long"},
    PhraseRule{Reason::overflow, too_long, "input is too long"},
    PhraseRule{Reason::overflow, too_long, "maximum prompt length"},
    PhraseRule{Reason::overflow, too_long, "input token count", "exceed"},
    PhraseRule{Reason::overflow, too_long, "input length", "exceed"},
    PhraseRule{Reason::overflow, too_long, "range of input length"},
    PhraseRule{Reason::overflow, too_long, "reduce the length of the"},
    PhraseRule{Reason::overflow, too_long, "reduce your prompt"},
    PhraseRule{Reason::overflow, too_long, "exceeded model token limit"},
    PhraseRule{Reason::overflow, too_long, "token limit exceeded"},
    PhraseRule{Reason::overflow, too_long, "too many tokens"},
    PhraseRule{Reason::overflow, too_long, "too many input tokens"},
    PhraseRule{Reason::overflow, too_long, "request exceeds the maximum size"},
    PhraseRule{Reason::overflow, too_long, "context length of only"},
    // They send no words when the prompt is too long.
    PhraseRule{Reason::overflow, bad_request, "(no body)", {}, "cerebras"},
    PhraseRule{Reason::overflow, bad_request, "(no body)", {}, "mistral"},

    PhraseRule{Reason::model_not_found, naming, "not a valid model"},
    PhraseRule{Reason::model_not_found, naming, "not a supported model"},
    PhraseRule{Reason::model_not_found, naming, "not a chat model"},
    PhraseRule{Reason::model_not_found, naming, "model not found"},
    PhraseRule{Reason::model_not_found, naming, "model not exist"},
    PhraseRule{Reason::model_not_found, naming, "model does not exist"},
    PhraseRule{Reason::model_not_found, naming, "model_not_found"},
    PhraseRule{Reason::model_not_found, naming, "no such model"},
    PhraseRule{Reason::model_not_found, naming, "unknown model"},
    PhraseRule{Reason::model_not_found, naming, "invalid model"},
    PhraseRule{Reason::model_not_found, naming, "requested model is not supported"},
    PhraseRule{Reason::model_not_found, naming, "model is not supported when using"},
    PhraseRule{Reason::model_not_found, naming, "does not exist or you do not have access"},
    PhraseRule{Reason::model_not_found, naming, "not have access to model"},
    PhraseRule{Reason::model_not_found, naming, "not have access to the model"},
    PhraseRule{Reason::model_not_found, naming, "model", "has been decommissioned"},
    PhraseRule{Reason::model_not_found, naming, "model", "no longer available"},
    PhraseRule{Reason::model_not_found, naming, "have access to the model"},
    PhraseRule{Reason::model_not_found, naming, "no models loaded"},
    PhraseRule{Reason::model_not_found, naming, "no endpoints found"},
    PhraseRule{Reason::model_not_found, naming, "try pulling it"},
    PhraseRule{Reason::model_not_found, status_404, "model"},
    PhraseRule{Reason::model_not_found, status_404, "deployment"},

    PhraseRule{Reason::format, knocking, "input was flagged"},
    PhraseRule{Reason::format, knocking, "content policy"},
    PhraseRule{Reason::format, knocking, "content management policy"},

    PhraseRule{Reason::auth, knocking, "api key", "invalid"},
    PhraseRule{Reason::auth, knocking, "api key", "not valid"},
    PhraseRule{Reason::auth, knocking, "api key", "not found"},
    PhraseRule{Reason::auth, knocking, "api key", "expired"},
    PhraseRule{Reason::auth, knocking, "api key", "missing"},
    PhraseRule{Reason::auth, knocking, "incorrect api key"},
    PhraseRule{Reason::auth, knocking, "provide an api key"},
    PhraseRule{Reason::auth, knocking, "no api key"},
    PhraseRule{Reason::auth, knocking, "invalid_api_key"},
    PhraseRule{Reason::auth, knocking, "invalid x-api-key"},
    PhraseRule{Reason::auth, knocking, "invalid bearer token"},
    PhraseRule{Reason::auth, knocking, "invalid token"},
    PhraseRule{Reason::auth, knocking, "invalid authentication"},
    PhraseRule{Reason::auth, knocking, "authentication failed"},
    PhraseRule{Reason::auth, knocking, "authentication required"},
    PhraseRule{Reason::auth, knocking, "oauth authentication"},
    PhraseRule{Reason::auth, knocking, "refresh token"},
    PhraseRule{Reason::auth, knocking, "token", "has expired"},
    PhraseRule{Reason::auth, knocking, "token is expired"},
    PhraseRule{Reason::auth, knocking, "token expired"},
    PhraseRule{Reason::auth, knocking, "auth credentials found"},
    PhraseRule{Reason::auth, knocking, "no credentials found"},
    PhraseRule{Reason::auth, knocking, "bad credentials"},
    PhraseRule{Reason::auth, knocking, "organization has been disabled"},
    PhraseRule{Reason::auth, knocking, "account has been deactivated"},
    PhraseRule{Reason::auth, knocking, "missing scopes"},
    PhraseRule{Reason::auth, no_status, "unauthorized"},
    PhraseRule{Reason::auth, no_status, "forbidden"},
    PhraseRule{Reason::auth, no_status, "permission denied"},

    PhraseRule{Reason::timeout, no_status, "timed out"},
    PhraseRule{Reason::timeout, no_status, "timeout"},
    PhraseRule{Reason::timeout, no_status, "etimedout"},
    PhraseRule{Reason::timeout, no_status, "deadline exceeded"},

    PhraseRule{Reason::server_error, no_status, "upstream connect error"},
    PhraseRule{Reason::network, no_status, "socket hang up"},
    PhraseRule{Reason::network, no_status, "econnrefused"},
    PhraseRule{Reason::network, no_status, "econnreset"},
    PhraseRule{Reason::network, no_status, "enotfound"},
    PhraseRule{Reason::network, no_status, "eai_again"},
    PhraseRule{Reason::network, no_status, "epipe"},
    PhraseRule{Reason::network, no_status, "und_err_socket"},
    PhraseRule{Reason::network, no_status, "connection error"},
    PhraseRule{Reason::network, no_status, "connection refused"},
    PhraseRule{Reason::network, no_status, "connection reset"},
    PhraseRule{Reason::network, no_status, "connection was closed"},
    PhraseRule{Reason::network, no_status, "connection closed"},
    PhraseRule{Reason::network, no_status, "premature close"},
    PhraseRule{Reason::network, no_status, "fetch failed"},
    PhraseRule{Reason::network, no_status, "network error"},
    PhraseRule{Reason::network, no_status, "unable to connect"},
    PhraseRule{Reason::network, no_status, "connection was lost"},
    PhraseRule{Reason::network, no_status, "closed connection"},
    PhraseRule{Reason::network, no_status, "other side closed"},
    PhraseRule{Reason::network, no_status, "broken pipe"},
    PhraseRule{Reason::network, no_status, "stream disconnected"},
    PhraseRule{Reason::network, no_status, "error sending request"},
    PhraseRule{Reason::network, no_status, "certificate"},
    PhraseRule{Reason::network, no_status, "terminated"},

    PhraseRule{Reason::server_error, no_status, "internal error"},
    PhraseRule{Reason::server_error, no_status, "internal server error"},
    PhraseRule{Reason::server_error, no_status, "server had an error"},
    PhraseRule{Reason::server_error, no_status, "service unavailable"},
    PhraseRule{Reason::server_error, no_status, "bad gateway"},
    PhraseRule{Reason::format, no_status, "tool_use"},
    PhraseRule{Reason::format, no_status, "string should match pattern"},
};

bool vendor_fits(std::string_view provider, std::string_view vendor) {
    if (vendor.starts_with('!')) return !is_of(provider, vendor.substr(1));
    return is_of(provider, vendor);
}

bool contains(std::string_view text, std::string_view phrase) {
    return text.find(phrase) != std::string_view::npos;
}

}  // namespace

std::optional<Reason> reason_of_exact_code(std::string_view provider, const std::vector<std::string>& codes) {
    for (const auto& code : codes) {
        for (const auto& rule : exact_codes) {
            if (rule.code == code && is_of(provider, rule.vendor)) return rule.reason;
        }
    }
    return std::nullopt;
}

std::optional<Reason> reason_of_phrase(std::string_view provider, int status, std::string_view words) {
    const unsigned group = group_of(status);
    for (const auto& rule : phrases) {
        if ((rule.groups & group) != 0 && contains(words, rule.phrase) && contains(words, rule.and_also) &&
            vendor_fits(provider, rule.vendor)) {
            return rule.reason;
        }
    }
    return std::nullopt;
}

std::optional<Reason> reason_of_general_code(int status, const std::vector<std::string>& codes) {
    // A settled status, or a server's own fault, outranks a vague type.
    if ((group_of(status) & (settled_auth | settled_other)) != 0) return std::nullopt;
    for (const auto& code : codes) {
        for (const auto& rule : general_codes) {
            if (rule.code != code) continue;
            const bool about_servers = rule.reason == Reason::server_error || rule.reason == Reason::timeout;
            if (about_servers && status >= 400 && status < 500) continue;
            if (rule.reason == Reason::format && status >= 400) continue;
            return rule.reason;
        }
    }
    return std::nullopt;
}

Reason reason_of_status(int status) {
    switch (status) {
        case 401:
        case 403:
            return Reason::auth;
        case 402:
            return Reason::billing;
        case 408:
        case 504:
        case 522:
        case 524:
            return Reason::timeout;
        case 413:
            return Reason::overflow;
        case 429:
            return Reason::rate_limit;
        case 529:
            return Reason::overloaded;
        default:
            break;
    }
    if (status >= 500) return Reason::server_error;
    return status >= 300 ? Reason::format : Reason::unknown;
}

}  // namespace openclaw::providers
