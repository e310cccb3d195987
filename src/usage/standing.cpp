#include "usage/standing.h"

#include "usage/zone.h"

namespace openclaw::usage {

namespace {

constexpr double nanos_of_a_unit = 1e9;

json::object budget_json(const BudgetStanding& budget) {
    const auto number = [&](std::int64_t amount) {
        return budget.kind == token_kind ? json::value(amount)
                                         : json::value(static_cast<double>(amount) / nanos_of_a_unit);
    };
    const auto percent =
        budget.limit > 0 ? static_cast<double>(budget.used) * 100 / static_cast<double>(budget.limit) : 100.0;
    return {{"window", json::string_view(name_of(budget.window))},
            {"kind", budget.kind},
            {"limit", number(budget.limit)},
            {"used", number(budget.used)},
            {"left", number(budget.left())},
            {"usedPercent", percent},
            {"warned", budget.warned},
            {"startAt", to_ms(budget.from)},
            {"resetAt", to_ms(budget.to)}};
}

void add_rate(json::object& object, std::string_view name, const std::optional<RateStanding>& rate) {
    if (rate) object[name] = {{"limit", rate->limit}, {"left", rate->left}};
}

Result<OffsetAt> offset_of(platform::FileSystem& files, const Clock& clock, const std::string& name) {
    if (name.empty()) return OffsetAt([&clock](TimePoint time) { return clock.utc_offset(time); });
    const auto zone = Zone::load(files, name);
    if (!zone) return std::unexpected(zone.error());
    return OffsetAt([zone = *zone](TimePoint time) {
        return zone->offset_at(std::chrono::floor<std::chrono::seconds>(time));
    });
}

}  // namespace

json::object standing_json(const Standing& standing) {
    json::array budgets;
    for (const auto& budget : standing.budgets) budgets.push_back(budget_json(budget));
    json::object object{{"account", standing.account}, {"budgets", std::move(budgets)}};
    add_rate(object, "requestsPerMinute", standing.requests);
    add_rate(object, "tokensPerMinute", standing.tokens);
    if (standing.streams_max)
        object["streams"] = {{"limit", *standing.streams_max}, {"now", standing.streams.value_or(0)}};
    return object;
}

Result<Standing> kept_standing(store::Database& database, platform::FileSystem& files, const Clock& clock,
                               const std::string& account, const Allowance& allowance) {
    const auto offset = offset_of(files, clock, allowance.time_zone);
    if (!offset) return std::unexpected(offset.error());
    Standing standing{.account = account, .budgets = {}};
    for (auto& [window, kind, limit] : limits_of(allowance)) {
        const auto span = span_at(window, clock.now(), *offset);
        const auto taken = taken_of(database, {account, window, span.from, kind});
        if (!taken) return std::unexpected(taken.error());
        standing.budgets.push_back(budget_standing({window, kind, limit}, span, *taken));
    }
    return standing;
}

}  // namespace openclaw::usage
