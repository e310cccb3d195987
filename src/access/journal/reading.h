#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "access/journal/writer.h"

namespace openclaw::access {

// Which lines somebody wants to see.
struct JournalFilter {
    std::optional<TimePoint> since = {};
    std::string principal = {};  // its id; empty: everybody's
    bool denied = false;         // refusals and denials alone
    std::uint64_t behind = 0;    // lines with greater numbers alone
    std::size_t limit = 50;      // the last ones

    bool wants(const Entry& entry) const;
};

// The last lines that a filter wants, oldest first, as they stand: verify_journal says what they are worth.
// What is no line is left out. Looks at no more files than it needs.
Result<std::vector<Entry>> read_journal(platform::FileSystem& files, const JournalPlace& place,
                                        const JournalFilter& filter);

}  // namespace openclaw::access
