#include "chat/sessions/session_book.h"

#include <algorithm>
#include <ranges>
#include <vector>

#include "net/loop/loop_owned.h"

namespace openclaw::chat {
namespace {

// In memory at most, unless more are in use or wait to be written.
constexpr std::size_t conversations_max = 64, conversation_bytes_max = 8u << 20;
constexpr std::size_t unwritable_max = 256;  // of those that can't be written, what was said last
constexpr int made_between = 16;             // looks at how many there are

// A folder above may have been replaced, which the kernel doesn't tell.
constexpr auto seen_for = std::chrono::seconds(1);

}  // namespace

struct SessionBook::Reports {
    explicit Reports(Log& to) : log(&to) {}
    net::LoopOwned<Log*> log;
};

SessionBook::SessionBook(platform::FileSystem& files, net::Loop& loop, Log& log)
    : files_(files),
      loop_(loop),
      reports_(std::make_shared<Reports>(log)),
      writer_([this] { return write_all(); }, {}) {}

SessionBook::~SessionBook() = default;

Result<std::shared_ptr<SessionStore>> SessionBook::store_of(const std::string& agent_id,
                                                            const config::Config& config) {
    const auto* agent = config.find_agent(agent_id);
    if (agent == nullptr) return fail(Code::not_found, "no agent {}", agent_id);
    const auto file = session_store_file(config, *agent);
    const std::scoped_lock guard(mutex_);
    auto& store = stores_[file.string()];
    if (store == nullptr) store = std::make_shared<SessionStore>(files_, file, main_session(agent->id));
    return store;
}

std::shared_ptr<Conversation> SessionBook::conversation(const SessionStore& store,
                                                        const SessionEntry& entry) {
    auto file = store.transcript_of(entry);
    const std::scoped_lock guard(mutex_);
    auto& known = conversations_[file.string()];
    known.used = ++uses_;
    if (known.conversation != nullptr) return known.conversation;
    const auto made = std::make_shared<Conversation>(files_, std::move(file), entry.session_id);
    known.conversation = made;
    forget_some();
    return made;
}

std::shared_ptr<Conversation> SessionBook::find_conversation(const SessionStore& store,
                                                             const SessionEntry& entry) {
    const auto file = store.transcript_of(entry);
    const std::scoped_lock guard(mutex_);
    const auto known = conversations_.find(file.string());
    if (known == conversations_.end()) return nullptr;
    known->second.used = ++uses_;
    return known->second.conversation;
}

bool SessionBook::is_as_seen(const platform::Path& file) {
    Seen seen;
    {
        const std::scoped_lock guard(mutex_);
        const auto found = seen_.find(file.string());
        if (found == seen_.end()) return false;
        seen = found->second;
    }
    return std::chrono::steady_clock::now() - seen.at < seen_for && watch_.is_quiet(file, seen.stamp);
}

void SessionBook::has_seen(const platform::Path& file, const Look& look) {
    const std::scoped_lock guard(mutex_);
    if (look)
        seen_[file.string()] = {*look, std::chrono::steady_clock::now()};
    else
        seen_.erase(file.string());
}

// Nobody else can have one that only the book holds: who wants it asks the book. Several at a time, so that
// not every new conversation has all of them counted.
void SessionBook::forget_some() {
    if (++made_since_ < made_between) return;
    made_since_ = 0;
    std::size_t count = conversations_.size(), bytes = 0;
    std::vector<std::pair<std::uint64_t, std::string>> idle, unwritable;
    for (const auto& [file, known] : conversations_) {
        bytes += known.conversation->bytes();
        if (known.conversation.use_count() > 1) continue;
        if (!known.conversation->waits())
            idle.emplace_back(known.used, file);
        else if (known.conversation->trouble())
            unwritable.emplace_back(known.used, file);
    }
    std::ranges::sort(idle);
    std::ranges::sort(unwritable);
    // Their answers have said that they aren't kept.
    if (unwritable.size() > unwritable_max)
        idle.insert(idle.end(), unwritable.begin(), unwritable.end() - unwritable_max);
    for (const auto& [used, file] : idle) {
        if (count <= conversations_max && bytes <= conversation_bytes_max) return;
        const auto known = conversations_.find(file);
        bytes -= std::min(bytes, known->second.conversation->bytes());
        --count;
        watch_.forget(file);
        seen_.erase(file);
        conversations_.erase(known);
    }
}

bool SessionBook::write_all() {
    std::vector<std::shared_ptr<Conversation>> conversations;
    std::vector<std::shared_ptr<SessionStore>> stores;
    {
        // In this order: what a turn leaves in its record is noted after its lines, and so never written
        // before them.
        const std::scoped_lock guard(mutex_);
        for (const auto& store : stores_ | std::views::values) {
            if (!store->waits()) continue;
            store->take_noted();
            stores.push_back(store);
        }
        for (const auto& known : conversations_ | std::views::values)
            if (known.conversation->waits()) conversations.push_back(known.conversation);
    }
    bool all = true;
    const auto write = [&](auto& what) {
        const auto written = what.write();
        say(what.file(), written);
        all = all && written;
    };
    for (const auto& conversation : conversations) write(*conversation);
    for (const auto& store : stores) write(*store);
    say_notices();
    return all;
}

void SessionBook::say_notices() {
    std::vector<std::string> notices;
    {
        const std::scoped_lock guard(mutex_);
        for (const auto& store : stores_ | std::views::values)
            if (auto notice = store->take_notice()) notices.push_back(std::move(*notice));
    }
    for (auto& notice : notices)
        loop_.post([reports = std::weak_ptr(reports_), notice = std::move(notice)] {
            if (const auto known = reports.lock()) (*known->log)->warn("chat", "{}", notice);
        });
}

void SessionBook::say(const platform::Path& file, const Result<void>& written) {
    if (written) {
        if (troubles_.erase(file.string()) == 0) return;
        loop_.post([reports = std::weak_ptr(reports_), file = file.string()] {
            if (const auto known = reports.lock())
                (*known->log)->info("chat", "{} can be written again, and what waited was", file);
        });
        return;
    }
    const auto& problem = written.error().message;
    if (!troubles_.emplace(file.string(), problem).second) return;
    loop_.post([reports = std::weak_ptr(reports_), file = file.string(), problem] {
        if (const auto known = reports.lock())
            (*known->log)
                ->error("chat",
                        "what was said can't be written to {}: {}; it is kept in memory and tried again",
                        file, problem);
    });
}

net::Task<void> SessionBook::flush() {
    // Shared: the awaiting coroutine may be destroyed before the pass ends.
    const auto written = std::make_shared<net::Event>(loop_);
    writer_.flush([&loop = loop_, written] { loop.post([written] { written->notify(); }); });
    co_await written->wait();
}

}  // namespace openclaw::chat
