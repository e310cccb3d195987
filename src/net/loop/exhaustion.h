#pragma once

#include <chrono>
#include <new>
#include <string_view>
#include <thread>
#include <utility>

#include "base/result.h"

// Memory that runs out ends what asked for it: an exchange, a connection, a run. A coroutine passes it on to
// who awaits it. Where nobody does (a callback of the loop or of a C library, a destructor, a thread's own
// work), one of these stands.
namespace openclaw::net {

// Takes no memory: the text fits into the string itself.
inline Error out_of_memory() noexcept {
    return Error{Code::unavailable, "out of memory", {}};
}

// The error, or, without the memory for its text, that.
inline Error spare_error(Code code, std::string_view text) noexcept {
    try {
        return Error{code, std::string(text), {}};
    } catch (const std::bad_alloc&) {
        Error error = out_of_memory();
        error.code = code;
        return error;
    }
}

// False when memory ran out in it. Every other exception is our bug, and ends the program.
template <class Work>
bool attempt(Work&& work) noexcept {
    try {
        std::forward<Work>(work)();
        return true;
    } catch (const std::bad_alloc&) {
        return false;
    }
}

// Again until there is memory: for a thread of its own that has something to hand over.
template <class Work>
void insist(Work&& work) noexcept {
    constexpr std::chrono::milliseconds pause{100};
    while (!attempt(work)) std::this_thread::sleep_for(pause);
}

}  // namespace openclaw::net
