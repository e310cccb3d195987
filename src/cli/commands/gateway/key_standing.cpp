#include "cli/commands/gateway/key_standing.h"

#include "access/keys/allowance_text.h"
#include "access/keys/key_set.h"
#include "cli/gateway/gateway_client.h"
#include "usage/standing.h"

namespace openclaw::cli {

namespace {

using access::KeyRecord;

constexpr Milliseconds gateway_patience = std::chrono::seconds(2);

std::string account_of(const KeyRecord& record) {
    return record.limits.budget.value_or(access::principal_id_of(record));
}

// Nothing where no gateway answers.
std::optional<json::array> as_the_gateway_counts(Context& context, const std::vector<KeyRecord>& records) {
    json::array of;
    for (const auto& record : records)
        of.push_back(
            {{"account", account_of(record)}, {"allowance", access::allowance_json(record.allowance)}});
    const auto answer = gateway::ask_local_gateway(client_host(context), "usage.status",
                                                   {{"of", std::move(of)}}, gateway_patience);
    const auto* standings = answer ? array_at(*answer, "standings") : nullptr;
    if (!standings || standings->size() != records.size()) return std::nullopt;
    return *standings;
}

Result<json::array> as_it_was_left(Context& context, KeyDesk& desk, const std::vector<KeyRecord>& records) {
    store::Database database(context.files, desk.kept.path(), {usage::usage_schema()},
                             {.what = "the gateway's database"});
    json::array all;
    for (const auto& record : records) {
        const auto standing = usage::kept_standing(database, context.files, context.clock, account_of(record),
                                                   record.allowance);
        if (!standing) return failed(standing.error(), "looking at what {} has spent", record.name);
        all.push_back(usage::standing_json(*standing));
    }
    return all;
}

std::string amount_text(const json::object& budget, std::string_view name) {
    if (string_at(budget, "kind") == usage::token_kind)
        return fmt::format("{}", integer_at(budget, name).value_or(0));
    return fmt::format("{:.4f}", number_at(budget, name).value_or(0));
}

std::vector<const json::object*> budgets_in(const json::object& standing) {
    std::vector<const json::object*> budgets;
    if (const auto* list = array_at(standing, "budgets"))
        for (const auto& each : *list)
            if (const auto* budget = as_object(&each)) budgets.push_back(budget);
    return budgets;
}

void add_rate(std::vector<std::string>& lines, const json::object& standing, std::string_view name,
              std::string_view what) {
    if (const auto* rate = object_at(standing, name))
        lines.push_back(fmt::format("{}: {} of {} left", what, integer_at(*rate, "left").value_or(0),
                                    integer_at(*rate, "limit").value_or(0)));
}

}  // namespace

Result<std::vector<json::object>> standings_of(Context& context, KeyDesk& desk,
                                               const std::vector<KeyRecord>& records) {
    std::vector<KeyRecord> limited;
    for (const auto& record : records)
        if (!record.allowance.none() && !record.revoked) limited.push_back(record);
    std::vector<json::object> all(records.size());
    if (limited.empty()) return all;
    auto counted = as_the_gateway_counts(context, limited);
    if (!counted) {
        auto left = as_it_was_left(context, desk, limited);
        if (!left) return std::unexpected(left.error());
        counted = std::move(*left);
    }
    auto next = counted->begin();
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].allowance.none() || records[i].revoked) continue;
        if (const auto* standing = as_object(&*next++)) all[i] = *standing;
    }
    return all;
}

std::string spent_text(const json::object& standing) {
    const json::object* fullest = nullptr;
    const auto percent = [](const json::object& budget) {
        return number_at(budget, "usedPercent").value_or(0);
    };
    for (const auto* budget : budgets_in(standing))
        if (!fullest || percent(*budget) > percent(*fullest)) fullest = budget;
    if (!fullest) return "-";
    return fmt::format("{:.0f} % of the {}'s {} {}", percent(*fullest),
                       string_at(*fullest, "window").value_or("?"), amount_text(*fullest, "limit"),
                       string_at(*fullest, "kind").value_or("?"));
}

std::vector<std::string> standing_lines(const json::object& standing) {
    std::vector<std::string> lines;
    for (const auto* budget : budgets_in(standing))
        lines.push_back(fmt::format("Budget of this {}: {} of {} {} spent, {} left{}; it begins anew {}",
                                    string_at(*budget, "window").value_or("?"), amount_text(*budget, "used"),
                                    amount_text(*budget, "limit"), string_at(*budget, "kind").value_or("?"),
                                    amount_text(*budget, "left"),
                                    bool_at(*budget, "warned").value_or(false) ? " (nearly used up)" : "",
                                    iso_time(from_ms(integer_at(*budget, "resetAt").value_or(0)))));
    add_rate(lines, standing, "requestsPerMinute", "Requests this minute");
    add_rate(lines, standing, "tokensPerMinute", "Tokens this minute");
    if (const auto* streams = object_at(standing, "streams"))
        lines.push_back(fmt::format("Answers under way: {} of {}", integer_at(*streams, "now").value_or(0),
                                    integer_at(*streams, "limit").value_or(0)));
    return lines;
}

}  // namespace openclaw::cli
