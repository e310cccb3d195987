#include "auth/legacy/source.h"
#include "auth/profiles/newer_store.h"
#include "base/text.h"

namespace openclaw::auth::legacy {
namespace {

using store::SqliteReader;

constexpr std::size_t rows_max = 10'000;

// What else a database of the newest reference holds, and why it isn't taken over.
struct LeftRows {
    std::string_view table, column, select, what, reason;
};
constexpr LeftRows left_rows[] = {
    {"mcp_oauth_stores", "store_key", "SELECT store_key FROM mcp_oauth_stores", "logins of MCP servers",
     "they are no credentials of model providers"},
    {"auth_profile_store", "store_key",
     "SELECT store_key FROM auth_profile_store WHERE store_key <> 'primary'", "personal accounts",
     "they belong to single people, not to the agent"},
    {"secret_store_entries", "name", "SELECT name FROM secret_store_entries WHERE deleted_at_ms IS NULL",
     "named secrets", "they stay there; where a profile refers to one, its value comes along"},
};

Left left_of(const Path& file, std::string what, std::string reason, bool failure) {
    return {.source = file.string(),
            .what = std::move(what),
            .provider = {},
            .kind = {},
            .reason = std::move(reason),
            .failure = failure};
}

Result<void> leave_counted(SqliteReader& reader, const LeftRows& left, const Path& file, Found& found) {
    const auto there = reader.has_table(left.table, {left.column});
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    const auto rows = reader.rows(std::string(left.select), {}, rows_max);
    if (!rows) return std::unexpected(rows.error());
    if (!rows->empty())
        found.left.push_back(
            left_of(file, fmt::format("{} {}", rows->size(), left.what), std::string(left.reason), false));
    return {};
}

// <state>/agents/<id>/agent/openclaw-agent.sqlite belongs to <state>/state/openclaw.sqlite.
Path shared_file_of(const Path& file) {
    return newer_shared_file(file.parent_path().parent_path().parent_path().parent_path());
}

bool says_anything(const json::object& document) {
    const auto* profiles = object_at(document, "profiles");
    return (profiles && !profiles->empty()) || document.size() > 1;
}

Result<bool> read(FileSystem& files, SqliteReader& reader, const Path& file, const std::string& agent,
                  Found& found) {
    auto stores = read_newer_stores(files, file, reader, shared_file_of(file));
    if (!stores) return std::unexpected(std::move(stores).error());
    for (auto& store : *stores) {
        if (store.shared && !says_anything(store.document)) continue;
        const auto owner = store.agent.empty() ? agent : store.agent;
        found.sources.push_back({.file = file,
                                 .what = "the database of a newer OpenClaw",
                                 .agent = store.shared ? std::string() : owner,
                                 .document = std::move(store.document),
                                 .managed_by = {}});
    }
    for (const auto& left : left_rows)
        if (auto counted = leave_counted(reader, left, file, found); !counted)
            return std::unexpected(std::move(counted).error());
    return !stores->empty();
}

}  // namespace

void find_database(FileSystem& files, const Path& file, const std::string& agent, Found& found) {
    const auto leave = [&](const Error& error) {
        found.left.push_back(left_of(file, file.filename().string(),
                                     error.hint.empty() ? error.message : error.message + "; " + error.hint,
                                     true));
    };
    auto reader = SqliteReader::open(files, file);
    if (!reader) return leave(reader.error());
    const auto known = read(files, *reader, file, agent, found);
    if (!known) return leave(known.error());
    if (!*known) leave({Code::invalid_input, "it holds no credentials that are known here", {}});
}

}  // namespace openclaw::auth::legacy
