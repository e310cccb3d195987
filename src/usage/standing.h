#pragma once

#include "base/json.h"
#include "store/database.h"
#include "usage/governor.h"

namespace openclaw::usage {

// As clients and people are shown it.
json::object standing_json(const Standing& standing);

// How budgets stand while no gateway runs: what the next one will find. What one that died had reserved is
// spent. Nothing is known of the last minute. Blocks.
Result<Standing> kept_standing(store::Database& database, platform::FileSystem& files, const Clock& clock,
                               const std::string& account, const Allowance& allowance);

}  // namespace openclaw::usage
