#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::platform {

// A program to run: no shell, and nothing of ours that isn't named here. Every one starts in a session and a
// process group of its own without a terminal, with three descriptors, the usual signals, umask 077 and no
// core; it is ended when its time is over, and with the process that started it.
struct ProcessRequest {
    std::vector<std::string>
        arguments;  // [0] is the program, found by PATH of `environment` if it has no slash
    std::map<std::string, std::string> environment;
    std::string input = {};  // what it reads from standard input
    Milliseconds deadline = std::chrono::seconds(15);
    std::optional<Milliseconds> silence_max = {};  // it is killed when it prints nothing for so long
    std::size_t output_bytes_max = 2u << 20;
    std::shared_ptr<const std::atomic<bool>> abandoned = {};  // set by who needs the answer no more
};
struct ProcessResult {
    int exit_status = 0;  // 128 + signal when killed
    Secret output;        // standard output; may hold secrets
    std::string errors;   // the first 4 KiB of standard error
};

class Processes {
public:
    virtual ~Processes() = default;
    // `timed_out` and `cancelled` kill the whole process group, as does its end: what a program leaves behind
    // doesn't stay. `not_found` when the program doesn't exist.
    virtual Result<ProcessResult> run(const ProcessRequest& request) = 0;
};

std::unique_ptr<Processes> system_processes();

}  // namespace openclaw::platform
