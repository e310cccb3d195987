#pragma once

#include <string_view>

#include "config/config.h"

namespace openclaw::config {

// Every variable that matters and is set somewhere, for `openclaw env` and the gateway's method `env.list`:
// [{name, purpose, provider?, source, place?, fingerprint, blank?, shadows: [{source, place?,
// fingerprint}]}]. Of a value nothing but its fingerprint is told; for what is no secret (paths, ports,
// switches) the value itself. Those that matter: what this program looks at, what the config's env block
// sets, what the config refers to.
json::array environment_report(const Config& config, std::string_view fingerprint_key);

}  // namespace openclaw::config
