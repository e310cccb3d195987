#include "cli/commands/commands.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

constexpr std::int64_t days_default = 30, days_max = 3660;

std::string summed(const json::object& sum) {
    return fmt::format("${:.4f} · {} tokens", number_at(sum, "totalCost").value_or(0),
                       integer_at(sum, "totalTokens").value_or(0));
}

void print_cost(Output& out, const json::object& answer) {
    const auto* totals = object_at(answer, "totals");
    const auto* daily = array_at(answer, "daily");
    out.line(fmt::format("Usage cost ({} days)", integer_at(answer, "days").value_or(0)));
    if (totals) out.line("Total: " + summed(*totals));
    const auto missing = totals ? integer_at(*totals, "missingCostEntries").value_or(0) : 0;
    if (missing > 0) out.line(fmt::format("Missing entries: {}", missing));
    const auto* latest = daily && !daily->empty() ? as_object(&daily->back()) : nullptr;
    if (latest)
        out.line(
            fmt::format("Latest day: {} · {}", string_at(*latest, "date").value_or("?"), summed(*latest)));
    if (missing > 0)
        out.note(
            "note: what the missing ones cost is unknown: set models.providers.<id>.models[].cost, or "
            "usage.fallbackPrice");
}

void print_budgets(Output& out, const json::object& status) {
    const auto* budgets = array_at(status, "budgets");
    for (std::size_t i = 0; budgets && i < budgets->size(); ++i) {
        const auto* budget = as_object(&(*budgets)[i]);
        if (!budget) continue;
        out.line(fmt::format(
            "Budget of this {}: {:.0f} % of {} {} spent{}", string_at(*budget, "window").value_or("?"),
            number_at(*budget, "usedPercent").value_or(0), number_at(*budget, "limit").value_or(0),
            string_at(*budget, "kind").value_or("?"),
            bool_at(*budget, "warned").value_or(false) ? " (nearly used up)" : ""));
    }
}

Exit run_usage_cost(Context& context, const Arguments& arguments) {
    const auto days = arguments.integer("--days", 1, days_max);
    if (!days) return report(context, days.error());
    const auto options = gateway_options(context, arguments);
    if (!options) return report(context, options.error());
    const auto answer =
        ask_gateway(context, *options, "usage.cost", json::object{{"days", days->value_or(days_default)}});
    if (!answer) return report(context, answer.error());
    if (arguments.has("--json")) {
        context.out.json(*answer);
        return Exit::ok;
    }
    const auto* cost = as_object(&*answer);
    print_cost(context.out, cost ? *cost : json::object{});
    const auto status = ask_gateway(context, *options, "usage.status");
    if (const auto* object = status ? as_object(&*status) : nullptr) print_budgets(context.out, *object);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--days", .value_name = "N", .help = "How many days until today (default: 30)"},
    {.name = "--json", .help = "Print the gateway's answer", .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 10000)"},
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command gateway_usage_cost{
    .name = "gateway usage-cost",
    .summary = "Show what turns have used and what they cost, by the day",
    .options = options,
    .example = "openclaw gateway usage-cost --days 7",
    .run = run_usage_cost,
};

}  // namespace openclaw::cli
