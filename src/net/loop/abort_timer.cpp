#include "net/loop/abort_timer.h"

#include <utility>

#include "net/loop/loop_impl.h"

namespace openclaw::net {

void AbortTimer::start(Milliseconds after) {
    if (!std::exchange(started_, true)) loop_.impl().timers.arm(*this, time_after(after));
}

}  // namespace openclaw::net
