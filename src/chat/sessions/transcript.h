#pragma once

#include "chat/sessions/transcript_entries.h"
#include "platform/file_system.h"
#include "store/append_log.h"

namespace openclaw::chat {

// The record of one session on disk: JSON lines, a header first, each entry naming the one before it.
// Blocks on the disk: called off the loop's thread where it matters.
class Transcript {
public:
    Transcript(platform::FileSystem& files, platform::Path file, std::string session_id);

    // Adds id, parentId (the last entry of the file) and timestamp, and writes the line durably.
    Result<void> append(json::object entry, TimePoint now);
    // The newest entries that fit in `bytes_max` of the file. Missing: none.
    Result<std::vector<TranscriptEntry>> read(std::size_t bytes_max, std::size_t* damaged = nullptr) const;

    const platform::Path& file() const { return log_.path(); }

private:
    Result<std::optional<std::string>> last_id() const;

    store::AppendLog log_;
    std::string session_id_;
};

}  // namespace openclaw::chat
