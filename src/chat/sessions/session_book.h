#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chat/sessions/session_store.h"
#include "chat/sessions/transcript.h"
#include "net/loop/loop.h"

namespace openclaw::chat {

// The session stores of all agents, and their transcripts. Lives on the loop's thread; what it returns may
// be used on others.
class SessionBook {
public:
    explicit SessionBook(platform::FileSystem& files) : files_(files) {}

    Result<std::shared_ptr<SessionStore>> store_of(const std::string& agent_id, const config::Config& config);
    Transcript transcript(const SessionStore& store, const SessionEntry& entry) const {
        return {files_, store.transcript_of(entry), entry.session_id};
    }

private:
    platform::FileSystem& files_;
    std::map<platform::Path, std::shared_ptr<SessionStore>> stores_;
};

}  // namespace openclaw::chat
