#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/journal/chain.h"
#include "access/journal/checkpoint.h"
#include "access/journal/entry.h"
#include "config/config.h"

namespace openclaw::access {

// Where the log lies, and how much of it is kept.
struct JournalPlace {
    platform::Path folder;  // <state>/logs/audit
    platform::Path key;     // <state>/credentials/audit-key
    platform::Path
        checkpoints;  // <state>/credentials/audit-checkpoints.jsonl, or gateway.audit.checkpointFile
    bool enabled = true;
    std::chrono::days retention{90};
    std::uint64_t bytes_max = 256u << 20;  // of all files together, but for the one in use
    std::uint64_t file_bytes_max = 8u << 20;
    Milliseconds file_age_max = std::chrono::days(1);
    Milliseconds window = std::chrono::minutes(1);

    static JournalPlace from(const config::Config& config);  // gateway.audit.*
    platform::Path lock() const { return folder / "audit.flock"; }
};

// The files of the log, oldest first: audit-000001.jsonl, audit-000002.jsonl, …
struct JournalFile {
    std::uint64_t number;
    platform::Path path;
};
std::string journal_file_name(std::uint64_t number);
Result<std::vector<JournalFile>> journal_files(platform::FileSystem& files, const platform::Path& folder);

// Adds lines to the log, each chained to the one before, from several processes by turns. Waits for the disk.
class JournalWriter {
public:
    JournalWriter(platform::FileSystem& files, JournalPlace place)
        : files_(files), place_(std::move(place)) {}

    struct Written {
        std::uint64_t number = 0;                      // of the last line
        std::optional<Error> checkpoint_problem = {};  // the lines stand all the same
    };
    // All of them, durably, or none. What another process left half written is mended first, a file that is
    // full or old is followed by a new one, and what need not be kept longer is removed; each of it is a
    // line. Where the log's end is not the one that is known of (cut off, put back), a new file goes on from
    // that one, so that the gap shows.
    Result<Written> append(std::vector<Entry> entries, TimePoint now);

private:
    // The last line, whoever wrote it.
    struct Head {
        std::uint64_t file = 0;  // number of the file; 0: of none yet
        std::uint64_t number = 0;
        Tag tag{};
        TimePoint file_began{};
        std::string key;                              // that the file is chained with
        std::optional<platform::FileInfo> info = {};  // of the file behind it; none: a new one has to begin
    };
    class Block;
    Result<void> find_key();
    Result<Head> find_head();
    Result<Head> head_on_disk();
    bool wants_new_file(const Head& head, TimePoint now) const;
    void begin_file(Block& block, Head& head, TimePoint now);
    std::vector<platform::Path> let_go_of_old(Block& block, const Head& head, std::uint64_t before,
                                              TimePoint now);
    Result<void> write(const Block& block, Head& head);

    platform::FileSystem& files_;
    const JournalPlace place_;
    std::optional<ChainKey> key_;
    std::optional<platform::FileInfo> key_info_;
    std::optional<Head> head_;
    std::vector<Entry> mended_ = {};        // lines that say so and aren't written yet
    std::optional<std::uint64_t> cleaned_;  // the file in which old ones were looked for last
};

}  // namespace openclaw::access
