#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <string>

#include "config/config.h"

namespace openclaw::gateway {

// The name by which clients know what of the config they have seen: changes with every byte of its files, and
// tells those who may not read them nothing that could be guessed at. Known to one process: after a restart
// nobody has seen anything.
class ConfigRevisions {
public:
    ConfigRevisions();
    std::string of(const config::Config& config) const;

private:
    std::array<unsigned char, 32> key_{};
};

// How often the config may be changed by clients, all together: one that runs in circles wears out no disk,
// and keeps the threads that others need.
class ChangeBudget {
public:
    using Time = std::chrono::steady_clock::time_point;
    // Nothing: now, and it counts. Otherwise how long to wait.
    std::optional<Milliseconds> take(Time now);

    static constexpr std::size_t changes_max = 30;
    static constexpr Milliseconds window = std::chrono::seconds(60);

private:
    std::deque<Time> taken_;
};

}  // namespace openclaw::gateway
