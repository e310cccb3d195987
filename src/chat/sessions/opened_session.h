#pragma once

#include "chat/sessions/session_book.h"

namespace openclaw::chat {

// A session as a turn finds it: begun where there is none, or where the last one is over.
struct OpenedSession {
    SessionEntry entry;
    bool fresh = false;
    std::shared_ptr<Conversation> conversation;
    std::size_t damaged = 0;  // lines of the transcript, when nothing of it could be read
};

struct SessionQuestion {
    SessionKey key;
    std::shared_ptr<const config::Config> config;
    TimePoint now{};
    std::chrono::seconds utc_offset{};
    std::string maker = {};  // of the session, should it begin
};

// From memory, where the kernel says that its files are what they were. Waits for nothing.
std::optional<OpenedSession> open_from_memory(SessionBook& book, SessionStore& store,
                                              const SessionQuestion& question);
// From the files. Blocks.
Result<OpenedSession> open_from_files(SessionBook& book, SessionStore& store,
                                      const SessionQuestion& question);

}  // namespace openclaw::chat
