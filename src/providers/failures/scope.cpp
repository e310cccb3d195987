#include "providers/failures/scope.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "providers/failures/words.h"

namespace openclaw::providers {
namespace {

using auth::FailureReason;
using auth::FailureScope;

struct ScopeRule {
    FailureScope scope;
    std::string_view phrase;
};
constexpr FailureScope model = FailureScope::model;
constexpr FailureScope account = FailureScope::account;

// In order: the first match decides.
constexpr std::array phrases = {
    ScopeRule{model, "for model"},
    ScopeRule{model, "model:"},
    ScopeRule{model, "base model"},
    ScopeRule{model, "limit reached for * in organization"},
    ScopeRule{model, "request too large for * in organization"},
    ScopeRule{model, "and model"},
    ScopeRule{model, "for this model"},
    ScopeRule{model, "this model"},
    ScopeRule{model, "that model"},
    ScopeRule{model, "the model"},
    ScopeRule{model, "limit_rpm/"},
    ScopeRule{model, "rate-limited upstream"},
    ScopeRule{model, "opus limit"},
    ScopeRule{model, "sonnet limit"},
    ScopeRule{account, "account"},
    ScopeRule{account, "usage limit"},
    ScopeRule{account, "organization concurrency"},
    ScopeRule{account, "free-models-per-"},
    ScopeRule{account, "for your organization"},
    ScopeRule{account, "-hour limit"},
    ScopeRule{account, "weekly limit"},
    ScopeRule{account, "hit your limit"},
    ScopeRule{account, "trial key"},
};

// Which of a Claude subscription's windows is used up: "seven_day_opus" is one model's.
FailureScope scope_of_claim(const net::Headers& headers) {
    const auto claim = headers.find("anthropic-ratelimit-unified-representative-claim");
    if (!claim) return FailureScope::unknown;
    return *claim == "five_hour" || *claim == "seven_day" ? account : model;
}

FailureScope scope_of_quotas(const ErrorBody& body) {
    if (body.names_model) return model;
    for (const auto& id : body.quota_ids)
        if (has_phrase(id, "permodel") || has_phrase(id, "base_model") || has_phrase(id, "per_model"))
            return model;
    return FailureScope::unknown;
}

FailureScope scope_of_codes(const ErrorBody& body) {
    struct CodeScope {
        FailureScope scope;
        std::string_view code;
    };
    constexpr std::array codes = {
        CodeScope{account, "usage_limit_reached"},
        CodeScope{account, "freeusagelimiterror"},
        CodeScope{model, "model_rate_limit"},
        CodeScope{model, "model_capacity_exhausted"},
        CodeScope{model, "model_overloaded"},
        CodeScope{model, "service_tier_capacity_exceeded"},
        CodeScope{model, "modelnotreadyexception"},
        CodeScope{account, "2056"},
        CodeScope{account, "1308"},
        CodeScope{account, "1310"},
        CodeScope{account, "1313"},
        CodeScope{model, "1312"},
    };
    for (const auto& code : body.codes) {
        const auto* found = std::ranges::find(codes, code, &CodeScope::code);
        if (found != codes.end()) return found->scope;
    }
    return body.plan_limit ? account : FailureScope::unknown;
}

}  // namespace

FailureScope scope_of(FailureReason reason, const net::Headers& headers, const ErrorBody& body,
                      std::string_view words) {
    if (reason != FailureReason::rate_limit && reason != FailureReason::overloaded)
        return FailureScope::unknown;
    for (const auto found : {scope_of_claim(headers), scope_of_quotas(body), scope_of_codes(body)})
        if (found != FailureScope::unknown) return found;
    for (const auto& rule : phrases)
        if (has_phrase(words, rule.phrase)) return rule.scope;
    return FailureScope::unknown;
}

}  // namespace openclaw::providers
