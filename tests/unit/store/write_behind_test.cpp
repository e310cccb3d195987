#include "store/write_behind.h"

#include <gtest/gtest.h>

#include <future>

namespace openclaw::store {
namespace {

// Passes that are counted, and fail when told to.
class WriteBehindWorld {
public:
    bool pass() {
        const std::scoped_lock guard(mutex);
        ++passes;
        return !failing;
    }
    int count() {
        const std::scoped_lock guard(mutex);
        return passes;
    }
    void flush() {
        std::promise<void> done;
        writer->flush([&] { done.set_value(); });
        done.get_future().wait();
    }

    std::mutex mutex;
    int passes = 0;
    bool failing = false;
    std::optional<WriteBehind> writer{std::in_place, [this] { return pass(); }, WriteBehind::Pace{}};
};

TEST(WriteBehind, WritesNothingWhereNothingWaits) {
    WriteBehindWorld world;
    world.writer.reset();
    EXPECT_EQ(world.count(), 0);
}

TEST(WriteBehind, FlushesOnDemand) {
    WriteBehindWorld world;
    world.writer->wake();
    world.flush();
    EXPECT_GE(world.count(), 1);
    const auto before = world.count();
    world.flush();
    EXPECT_EQ(world.count(), before + 1);
}

TEST(WriteBehind, FlushesAgainAtOnceAfterAFailure) {
    WriteBehindWorld world;
    world.failing = true;
    world.flush();
    {
        const std::scoped_lock guard(world.mutex);
        world.failing = false;
    }
    const auto before = world.count();
    world.flush();  // long before the next try
    EXPECT_EQ(world.count(), before + 1);
}

TEST(WriteBehind, WritesWhatWaitsBeforeItEnds) {
    for (int round = 0; round < 20; ++round) {
        WriteBehindWorld world;
        world.flush();
        world.writer->wake();  // gathered for a while now
        world.writer.reset();
        EXPECT_EQ(world.count(), 2);
    }
}

}  // namespace
}  // namespace openclaw::store
