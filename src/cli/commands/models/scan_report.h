#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "providers/wire/openrouter/scan.h"

namespace openclaw::cli {

// How `models scan` tells what it found. Pure.

json::array scan_rows(const std::vector<providers::openrouter::Scanned>& models);
// {"selected","selectedImages","results","warnings"}
json::object scan_json(const std::vector<providers::openrouter::Scanned>& models,
                       const providers::openrouter::Selection& selection);
std::vector<std::string> scan_table(const std::vector<providers::openrouter::Scanned>& models,
                                    std::optional<std::size_t> columns = {});
// A summary in front of the table, warnings behind it.
std::vector<std::string> scan_text(const std::vector<providers::openrouter::Scanned>& models,
                                   std::optional<std::size_t> columns = {});
// "openrouter/x: 429: …", or empty.
std::string first_failure(const std::vector<providers::openrouter::Scanned>& models);

}  // namespace openclaw::cli
