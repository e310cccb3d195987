#include "auth/profiles/newer_store.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "auth/profiles/profile_format.h"
#include "base/text.h"
#include "config/environment/paths.h"
#include "config/files/named_secrets.h"
#include "config/newer_state.h"

namespace openclaw::auth {
namespace {

using platform::FileSystem;
using platform::Path;
using store::SqliteReader;

constexpr std::size_t document_bytes_max = 8u << 20;

// One row of a table: its text, and when it was written.
struct Cell {
    std::string text;
    TimePoint updated{};
};

Result<std::optional<Cell>> cell(SqliteReader& reader, const std::string& select, const std::string& key) {
    auto rows = reader.rows(select, {key}, 2);
    if (!rows) return std::unexpected(std::move(rows).error());
    if (rows->empty()) return std::nullopt;
    auto& row = rows->front();
    std::int64_t ms = 0;
    std::from_chars(row.at(1).data(), row.at(1).data() + row.at(1).size(), ms);
    return Cell{std::move(row.at(0)), from_ms(ms)};
}

Result<json::object> parse(const std::string& text, const Path& file) {
    auto value = parse_json(text, document_bytes_max);
    if (!value) return failed(value.error(), "{}", file.string());
    if (!value->is_object()) return fail(Code::corrupt, "{}: its store is not an object", file.string());
    return std::move(value->get_object());
}

// The store with what stands apart from it there: orders and usage.
Result<NewerStore> put_together(const Path& file, const std::optional<Cell>& store,
                                const std::optional<Cell>& state) {
    NewerStore found{.file = file,
                     .shared = false,
                     .agent = {},
                     .document = {{"profiles", json::object()}},
                     .updated = {}};
    if (store) {
        auto parsed = parse(store->text, file);
        if (!parsed) return std::unexpected(std::move(parsed).error());
        found.document = std::move(*parsed);
        found.updated = store->updated;
    }
    if (!state) return found;
    auto parsed = parse(state->text, file);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    for (const std::string_view name : {"order", "lastGood", "usageStats"})
        if (const auto* member = value_at(*parsed, name)) found.document[name] = *member;
    return found;
}

Result<std::optional<NewerStore>> shared_store(SqliteReader& reader, const Path& file) {
    const auto there = reader.has_table("config_machine_state", {"state_key", "value_json", "updated_at_ms"});
    if (!there) return std::unexpected(there.error());
    if (!*there) return std::nullopt;
    const std::string select =
        "SELECT value_json, updated_at_ms FROM config_machine_state WHERE state_key = ?";
    const auto store = cell(reader, select, "authProfiles.store");
    if (!store) return std::unexpected(store.error());
    const auto state = cell(reader, select, "authProfiles.state");
    if (!state) return std::unexpected(state.error());
    auto found = put_together(file, *store, *state);
    if (!found) return std::unexpected(std::move(found).error());
    found->shared = true;
    return std::move(*found);
}

Result<std::optional<NewerStore>> agent_store(SqliteReader& reader, const Path& file) {
    const auto there = reader.has_table("auth_profile_store", {"store_key", "store_json", "updated_at"});
    if (!there) return std::unexpected(there.error());
    if (!*there) return std::nullopt;
    const auto store =
        cell(reader, "SELECT store_json, updated_at FROM auth_profile_store WHERE store_key = ?", "primary");
    if (!store) return std::unexpected(store.error());
    std::optional<Cell> state;
    if (const auto has_state =
            reader.has_table("auth_profile_state", {"state_key", "state_json", "updated_at"});
        has_state && *has_state) {
        auto row = cell(reader, "SELECT state_json, updated_at FROM auth_profile_state WHERE state_key = ?",
                        "primary");
        if (!row) return std::unexpected(std::move(row).error());
        state = std::move(*row);
    }
    auto found = put_together(file, *store, state);
    if (!found) return std::unexpected(std::move(found).error());
    if (const auto meta = reader.has_table("schema_meta", {"meta_key", "agent_id"}); meta && *meta) {
        const auto id = reader.rows("SELECT agent_id FROM schema_meta WHERE meta_key = ?", {"primary"}, 2);
        if (id && !id->empty() && !id->front().at(0).empty())
            found->agent = config::normalised_agent_id(id->front().at(0));
    }
    return std::move(*found);
}

std::optional<std::string> named_secret(SqliteReader& reader, const std::string& name) {
    auto found = config::find_named_secret(reader, name);
    return found ? std::move(*found) : std::nullopt;
}

// The member of a record that refers to a named secret, and the one that holds a secret in plain.
constexpr std::pair<std::string_view, std::string_view> referring[] = {
    {"keyRef", "key"}, {"tokenRef", "token"}, {"key", "key"}, {"token", "token"}};

// Gives the secret of a name.
using Named = std::function<std::optional<std::string>(const std::string&)>;

void fill_in(json::object& record, const Named& named) {
    for (const auto& [reference, plain] : referring) {
        const auto* object = object_at(record, reference);
        if (!object || string_at(*object, "source") != "store") continue;
        auto value = named(std::string(string_at(*object, "id").value_or("")));
        if (!value) continue;  // the record stays as it is: nobody can use it, and whoever reads it says why
        record.stable_erase(reference);
        record[plain] = std::move(*value);
    }
}

void fill_in_all(json::object& document, const Named& named) {
    auto* profiles = document.if_contains("profiles");
    if (!profiles || !profiles->is_object()) return;
    for (auto& member : profiles->get_object())
        if (auto* record = member.value().if_object()) fill_in(*record, named);
}

}  // namespace

Path newer_shared_file(const Path& state) {
    return config::newer_shared_file(state);
}

Result<std::vector<NewerStore>> read_newer_stores(FileSystem& files, const Path& file, SqliteReader& reader,
                                                  const Path& secrets) {
    std::vector<NewerStore> found;
    for (const auto read : {shared_store, agent_store}) {
        auto store = read(reader, file);
        if (!store) return std::unexpected(std::move(store).error());
        if (*store) found.push_back(std::move(**store));
    }
    std::optional<SqliteReader> other;
    const Named named = [&](const std::string& name) {
        if (auto here = named_secret(reader, name)) return here;
        if (!other && secrets != file && !secrets.empty())
            if (auto opened = SqliteReader::open(files, secrets)) other.emplace(std::move(*opened));
        return other ? named_secret(*other, name) : std::nullopt;
    };
    for (auto& store : found) fill_in_all(store.document, named);
    return found;
}

std::vector<Elsewhere> elsewhere_of(const std::vector<NewerStore>& stores, const Store& own) {
    std::vector<Elsewhere> found;
    for (const auto& newer : stores) {
        const auto there = parse_store(newer.document);
        if (!there) continue;
        for (const auto& profile : there->profiles) {
            const auto* stored = own.find(profile.id);
            if (stored && stored->credential == profile.credential &&
                stored->references == profile.references)
                continue;
            const auto imported = own.imports.find(profile.id);
            const bool known = imported != own.imports.end() && imported->second.path == newer.file.string();
            const bool changed =
                stored && known && imported->second.at && newer.updated > *imported->second.at;
            if (known && !changed) continue;
            if (stored && !known) continue;  // one of our own goes under this name
            const bool is_told =
                std::ranges::any_of(found, [&](const Elsewhere& other) { return other.id == profile.id; });
            if (!is_told)
                found.push_back({.file = newer.file.string(),
                                 .id = profile.id,
                                 .provider = ProviderId(profile.provider),
                                 .changed = changed});
        }
    }
    return found;
}

namespace {

constexpr std::size_t named_max = 8;

// The ids of one kind in each file, in the order of the files.
std::vector<std::pair<std::string, std::string>> ids_by_file(const std::vector<Elsewhere>& found,
                                                             bool changed) {
    std::vector<std::pair<std::string, std::vector<std::string>>> files;
    for (const auto& each : found) {
        if (each.changed != changed) continue;
        auto file = std::ranges::find(files, each.file, [](const auto& entry) { return entry.first; });
        if (file == files.end()) file = files.insert(files.end(), {each.file, {}});
        file->second.push_back(printable(each.id.text));
    }
    std::vector<std::pair<std::string, std::string>> named;
    for (auto& [file, ids] : files) {
        const auto more = ids.size() > named_max ? ids.size() - named_max : 0;
        if (more > 0) ids.resize(named_max);
        auto text = joined(ids, ", ");
        if (more > 0) text += fmt::format(" and {} more", more);
        named.emplace_back(file, std::move(text));
    }
    return named;
}

}  // namespace

std::vector<std::string> elsewhere_lines(const std::vector<Elsewhere>& found) {
    std::vector<std::string> lines;
    for (const auto& [file, ids] : ids_by_file(found, false))
        lines.push_back(
            fmt::format("{}, of a newer OpenClaw, holds credentials that are not taken over: {}; run "
                        "`openclaw migrate`",
                        file, ids));
    for (const auto& [file, ids] : ids_by_file(found, true))
        lines.push_back(
            fmt::format("{}, of a newer OpenClaw, has changed since it was taken over: {}; "
                        "`openclaw migrate --rename-conflicts` takes what is there now beside what is here",
                        file, ids));
    return lines;
}

std::vector<std::string> elsewhere_places(const std::vector<Elsewhere>& found) {
    std::vector<std::string> places;
    for (const auto& [file, ids] : ids_by_file(found, false))
        places.push_back(fmt::format("{} (of a newer OpenClaw): {} not taken over", file, ids));
    return places;
}

NewerStoreFiles::NewerStoreFiles(FileSystem& files, std::vector<Path> databases, Path secrets)
    : files_(files), databases_(std::move(databases)), secrets_(std::move(secrets)) {}

NewerStoreFiles::Stamps NewerStoreFiles::stamps() const {
    Stamps stamps;
    for (const auto& file : databases_)
        for (const std::string_view end : {"", "-wal"}) {
            const auto info = files_.info(Path(file.string() + std::string(end)));
            stamps.push_back(info ? std::optional(*info) : std::nullopt);
        }
    return stamps;
}

NewerStoreFiles::Snapshot NewerStoreFiles::load() {
    const std::scoped_lock guard(mutex_);
    auto now = stamps();
    if (last_ && now == seen_) return last_;
    std::vector<NewerStore> found;
    for (std::size_t i = 0; i < databases_.size(); ++i) {
        if (!now[2 * i]) continue;
        auto reader = SqliteReader::open(files_, databases_[i]);
        if (!reader) continue;
        auto stores = read_newer_stores(files_, databases_[i], *reader, secrets_);
        if (stores) std::ranges::move(*stores, std::back_inserter(found));
    }
    seen_ = std::move(now);
    if (!last_ || *last_ != found) last_ = std::make_shared<const std::vector<NewerStore>>(std::move(found));
    return last_;
}

}  // namespace openclaw::auth
