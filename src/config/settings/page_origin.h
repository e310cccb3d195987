#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::config {

// The origin of a web page in the form that browsers send: "https://app.example.com", lower case, with the
// port where it isn't the scheme's own; one "/" at the end is passed over. Nothing for what no browser sends:
// a path, a wildcard, user info, blanks, no scheme.
std::optional<std::string> page_origin(std::string_view text);

// A host's name or address, with or without a port: "gateway.example.com", "[fd00::1]:18789"; lower case.
std::optional<std::string> host_name(std::string_view text);

}  // namespace openclaw::config
