#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace openclaw::auth {

// Names under which people and newer programs write what a record of auth-profiles.json holds: `mode` for
// `type`, `apiKey` for `key`, and the reference of a secret in the place of the secret itself.

// Its type, under either name; empty: it has none.
std::string_view type_of(const json::object& record);

// The record under its own names; null where it has them already.
json::value with_own_names(const json::object& record);
// All records of a store's document, or of what is kept in its form.
void give_own_names(json::object& document);

// What is the matter with a record whose type is none of ours, or that lacks `field`: with the member that is
// meant, where one looks like it. Never a value.
std::string problem_of_type(const json::object& record);
std::string problem_of_missing(const json::object& record, std::string_view field);
std::string problem_of_no_tokens(const json::object& record);

}  // namespace openclaw::auth
