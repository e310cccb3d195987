
#include "providers/failures/rules.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;

struct CodeRule {
    Reason reason;
    std::string_view code;         // also when a dot and more follow: "throttling.ratequota"
    std::string_view vendor = {};  // empty: any; as is_of() has it
    unsigned groups = ~0u;         // the statuses that it counts with
};

// Codes that name one cause. The numbers are those of the vendors' own lists of error codes.
constexpr CodeRule exact_codes[] = {
    // Alibaba documents its insufficient_quota as a throttle of tokens per second and minute.
    CodeRule{Reason::rate_limit, "insufficient_quota", "qwen", status_429},
    CodeRule{Reason::billing, "allocationquota.freetieronly", "qwen"},
    CodeRule{Reason::rate_limit, "throttling"},
    CodeRule{Reason::rate_limit, "limitrequests", "qwen"},
    CodeRule{Reason::rate_limit, "rate_limited"},

    CodeRule{Reason::billing, "insufficient_quota"},
    CodeRule{Reason::billing, "insufficient_balance"},
    CodeRule{Reason::billing, "insufficient_balance_error"},
    CodeRule{Reason::billing, "insufficient_credits"},
    CodeRule{Reason::billing, "insufficient_funds"},
    CodeRule{Reason::billing, "insufficient_user_quota"},
    CodeRule{Reason::billing, "insufficient_g1_credits_balance"},
    CodeRule{Reason::billing, "pre_consume_token_quota_failed"},
    CodeRule{Reason::billing, "exceeded_current_quota_error"},
    CodeRule{Reason::billing, "billing_not_active"},
    CodeRule{Reason::billing, "billing_hard_limit_reached"},
    CodeRule{Reason::billing, "billing_limit_user_error"},
    CodeRule{Reason::billing, "billing_disabled"},
    CodeRule{Reason::billing, "billing_error"},
    CodeRule{Reason::billing, "payment_required"},
    CodeRule{Reason::billing, "payment_required_error"},
    CodeRule{Reason::billing, "credits_exhausted"},
    CodeRule{Reason::billing, "credit_limit", {}, ~status_429},  // with 429 the words tell
    CodeRule{Reason::billing, "customer_verification_required"},
    CodeRule{Reason::billing, "invalid_payment_instrument"},
    CodeRule{Reason::billing, "budget_exceeded"},
    CodeRule{Reason::billing, "budgetexceedederror"},
    CodeRule{Reason::billing, "exceededtokenbudget"},
    CodeRule{Reason::billing, "arrearage"},
    CodeRule{Reason::billing, "billoverdue"},
    CodeRule{Reason::billing, "account_overdue"},
    CodeRule{Reason::billing, "accountoverdueerror"},
    CodeRule{Reason::billing, "accessdenied.unpurchased"},
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
    CodeRule{Reason::overflow, "contextwindowexceedederror"},
    CodeRule{Reason::overflow, "exceed_context_size_error"},
    CodeRule{Reason::overflow, "model_max_prompt_tokens_exceeded"},
    CodeRule{Reason::overflow, "request_too_large"},
    CodeRule{Reason::overflow, "tokens_limit_reached"},
    CodeRule{Reason::overflow, "1261", "zai"},
    CodeRule{Reason::overflow, "3051", "mistral"},

    CodeRule{Reason::wrong_address, "unknown_url"},
    CodeRule{Reason::wrong_address, "route_not_found"},
    CodeRule{Reason::wrong_address, "invalid_url_error"},
    CodeRule{Reason::model_not_found, "model_not_found"},
    CodeRule{Reason::model_not_found, "model_not_available"},
    CodeRule{Reason::model_not_found, "model_not_supported"},
    CodeRule{Reason::model_not_found, "model_decommissioned"},
    CodeRule{Reason::model_not_found, "unsupported_model"},
    CodeRule{Reason::model_not_found, "unknown_model"},
    CodeRule{Reason::model_not_found, "invalid_model"},
    CodeRule{Reason::model_not_found, "modelnotfound"},
    CodeRule{Reason::model_not_found, "modelnotopen"},
    CodeRule{Reason::model_not_found, "invalidendpointormodel"},
    CodeRule{Reason::model_not_found, "model.accessdenied"},
    CodeRule{Reason::model_not_found, "key_model_access_denied"},
    CodeRule{Reason::model_not_found, "team_model_access_denied"},
    CodeRule{Reason::model_not_found, "model_terms_required"},
    CodeRule{Reason::model_not_found, "unsupported_api_for_model"},
    CodeRule{Reason::model_not_found, "deploymentnotfound"},
    CodeRule{Reason::model_not_found, "modelerror", "opencode"},
    CodeRule{Reason::model_not_found, "1211", "zai"},
    CodeRule{Reason::model_not_found, "1311", "zai"},
    CodeRule{Reason::model_not_found, "2061", "minimax"},
    CodeRule{Reason::model_not_found, "1500", "mistral"},
    CodeRule{Reason::model_not_found, "20012", "siliconflow"},
    CodeRule{Reason::model_not_found, "30003", "siliconflow"},
    CodeRule{Reason::model_not_found, "5007", "cloudflare"},

    CodeRule{Reason::overloaded, "overloaded_error"},
    CodeRule{Reason::overloaded, "engine_overloaded_error"},
    CodeRule{Reason::overloaded, "server_overloaded"},
    CodeRule{Reason::overloaded, "server_is_overloaded"},
    CodeRule{Reason::overloaded, "serveroverloaded"},
    CodeRule{Reason::overloaded, "model_overloaded"},
    CodeRule{Reason::overloaded, "model_capacity_exhausted"},
    CodeRule{Reason::overloaded, "service_tier_capacity_exceeded"},
    CodeRule{Reason::overloaded, "queue_exceeded"},
    CodeRule{Reason::overloaded, "modelnotreadyexception"},
    CodeRule{Reason::overloaded, "slow_down"},
    CodeRule{Reason::overloaded, "1305", "zai"},
    CodeRule{Reason::overloaded, "1312", "zai"},
    CodeRule{Reason::overloaded, "2064", "minimax"},
    CodeRule{Reason::overloaded, "50505", "siliconflow"},
    CodeRule{Reason::overloaded, "50508", "siliconflow"},
    CodeRule{Reason::overloaded, "3040", "cloudflare"},
    CodeRule{Reason::overloaded, "3505", "mistral"},

    CodeRule{Reason::auth, "invalid_api_key"},
    CodeRule{Reason::auth, "invalidapikey"},
    CodeRule{Reason::auth, "wrong_api_key"},
    CodeRule{Reason::auth, "incorrect_api_key_error"},
    CodeRule{Reason::auth, "api_key_invalid"},
    CodeRule{Reason::auth, "api_key_service_blocked"},
    CodeRule{Reason::auth, "consumer_suspended"},
    CodeRule{Reason::auth, "consumer_invalid"},
    CodeRule{Reason::auth, "service_disabled"},
    CodeRule{Reason::auth, "iam_permission_denied"},
    CodeRule{Reason::auth, "access_token_expired"},
    CodeRule{Reason::auth, "access_token_scope_insufficient"},
    CodeRule{Reason::auth, "validation_required"},
    CodeRule{Reason::auth, "authentication_error"},
    CodeRule{Reason::auth, "authentication_failed"},
    CodeRule{Reason::auth, "authorized_error"},
    CodeRule{Reason::auth, "invalid_authentication_error"},
    CodeRule{Reason::auth, "authenticationerror", {}, ~settled_auth},
    CodeRule{Reason::auth, "unauthenticated"},
    CodeRule{Reason::auth, "unauthorized"},
    CodeRule{Reason::auth, "invalid_grant"},
    CodeRule{Reason::auth, "invalid_token"},
    CodeRule{Reason::auth, "invalid_iam_token"},
    CodeRule{Reason::auth, "expired_token"},
    CodeRule{Reason::auth, "token_expired"},
    CodeRule{Reason::auth, "token_revoked"},
    CodeRule{Reason::auth, "token_invalidated"},
    CodeRule{Reason::auth, "token_not_found_in_db"},
    CodeRule{Reason::auth, "refresh_token_reused"},
    CodeRule{Reason::auth, "refresh_token_expired"},
    CodeRule{Reason::auth, "refresh_token_invalidated"},
    CodeRule{Reason::auth, "account_deactivated"},
    CodeRule{Reason::auth, "missing_scope"},
    CodeRule{Reason::auth, "unsupported_country_region_territory"},
    CodeRule{Reason::auth, "unrecognizedclientexception"},
    CodeRule{Reason::auth, "invalidsignatureexception"},
    CodeRule{Reason::auth, "incompletesignatureexception"},
    CodeRule{Reason::auth, "expiredtokenexception"},
    CodeRule{Reason::auth, "invalidaccesskeyid"},
    CodeRule{Reason::auth, "signaturedoesnotmatch"},
    CodeRule{Reason::auth, "1000", "zai"},
    CodeRule{Reason::auth, "1001", "zai"},
    CodeRule{Reason::auth, "1002", "zai"},
    CodeRule{Reason::auth, "1003", "zai"},
    CodeRule{Reason::auth, "1004", "zai"},
    CodeRule{Reason::auth, "1100", "zai"},
    CodeRule{Reason::auth, "1110", "zai"},
    CodeRule{Reason::auth, "1111", "zai"},
    CodeRule{Reason::auth, "1112", "zai"},
    CodeRule{Reason::auth, "1121", "zai"},
    CodeRule{Reason::auth, "1220", "zai"},
    CodeRule{Reason::auth, "1004", "minimax"},
    CodeRule{Reason::auth, "2049", "minimax"},
    CodeRule{Reason::auth, "110", "baidu"},
    CodeRule{Reason::auth, "111", "baidu"},
    CodeRule{Reason::auth, "10000", "cloudflare"},

    CodeRule{Reason::format, "content_filter"},
    CodeRule{Reason::format, "content_policy_violation"},
    CodeRule{Reason::format, "contentpolicyviolationerror"},
    CodeRule{Reason::format, "responsibleaipolicyviolation"},
    CodeRule{Reason::format, "data_inspection_failed"},
    CodeRule{Reason::format, "datainspectionfailed"},
    CodeRule{Reason::format, "sensitivecontentdetected"},
    CodeRule{Reason::format, "function_payload_too_large"},
    CodeRule{Reason::format, "1300", "zai"},
    CodeRule{Reason::format, "1301", "zai"},
    CodeRule{Reason::format, "1026", "minimax"},
    CodeRule{Reason::format, "1027", "minimax"},
    CodeRule{Reason::format, "1042", "minimax"},

    CodeRule{Reason::rate_limit, "quota_exhausted", "google"},
    CodeRule{Reason::rate_limit, "ratelimitexceeded"},
    CodeRule{Reason::rate_limit, "freeusagelimiterror"},
    CodeRule{Reason::rate_limit, "cloudflare_1015"},
    CodeRule{Reason::rate_limit, "1302", "zai"},
    CodeRule{Reason::rate_limit, "1303", "zai"},
    CodeRule{Reason::rate_limit, "1304", "zai"},
    CodeRule{Reason::rate_limit, "1308", "zai"},
    CodeRule{Reason::rate_limit, "1310", "zai"},
    CodeRule{Reason::rate_limit, "1313", "zai"},
    CodeRule{Reason::rate_limit, "1002", "minimax"},
    CodeRule{Reason::rate_limit, "1039", "minimax"},
    CodeRule{Reason::rate_limit, "1041", "minimax"},
    CodeRule{Reason::rate_limit, "2045", "minimax"},
    CodeRule{Reason::rate_limit, "2056", "minimax"},
    CodeRule{Reason::rate_limit, "50603", "siliconflow"},
    CodeRule{Reason::rate_limit, "1300", "mistral"},
    CodeRule{Reason::rate_limit, "4", "baidu"},
    CodeRule{Reason::rate_limit, "17", "baidu"},
    CodeRule{Reason::rate_limit, "18", "baidu"},
    CodeRule{Reason::rate_limit, "19", "baidu"},

    CodeRule{Reason::timeout, "1001", "minimax"},
    CodeRule{Reason::server_error, "1000", "minimax"},
    CodeRule{Reason::server_error, "1013", "minimax"},
    CodeRule{Reason::server_error, "1024", "minimax"},
    CodeRule{Reason::server_error, "1033", "minimax"},
    CodeRule{Reason::server_error, "1120", "zai"},
    CodeRule{Reason::server_error, "1230", "zai"},
    CodeRule{Reason::server_error, "1234", "zai"},
    CodeRule{Reason::server_error, "modelerrorexception"},
    CodeRule{Reason::server_error, "modelstreamerrorexception"},
};

constexpr CodeRule general_codes[] = {
    CodeRule{Reason::rate_limit, "rate_limit_error"},
    CodeRule{Reason::rate_limit, "usage_limit_reached"},
    CodeRule{Reason::rate_limit, "resource_exhausted"},
    CodeRule{Reason::rate_limit, "servicequotaexceededexception"},
    CodeRule{Reason::rate_limit, "limitexceededexception"},
    CodeRule{Reason::rate_limit, "toomanyrequestsexception"},
    CodeRule{Reason::rate_limit, "quota_exceeded", {}, status_429 | no_status | server_side},
    CodeRule{Reason::rate_limit, "quotaexceeded", {}, status_429 | no_status | server_side},
    CodeRule{Reason::auth, "permission_error"},
    CodeRule{Reason::auth, "permission_denied"},
    CodeRule{Reason::auth, "permission_denied_error"},
    CodeRule{Reason::auth, "invalid_client"},
    CodeRule{Reason::auth, "unauthorized_client"},
    CodeRule{Reason::auth, "access_denied"},
    CodeRule{Reason::auth, "accessdeniedexception"},
    CodeRule{Reason::model_not_found, "not_found_error", {}, no_status},
    CodeRule{Reason::timeout, "timeout_error"},
    CodeRule{Reason::timeout, "timeouterror"},
    CodeRule{Reason::timeout, "deadline_exceeded"},
    CodeRule{Reason::timeout, "modeltimeoutexception"},
    CodeRule{Reason::server_error, "api_error"},
    CodeRule{Reason::server_error, "server_error"},
    CodeRule{Reason::server_error, "internal"},
    CodeRule{Reason::server_error, "internal_error"},
    CodeRule{Reason::server_error, "internal_server_error"},
    CodeRule{Reason::server_error, "internalserverexception"},
    CodeRule{Reason::server_error, "service_unavailable"},
    CodeRule{Reason::server_error, "serviceunavailableexception"},
    CodeRule{Reason::server_error, "unavailable"},
    CodeRule{Reason::network, "apiconnectionerror"},
    CodeRule{Reason::format, "invalid_request_error"},
    CodeRule{Reason::format, "invalid_argument"},
    CodeRule{Reason::format, "validationexception"},
    CodeRule{Reason::format, "2013", "minimax"},
};

// Parts of a code's name that tell its kind: servers that copied an API have their own spelling.
constexpr CodeRule code_parts[] = {
    CodeRule{Reason::overflow, "context_length"},
    CodeRule{Reason::overflow, "context_window"},
    CodeRule{Reason::overflow, "prompt_too_long"},
    CodeRule{Reason::billing, "insufficient_"},
    CodeRule{Reason::billing, "billing"},
    CodeRule{Reason::billing, "balance"},
    CodeRule{Reason::billing, "overdue"},
    CodeRule{Reason::billing, "payment"},
    CodeRule{Reason::billing, "spend_limit"},
    CodeRule{Reason::rate_limit, "rate_limit"},
    CodeRule{Reason::rate_limit, "ratelimit"},
    CodeRule{Reason::rate_limit, "throttl"},
    CodeRule{Reason::rate_limit, "too_many_requests"},
    CodeRule{Reason::rate_limit, "toomanyrequests"},
    CodeRule{Reason::rate_limit, "usage_limit"},
    CodeRule{Reason::rate_limit, "usagelimit"},
    CodeRule{Reason::rate_limit, "quota_exceeded", {}, status_429 | no_status},
    CodeRule{Reason::overloaded, "overload"},
    CodeRule{Reason::overloaded, "over_capacity"},
    CodeRule{Reason::model_not_found, "model_not_"},
    CodeRule{Reason::model_not_found, "model_permission"},
    CodeRule{Reason::model_not_found, "nosuchmodel"},
    CodeRule{Reason::auth, "api_key", {}, bad_request | status_403 | no_status},
    CodeRule{Reason::auth, "authentication", {}, bad_request | status_403 | no_status},
    // The cloud SDKs' names for having none, or none that can be renewed.
    CodeRule{Reason::auth, "credentialserror", {}, no_status},
    CodeRule{Reason::auth, "credentialsprovidererror", {}, no_status},
    CodeRule{Reason::auth, "refresherror", {}, no_status},
    CodeRule{Reason::timeout, "timeout", {}, server_side | no_status},
};

bool fits(const CodeRule& rule, std::string_view code) {
    return code == rule.code ||
           (code.size() > rule.code.size() && code[rule.code.size()] == '.' && code.starts_with(rule.code));
}

Match match_of(const CodeRule& rule, const std::string& code) {
    return {rule.reason, code};
}

// A settled status, or a server's own fault, outranks a vague type.
bool outranked(const CodeRule& rule, int status) {
    const bool about_servers = rule.reason == Reason::server_error || rule.reason == Reason::timeout;
    if (about_servers && status >= 400 && status < 500) return true;
    return rule.reason == Reason::format && status >= 400;
}

}  // namespace

std::optional<Match> match_exact_code(std::string_view provider, int status,
                                      const std::vector<std::string>& codes) {
    for (const auto& code : codes)
        for (const auto& rule : exact_codes)
            if (fits(rule, code) && is_of(provider, rule.vendor) && (rule.groups & group_of(status)) != 0)
                return match_of(rule, code);
    return std::nullopt;
}

std::optional<Match> match_general_code(int status, const std::vector<std::string>& codes) {
    const unsigned group = group_of(status);
    if ((group & (settled_auth | status_402 | settled_other)) != 0) return std::nullopt;
    for (const auto& code : codes)
        for (const auto& rule : general_codes)
            if (fits(rule, code) && (rule.groups & group) != 0 && !outranked(rule, status))
                return match_of(rule, code);
    for (const auto& code : codes) {
        if (code.find(' ') != std::string::npos) continue;
        for (const auto& rule : code_parts)
            if (code.find(rule.code) != std::string::npos && (rule.groups & group) != 0)
                return match_of(rule, code);
    }
    return std::nullopt;
}

}  // namespace openclaw::providers
