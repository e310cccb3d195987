#pragma once

#include <string_view>

namespace openclaw {

// Whether a host stands in the same house: a name without a dot or under .localhost, .local or .internal, and
// addresses that are loopback, private, shared (100.64.0.0/10), link-local or unique-local. Source: RFC 1918,
// 3927, 4193, 6598, 6762; .internal is ICANN's name for private use. Without brackets, in lower case.
bool is_near_host(std::string_view host);

}  // namespace openclaw
