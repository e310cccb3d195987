#include "gateway/http/allowance_headers.h"

#include "base/text.h"

namespace openclaw::gateway {

namespace {

// "1s", "250ms", as OpenAI writes them.
std::string span_text(Milliseconds span) {
    const auto ms = span.count();
    return ms < 1000 ? fmt::format("{}ms", ms) : fmt::format("{}s", (ms + 999) / 1000);
}

void add_rate(net::Headers& headers, std::string_view what, const std::optional<usage::RateStanding>& rate) {
    if (!rate) return;
    headers.add(fmt::format("x-ratelimit-limit-{}", what), fmt::to_string(rate->limit));
    headers.add(fmt::format("x-ratelimit-remaining-{}", what), fmt::to_string(rate->left));
    headers.add(fmt::format("x-ratelimit-reset-{}", what), span_text(rate->full_again));
}

}  // namespace

void add_allowance_headers(net::Headers& headers, const usage::Governor& governor,
                           const access::Principal& caller) {
    const auto& allowance = caller.allowance();
    if (!allowance || allowance->none()) return;
    const auto standing = governor.standing(caller.account(), *allowance);
    add_rate(headers, "requests", standing.requests);
    add_rate(headers, "tokens", standing.tokens);
    for (const auto& budget : standing.budgets)
        headers.add(
            fmt::format("x-openclaw-budget-{}-{}", usage::name_of(budget.window), lowered(budget.kind)),
            fmt::format("left={}; limit={}; begins-anew={}", usage::number_text(budget.kind, budget.left()),
                        usage::number_text(budget.kind, budget.limit), iso_time(budget.to)));
}

}  // namespace openclaw::gateway
