#pragma once

#include "platform/file_system.h"

namespace openclaw::config {

// The database of a state directory in which a newer version of the reference keeps what its agents share.
platform::Path newer_shared_file(const platform::Path& state);

}  // namespace openclaw::config
