#pragma once

#include <string_view>

#include "base/json.h"
#include "providers/failures/error_body.h"

namespace openclaw::providers {

// Adds what a JSON value says to `found`; earlier findings stay. `nesting` counts the levels of JSON and of
// text inside JSON that have been entered already.
void read_json(ErrorBody& found, const json::value& value, int nesting = 0);

// Adds a code, lower-cased, unless it is known already.
void add_code(ErrorBody& found, std::string_view code);

inline constexpr int nesting_max = 12;
inline constexpr std::size_t json_depth_max = 32;

constexpr bool is_error_status(std::int64_t number) {
    return number >= 400 && number < 600;
}

}  // namespace openclaw::providers
