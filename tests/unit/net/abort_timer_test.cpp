#include "net/loop/abort_timer.h"

#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

using namespace std::chrono_literals;

TEST(AbortTimer, RequestsItsAbortWhenItsTimeHasCome) {
    Loop loop;
    const Abort abort;
    AbortTimer timer(loop, abort);
    timer.start(1ms);
    timer.start(1h);  // the first start counts
    EXPECT_FALSE(loop.run_until(loop.sleep(1h, abort)));
    EXPECT_TRUE(abort.requested());
}

TEST(AbortTimer, DoesNothingUnstartedOrGone) {
    Loop loop;
    const Abort abort;
    const AbortTimer unstarted(loop, abort);
    {
        AbortTimer(loop, abort).start(0ms);
    }
    EXPECT_TRUE(loop.run_until(loop.sleep(5ms, abort)));
    EXPECT_FALSE(abort.requested());
}

}  // namespace
}  // namespace openclaw::net
