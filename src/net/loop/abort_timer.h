#pragma once

#include "net/loop/loop.h"
#include "net/loop/timer.h"

namespace openclaw::net {

// Requests an abort when a time has passed since the first start; not when it is destroyed before.
class AbortTimer final : public Timer {
public:
    AbortTimer(Loop& loop, Abort abort) : loop_(loop), abort_(std::move(abort)) {}
    void start(Milliseconds after);

private:
    void expired() override { abort_.request(); }
    Loop& loop_;
    Abort abort_;
    bool started_ = false;
};

}  // namespace openclaw::net
