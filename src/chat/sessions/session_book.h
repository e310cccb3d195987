#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/log.h"
#include "chat/sessions/conversation.h"
#include "chat/sessions/session_store.h"
#include "net/loop/loop.h"
#include "platform/folder_watch.h"
#include "store/write_behind.h"

namespace openclaw::chat {

// The session stores of all agents and their conversations: one of each for a file, whoever asks, and one
// writer behind them. Made on the loop's thread; usable from several.
class SessionBook {
public:
    // What can't be written, or was set aside, is said in the log, once, on the loop's thread.
    SessionBook(platform::FileSystem& files, net::Loop& loop, Log& log);
    ~SessionBook();  // writes what waits

    Result<std::shared_ptr<SessionStore>> store_of(const std::string& agent_id, const config::Config& config);
    // Blocks for no disk. What nobody uses is forgotten, the least recently used first.
    std::shared_ptr<Conversation> conversation(const SessionStore& store, const SessionEntry& entry);
    std::shared_ptr<Conversation> find_conversation(const SessionStore& store, const SessionEntry& entry);

    // Whether memory has what the file says: nothing has happened to it since it was seen, which was at most
    // a second ago. Waits for nothing. To be seen is to be read after `before_look`, which blocks.
    bool is_as_seen(const platform::Path& file);
    using Look = std::optional<platform::FolderWatch::Stamp>;
    Look before_look(const platform::Path& file) { return watch_.before_look(file); }
    void has_seen(const platform::Path& file, const Look& look);

    // To be called after `note` or `add`: something waits to be written.
    void wake() { writer_.wake(); }
    // Until all that waits now was written, or tried.
    net::Task<void> flush();

private:
    struct Seen {
        platform::FolderWatch::Stamp stamp;
        std::chrono::steady_clock::time_point at;
    };
    struct Reports;  // reaches the log from the writer's thread
    struct Known {
        std::shared_ptr<Conversation> conversation;
        std::uint64_t used = 0;
    };
    bool write_all();
    void forget_some();
    void say(const platform::Path& file, const Result<void>& written);
    void say_notices();

    platform::FileSystem& files_;
    net::Loop& loop_;
    std::shared_ptr<Reports> reports_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<SessionStore>> stores_;  // by their files
    std::unordered_map<std::string, Known> conversations_;
    std::uint64_t uses_ = 0;
    int made_since_ = 0;
    std::unordered_map<std::string, Seen> seen_;
    platform::FolderWatch watch_;
    std::unordered_map<std::string, std::string> troubles_;  // the writer's: what was said of a file
    store::WriteBehind writer_;                              // last: it uses all of the above
};

}  // namespace openclaw::chat
