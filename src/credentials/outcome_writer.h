#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "auth/store/credential_store.h"
#include "base/clock.h"
#include "base/result.h"

namespace openclaw::credentials {

// Puts what requests have learned of stored credentials into the stores, on a thread of its own: a rest at
// once, mere uses gathered for some seconds. What can't be written waits, is tried again, and counts in
// memory as long as the program runs. Nobody who answers a request waits for any of it.
class OutcomeWriter {
public:
    struct Pace {
        Milliseconds gather{
            3000};  // at least; more where a write is slow, so that it stays below 2 % of the time
        Milliseconds retry_min{1000}, retry_max{60'000};  // after a write that failed
    };
    // One write and how it ended. `acknowledge` it on the thread that adds.
    struct Written {
        std::string file;
        Result<auth::CredentialStore::Records> records;
    };
    // Told on the writer's thread.
    using OnWritten = std::function<void(Written)>;

    OutcomeWriter(OnWritten on_written, Pace pace);
    ~OutcomeWriter();  // writes what waits, once
    OutcomeWriter(const OutcomeWriter&) = delete;
    OutcomeWriter& operator=(const OutcomeWriter&) = delete;

    // From now on it waits to be written to `file`, by `store`.
    void add(const std::string& file, std::shared_ptr<auth::CredentialStore> store, auth::Report report);
    // What is known of the profile on top of what stands in the file.
    auth::UsageStats with_unwritten(const std::string& file, const auth::ProfileId& profile,
                                    auth::UsageStats stored) const;
    bool knows_of(const std::string& file,
                  const auth::ProfileId& profile) const;  // what the file may not have
    // Whether anything is known that isn't surely in the file.
    bool holds_any(const std::string& file) const;
    // Whether a write of this file is under way, so that a reader can't tell which of both states he has
    // seen.
    bool writes(const std::string& file) const;
    // How many writes have been acknowledged: another number means that one ended meanwhile.
    std::uint64_t acknowledged() const;
    // Whoever adds has taken over what the write brought.
    void acknowledge(const std::string& file);

    // Writes now what waits, retries included; `done` is told, on the writer's thread, when it was all tried
    // once.
    void flush(std::function<void()> done);

private:
    using Time = std::chrono::steady_clock::time_point;
    using Waiting = std::unordered_map<std::string, std::vector<auth::Outcome>>;  // by profile, oldest first
    struct Pending {
        std::shared_ptr<auth::CredentialStore> store;
        Waiting waiting, flying;  // what is next to be written; what is being written
        bool under_way = false;   // a write, until its end is acknowledged
        std::optional<Time> due = {};
        Milliseconds retry{0};   // before the next try, while writes fail
        Milliseconds gather{0};  // at least, after what the last write took
    };

    void wake_at(Pending& pending, Time due);
    void start();
    void serve();
    void write_all_that_is_due(std::unique_lock<std::mutex>& lock, Time now);
    void write(std::unique_lock<std::mutex>& lock, const std::string& file, Pending& pending);
    void end_flushes(std::unique_lock<std::mutex>& lock);
    std::optional<Time> next_due() const;

    const OnWritten on_written_;
    const Pace pace_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::map<std::string, Pending> files_;
    std::uint64_t acknowledged_ = 0;
    std::vector<std::function<void()>> flushes_;
    bool stopping_ = false;
    std::thread thread_;  // started by the first outcome
};

}  // namespace openclaw::credentials
