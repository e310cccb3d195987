#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace openclaw::config {

// The way to a value: keys of objects, and indices of arrays as decimal numbers.
using KeyPath = std::vector<std::string>;

// "gateway.auth.mode", "agents.list[0].id", "auth.order[z.ai]", "env.vars.A\.B": dots and brackets separate,
// a backslash takes the next character as it is, blanks around a part don't count.
Result<KeyPath> parse_key_path(std::string_view text);

// The same text for people; parses back to the same path.
std::string format_key_path(const KeyPath& path);

// Where an object's member or an array's element stands: "a.b" + "c", "a.b" + 0.
std::string joined_path(std::string_view parent, std::string_view key);
std::string joined_path(std::string_view parent, std::size_t index);

std::optional<std::size_t> array_index(std::string_view part);  // "12", at most 6 digits

const json::value* find_value(const json::value& root, const KeyPath& path);
const json::value* find_value(const json::object& root, const KeyPath& path);

// The object below `root`, to be changed; made, with what leads there, where it is missing. Fails with
// `invalid_input` where something else stands.
Result<json::object*> section(json::object& root, std::initializer_list<std::string_view> path);

}  // namespace openclaw::config
