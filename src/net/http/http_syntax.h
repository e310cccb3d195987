#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http/http.h"

// The grammar that requests and answers share. Source: RFC 9110, section 5.
namespace openclaw::net {

bool is_token(std::string_view text);
// Field values and reason phrases: anything visible, spaces, tabs and bytes beyond ASCII.
bool is_field_text(std::string_view text);
std::string_view without_blanks(std::string_view text);  // spaces and tabs at both ends
// A number of at most 15 digits, far from overflow in either base; no sign, no blanks.
std::optional<std::uint64_t> parse_number(std::string_view digits, int base);
// Whether one of the comma-separated items of any field of that name is `option`, without case.
bool lists(const Headers& headers, std::string_view name, std::string_view option);

}  // namespace openclaw::net
