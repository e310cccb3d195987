#pragma once

#include <memory>

#include "base/result.h"
#include "config/config.h"

namespace openclaw::cli {

// The config, unless this installation uses a gateway elsewhere (`invalid_input`): a gateway's lock is looked
// at and changed on its own host.
Result<std::shared_ptr<const config::Config>> of_this_host(
    Result<std::shared_ptr<const config::Config>> config);

}  // namespace openclaw::cli
