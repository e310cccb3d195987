#pragma once

#include <string>

#include "base/clock.h"

namespace openclaw {

std::string day_of(TimePoint time);  // "2027-11-30", in UTC

}  // namespace openclaw
