// What was used and what it cost, in the shapes of the reference.
#include <charconv>

#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::int64_t days_default = 30, days_max = 3660;
constexpr double nanos_of_a_unit = 1e9;

json::object sum_json(const usage::Sum& sum) {
    return {{"input", sum.input},
            {"output", sum.output},
            {"cacheRead", sum.cache_read},
            {"cacheWrite", sum.cache_write},
            {"totalTokens", sum.total()},
            {"totalCost", static_cast<double>(sum.cost) / nanos_of_a_unit},
            {"missingCostEntries", sum.missing}};
}

// A number, or a text that is one. The reference takes anything else for the default.
std::int64_t days_of(const json::object& params) {
    const auto* value = value_at(params, "days");
    auto days = days_default;
    if (const auto* text = value ? value->if_string() : nullptr) {
        std::int64_t typed = 0;
        const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), typed);
        if (error == std::errc() && end == text->data() + text->size()) days = typed;
    } else if (value && value->is_number()) {
        days = static_cast<std::int64_t>(std::clamp(value->to_number<double>(), 1.0, double{days_max}));
    }
    return std::clamp<std::int64_t>(days, 1, days_max);
}

// Who may do everything sees what all have used, everybody else what he has.
std::string account_seen_by(const access::Principal& who) {
    return who.is_admin_by_proof() && !who.allowance() ? std::string() : who.account();
}

json::object budget_json(const usage::BudgetStanding& budget) {
    const bool tokens = budget.kind == usage::token_kind;
    const auto number = [&](std::int64_t amount) {
        return tokens ? json::value(amount) : json::value(static_cast<double>(amount) / nanos_of_a_unit);
    };
    const auto percent =
        budget.limit > 0 ? static_cast<double>(budget.used) * 100 / static_cast<double>(budget.limit) : 100.0;
    return {{"window", json::string_view(usage::name_of(budget.window))},
            {"kind", budget.kind},
            {"limit", number(budget.limit)},
            {"used", number(budget.used)},
            {"left", number(budget.left())},
            {"usedPercent", percent},
            {"warned", budget.warned},
            {"startAt", to_ms(budget.from)},
            {"resetAt", to_ms(budget.to)}};
}

}  // namespace

// Providers aren't asked how much of a subscription is left; what our own budgets have left stands beside.
net::Task<Reply> usage_status(Call call) {
    json::object answer{{"updatedAt", to_ms(call.room.now())}, {"providers", json::array{}}};
    const auto who = call.client->principal();
    json::array budgets;
    if (const auto& allowance = who.allowance()) {
        const auto standing = co_await call.room.means.usage.governor().look(who.account(), allowance);
        if (!standing) co_return std::unexpected(wire_error(standing.error()));
        for (const auto& budget : standing->budgets) budgets.push_back(budget_json(budget));
    }
    answer["account"] = who.account();
    answer["budgets"] = std::move(budgets);
    if (const auto problem = call.room.means.usage.problem(); !problem.empty() && who.limits().none())
        answer["problem"] = problem;
    co_return answer;
}

net::Task<Reply> usage_cost(Call call) {
    const auto days = days_of(call.params().all());
    const auto sums = co_await call.room.means.usage.sums(static_cast<int>(days),
                                                          account_seen_by(call.client->principal()));
    if (!sums) co_return std::unexpected(wire_error(sums.error()));
    json::array daily;
    usage::Sum totals;
    for (const auto& each : *sums) {
        json::object entry{{"date", each.date}};
        for (auto& member : sum_json(each.sum)) entry.insert(std::move(member));
        daily.push_back(std::move(entry));
        totals.add(each.sum);
    }
    co_return json::object{{"updatedAt", to_ms(call.room.now())},
                           {"days", days},
                           {"daily", std::move(daily)},
                           {"totals", sum_json(totals)}};
}

}  // namespace openclaw::gateway::methods
