#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace openclaw::providers {

// The bodies of requests, written as text: a conversation may be long, and goes out whole with every message.

// Appends the text as a JSON string. Bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

// The object as text, up to the value of one member more, for which there is room of `bytes`. What is then
// missing is that value and a closing brace.
std::string text_before_member(const json::object& object, std::string_view name, std::size_t bytes);

}  // namespace openclaw::providers
