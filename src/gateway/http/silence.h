#pragma once

#include "base/clock.h"

namespace openclaw::gateway {

// How long a caller who reads a streamed answer hears nothing while the model thinks: proxies cut a
// connection that is silent for a minute.
struct Silence {
    Milliseconds before_head = std::chrono::seconds(10);  // then the head goes out, and a comment
    Milliseconds between = std::chrono::seconds(15);      // then another comment
};

}  // namespace openclaw::gateway
