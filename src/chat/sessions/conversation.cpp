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

// About as many bytes as the value has when it is written: names, quotes and the like count eight.
std::size_t bytes_of(const json::value& value) {
    constexpr std::size_t around = 8;
    std::size_t bytes = around;
    if (const auto* text = value.if_string()) bytes += text->size();
    if (const auto* array = value.if_array())
        for (const auto& each : *array) bytes += bytes_of(each);
    if (const auto* object = value.if_object())
        for (const auto& member : *object) bytes += member.key().size() + bytes_of(member.value());
    return bytes;
}

std::size_t bytes_of(const json::object& entry) {
    std::size_t bytes = 0;
    for (const auto& member : entry) bytes += member.key().size() + bytes_of(member.value());
    return bytes;
}

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
        if (auto message = told_of(*each.entry)) told_.push_back(std::move(*message));
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
    for (const auto& [entry, bytes] : waiting_) {
        const auto parent = entries.empty() ? std::nullopt : std::optional(entries.back().id);
        entries.push_back({std::string(string_at(*entry, "id").value_or("")), parent, *entry});
    }
    return entries;
}

void Conversation::add(json::object entry, TimePoint now) {
    auto made = std::make_shared<json::object>(stamped(std::move(entry), now));
    const auto bytes = bytes_of(*made);
    const std::scoped_lock guard(mutex_);
    tell(*made);
    waiting_.push_back({std::move(made), bytes});
    waiting_bytes_ += bytes;
    while (waiting_.size() > 1 && (waiting_.size() > waiting_max || waiting_bytes_ > waiting_bytes_max)) {
        waiting_bytes_ -= waiting_.front().bytes;
        waiting_.erase(waiting_.begin());
        ++dropped_;
    }
}

void Conversation::tell(const json::object& entry) {
    auto message = told_of(entry);
    if (!message) return;
    told_bytes_ += message->text.size();
    told_.push_back(std::move(*message));
    forget_oldest();
}

void Conversation::forget_oldest() {
    auto first = told_.begin();
    for (; told_bytes_ > told_bytes_max && first + 1 < told_.end(); ++first)
        told_bytes_ -= first->text.size();
    told_.erase(told_.begin(), first);
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
    for (auto each = waiting_.begin(); each != rest; ++each) waiting_bytes_ -= each->bytes;
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
