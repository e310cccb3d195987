#include "chat/sessions/transcript.h"

#include "base/random.h"
#include "providers/wire/body_text.h"

namespace openclaw::chat {
namespace {

bool is_same(const std::optional<platform::FileInfo>& left, const std::optional<platform::FileInfo>& right) {
    if (left && right) return platform::same_content(*left, *right);
    return !left && !right;
}

}  // namespace

StampedEntry stamped(std::string_view type, std::string members, TimePoint now) {
    return {random_hex(4), iso_time(now), type, std::move(members)};
}

// Ids come from files too: those of others, of any characters.
std::string StampedEntry::line(const std::optional<std::string>& parent) const {
    constexpr std::size_t in_front = 96;
    std::string out;
    out.reserve(members.size() + (parent ? parent->size() : 0) + in_front);
    out.append(R"({"type":")").append(type).append(R"(","id":")").append(id).append(R"(","parentId":)");
    if (parent)
        providers::append_json_string(out, *parent);
    else
        out += "null";
    out.append(R"(,"timestamp":")").append(timestamp).append(R"(",)").append(members).append("}");
    return out;
}

Transcript::Transcript(platform::FileSystem& files, platform::Path file, std::string session_id)
    : files_(files), log_(files, std::move(file)), session_id_(std::move(session_id)) {}

Result<std::optional<std::string>> Transcript::last_id() const {
    // Nearly always the first look is enough; a single entry of megabytes needs the second.
    for (const std::size_t bytes : {std::size_t{64} << 10, std::size_t{32} << 20}) {
        const auto tail = log_.read_tail(bytes);
        if (!tail) return std::unexpected(tail.error());
        for (auto line = tail->lines.rbegin(); line != tail->lines.rend(); ++line) {
            const auto value = parse_json(*line, 64u << 20);
            const auto* object = value ? value->if_object() : nullptr;
            if (object == nullptr || string_at(*object, "type") == "session") continue;
            if (const auto id = string_at(*object, "id")) return std::string(*id);
        }
        if (tail->from_start) break;
    }
    return std::nullopt;
}

Result<Transcript::Appended> Transcript::append(const Entries& entries, const End& seen) {
    std::optional<std::string> parent;
    bool as_seen = false;
    const auto begun = entries.empty() ? std::string() : entries[0]->timestamp;
    const auto compose =
        [&](const std::optional<platform::FileInfo>& found) -> Result<store::AppendLog::Block> {
        parent = seen.last_id;
        as_seen = is_same(found, seen.file);
        if (!as_seen) {
            auto last = last_id();
            if (!last) return std::unexpected(last.error());
            parent = std::move(*last);
        }
        store::AppendLog::Block block;
        for (const auto& entry : entries) {
            block.lines.push_back(entry->line(parent));
            parent = entry->id;
        }
        const json::object header{{"type", "session"},
                                  {"version", 3},
                                  {"id", session_id_},
                                  {"timestamp", begun},
                                  {"cwd", log_.path().parent_path().string()}};
        block.if_new = {json::serialize(header)};
        return block;
    };
    const auto written = log_.append(compose);
    if (!written) return std::unexpected(written.error());
    return Appended{{*written, std::move(parent)}, as_seen};
}

Result<Transcript::Content> Transcript::read(std::size_t bytes_max) const {
    // Looked at before it is read: what is added meanwhile makes the next look see a change.
    auto before = files_.info(log_.path());
    if (!before && before.error().code != Code::not_found) return std::unexpected(before.error());
    const auto tail = log_.read_tail(bytes_max);
    if (!tail) return std::unexpected(tail.error());
    Content content;
    content.entries = parse_transcript(tail->lines, &content.damaged);
    if (before) content.end.file = *before;
    for (auto entry = content.entries.rbegin(); entry != content.entries.rend(); ++entry)
        if (const auto id = string_at(entry->value, "id")) {
            content.end.last_id = std::string(*id);
            break;
        }
    return content;
}

Result<bool> Transcript::is_still(const End& seen) const {
    const auto found = files_.info(log_.path());
    if (!found && found.error().code != Code::not_found) return std::unexpected(found.error());
    return is_same(found ? std::optional(*found) : std::nullopt, seen.file);
}

}  // namespace openclaw::chat
