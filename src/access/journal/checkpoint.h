#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/journal/chain.h"
#include "base/clock.h"

namespace openclaw::access {

// How far the log had come: its last line and that one's tag, signed. Kept outside of the log, and best on
// another machine: what was cut off behind the last line, or the whole log, can be seen by it alone.
struct Checkpoint {
    std::uint64_t number = 0;  // of the line
    Tag head{};
    TimePoint at{};
    std::string file;  // that the line stands in
};

std::string format_checkpoint(const Checkpoint& checkpoint, const ChainKey& key);

// Of a text of such lines.
struct Checkpoints {
    std::vector<Checkpoint> sound;   // in the order of the text
    std::size_t unsound = 0;         // lines that this key hasn't signed
    const Checkpoint* last() const;  // the one with the greatest number
};
Checkpoints read_checkpoints(std::string_view text, const ChainKey& key);
// The last sound one of the text.
std::optional<Checkpoint> last_checkpoint(std::string_view text, const ChainKey& key);

// Adds one to its file, durably. The older half goes where it would grow too large: the newest says all that
// they say of what the log still holds.
Result<void> add_checkpoint(platform::FileSystem& files, const platform::Path& path,
                            const Checkpoint& checkpoint, const ChainKey& key);
inline constexpr std::size_t checkpoint_file_bytes_max = 1u << 20;

}  // namespace openclaw::access
