#include "store/sqlite_reader.h"

#include <algorithm>

#include "store/sqlite_files.h"

namespace openclaw::store {
namespace {

constexpr std::string_view file_start("SQLite format 3\0", 16);
constexpr int value_bytes_max = 8 << 20;
constexpr int steps_between_checks = 10'000, checks_max = 20'000;  // of the virtual machine, for one question
constexpr int attempts_max = 3;

struct Look {
    platform::FileInfo database;
    std::optional<platform::FileInfo> log;
    bool operator==(const Look&) const = default;
};

Result<Look> look_at(platform::FileSystem& files, const platform::Path& path) {
    auto database = files.info(path);
    if (!database) return std::unexpected(std::move(database).error());
    Look look{.database = *database, .log = {}};
    if (auto log = files.info(path.string() + "-wal")) look.log = *log;
    return look;
}

Result<void> check_journal(platform::FileSystem& files, const platform::Path& path) {
    const auto journal = files.info(path.string() + "-journal");
    if (!journal || journal->size == 0) return {};
    return hinted(fail(Code::busy, "{} holds an unfinished transaction", path.string()),
                  "open it with the program that it belongs to, end that program, and try again");
}

}  // namespace

struct SqliteReader::State {
    platform::FileSystem& disk;
    platform::Path path;
    Look look;
    std::unique_ptr<SqliteFiles> files;
    sqlite3* connection = nullptr;
    int checks_left = checks_max;

    ~State() { sqlite3_close_v2(connection); }
    std::unexpected<Error> failure(int status) const {
        const bool busy = !look_at(disk, path) || *look_at(disk, path) != look;
        return busy ? fail(Code::busy, "{} changed while it was read", path.string())
                    : fail(Code::corrupt, "{} can't be read as a database: {}", path.string(),
                           sqlite3_errstr(status));
    }
};

namespace {

// Bounds and switches for content that nobody vouches for. Source: SQLite, "Defense Against The Dark Arts".
void harden(sqlite3* connection) {
    for (const auto [option, value] :
         {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1), std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
          std::pair(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), std::pair(SQLITE_DBCONFIG_ENABLE_VIEW, 0),
          std::pair(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0)})
        sqlite3_db_config(connection, option, value, nullptr);
    for (const auto [limit, value] :
         {std::pair(SQLITE_LIMIT_LENGTH, value_bytes_max), std::pair(SQLITE_LIMIT_SQL_LENGTH, 100'000),
          std::pair(SQLITE_LIMIT_COLUMN, 200), std::pair(SQLITE_LIMIT_EXPR_DEPTH, 50),
          std::pair(SQLITE_LIMIT_COMPOUND_SELECT, 10), std::pair(SQLITE_LIMIT_VDBE_OP, 25'000),
          std::pair(SQLITE_LIMIT_FUNCTION_ARG, 8), std::pair(SQLITE_LIMIT_ATTACHED, 0),
          std::pair(SQLITE_LIMIT_TRIGGER_DEPTH, 1)})
        sqlite3_limit(connection, limit, value);
    sqlite3_exec(connection, "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY", nullptr, nullptr,
                 nullptr);
}

std::string text_of(sqlite3_stmt* statement, int column) {
    const auto* text = sqlite3_column_text(statement, column);
    const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    return text ? std::string(reinterpret_cast<const char*>(text), bytes) : std::string();
}

}  // namespace

SqliteReader::SqliteReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteReader::SqliteReader(SqliteReader&&) noexcept = default;
SqliteReader& SqliteReader::operator=(SqliteReader&&) noexcept = default;
SqliteReader::~SqliteReader() = default;

Result<SqliteReader> SqliteReader::open(platform::FileSystem& files, const platform::Path& path) {
    if (auto sound = check_journal(files, path); !sound) return std::unexpected(std::move(sound).error());
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        const auto before = look_at(files, path);
        if (!before) return std::unexpected(before.error());
        if (!is_sqlite_file(files, path))
            return fail(Code::corrupt, "{} is no SQLite database", path.string());
        auto wal = read_wal(files, path.string() + "-wal");
        if (!wal) return std::unexpected(std::move(wal).error());
        const auto after = look_at(files, path);
        if (!after || *after != *before) continue;
        std::unique_ptr<State> state(new State{
            .disk = files,
            .path = path,
            .look = *before,
            .files = std::make_unique<SqliteFiles>(files, path, std::move(*wal), before->database.size)});
        const auto status = sqlite3_open_v2("database", &state->connection,
                                            SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, state->files->name());
        if (status != SQLITE_OK) return state->failure(status);
        harden(state->connection);
        const auto tick = [](void* left) { return --*static_cast<int*>(left) < 0 ? 1 : 0; };
        sqlite3_progress_handler(state->connection, steps_between_checks, tick, &state->checks_left);
        return SqliteReader(std::move(state));
    }
    return hinted(fail(Code::busy, "{} is being changed all the time", path.string()),
                  "end the program that uses it, and try again");
}

Result<bool> SqliteReader::has_table(std::string_view table,
                                     std::initializer_list<std::string_view> columns) {
    const auto found =
        rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ?", {std::string(table)}, 2);
    if (!found) return std::unexpected(found.error());
    if (found->empty()) return false;
    const auto names = rows("SELECT name FROM pragma_table_info(?)", {std::string(table)}, 200);
    if (!names) return std::unexpected(names.error());
    return std::ranges::all_of(columns, [&](std::string_view column) {
        return std::ranges::any_of(*names, [&](const Row& row) { return row.at(0) == column; });
    });
}

Result<std::vector<SqliteReader::Row>> SqliteReader::rows(const std::string& select,
                                                          const std::vector<std::string>& parameters,
                                                          std::size_t rows_max) {
    state_->checks_left = checks_max;
    sqlite3_stmt* raw = nullptr;
    auto status = sqlite3_prepare_v2(state_->connection, select.c_str(), -1, &raw, nullptr);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
    if (status != SQLITE_OK) return state_->failure(status);
    int position = 0;  // the texts outlive the statement: no copy is needed
    for (const auto& text : parameters)
        sqlite3_bind_text(raw, ++position, text.c_str(), static_cast<int>(text.size()), nullptr);
    std::vector<Row> found;
    while ((status = sqlite3_step(raw)) == SQLITE_ROW) {
        if (found.size() == rows_max)
            return fail(Code::too_large, "{} holds more than {} rows", state_->path.string(), rows_max);
        auto& row = found.emplace_back();
        for (int column = 0; column < sqlite3_column_count(raw); ++column)
            row.push_back(text_of(raw, column));
    }
    if (status != SQLITE_DONE) return state_->failure(status);
    if (const auto now = look_at(state_->disk, state_->path); !now || *now != state_->look)
        return state_->failure(SQLITE_BUSY);
    return found;
}

bool is_sqlite_file(platform::FileSystem& files, const platform::Path& path) {
    const auto start = files.read_range(path, 0, file_start.size());
    return start && *start == file_start;
}

}  // namespace openclaw::store
