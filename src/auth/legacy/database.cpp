#include "auth/legacy/source.h"
#include "base/text.h"
#include "config/environment/paths.h"
#include "store/sqlite_reader.h"

namespace openclaw::auth::legacy {
namespace {

using store::SqliteReader;

constexpr std::size_t document_bytes_max = 8u << 20;
constexpr std::size_t rows_max = 10'000;

// One database of the newest reference, and what is found in it.
class Database {
public:
    Database(SqliteReader reader, const Path& file, std::string agent, Found& found)
        : reader_(std::move(reader)), file_(file), agent_(std::move(agent)), found_(found) {}

    Result<bool> read_shared();
    Result<bool> read_agent();

private:
    // The text of one row, if there is one.
    Result<std::optional<std::string>> value(const std::string& select, const std::string& key);
    Result<void> take(const std::optional<std::string>& store, const std::optional<std::string>& state);
    Result<json::object> parse(const std::string& text) const;
    void leave(std::string what, std::string reason, bool failure = false);
    Result<void> leave_counted(std::string_view table, std::string_view column, const std::string& select,
                               std::string_view what, std::string_view reason);

    SqliteReader reader_;
    const Path& file_;
    std::string agent_;
    Found& found_;
};

void Database::leave(std::string what, std::string reason, bool failure) {
    found_.left.push_back({.source = file_.string(),
                           .what = std::move(what),
                           .provider = {},
                           .kind = {},
                           .reason = std::move(reason),
                           .failure = failure});
}

Result<std::optional<std::string>> Database::value(const std::string& select, const std::string& key) {
    auto rows = reader_.rows(select, {key}, 2);
    if (!rows) return std::unexpected(std::move(rows).error());
    if (rows->empty()) return std::nullopt;
    return std::move(rows->front().at(0));
}

Result<json::object> Database::parse(const std::string& text) const {
    auto value = parse_json(text, document_bytes_max);
    if (!value) return failed(value.error(), "{}", file_.string());
    if (!value->is_object()) return fail(Code::corrupt, "{}: its store is not an object", file_.string());
    return std::move(value->get_object());
}

Result<void> Database::take(const std::optional<std::string>& store,
                            const std::optional<std::string>& state) {
    json::object document{{"profiles", json::object()}};
    if (store) {
        auto parsed = parse(*store);
        if (!parsed) return std::unexpected(std::move(parsed).error());
        document = std::move(*parsed);
    }
    if (state) {
        auto parsed = parse(*state);
        if (!parsed) return std::unexpected(std::move(parsed).error());
        for (const std::string_view name : {"order", "lastGood", "usageStats"})
            if (const auto* member = value_at(*parsed, name)) document[name] = *member;
    }
    found_.sources.push_back({.file = file_,
                              .what = "the database of a newer OpenClaw",
                              .agent = agent_,
                              .document = std::move(document),
                              .managed_by = {}});
    return {};
}

Result<void> Database::leave_counted(std::string_view table, std::string_view column,
                                     const std::string& select, std::string_view what,
                                     std::string_view reason) {
    const auto there = reader_.has_table(table, {column});
    if (!there) return std::unexpected(there.error());
    if (!*there) return {};
    const auto rows = reader_.rows(select, {}, rows_max);
    if (!rows) return std::unexpected(rows.error());
    if (!rows->empty()) leave(fmt::format("{} {}", rows->size(), what), std::string(reason));
    return {};
}

Result<bool> Database::read_shared() {
    const auto there = reader_.has_table("config_machine_state", {"state_key", "value_json"});
    if (!there || !*there) return there;
    const std::string select = "SELECT value_json FROM config_machine_state WHERE state_key = ?";
    const auto store = value(select, "authProfiles.store");
    if (!store) return std::unexpected(store.error());
    const auto state = value(select, "authProfiles.state");
    if (!state) return std::unexpected(state.error());
    if (*store || *state)
        if (auto taken = take(*store, *state); !taken) return std::unexpected(std::move(taken).error());
    auto counted = leave_counted("secret_store_entries", "name",
                                 "SELECT name FROM secret_store_entries WHERE deleted_at_ms IS NULL",
                                 "named secrets", "profiles that refer to them need their key pasted here");
    if (counted)
        counted = leave_counted("mcp_oauth_stores", "store_key", "SELECT store_key FROM mcp_oauth_stores",
                                "logins of MCP servers", "they are no credentials of model providers");
    if (!counted) return std::unexpected(std::move(counted).error());
    return true;
}

Result<bool> Database::read_agent() {
    const auto there = reader_.has_table("auth_profile_store", {"store_key", "store_json"});
    if (!there || !*there) return there;
    if (const auto meta = reader_.has_table("schema_meta", {"meta_key", "agent_id"}); meta && *meta) {
        const auto id = value("SELECT agent_id FROM schema_meta WHERE meta_key = ?", "primary");
        if (id && *id && !(*id)->empty()) agent_ = config::normalised_agent_id(**id);
    }
    const auto store = value("SELECT store_json FROM auth_profile_store WHERE store_key = ?", "primary");
    if (!store) return std::unexpected(store.error());
    std::optional<std::string> state;
    if (const auto has_state = reader_.has_table("auth_profile_state", {"state_key", "state_json"});
        has_state && *has_state) {
        auto text = value("SELECT state_json FROM auth_profile_state WHERE state_key = ?", "primary");
        if (!text) return std::unexpected(std::move(text).error());
        state = std::move(*text);
    }
    if (auto taken = take(*store, state); !taken) return std::unexpected(std::move(taken).error());
    auto counted = leave_counted("auth_profile_store", "store_key",
                                 "SELECT store_key FROM auth_profile_store WHERE store_key <> 'primary'",
                                 "personal accounts", "they belong to single people, not to the agent");
    if (!counted) return std::unexpected(std::move(counted).error());
    return true;
}

}  // namespace

void find_database(FileSystem& files, const Path& file, const std::string& agent, Found& found) {
    const auto leave = [&](const Error& error) {
        found.left.push_back(
            {.source = file.string(),
             .what = file.filename().string(),
             .provider = {},
             .kind = {},
             .reason = error.hint.empty() ? error.message : error.message + "; " + error.hint,
             .failure = true});
    };
    auto reader = SqliteReader::open(files, file);
    if (!reader) return leave(reader.error());
    Database database(std::move(*reader), file, agent, found);
    const auto shared = database.read_shared();
    if (!shared) return leave(shared.error());
    const auto own = database.read_agent();
    if (!own) return leave(own.error());
    if (!*shared && !*own) leave({Code::invalid_input, "it holds no credentials that are known here", {}});
}

}  // namespace openclaw::auth::legacy
