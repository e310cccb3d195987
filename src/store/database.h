#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/file_system.h"

namespace openclaw::store {

// The tables of one room, made and changed step by step: step n leads from version n to n + 1. A step that
// was released is never changed, only followed by another.
struct Schema {
    std::string_view room;
    std::vector<std::string_view> steps;
};

// What is put into a question mark or found in a column.
using Field = std::variant<std::monostate, std::int64_t, std::string>;  // NULL, a whole number, a text
using Row = std::vector<Field>;
std::int64_t integer_in(const Field& field);  // 0 for anything else
std::string text_in(const Field& field);      // "" for anything else

// The statements of one transaction. Not to be kept.
class Transaction {
public:
    // One statement that gives nothing; how many rows it has changed.
    Result<std::int64_t> run(std::string_view statement, std::span<const Field> fields = {});
    Result<std::int64_t> run(std::string_view statement, std::initializer_list<Field> fields) {
        return run(statement, std::span(fields.begin(), fields.size()));
    }
    // All rows of a SELECT. `too_large` beyond `rows_max`.
    Result<std::vector<Row>> rows(std::string_view select, std::initializer_list<Field> fields,
                                  std::size_t rows_max);

private:
    friend class Database;
    struct Connection;
    explicit Transaction(Connection& connection) : connection_(connection) {}
    Connection& connection_;
};

// A SQLite database of our own, shared by a gateway and the commands beside it. Nothing is opened or made
// before the first use. What was changed is on the disk when the call returns. Every call waits for the disk
// and for other processes, never longer than `wait` for the latter: off the loop's thread. Usable from
// several threads and processes.
//
// Errors, each with its repair: `corrupt` for a file that is damaged or no database of ours (it is left as it
// is), `invalid_input` for one that a newer version wrote, `busy` while another process holds it, `no_space`
// for a full disk, `denied` for a file that is not ours to use.
class Database {
public:
    struct Options {
        Milliseconds wait = std::chrono::seconds(5);
        std::string what = "the database";  // what people know it by, for messages
    };
    Database(platform::FileSystem& files, platform::Path path, std::vector<Schema> schemas, Options options);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    using Work = std::function<Result<void>(Transaction& transaction)>;
    // One transaction: all of it or, when the work or the disk fails, nothing. Makes the database.
    Result<void> change(const Work& work);
    // The same for looking. False, without asking the work, where no database is kept yet.
    Result<bool> read(const Work& work);
    // Another number than before whenever somebody, here or in another process, may have changed something.
    // Reads no table.
    Result<std::uint64_t> version();

    const platform::Path& path() const { return path_; }

private:
    using Connection = Transaction::Connection;
    Result<bool> open(bool make);
    Result<void> bring_up_to_date();
    Result<void> transact(std::string_view begin, const Work& work);

    platform::FileSystem& files_;
    const platform::Path path_;
    const std::vector<Schema> schemas_;
    const Options options_;
    std::mutex mutex_;
    std::unique_ptr<Connection> connection_;
    std::uint64_t version_ = 0;
};

}  // namespace openclaw::store
