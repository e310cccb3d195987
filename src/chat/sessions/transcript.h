#pragma once

#include "chat/sessions/transcript_entries.h"
#include "platform/file_system.h"
#include "store/append_log.h"

namespace openclaw::chat {

// An entry with an id and a time. What stands in front of it is known when it is written.
struct StampedEntry {
    std::string id;
    std::string timestamp;
    std::string_view type;  // one of those that NewEntry has
    std::string members;

    std::string line(const std::optional<std::string>& parent) const;
};
StampedEntry stamped(std::string_view type, std::string members, TimePoint now);

// The record of one session on disk: JSON lines, a header first, each entry naming the one before it.
// Blocks on the disk: called off the loop's thread. Usable from several threads.
class Transcript {
public:
    // How the file ended when it was last seen.
    struct End {
        std::optional<platform::FileInfo> file;  // nothing: it isn't there
        std::optional<std::string> last_id;
    };
    struct Content {
        std::vector<TranscriptEntry> entries;
        std::size_t damaged = 0;  // lines that could not be read
        End end;
    };

    Transcript(platform::FileSystem& files, platform::Path file, std::string session_id);

    struct Appended {
        End end;
        bool as_seen = false;  // the file was as `seen` before
    };
    // Adds lines durably, all or none, each with the one before it as its parent. `seen` spares a look at the
    // file, which is made where it has changed since.
    using Entries = std::vector<std::shared_ptr<const StampedEntry>>;
    Result<Appended> append(const Entries& entries, const End& seen);
    // The newest entries that fit in `bytes_max` of the file. Missing: none.
    Result<Content> read(std::size_t bytes_max) const;
    // Whether the file still is as it was at `seen`.
    Result<bool> is_still(const End& seen) const;

    const platform::Path& file() const { return log_.path(); }

private:
    Result<std::optional<std::string>> last_id() const;

    platform::FileSystem& files_;
    store::AppendLog log_;
    std::string session_id_;
};

}  // namespace openclaw::chat
