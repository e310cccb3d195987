#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/journal/writer.h"

namespace openclaw::access {

// A place where the log is not what was written.
struct JournalFault {
    std::string file;          // "audit-000003.jsonl"
    std::uint64_t line = 0;    // in the file, from 1 on; 0: the file as a whole
    std::uint64_t number = 0;  // of the log's line, as far as it is known
    std::string what;          // "was changed"
};

// What a log proves.
struct JournalProof {
    std::uint64_t files = 0, lines = 0;
    std::optional<Entry> first, last;
    std::vector<JournalFault> faults;  // in the order of the log; no more than `faults_max`
    std::uint64_t faults_left_out = 0;
    // What nobody can say by what is here, in sentences.
    std::vector<std::string> beyond;
    std::vector<std::string> remarks;  // what is no fault: a clock that was set back, files that were let go
    std::optional<Checkpoint> checkpoint;  // the furthest that is known of

    static constexpr std::size_t faults_max = 20;
    bool sound() const { return faults.empty(); }
};

// Reads the whole log, line by line. `kept_elsewhere`: the text of checkpoints from another place.
// `not_found` when there is no log, nor anything that speaks of one; without the key nothing can be proven,
// which is its error.
Result<JournalProof> verify_journal(platform::FileSystem& files, const JournalPlace& place,
                                    const std::optional<std::string>& kept_elsewhere);

}  // namespace openclaw::access
