#include "chat/sessions/session_store.h"

#include <algorithm>
#include <ranges>
#include <span>

#include "base/broken_text.h"
#include "base/text.h"
#include "chat/sessions/session_salvage.h"
#include "config/json5/json5.h"

namespace openclaw::chat {
namespace {

// A file name that can't leave the folder: ids come from files and clients.
bool is_plain_name(std::string_view id) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    return !id.empty() && id.size() <= 128 && id.front() != '.' && std::ranges::all_of(id, plain);
}

constexpr std::size_t file_bytes_max = 64u << 20;

// Of one session, while its file can't be written; then the oldest goes.
constexpr std::size_t noted_max = 16;

// Sessions in use at once whose records are kept put together.
constexpr std::size_t remembered_max = 64;

template <class T>
bool is_same(const std::weak_ptr<T>& left, const std::shared_ptr<T>& right) {
    return !left.owner_before(right) && !right.owner_before(left);
}

// What the changes make of a record, or of none; what says nothing isn't there.
std::optional<json::object> changed(const json::object* stored, auto&& noted) {
    auto record = stored != nullptr ? *stored : json::object{};
    for (const auto& each : noted) apply(record, each.change);
    if (stored == nullptr && record.empty()) return std::nullopt;
    return record;
}

json::object& record_in(json::object& content, std::string_view key) {
    auto& value = content[key];
    if (!value.is_object()) value.emplace_object();
    return value.get_object();
}

}  // namespace

platform::Path session_store_file(const config::Config& config, const config::AgentEntry& agent) {
    const auto configured = config.text("session.store").value_or("");
    auto path = replaced(std::string(trimmed(configured)), "{agentId}", agent.id);
    if (path.empty()) return agent.sessions_folder / "sessions.json";
    if (path == "~" || path.starts_with("~/")) path = config.paths().home.string() + path.substr(1);
    return path;
}

SessionStore::SessionStore(platform::FileSystem& files, platform::Path file, SessionKey main)
    : files_(files),
      folder_(file.parent_path()),
      main_(std::move(main)),
      document_(files, file, {.bytes_max = file_bytes_max, .parse = config::parse_json5}),
      salvaged_(files, file,
                {.bytes_max = file_bytes_max, .parse = [this](std::string_view text) {
                     return Result<json::value>(salvage_sessions(text, files_, folder_, main_).records);
                 }}) {}

// Reading writes nothing: what is damaged stays where it is until something changes.
Result<store::Document::Snapshot> SessionStore::content() {
    auto loaded = document_.load();
    return loaded || loaded.error().code != Code::corrupt ? loaded : salvaged_.load();
}

// Whether there was something to set aside, and it is.
bool SessionStore::set_aside() {
    const auto info = files_.info(document_.path());
    if (!info) return false;
    SessionSalvage salvage;
    const auto aside = document_.set_aside(info->modified, [&](std::string_view text) {
        salvage = salvage_sessions(text, files_, folder_, main_);
        return salvage.records;
    });
    if (!aside || !*aside) return false;
    const std::scoped_lock guard(mutex_);
    notice_ = fmt::format(
        "{} can't be read and is set aside as {}; sessions that could be salvaged: {}{}; transcripts are all "
        "where they were",
        document_.path().string(), (*aside)->filename().string(), salvage.records.size(),
        salvage.main_from_transcript ? ", the main one from its newest transcript" : "");
    return true;
}

std::optional<std::string> SessionStore::take_notice() {
    const std::scoped_lock guard(mutex_);
    return std::exchange(notice_, std::nullopt);
}

// What is noted is looked at before the file: it may be written in between, and be made twice, which changes
// nothing; the other way round it could be missed.
std::vector<SessionStore::Noted> SessionStore::noted_of(const SessionKey& key) const {
    const std::scoped_lock guard(mutex_);
    const auto found = noted_.find(key.text);
    return found == noted_.end() ? std::vector<Noted>() : found->second;
}

std::shared_ptr<const json::object> SessionStore::remembered(const std::string& key,
                                                             const store::Document::Snapshot& content) const {
    const auto found = remembered_.find(key);
    return found != remembered_.end() && is_same(found->second.content, content) ? found->second.record
                                                                                 : nullptr;
}

std::shared_ptr<const json::object> SessionStore::known(const SessionKey& key) {
    const std::scoped_lock guard(mutex_);
    const auto content = document_.known();
    if (!content) return nullptr;
    if (auto record = remembered(key.text, *content)) return record;
    const auto noted = noted_.find(key.text);
    auto made = changed(*content ? object_at(**content, key.text) : nullptr,
                        noted == noted_.end() ? std::span<const Noted>() : std::span(noted->second));
    if (!made) return nullptr;
    if (remembered_.size() >= remembered_max) remembered_.clear();
    auto& kept = remembered_[key.text];
    kept = {*content, std::make_shared<const json::object>(std::move(*made))};
    return kept.record;
}

Result<std::optional<json::object>> SessionStore::find(const SessionKey& key) {
    const auto noted = noted_of(key);
    const auto content = this->content();
    if (!content) return std::unexpected(content.error());
    return changed(*content ? object_at(**content, key.text) : nullptr, noted);
}

Result<std::vector<SessionStore::Record>> SessionStore::list() {
    NotedOf noted;
    {
        const std::scoped_lock guard(mutex_);
        noted = noted_;
    }
    const auto content = this->content();
    if (!content) return std::unexpected(content.error());
    std::vector<Record> records;
    const auto add = [&](const std::string& key, const json::object* stored) {
        const auto found = noted.extract(key);
        auto entry = changed(stored, found ? found.mapped() : std::vector<Noted>{});
        if (entry) records.push_back({key, std::move(*entry)});
    };
    if (*content)
        for (const auto& member : **content)
            if (const auto* entry = member.value().if_object()) add(std::string(member.key()), entry);
    while (!noted.empty()) add(std::string(noted.begin()->first), nullptr);
    std::ranges::sort(records, {}, [](const Record& record) {
        return std::pair(-integer_at(record.entry, "updatedAt").value_or(0), record.key);
    });
    return records;
}

void SessionStore::take_noted() {
    const std::scoped_lock guard(mutex_);
    for (auto& [key, noted] : noted_)
        for (auto& each : noted) each.under_way = true;
}

// A change of the file, with all that was noted before it.
template <class Change>
auto SessionStore::change_file(Change change) -> std::invoke_result_t<Change, json::object&> {
    const std::scoped_lock one(writing_);
    take_noted();
    return change_with_taken(std::move(change));
}

template <class Change>
auto SessionStore::change_with_taken(Change change) -> std::invoke_result_t<Change, json::object&> {
    const auto with_noted = [&](json::object& content) {
        {
            const std::scoped_lock guard(mutex_);
            for (const auto& [key, noted] : noted_) {
                auto record = changed(object_at(content, key), noted | std::views::filter(&Noted::under_way));
                if (record) content[key] = std::move(*record);
            }
        }
        return change(content);
    };
    auto outcome = document_.update(with_noted);
    if (!outcome && outcome.error().code == Code::corrupt && set_aside())
        outcome = document_.update(with_noted);
    const std::scoped_lock guard(mutex_);
    for (auto& [key, noted] : noted_) {
        if (outcome) std::erase_if(noted, [](const Noted& each) { return each.under_way; });
        for (auto& each : noted) each.under_way = false;
    }
    std::erase_if(noted_, [](const auto& entry) { return entry.second.empty(); });
    trouble_ = outcome ? std::nullopt : std::optional(outcome.error());
    return outcome;
}

Result<json::object> SessionStore::update(const SessionKey& key,
                                          const std::function<void(json::object&)>& change) {
    auto changed = change_file([&](json::object& content) -> Result<json::object> {
        auto& record = record_in(content, key.text);
        change(record);
        return record;
    });
    if (!changed) return changed;
    // What is broken in the file stood in it as something else while it was changed.
    auto readable = parse_json(broken_again(json::serialize(*changed)), file_bytes_max);
    if (!readable) return std::unexpected(std::move(readable).error());
    return std::move(readable->as_object());
}

Result<std::optional<json::object>> SessionStore::remove(const SessionKey& key) {
    return change_file([&](json::object& content) -> Result<std::optional<json::object>> {
        const auto found = content.find(key.text);
        if (found == content.end()) return std::nullopt;
        std::optional<json::object> removed(std::in_place);
        if (found->value().is_object()) *removed = std::move(found->value().get_object());
        content.stable_erase(found);
        return removed;
    });
}

void SessionStore::note(const SessionKey& key, SessionChange change) {
    const std::scoped_lock guard(mutex_);
    remembered_.erase(key.text);
    auto& noted = noted_[key.text];
    if (!noted.empty() && !noted.back().under_way)
        if (auto both = joined(noted.back().change, change)) {
            noted.back().change = std::move(*both);
            return;
        }
    if (noted.size() >= noted_max && !noted.front().under_way) noted.erase(noted.begin());
    noted.push_back({std::move(change)});
}

bool SessionStore::waits() const {
    const std::scoped_lock guard(mutex_);
    return !noted_.empty();
}

Result<void> SessionStore::write() {
    const std::scoped_lock one(writing_);
    return change_with_taken([](json::object&) -> Result<void> { return {}; });
}

std::optional<Error> SessionStore::trouble() const {
    const std::scoped_lock guard(mutex_);
    return trouble_;
}

platform::Path SessionStore::transcript_of(const SessionEntry& entry) const {
    const platform::Path named(entry.session_file);
    const auto is_inside = [&] {
        return named.is_absolute() && named.lexically_normal().parent_path() == folder_.lexically_normal() &&
               named.extension() == ".jsonl";
    };
    if (!entry.session_file.empty() && is_inside()) return named;
    return folder_ / ((is_plain_name(entry.session_id) ? entry.session_id : "unnamed") + ".jsonl");
}

}  // namespace openclaw::chat
