// What was used and what it cost, in the shapes of the reference.
#include <charconv>

#include "access/keys/allowance_text.h"
#include "gateway/ws/methods/handlers.h"
#include "usage/standing.h"

namespace openclaw::gateway::methods {

namespace {

constexpr std::int64_t days_default = 30, days_max = 3660;
constexpr std::size_t asked_max = 4096;
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

// Somebody's account, and what he may use of it.
struct Asked {
    std::string account;
    std::shared_ptr<const Allowance> allowance;
};

// Of whom the owner wants to know how he stands: `of: [{account, allowance}]`.
Result<std::vector<Asked>> asked_of(const json::object& params) {
    std::vector<Asked> all;
    const auto* list = array_at(params, "of");
    if (!list) return all;
    if (list->size() > asked_max) return fail(Code::too_large, "more than {} accounts at once", asked_max);
    for (const auto& each : *list) {
        const auto* object = as_object(&each);
        const auto account = object ? string_at(*object, "account") : std::nullopt;
        const auto* said = object ? value_at(*object, "allowance") : nullptr;
        auto allowance = said ? access::allowance_of(*said) : std::nullopt;
        if (!account || account->empty() || !allowance)
            return fail(Code::invalid_input, "of: each needs an account and an allowance");
        all.push_back({std::string(*account), std::make_shared<const Allowance>(std::move(*allowance))});
    }
    return all;
}

}  // namespace

// Providers aren't asked how much of a subscription is left; what our own budgets have left stands beside.
net::Task<Reply> usage_status(Call call) {
    auto& governor = call.room.means.usage.governor();
    json::object answer{{"updatedAt", to_ms(call.room.now())}, {"providers", json::array{}}};
    const auto who = call.client->principal();
    auto asked = asked_of(call.params().all());
    if (!asked) co_return std::unexpected(wire_error(asked.error()));
    if (!asked->empty() && !who.is_admin_by_proof())
        co_return std::unexpected(
            wire_error(Error{Code::denied, "how others stand is for the gateway's owner", {}}));
    answer["account"] = who.account();
    answer["budgets"] = json::array{};
    if (const auto& allowance = who.allowance()) {
        const auto standing = co_await governor.look(who.account(), allowance);
        if (!standing) co_return std::unexpected(wire_error(standing.error()));
        for (auto& member : usage::standing_json(*standing)) answer[member.key()] = std::move(member.value());
    }
    json::array others;
    for (const auto& [account, allowance] : *asked) {
        const auto standing = co_await governor.look(account, allowance);
        if (!standing) co_return std::unexpected(wire_error(standing.error()));
        others.push_back(usage::standing_json(*standing));
    }
    if (!asked->empty()) answer["standings"] = std::move(others);
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
