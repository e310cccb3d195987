// An entry is in memory from `add` on, and in the file some time later. Reads and writes of the file exclude
// each other, so that a reader of the file knows which of the waiting entries it has seen: none.
#include "chat/sessions/conversation.h"

#include <algorithm>

namespace openclaw::chat {
namespace {

constexpr std::size_t file_bytes_read = 8u << 20;
constexpr std::size_t told_bytes_max = 4u << 20;  // more than any model's window holds
// While the file can't be written; the last entry is kept whatever its size.
constexpr std::size_t waiting_max = 200, waiting_bytes_max = 8u << 20;

}  // namespace

Conversation::Conversation(platform::FileSystem& files, platform::Path file, std::string session_id)
    : transcript_(files, std::move(file), std::move(session_id)) {}

Result<std::size_t> Conversation::catch_up() {
    const std::scoped_lock disk(disk_);
    if (end_) {
        const auto still = transcript_.is_still(*end_);
        if (!still) return std::unexpected(still.error());
        if (*still) return 0;
    }
    auto content = transcript_.read(file_bytes_read);
    if (!content) return std::unexpected(std::move(content).error());
    end_ = std::move(content->end);
    const std::scoped_lock guard(mutex_);
    told_ = told_of(content->entries);
    for (const auto& each : waiting_)
        if (each.told) told_.push_back(*each.told);
    told_bytes_ = 0;
    for (const auto& message : told_) told_bytes_ += message.text.size();
    forget_oldest();
    return content->entries.empty() ? content->damaged : 0;
}

std::vector<providers::Message> Conversation::context(std::size_t bytes_max) const {
    const std::scoped_lock guard(mutex_);
    return context_of(told_, bytes_max);
}

Result<std::vector<TranscriptEntry>> Conversation::entries(std::size_t bytes_max) {
    const std::scoped_lock disk(disk_);
    // What can't be written is shown all the same.
    const auto written = write_waiting();
    auto content = transcript_.read(bytes_max);
    if (!content) return std::unexpected(std::move(content).error());
    auto entries = std::move(content->entries);
    if (written) return entries;
    const std::scoped_lock guard(mutex_);
    for (const auto& each : waiting_) {
        const auto parent = entries.empty() ? std::nullopt : std::optional(entries.back().id);
        const auto line = each.entry->line(parent);
        auto value = parse_json(line, line.size());
        if (value) entries.push_back({each.entry->id, parent, std::move(value->as_object())});
    }
    return entries;
}

void Conversation::add(NewEntry entry, TimePoint now) {
    const auto made =
        std::make_shared<const StampedEntry>(stamped(entry.type, std::move(entry.members), now));
    const std::scoped_lock guard(mutex_);
    if (entry.told) tell(*entry.told);
    waiting_.push_back({made, std::move(entry.told)});
    waiting_bytes_ += bytes_of(waiting_.back());
    while (waiting_.size() > 1 && (waiting_.size() > waiting_max || waiting_bytes_ > waiting_bytes_max)) {
        waiting_bytes_ -= bytes_of(waiting_.front());
        waiting_.erase(waiting_.begin());
        ++dropped_;
    }
}

void Conversation::tell(const providers::Message& message) {
    told_bytes_ += message.text.size();
    told_.push_back(message);
    forget_oldest();
}

void Conversation::forget_oldest() {
    auto first = told_.begin();
    for (; told_bytes_ > told_bytes_max && first + 1 < told_.end(); ++first)
        told_bytes_ -= first->text.size();
    told_.erase(told_.begin(), first);
}

std::size_t Conversation::bytes_of(const Waiting& waiting) {
    return waiting.entry->members.size();
}

bool Conversation::waits() const {
    const std::scoped_lock guard(mutex_);
    return !waiting_.empty();
}

Result<void> Conversation::write() {
    const std::scoped_lock disk(disk_);
    return write_waiting();
}

Result<void> Conversation::write_waiting() {
    Transcript::Entries entries;
    std::size_t dropped_before = 0;
    {
        const std::scoped_lock guard(mutex_);
        if (waiting_.empty()) return {};
        for (const auto& each : waiting_) entries.push_back(each.entry);
        dropped_before = dropped_;
    }
    const auto count = entries.size();
    auto written = transcript_.append(entries, end_.value_or(Transcript::End{}));
    const std::scoped_lock guard(mutex_);
    trouble_ = written ? std::nullopt : std::optional(written.error());
    if (!written) return std::unexpected(written.error());
    const auto gone = std::min(count, dropped_ - dropped_before);  // dropped meanwhile, though just written
    const auto rest = waiting_.begin() + static_cast<std::ptrdiff_t>(count - gone);
    for (auto each = waiting_.begin(); each != rest; ++each) waiting_bytes_ -= bytes_of(*each);
    waiting_.erase(waiting_.begin(), rest);
    // What others have written meanwhile isn't known here: the next look finds the file changed.
    if (end_ && written->as_seen) end_ = std::move(written->end);
    return {};
}

std::optional<Error> Conversation::trouble() const {
    const std::scoped_lock guard(mutex_);
    return trouble_;
}

std::size_t Conversation::bytes() const {
    const std::scoped_lock guard(mutex_);
    return told_bytes_;
}

}  // namespace openclaw::chat
