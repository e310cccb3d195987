#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "chat/sessions/session_change.h"
#include "chat/sessions/session_entry.h"
#include "chat/sessions/session_key.h"
#include "config/config.h"
#include "store/document.h"

namespace openclaw::chat {

// Where an agent's sessions.json is: session.store with {agentId} and ~, else its sessions folder.
platform::Path session_store_file(const config::Config& config, const config::AgentEntry& agent);

// One agent's sessions.json: session key -> record. Read as JSON5, written as JSON; members and records
// that are not ours survive. A record that is no object costs that record only. A file that can't be read is
// served as far as it can be salvaged, and set aside by the first change. What turns leave is true at once in
// memory and written behind. Usable from several threads; all but `known`, `note`, `waits`, `trouble` and
// `take_notice` block on the disk.
class SessionStore {
public:
    // `main` is the session that goes on with the newest transcript where the index is lost.
    SessionStore(platform::FileSystem& files, platform::Path file, SessionKey main);

    Result<std::optional<json::object>> find(const SessionKey& key);
    // The record as memory has it; null where there is none, or the file was never looked at.
    std::shared_ptr<const json::object> known(const SessionKey& key);
    struct Record {
        std::string key;
        json::object entry;
    };
    Result<std::vector<Record>> list();  // newest first
    // Changes one record under the store's lock; a new one starts empty. What `change` leaves is returned.
    Result<json::object> update(const SessionKey& key, const std::function<void(json::object&)>& change);
    // Takes a record out; what it was, or nothing when there was none. Its transcript stays.
    Result<std::optional<json::object>> remove(const SessionKey& key);

    // True at once for every reader here; `write` puts it into the file.
    void note(const SessionKey& key, SessionChange change);
    bool waits() const;  // whether something noted isn't written yet
    void take_noted();   // what the next `write` writes: all that is noted now
    Result<void> write();
    std::optional<Error> trouble() const;  // why the last write failed
    // What a person has to know of a file that was set aside; told once.
    std::optional<std::string> take_notice();

    // The transcript of a record: sessionFile when it lies inside the sessions folder, else <id>.jsonl.
    platform::Path transcript_of(const SessionEntry& entry) const;
    const platform::Path& file() const { return document_.path(); }

private:
    struct Noted {
        SessionChange change;
        bool under_way = false;  // is being written
    };
    using NotedOf = std::map<std::string, std::vector<Noted>>;  // by key, oldest first
    std::vector<Noted> noted_of(const SessionKey& key) const;
    std::shared_ptr<const json::object> remembered(const std::string& key,
                                                   const store::Document::Snapshot& content) const;
    Result<store::Document::Snapshot> content();
    bool set_aside();
    template <class Change>
    auto change_file(Change change) -> std::invoke_result_t<Change, json::object&>;
    template <class Change>
    auto change_with_taken(Change change) -> std::invoke_result_t<Change, json::object&>;

    platform::FileSystem& files_;
    platform::Path folder_;
    SessionKey main_;
    store::Document document_;
    store::Document salvaged_;  // the same file, read as what can be salvaged of it; never written
    std::mutex writing_;        // one write at a time
    mutable std::mutex mutex_;  // of the rest
    NotedOf noted_;
    // What `known` has put together, so that a turn, which asks more than once, finds it made. Good until
    // something is noted of the session, and as long as the file's content is the same object.
    struct Remembered {
        std::weak_ptr<const json::object> content;
        std::shared_ptr<const json::object> record;
    };
    std::unordered_map<std::string, Remembered> remembered_;  // by key
    std::optional<std::string> notice_;
    std::optional<Error> trouble_;
};

}  // namespace openclaw::chat
