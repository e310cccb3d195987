#include "chat/sessions/session_salvage.h"

#include <set>

#include "base/json_scan.h"

namespace openclaw::chat {
namespace {

// Behind the bracket that closes the object at `at`.
std::optional<std::size_t> object_end(std::string_view text, std::size_t at) {
    for (int depth = 0; at < text.size();) {
        if (text[at] == '"') {
            const auto end = json_string_end(text, at);
            if (!end) return std::nullopt;
            at = *end;
            continue;
        }
        depth += text[at] == '{' || text[at] == '[' ? 1 : text[at] == '}' || text[at] == ']' ? -1 : 0;
        ++at;
        if (depth == 0) return at;
    }
    return std::nullopt;
}

bool is_record(std::string_view key, const json::object& value) {
    // Names of another form are told from parts of a torn record by what all records have.
    return key.starts_with("agent:") || (string_at(value, "sessionId") && integer_at(value, "updatedAt"));
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text), work_left_(8 * text.size() + (1u << 20)) {}

    json::object records() {
        json::object found;
        for (auto at = text_.find('"'); at < text_.size();) {
            const auto end = read_record(found, at);
            at = text_.find('"', end.value_or(at + 1));
        }
        return found;
    }

private:
    // Takes the record whose key begins here; its end, or nothing when there is none.
    std::optional<std::size_t> read_record(json::object& found, std::size_t at) {
        const auto key_end = json_string_end(text_, at);
        if (!key_end) return std::nullopt;
        const auto colon = json_space_end(text_, *key_end);
        if (colon == text_.size() || text_[colon] != ':') return std::nullopt;
        const auto begin = json_space_end(text_, colon + 1);
        if (begin == text_.size() || text_[begin] != '{') return std::nullopt;
        const auto end = object_end(text_, begin);
        const auto work = end.value_or(text_.size()) - begin;
        if (work > work_left_) return text_.size();
        work_left_ -= work;
        if (!end) return std::nullopt;
        const auto key = parse_json(text_.substr(at, *key_end - at));
        auto value = parse_json(text_.substr(begin, *end - begin), text_.size());
        if (!key || !value || !is_record(key->as_string(), value->as_object())) return std::nullopt;
        found.insert_or_assign(key->as_string(), std::move(*value));
        return end;
    }

    std::string_view text_;
    std::size_t work_left_;  // so that no text is read more than some times over
};

// Names of transcripts, without their folder, that the records have.
std::set<std::string> named_transcripts(const json::object& records) {
    std::set<std::string> names;
    for (const auto& [key, value] : records) {
        const auto* record = value.if_object();
        if (!record) continue;
        names.insert(fmt::format("{}.jsonl", string_at(*record, "sessionId").value_or("")));
        names.insert(platform::Path(string_at(*record, "sessionFile").value_or("")).filename().string());
    }
    return names;
}

struct Transcript {
    platform::Path file;
    TimePoint modified{};
};

std::optional<Transcript> newest_unnamed(platform::FileSystem& files, const platform::Path& folder,
                                         const json::object& records) {
    std::optional<Transcript> newest;
    const auto listed = files.list(folder);
    if (!listed) return newest;
    const auto named = named_transcripts(records);
    for (const auto& name : *listed) {
        if (!name.ends_with(".jsonl") || named.contains(name)) continue;
        const auto info = files.info(folder / name);
        if (!info || info->kind != platform::FileKind::regular || info->size == 0) continue;
        if (!newest || info->modified > newest->modified) newest = Transcript{folder / name, info->modified};
    }
    return newest;
}

}  // namespace

SessionSalvage salvage_sessions(std::string_view text, platform::FileSystem& files,
                                const platform::Path& folder, const SessionKey& main) {
    SessionSalvage salvage{.records = Reader(text).records()};
    if (salvage.records.contains(main.text)) return salvage;
    const auto transcript = newest_unnamed(files, folder, salvage.records);
    if (!transcript) return salvage;
    salvage.main_from_transcript = true;
    salvage.records[main.text] = json::object{{"sessionId", transcript->file.stem().string()},
                                              {"updatedAt", to_ms(transcript->modified)},
                                              {"sessionFile", transcript->file.string()}};
    return salvage;
}

}  // namespace openclaw::chat
