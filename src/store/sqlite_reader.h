#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::store {

// Reads a SQLite database that belongs to another program, which may be running: nothing is written or
// locked, no file appears beside it, and what its write-ahead log has committed counts. What the database
// holds is not trusted: no views, triggers, extensions or functions of its schema, bounded values, rows and
// work. Not usable from two threads at once.
class SqliteReader {
public:
    // `not_found`; `corrupt` when it is no database; `busy` while it is being changed all the time or holds
    // an unfinished transaction.
    static Result<SqliteReader> open(platform::FileSystem& files, const platform::Path& path);

    SqliteReader(SqliteReader&&) noexcept;
    SqliteReader& operator=(SqliteReader&&) noexcept;
    ~SqliteReader();

    // Whether there is a table, not a view, of this name with these columns.
    Result<bool> has_table(std::string_view table, std::initializer_list<std::string_view> columns);
    using Row = std::vector<std::string>;  // NULL reads as ""
    // The rows of one SELECT, with `parameters` for its question marks. Fails with `too_large` beyond
    // `rows_max`.
    Result<std::vector<Row>> rows(const std::string& select, const std::vector<std::string>& parameters,
                                  std::size_t rows_max);

private:
    struct State;
    explicit SqliteReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Whether a file starts as SQLite's databases do.
bool is_sqlite_file(platform::FileSystem& files, const platform::Path& path);

}  // namespace openclaw::store
