#pragma once

#include <optional>
#include <string_view>

#include "gateway/ws/call.h"

namespace openclaw::gateway {

// A named key that says the same in the same place again and again is in a loop: why it isn't listened to
// now, or nothing. Counted where something new would begin, not where an answer is asked for once more.
std::optional<WireError> refuse_repeated(const Call& call, std::string_view session,
                                         std::string_view message);

}  // namespace openclaw::gateway
