#pragma once

#include "gateway/ws/method.h"

namespace openclaw::gateway {

// Every method and every event.
Offer all_that_is_offered();

}  // namespace openclaw::gateway
