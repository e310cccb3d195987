#include "chat/sessions/transcript.h"

#include "base/random.h"

namespace openclaw::chat {

Transcript::Transcript(platform::FileSystem& files, platform::Path file, std::string session_id)
    : log_(files, std::move(file)), session_id_(std::move(session_id)) {}

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

Result<void> Transcript::append(json::object entry, TimePoint now) {
    const auto parent = last_id();
    if (!parent) return std::unexpected(parent.error());
    json::object line{{"type", entry["type"]}, {"id", random_hex(4)}};
    if (*parent)
        line["parentId"] = **parent;
    else
        line["parentId"] = nullptr;
    line["timestamp"] = iso_time(now);
    for (auto& member : entry)
        if (!line.contains(member.key())) line[member.key()] = std::move(member.value());
    const json::object header{{"type", "session"},
                              {"version", 3},
                              {"id", session_id_},
                              {"timestamp", iso_time(now)},
                              {"cwd", log_.path().parent_path().string()}};
    const std::string lines[] = {json::serialize(line)}, headers[] = {json::serialize(header)};
    return log_.append(lines, headers);
}

Result<std::vector<TranscriptEntry>> Transcript::read(std::size_t bytes_max, std::size_t* damaged) const {
    const auto tail = log_.read_tail(bytes_max);
    if (!tail) return std::unexpected(tail.error());
    return parse_transcript(tail->lines, damaged);
}

}  // namespace openclaw::chat
