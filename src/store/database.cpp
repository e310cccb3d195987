#include "store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>

#include "store/replace_file.h"

// One connection, in WAL mode, with every commit synced. The file is looked at before each use: where
// somebody has put another in its place, or moved it aside, that one counts from then on.

namespace openclaw::store {
namespace {

constexpr int application_id = 0x4F434757;  // "OCGW": which program's database it is
constexpr int value_bytes_max = 1 << 20;
constexpr std::size_t statements_kept_max = 64;

// Which file a path leads to.
struct FileIdentity {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileIdentity&) const = default;
};

std::optional<FileIdentity> identity_of(const platform::Path& path) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
    return FileIdentity{found.st_dev, found.st_ino};
}

void harden(sqlite3* connection) {
    for (const auto [option, value] :
         {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1), std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
          std::pair(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), std::pair(SQLITE_DBCONFIG_ENABLE_VIEW, 0),
          std::pair(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0)})
        sqlite3_db_config(connection, option, value, nullptr);
    sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, value_bytes_max);
    sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
}

}  // namespace

std::int64_t integer_in(const Field& field) {
    const auto* value = std::get_if<std::int64_t>(&field);
    return value ? *value : 0;
}

std::string text_in(const Field& field) {
    const auto* value = std::get_if<std::string>(&field);
    return value ? *value : std::string();
}

struct Transaction::Connection {
    using Statement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

    std::string what, place;
    FileIdentity file;
    sqlite3* handle = nullptr;
    std::int64_t seen = 0;  // PRAGMA data_version
    std::vector<std::pair<std::string, Statement>> statements;

    ~Connection() {
        statements.clear();
        sqlite3_close_v2(handle);
    }

    std::unexpected<Error> failure(int status) const {
        if (status == SQLITE_IOERR_SHMSIZE) status = SQLITE_FULL;  // no room for what readers need beside it
        switch (status & 0xFF) {
            case SQLITE_CORRUPT:
            case SQLITE_NOTADB:
            case SQLITE_FORMAT:
                return damaged(sqlite3_errstr(status));
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                return hinted(fail(Code::busy, "{} ({}) is held by another program", what, place),
                              "try again; a program that holds it for long is named by `fuser` or `lsof`");
            case SQLITE_FULL:
                return hinted(fail(Code::no_space, "{} ({}) can't be written: the disk is full", what, place),
                              "make room; nothing was changed");
            case SQLITE_READONLY:
            case SQLITE_CANTOPEN:
            case SQLITE_PERM:
            case SQLITE_AUTH:
                return hinted(fail(Code::denied, "{} ({}) can't be opened or written", what, place),
                              "look at the owner and the rights of the file, of its folder and of the disk");
            case SQLITE_NOMEM:
                return fail(Code::unavailable, "there is no memory for {}", what);
            case SQLITE_IOERR:
                return hinted(fail(Code::unavailable, "{} ({}) can't be read or written: {}", what, place,
                                   sqlite3_errstr(status)),
                              "look at the disk; nothing was changed");
            default:
                return fail(Code::internal, "{} ({}): {}", what, place, sqlite3_errmsg(handle));
        }
    }

    std::unexpected<Error> damaged(std::string_view how) const {
        return hinted(fail(Code::corrupt, "{} ({}) is damaged: {}", what, place, how),
                      fmt::format("bring back a copy, or move it aside: mv {0} {0}.damaged", place));
    }

    // Kept for the next time: the same few statements come again and again.
    Result<sqlite3_stmt*> prepared(std::string_view text) {
        const auto known = std::ranges::find(statements, text,
                                             [](const auto& entry) { return std::string_view(entry.first); });
        if (known != statements.end()) return known->second.get();
        sqlite3_stmt* raw = nullptr;
        const auto status = sqlite3_prepare_v3(handle, text.data(), static_cast<int>(text.size()),
                                               SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
        Statement statement(raw, sqlite3_finalize);
        if (status != SQLITE_OK) return failure(status);
        if (statements.size() == statements_kept_max) statements.erase(statements.begin());
        statements.emplace_back(text, std::move(statement));
        return raw;
    }

    Result<void> execute(const char* text) {
        const auto status = sqlite3_exec(handle, text, nullptr, nullptr, nullptr);
        if (status != SQLITE_OK) return failure(status);
        return {};
    }

    Result<std::int64_t> number(const char* question) {
        Transaction transaction(*this);
        const auto rows = transaction.rows(question, {}, 1);
        if (!rows) return std::unexpected(rows.error());
        return rows->empty() ? 0 : integer_in(rows->front().front());
    }
};

namespace {

void bind(sqlite3_stmt* statement, std::span<const Field> fields) {
    int position = 0;
    for (const auto& field : fields) {
        ++position;
        if (const auto* number = std::get_if<std::int64_t>(&field))
            sqlite3_bind_int64(statement, position, *number);
        else if (const auto* text = std::get_if<std::string>(&field))
            sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
        else
            sqlite3_bind_null(statement, position);
    }
}

Field field_of(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_NULL:
            return std::monostate();
        case SQLITE_INTEGER:
            return std::int64_t{sqlite3_column_int64(statement, column)};
        default: {
            const auto* text = sqlite3_column_text(statement, column);
            const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
            return text ? std::string(reinterpret_cast<const char*>(text), bytes) : std::string();
        }
    }
}

// Leaves a statement as if it had not been used; the fields it was bound to needn't outlive it.
struct Finished {
    sqlite3_stmt* statement;
    ~Finished() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
};

}  // namespace

Result<std::int64_t> Transaction::run(std::string_view statement, std::span<const Field> fields) {
    const auto prepared = connection_.prepared(statement);
    if (!prepared) return std::unexpected(prepared.error());
    const Finished finished{*prepared};
    bind(*prepared, fields);
    auto status = sqlite3_step(*prepared);
    while (status == SQLITE_ROW) status = sqlite3_step(*prepared);
    if (status != SQLITE_DONE) return connection_.failure(status);
    return sqlite3_changes64(connection_.handle);
}

Result<std::vector<Row>> Transaction::rows(std::string_view select, std::initializer_list<Field> fields,
                                           std::size_t rows_max) {
    const auto prepared = connection_.prepared(select);
    if (!prepared) return std::unexpected(prepared.error());
    const Finished finished{*prepared};
    bind(*prepared, std::span(fields.begin(), fields.size()));
    std::vector<Row> found;
    int status = SQLITE_OK;
    while ((status = sqlite3_step(*prepared)) == SQLITE_ROW) {
        if (found.size() == rows_max)
            return fail(Code::too_large, "{} holds more than {} rows of one kind", connection_.what,
                        rows_max);
        auto& row = found.emplace_back();
        for (int column = 0; column < sqlite3_column_count(*prepared); ++column)
            row.push_back(field_of(*prepared, column));
    }
    if (status != SQLITE_DONE) return connection_.failure(status);
    return found;
}

Database::Database(platform::FileSystem& files, platform::Path path, std::vector<Schema> schemas,
                   Options options)
    : files_(files), path_(std::move(path)), schemas_(std::move(schemas)), options_(std::move(options)) {}
Database::~Database() = default;

// False where there is none and none is to be made.
Result<bool> Database::open(bool make) {
    const auto info = files_.link_info(path_);
    if (!info && info.error().code != Code::not_found)
        return failed(info.error(), "opening {}", options_.what);
    if (info && info->kind != platform::FileKind::regular)
        return hinted(fail(Code::denied, "{} ({}) is no regular file", options_.what, path_.string()),
                      "move it out of the way");
    if (info && connection_ && identity_of(path_) == connection_->file) return true;
    if (connection_) ++version_;
    connection_.reset();
    if (!info && !make) return false;
    if (!info) {
        if (auto folder = platform::make_folders(files_, path_.parent_path(), 0700); !folder)
            return failed(folder.error(), "making {}", options_.what);
        // SQLite would make it readable for others; what it puts beside it follows the file's mode.
        if (auto made = files_.create(path_, 0600); !made && !platform::exists(files_, path_))
            return failed(made.error(), "making {}", options_.what);
    }
    auto connection = std::make_unique<Connection>();
    connection->what = options_.what;
    connection->place = path_.string();
    connection->file = identity_of(path_).value_or(FileIdentity());
    const auto status = sqlite3_open_v2(
        path_.c_str(), &connection->handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, nullptr);
    if (status != SQLITE_OK) return connection->failure(status);
    harden(connection->handle);
    sqlite3_busy_timeout(connection->handle, static_cast<int>(options_.wait.count()));
    for (const auto* setting :
         {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
          "PRAGMA secure_delete = ON", "PRAGMA cell_size_check = ON", "PRAGMA temp_store = MEMORY",
          "PRAGMA journal_size_limit = 4194304", "PRAGMA cache_size = -512"})
        if (auto set = connection->execute(setting); !set) return std::unexpected(set.error());
    connection_ = std::move(connection);
    if (auto current = bring_up_to_date(); !current) {
        connection_.reset();
        return std::unexpected(current.error());
    }
    ++version_;
    return true;
}

Result<void> Database::bring_up_to_date() {
    const auto id = connection_->number("PRAGMA application_id");
    if (!id) return std::unexpected(id.error());
    const auto tables = connection_->number("SELECT count(*) FROM sqlite_schema");
    if (!tables) return std::unexpected(tables.error());
    if (*id != application_id && (*id != 0 || *tables != 0))
        return connection_->damaged("it is another program's");
    return transact("BEGIN IMMEDIATE", [&](Transaction& transaction) -> Result<void> {
        if (*id == 0)
            if (auto named =
                    connection_->execute(fmt::format("PRAGMA application_id = {}", application_id).c_str());
                !named)
                return named;
        if (auto made = transaction.run("CREATE TABLE IF NOT EXISTS schema_versions (room TEXT PRIMARY KEY, "
                                        "version INTEGER NOT NULL) STRICT");
            !made)
            return std::unexpected(made.error());
        for (const auto& schema : schemas_) {
            const auto room = std::string(schema.room);
            const auto rows =
                transaction.rows("SELECT version FROM schema_versions WHERE room = ?", {room}, 1);
            if (!rows) return std::unexpected(rows.error());
            const auto newest = static_cast<std::int64_t>(schema.steps.size());
            const auto version = rows->empty() ? 0 : integer_in(rows->front().front());
            if (version > newest)
                return hinted(
                    fail(Code::invalid_input, "{} ({}) was written by a newer version of this program",
                         options_.what, path_.string()),
                    "go on with that version; this one would lose what it doesn't know");
            if (version < 0) return connection_->damaged("a version that can't be");
            if (version == newest) continue;
            for (auto step = version; step < newest; ++step)
                if (auto done = connection_->execute(
                        std::string(schema.steps[static_cast<std::size_t>(step)]).c_str());
                    !done)
                    return done;
            if (auto noted =
                    transaction.run("INSERT OR REPLACE INTO schema_versions VALUES (?, ?)", {room, newest});
                !noted)
                return std::unexpected(noted.error());
        }
        return {};
    });
}

Result<void> Database::transact(std::string_view begin, const Work& work) {
    auto& connection = *connection_;
    if (auto begun = connection.execute(std::string(begin).c_str()); !begun) return begun;
    Transaction transaction(connection);
    auto done = work(transaction);
    if (done) done = connection.execute("COMMIT");
    // Some errors have ended the transaction already.
    if (!done && sqlite3_get_autocommit(connection.handle) == 0)
        sqlite3_exec(connection.handle, "ROLLBACK", nullptr, nullptr, nullptr);
    return done;
}

Result<void> Database::change(const Work& work) {
    const std::scoped_lock guard(mutex_);
    if (auto opened = open(true); !opened) return std::unexpected(opened.error());
    auto done = transact("BEGIN IMMEDIATE", work);
    if (done) ++version_;
    return done;
}

Result<bool> Database::read(const Work& work) {
    const std::scoped_lock guard(mutex_);
    auto opened = open(false);
    if (!opened || !*opened) return opened;
    if (auto done = transact("BEGIN", work); !done) return std::unexpected(done.error());
    return true;
}

Result<std::uint64_t> Database::version() {
    const std::scoped_lock guard(mutex_);
    auto opened = open(false);
    if (!opened) return std::unexpected(opened.error());
    if (!*opened) return version_;
    const auto seen = connection_->number("PRAGMA data_version");
    if (!seen) return std::unexpected(seen.error());
    if (*seen != std::exchange(connection_->seen, *seen)) ++version_;
    return version_;
}

}  // namespace openclaw::store
