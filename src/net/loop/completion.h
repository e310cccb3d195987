#pragma once

#include <functional>

#include "net/loop/blocking_pool.h"
#include "net/loop/loop.h"

namespace openclaw::net {

// Work for a pool, and what follows on the loop. What that takes is allocated here, so that the end of the
// work always reaches the loop: also when memory ran out in the work itself, or a pool that stops dropped it.
// Throws std::bad_alloc before anything has begun; else `then` is called once.
// Called on the loop's thread.
void submit(BlockingPool& pool, Loop& loop, std::move_only_function<void()> work,
            std::move_only_function<void()> then);

}  // namespace openclaw::net
