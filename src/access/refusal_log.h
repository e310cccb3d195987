#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/log.h"

namespace openclaw::access {

// Log lines about what was refused. Strangers cause them, so that there are no more than `lines_max` in a
// minute; the others are counted, and the next line says how many there were. From any thread.
class RefusalLog {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr int lines_max = 60;

    explicit RefusalLog(Log& log) : log_(log) {}

    template <class... Args>
    void tell(Time now, std::string_view subsystem, fmt::format_string<Args...> text, Args&&... args) {
        if (has_room(now, subsystem)) log_.warn(subsystem, text, std::forward<Args>(args)...);
    }
    // The same with words that are put together only where there is room for them.
    template <std::invocable Words>
    void tell(Time now, std::string_view subsystem, Words&& words) {
        if (has_room(now, subsystem)) log_.write(LogLevel::warn, subsystem, words());
    }

private:
    bool has_room(Time now, std::string_view subsystem);

    Log& log_;
    std::mutex mutex_;  // of all that follows
    std::optional<Time> minute_start_ = {};
    int lines_ = 0;  // of this minute
    std::uint64_t left_out_ = 0;
};

}  // namespace openclaw::access
