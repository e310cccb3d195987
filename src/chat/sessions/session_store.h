#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "chat/sessions/session_entry.h"
#include "chat/sessions/session_key.h"
#include "config/config.h"
#include "store/document.h"

namespace openclaw::chat {

// Where an agent's sessions.json is: session.store with {agentId} and ~, else its sessions folder.
platform::Path session_store_file(const config::Config& config, const config::AgentEntry& agent);

// One agent's sessions.json: session key -> record. Read as JSON5, written as JSON; members and records
// that are not ours survive. A record that is no object costs that record only.
class SessionStore {
public:
    SessionStore(platform::FileSystem& files, platform::Path file);

    Result<std::optional<json::object>> find(const SessionKey& key);
    struct Record {
        std::string key;
        json::object entry;
    };
    Result<std::vector<Record>> list();  // newest first
    // Changes one record under the store's lock; a new one starts empty. What `change` leaves is returned.
    Result<json::object> update(const SessionKey& key, const std::function<void(json::object&)>& change);
    // Takes a record out; what it was, or nothing when there was none. Its transcript stays.
    Result<std::optional<json::object>> remove(const SessionKey& key);

    // The transcript of a record: sessionFile when it lies inside the sessions folder, else <id>.jsonl.
    platform::Path transcript_of(const SessionEntry& entry) const;
    const platform::Path& file() const { return document_.path(); }

private:
    store::Document document_;
    platform::Path folder_;
};

}  // namespace openclaw::chat
