#pragma once

#include <functional>
#include <memory>

#include "net/loop/loop.h"

namespace openclaw::net {

enum class Signal { hangup, interrupt, terminate, user1 };

// Delivers SIGHUP, SIGINT, SIGTERM and SIGUSR1 to the loop as ordinary calls. It blocks them for the calling
// thread and all threads started later, so it is created before any other thread; a child process has to
// unblock them before exec. One that the program was started to ignore stays ignored, SIGTERM excepted.
// Unblocked again on destruction. One at a time in a process.
class Signals {
public:
    Signals(Loop& loop, std::move_only_function<void(Signal)> callback);
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// A peer that goes away is an error value of write(), never the end of the program.
void ignore_broken_pipes();

}  // namespace openclaw::net
