// A record is one JSON object, <name>.json, replaced in one step. Its answer, once there is one, is a text of
// its own inside of it: sealed where secrets are sealed, else as it is.
//
// spent.jsonl has a line {"at":…,"name":…,"successor":…} for each token of the last days.
#include "auth/oauth/login_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/digest.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "store/replace_file.h"

namespace openclaw::auth::oauth {
namespace {

constexpr std::size_t record_bytes_max = 512u << 10, room_bytes = 160u << 10;
constexpr std::size_t spent_bytes_max = 8u << 20, spent_bytes_enough = 1u << 20;
constexpr auto spent_kept = std::chrono::days(90);
constexpr std::string_view answer_field = "answer";

std::string spent_line(const std::string& name, const std::string& successor, TimePoint at) {
    return json::serialize(json::object{{"at", to_ms(at)}, {"name", name}, {"successor", successor}});
}

std::optional<json::object> line_of(std::string_view text) {
    auto value = parse_json(text, 4096);
    return value && value->is_object() ? std::optional(std::move(value->get_object())) : std::nullopt;
}

}  // namespace

LoginBook::LoginBook(FileSystem& files, const Path& state, std::shared_ptr<sealed::KeyRing> keys)
    : files_(files),
      folder_(state / "credentials" / "logins"),
      keys_(std::move(keys)),
      spent_(files, folder_ / "spent.jsonl", {.bytes_max = spent_bytes_max, .line_bytes_max = 1024}) {}

std::string LoginBook::name_of(const Secret& refresh) {
    const auto hash = hash_of(refresh);
    return to_hex(std::span(hash).first(16));
}

Path LoginBook::record_path(const std::string& name) const {
    return folder_ / (name + ".json");
}
Path LoginBook::room_path(const std::string& name) const {
    return folder_ / (name + ".room");
}

// A few locks for all: they are files that stay, and two logins that share one wait for each other's call.
Result<std::unique_ptr<FileLock>> LoginBook::lease(const std::string& name) {
    if (auto made = platform::make_folders(files_, folder_, 0700); !made)
        return std::unexpected(made.error());
    return files_.lock(folder_ / fmt::format("lease-{}.flock", name.substr(0, 2)), Milliseconds(0));
}

Result<std::optional<RenewalRecord>> LoginBook::read(const std::string& name) {
    const auto text = platform::read_if_exists(files_, record_path(name), record_bytes_max);
    if (!text) return std::unexpected(text.error());
    if (!*text) return spent_record(name);
    const auto where = record_path(name).string();
    const auto document = parse_json(**text, record_bytes_max);
    if (!document) return fail(Code::corrupt, "{} is damaged: {}", where, document.error().message);
    auto record = record_from(*document);
    if (!record) return failed(record.error(), "{}", where);
    if (record->stage != Stage::answered) return record;
    const auto answer = string_at(document->get_object(), answer_field).value_or("");
    const bool is_sealed = bool_at(document->get_object(), "sealed").value_or(false);
    auto opened =
        is_sealed ? keys_->open(answer, {name, std::string(answer_field)}) : Result<Secret>(Secret(answer));
    if (!opened) return failed(opened.error(), "{}", where);
    auto tokens = tokens_from(*opened);
    if (!tokens) return failed(tokens.error(), "{}", where);
    record->answer = std::move(*tokens);
    return record;
}

Result<std::string> LoginBook::text_of(const std::string& name, const RenewalRecord& record) {
    auto object = to_json(record);
    if (record.answer) {
        const auto tokens = tokens_text(*record.answer);
        const auto seals = keys_->seals();
        if (!seals) return std::unexpected(seals.error());
        object["sealed"] = *seals;
        if (*seals) {
            auto text = keys_->seal(tokens, {name, std::string(answer_field)});
            if (!text) return text;
            object[answer_field] = *text;
        } else {
            object[answer_field] = revealed(tokens);
        }
    }
    return format_json(object) + "\n";
}

Result<void> LoginBook::write(const std::string& name, const RenewalRecord& record) {
    if (auto made = platform::make_folders(files_, folder_, 0700); !made) return made;
    auto text = text_of(name, record);
    if (!text) return std::unexpected(text.error());
    const auto room = room_path(name);
    if (record.stage == Stage::sent) {
        const auto reserved = store::replace_file(files_, room, std::string(room_bytes, '\n'));
        if (!reserved) return reserved;
    }
    auto written = store::replace_file(files_, record_path(name), *text);
    if (!written && written.error().code == Code::no_space && files_.remove(room))
        written = store::replace_file(files_, record_path(name), *text);
    wipe(*text);
    if (written && record.stage != Stage::sent) (void)files_.remove(room);
    return written;
}

Result<void> LoginBook::forget(const std::string& name) {
    for (const auto& path : {room_path(name), record_path(name)})
        if (auto removed = files_.remove(path); !removed && removed.error().code != Code::not_found)
            return removed;
    return {};
}

Result<void> LoginBook::close(const std::string& name, const std::string& successor, TimePoint now) {
    if (auto pruned = prune_spent(now); !pruned) return pruned;
    remove_old_records(now);
    const auto added = spent_.append({.lines = {spent_line(name, successor, now)}, .if_new = {}});
    if (!added) return std::unexpected(added.error());
    return forget(name);
}

Result<std::optional<RenewalRecord>> LoginBook::spent_record(const std::string& name) {
    const auto tail = spent_.read_tail(spent_bytes_max);
    if (!tail) return std::unexpected(tail.error());
    for (const auto& text : tail->lines) {
        if (text.find(name) == std::string::npos) continue;
        const auto line = line_of(text);
        if (!line || string_at(*line, "name") != name) continue;
        RenewalRecord record;
        record.stage = Stage::spent;
        record.since = from_ms(integer_at(*line, "at").value_or(0));
        record.successor = std::string(string_at(*line, "successor").value_or(""));
        return record;
    }
    return std::optional<RenewalRecord>();
}

// Of tokens that came to nothing. Nobody knows whether some store still has one: but an issuer that ended it
// so long ago does the same once more.
void LoginBook::remove_old_records(TimePoint now) {
    const auto names = files_.list(folder_);
    for (const auto& name : names ? *names : std::vector<std::string>()) {
        const bool is_record = name.ends_with(".json") || name.ends_with(".room");
        const auto info =
            is_record ? files_.info(folder_ / name) : Result<platform::FileInfo>(std::unexpected(Error{}));
        if (info && info->modified < now - spent_kept) (void)files_.remove(folder_ / name);
    }
}

// Once in a long while: the lines of the last days, in a new file.
Result<void> LoginBook::prune_spent(TimePoint now) {
    const auto info = files_.info(spent_.path());
    if (!info || info->size < spent_bytes_enough) return {};
    const auto lock = files_.lock(store::lock_path_of(spent_.path()), std::chrono::seconds(10));
    if (!lock) return std::unexpected(lock.error());
    const auto tail = spent_.read_tail(spent_bytes_max);
    if (!tail) return std::unexpected(tail.error());
    std::string kept;
    for (const auto& text : tail->lines) {
        const auto line = line_of(text);
        if (line && from_ms(integer_at(*line, "at").value_or(0)) > now - spent_kept) kept += text + "\n";
    }
    return store::replace_file(files_, spent_.path(), kept);
}

}  // namespace openclaw::auth::oauth
