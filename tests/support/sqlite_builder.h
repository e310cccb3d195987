#pragma once

#include <sqlite3.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "support/temporary_folder.h"

namespace openclaw::test {

// A database of another program, made on the real disk by running SQL. Without `checkpointed` it stays open,
// with what the SQL wrote still in its write-ahead log.
class SqliteBuilder {
public:
    SqliteBuilder(const std::filesystem::path& file, const std::string& sql) : file_(file) {
        if (sqlite3_open(file.c_str(), &connection_) != SQLITE_OK) throw std::runtime_error("open");
        run(sql);
    }
    ~SqliteBuilder() { sqlite3_close(connection_); }
    SqliteBuilder(const SqliteBuilder&) = delete;
    SqliteBuilder& operator=(const SqliteBuilder&) = delete;

    void run(const std::string& sql) {
        char* problem = nullptr;
        if (sqlite3_exec(connection_, sql.c_str(), nullptr, nullptr, &problem) != SQLITE_OK)
            throw std::runtime_error(problem ? problem : "sql");
    }

private:
    std::filesystem::path file_;
    sqlite3* connection_ = nullptr;
};

// The tables of the newest reference that matter here, as observed.
inline const std::string shared_tables = R"(
    CREATE TABLE config_machine_state (state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT NULL,
        updated_at_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE secret_store_entries (scope_kind TEXT NOT NULL, scope_id TEXT NOT NULL, name TEXT NOT NULL,
        value TEXT NOT NULL, kind TEXT NOT NULL, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL,
        updated_by TEXT, deleted_at_ms INTEGER, allowed_hosts TEXT,
        PRIMARY KEY (scope_kind, scope_id, name)) STRICT;)";
inline const std::string agent_tables = R"(
    CREATE TABLE schema_meta (meta_key TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL,
        schema_version INTEGER NOT NULL, agent_id TEXT, app_version TEXT, created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL) STRICT;
    CREATE TABLE auth_profile_store (store_key TEXT NOT NULL PRIMARY KEY, store_json TEXT NOT NULL,
        updated_at INTEGER NOT NULL) STRICT;
    CREATE TABLE auth_profile_state (state_key TEXT NOT NULL PRIMARY KEY, state_json TEXT NOT NULL,
        updated_at INTEGER NOT NULL) STRICT;)";

}  // namespace openclaw::test
