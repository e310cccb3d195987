#pragma once

#include <chrono>

#include "base/clock.h"
#include "net/loop/abort.h"

namespace openclaw::gateway {

// How far the gateway is on its way from its start to its end.
struct Lifetime {
    std::chrono::steady_clock::time_point started;
    bool stopping = false;  // takes nothing new
    net::Abort ending;      // requested when the last turns are over: nothing waits for its time any more

    Milliseconds uptime(const Clock& clock) const {
        return std::chrono::duration_cast<Milliseconds>(clock.steady() - started);
    }
};

}  // namespace openclaw::gateway
