#pragma once

#include "gateway/ws/method.h"

namespace openclaw::gateway::methods {

std::span<const Absent> all_absent();

}  // namespace openclaw::gateway::methods
