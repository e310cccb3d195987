#pragma once

#include <fmt/format.h>

#include <string_view>

namespace openclaw {

enum class LogLevel { debug, info, warn, error };

// Where the daemon reports what happens. Never given a secret, a request's body or a header; text from
// outside goes through printable() first. Called on the loop's thread; must not block for long.
class Log {
public:
    virtual ~Log() = default;
    virtual void write(LogLevel level, std::string_view subsystem, std::string_view message) = 0;

    template <class... Args>
    void info(std::string_view subsystem, fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::info, subsystem, fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void warn(std::string_view subsystem, fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::warn, subsystem, fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    void error(std::string_view subsystem, fmt::format_string<Args...> text, Args&&... args) {
        write(LogLevel::error, subsystem, fmt::format(text, std::forward<Args>(args)...));
    }
};

}  // namespace openclaw
