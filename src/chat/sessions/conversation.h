#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "chat/sessions/transcript.h"

namespace openclaw::chat {

// What was said in one session: true at once in memory, written behind to its transcript. Usable from several
// threads; `catch_up`, `entries` and `write` block on the disk.
class Conversation {
public:
    Conversation(platform::FileSystem& files, platform::Path file, std::string session_id);

    // Sees to it that memory knows what the file says, which others may have written. The number of lines
    // that could not be read, when they are all that there is, else 0.
    Result<std::size_t> catch_up();
    // What the model is told of the past, as of the last `catch_up`: the newest `bytes_max` of it.
    std::vector<providers::Message> context(std::size_t bytes_max) const;
    // All entries in at most `bytes_max` of the file.
    Result<std::vector<TranscriptEntry>> entries(std::size_t bytes_max);

    void add(NewEntry entry, TimePoint now);
    bool waits() const;  // whether something added isn't written yet
    Result<void> write();
    std::optional<Error> trouble() const;  // why the last write failed
    std::size_t bytes() const;             // of text in memory

    const platform::Path& file() const { return transcript_.file(); }

private:
    Result<void> write_waiting();
    void tell(const providers::Message& message);
    void forget_oldest();

    std::mutex disk_;  // one read or write at a time; taken before the other
    Transcript transcript_;
    std::optional<Transcript::End> end_;  // of the file as memory knows it; nothing: not read yet

    mutable std::mutex mutex_;
    std::vector<providers::Message> told_;
    std::size_t told_bytes_ = 0;
    struct Waiting {
        std::shared_ptr<const StampedEntry> entry;
        std::optional<providers::Message> told;
    };
    static std::size_t bytes_of(const Waiting& waiting);
    std::vector<Waiting> waiting_;  // oldest first
    std::size_t waiting_bytes_ = 0;
    std::size_t dropped_ = 0;  // of the waiting, for want of room
    std::optional<Error> trouble_;
};

}  // namespace openclaw::chat
