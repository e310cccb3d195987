#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "platform/process.h"

namespace openclaw::test {

// Programs that do what a test says. Usable from several threads.
class FakeProcesses final : public platform::Processes {
public:
    using Answer = std::function<Result<platform::ProcessResult>(const platform::ProcessRequest&)>;
    explicit FakeProcesses(Answer answer) : answer_(std::move(answer)) {}

    Result<platform::ProcessResult> run(const platform::ProcessRequest& request) override {
        {
            std::lock_guard lock(mutex_);
            seen_.push_back(request);
        }
        return answer_(request);
    }
    std::vector<platform::ProcessRequest> seen() const {
        std::lock_guard lock(mutex_);
        return seen_;
    }

private:
    Answer answer_;
    mutable std::mutex mutex_;
    std::vector<platform::ProcessRequest> seen_;
};

inline Result<platform::ProcessResult> prints(std::string output, int exit_status = 0,
                                              std::string errors = {}) {
    return platform::ProcessResult{exit_status, Secret(std::move(output)), std::move(errors)};
}

}  // namespace openclaw::test
