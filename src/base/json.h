#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw {

namespace json = boost::json;

constexpr std::size_t usual_depth_max = 64;

// Strict JSON from outside, bounded in size and depth; a byte order mark is taken off, broken text (see
// broken_text.h) becomes U+FFFD. Fails with `too_large` or `invalid_input`, naming line and column. `memory`:
// where the value lives; the heap, if nothing is said.
Result<json::value> parse_json(std::string_view text, std::size_t bytes_max = 8u << 20,
                               std::size_t depth_max = usual_depth_max, json::storage_ptr memory = {});

// The same of a document that is one secret. What is made of it is the caller's to keep.
Result<json::value> parse_json(const Secret& text, std::size_t bytes_max);

// Indented by two spaces, as every file and every --json output is; no line break at the end.
std::string format_json(const json::value& value);

// What stands under a key, if it is there and of that type.
const json::value* value_at(const json::object& object, std::string_view key);
const json::object* object_at(const json::object& object, std::string_view key);
const json::array* array_at(const json::object& object, std::string_view key);
std::optional<std::string_view> string_at(const json::object& object, std::string_view key);
std::optional<bool> bool_at(const json::object& object, std::string_view key);
// Any finite JSON number, rounded towards zero and clamped to the type's range.
std::optional<std::int64_t> integer_at(const json::object& object, std::string_view key);
std::optional<double> number_at(const json::object& object, std::string_view key);

// The same for a value that may not be an object at all.
const json::object* as_object(const json::value* value);

// A secret as a text of a document that is written or sent: a way out like Secret::reveal.
json::string revealed(const Secret& secret);

}  // namespace openclaw
