#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "base/log.h"

namespace openclaw::test {

// Keeps what was logged, for tests that search it for what must not be there.
class FakeLog final : public Log {
public:
    void write(LogLevel level, std::string_view subsystem, std::string_view message) override {
        const std::lock_guard guard(mutex_);
        lines_.push_back(fmt::format("{} {} {}", static_cast<int>(level), subsystem, message));
    }
    std::vector<std::string> lines() const {
        const std::lock_guard guard(mutex_);
        return lines_;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

}  // namespace openclaw::test
