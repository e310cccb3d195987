#include "chat/sessions/session_store.h"

#include <algorithm>

#include "base/text.h"
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

}  // namespace

platform::Path session_store_file(const config::Config& config, const config::AgentEntry& agent) {
    const auto configured = config.text("session.store").value_or("");
    auto path = replaced(std::string(trimmed(configured)), "{agentId}", agent.id);
    if (path.empty()) return agent.sessions_folder / "sessions.json";
    if (path == "~" || path.starts_with("~/")) path = config.paths().home.string() + path.substr(1);
    return path;
}

SessionStore::SessionStore(platform::FileSystem& files, platform::Path file)
    : document_(files, file, {.bytes_max = 64u << 20, .parse = config::parse_json5}),
      folder_(file.parent_path()) {}

Result<std::optional<json::object>> SessionStore::find(const SessionKey& key) {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    if (!*content) return std::nullopt;
    const auto* record = object_at(**content, key.text);
    if (record == nullptr) return std::nullopt;
    return *record;
}

Result<std::vector<SessionStore::Record>> SessionStore::list() {
    const auto content = document_.load();
    if (!content) return std::unexpected(content.error());
    std::vector<Record> records;
    if (!*content) return records;
    for (const auto& member : **content)
        if (const auto* entry = member.value().if_object())
            records.push_back({std::string(member.key()), *entry});
    std::ranges::sort(records, {}, [](const Record& record) {
        return std::pair(-integer_at(record.entry, "updatedAt").value_or(0), record.key);
    });
    return records;
}

Result<json::object> SessionStore::update(const SessionKey& key,
                                          const std::function<void(json::object&)>& change) {
    return document_.update([&](json::object& content) -> Result<json::object> {
        auto& value = content[key.text];
        if (!value.is_object()) value.emplace_object();
        change(value.get_object());
        return value.get_object();
    });
}

Result<std::optional<json::object>> SessionStore::remove(const SessionKey& key) {
    return document_.update([&](json::object& content) -> Result<std::optional<json::object>> {
        const auto found = content.find(key.text);
        if (found == content.end()) return std::nullopt;
        std::optional<json::object> removed(std::in_place);
        if (found->value().is_object()) *removed = std::move(found->value().get_object());
        content.stable_erase(found);
        return removed;
    });
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
