#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace openclaw::providers {

// The first JSON object (or Python dictionary, as Python's SDKs print errors) that stands somewhere in a
// text, and where it stands. Nothing when there is none that can be read.
struct Embedded {
    json::value value;
    std::size_t begin, end;
};
std::optional<Embedded> find_embedded(std::string_view text);

}  // namespace openclaw::providers
