#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace openclaw::cli {

// The text form of a ProbeSummary: a heading, a table at most `width` wide, and how long it
// took.
std::vector<std::string> probe_table(const json::object& summary, int width);

std::string format_latency(std::int64_t ms);  // "840ms", "3.5s", "11s"
// "anthropic:work (api_key) auth · 3.5s", for progress.
std::string probe_line(const json::object& result);

}  // namespace openclaw::cli
