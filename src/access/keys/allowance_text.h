#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/allowance.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::access {

// "day=2USD", "week=1.50EUR", "month=5M-tokens": what may be spent in one calendar day, week or month.
// `daily` and `1d` are a day, too; "24h" is none. k, M and G stand for thousands, millions and thousands of
// millions. Money and tokens of one window stand together. `invalid_input` for anything else, with what would
// do.
Result<std::vector<Budget>> parse_budgets(const std::vector<std::string>& texts);
// "day=2USD", "day=5000000-tokens": as parse_budgets reads it.
std::vector<std::string> budget_texts(const std::vector<Budget>& budgets);
// "2 USD", "0.125 USD"
std::string money_text(const Money& money);

// A zone of the system's data: "Europe/Berlin", "UTC". `invalid_input` for what can't be the name of one.
Result<void> check_time_zone(std::string_view name);

json::object allowance_json(const Allowance& allowance);
// Nothing when it can't be read, so that it never passes for one that limits nothing.
std::optional<Allowance> allowance_of(const json::value& value);

}  // namespace openclaw::access
