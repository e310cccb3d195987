#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "access/journal/tally.h"
#include "access/journal/writer.h"
#include "store/write_behind.h"

namespace openclaw::access {

// The audit log of a running gateway. What is told to it is counted in memory that doesn't grow, whatever
// comes and whether or not the disk takes it, and written on a thread of its own: within a second, what
// repeats itself with the end of its window. Nobody waits for it. From any thread.
class Journal {
public:
    struct Means {
        platform::FileSystem& files;
        const Clock& clock;
        // Told when it can't be written any more, and, with nothing, when it can again; on the writer's
        // thread.
        std::function<void(const std::optional<Error>& trouble)> on_trouble = {};
    };
    Journal(Means means, JournalPlace place);
    ~Journal();  // writes what waits
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    void note(const Verdict& verdict);
    void flush(std::function<void()> done);  // `done` is told on the writer's thread

    struct State {
        bool enabled = true;
        std::uint64_t lines = 0;            // of the log, as far as this process knows
        std::optional<Error> trouble = {};  // why what waits isn't written
        std::map<std::string, std::uint64_t, std::less<>> refusals = {};  // since the start, by reason
    };
    State state() const;

private:
    bool write();
    bool settle(const Result<JournalWriter::Written>& written, std::span<const Tally::Due> told);

    const Means means_;
    JournalWriter file_;  // the writer's thread's alone
    const bool enabled_;
    const Milliseconds window_;
    mutable std::mutex mutex_;  // of what follows
    Tally tally_;
    std::uint64_t lines_ = 0;
    std::optional<Error> trouble_;
    bool closing_ = false;
    store::WriteBehind writer_;
};

}  // namespace openclaw::access
