#pragma once

#include "base/clock.h"

namespace openclaw::platform {

// How far the host's local time is ahead of UTC at that moment.
std::chrono::seconds utc_offset_at(TimePoint time);

}  // namespace openclaw::platform
