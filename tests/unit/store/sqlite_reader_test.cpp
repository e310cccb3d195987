#include "store/sqlite_reader.h"

#include <gtest/gtest.h>

#include "support/memory_file_system.h"
#include "support/sqlite_builder.h"

namespace openclaw::store {
namespace {

using test::MemoryFileSystem;
using test::SqliteBuilder;
using test::TemporaryFolder;

const platform::Path there = "/there/db.sqlite";

// What stands on the real disk at this moment, as another process would find it.
void snapshot(MemoryFileSystem& files, const std::filesystem::path& file) {
    const auto disk = platform::system_files();
    for (const std::string suffix : {"", "-wal"})
        if (const auto text = disk->read(file.string() + suffix, 64u << 20))
            files.put(there.string() + suffix, *text);
}

std::vector<std::string> names_in(MemoryFileSystem& files) {
    auto reader = SqliteReader::open(files, there);
    if (!reader) return {reader.error().message};
    const auto rows = reader->rows("SELECT name FROM t ORDER BY name", {}, 5000);
    if (!rows) return {rows.error().message};
    std::vector<std::string> names;
    for (const auto& row : *rows) names.push_back(row.at(0));
    return names;
}

TEST(SqliteReader, ReadsWhatTheLogHasCommittedAndWritesNothing) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "db.sqlite";
    SqliteBuilder database(file,
                           "PRAGMA journal_mode=WAL; CREATE TABLE t(name TEXT); INSERT INTO t VALUES('a')");
    database.run("PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES('b')");
    database.run("BEGIN; INSERT INTO t VALUES('never committed')");
    MemoryFileSystem files;
    snapshot(files, file);
    ASSERT_TRUE(files.text_of(there.string() + "-wal"));
    const auto before = files.all_paths();
    EXPECT_EQ(names_in(files), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(files.all_paths(), before);
}

TEST(SqliteReader, IgnoresATornEndOfTheLog) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "db.sqlite";
    SqliteBuilder database(file,
                           "PRAGMA journal_mode=WAL; CREATE TABLE t(name TEXT); INSERT INTO t VALUES('a')");
    database.run("INSERT INTO t VALUES('b')");
    MemoryFileSystem files;
    snapshot(files, file);
    const auto log = *files.text_of(there.string() + "-wal");
    auto flipped = log;
    flipped[log.size() - 10] = static_cast<char>(flipped[log.size() - 10] ^ 1);
    for (const auto& torn : {log.substr(0, log.size() - 100), flipped}) {
        files.put(there.string() + "-wal", torn);
        EXPECT_EQ(names_in(files), std::vector<std::string>{"a"});
    }
}

TEST(SqliteReader, SurvivesEveryFlippedBlockOfADatabase) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "db.sqlite";
    {
        const SqliteBuilder database(file,
                                     "CREATE TABLE t(name TEXT PRIMARY KEY); INSERT INTO t VALUES('a')");
    }
    MemoryFileSystem files;
    snapshot(files, file);
    const auto sound = *files.text_of(there);
    for (std::size_t at = 0; at < sound.size(); at += at < 200 ? 1 : 61) {
        auto damaged = sound;
        damaged[at] = static_cast<char>(~damaged[at]);
        files.put(there, damaged);
        names_in(files);  // an error or rows: no crash, no endless work
    }
    for (const std::size_t size : {0u, 15u, 16u, 99u, 100u, 4096u, 5000u}) {
        files.put(there, sound.substr(0, std::min<std::size_t>(size, sound.size())));
        names_in(files);
    }
}

TEST(SqliteReader, TrustsNoViewAndNoEndlessQuestion) {
    const TemporaryFolder folder;
    const auto file = folder.path() / "db.sqlite";
    {
        const SqliteBuilder database(
            file,
            "CREATE TABLE t(name TEXT); INSERT INTO t VALUES('a'); CREATE VIEW v AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS name FROM n");
    }
    MemoryFileSystem files;
    snapshot(files, file);
    auto reader = *SqliteReader::open(files, there);
    EXPECT_FALSE(*reader.has_table("v", {"name"}));
    EXPECT_TRUE(*reader.has_table("t", {"name"}));
    EXPECT_FALSE(*reader.has_table("t", {"name", "other"}));
    EXPECT_FALSE(reader.rows("SELECT name FROM v", {}, 10));
    EXPECT_FALSE(
        reader.rows("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                    "SELECT count(*) FROM n",
                    {}, 10));
    EXPECT_EQ(reader.rows("SELECT name FROM t UNION ALL SELECT 'b'", {}, 1).error().code, Code::too_large);
    EXPECT_FALSE(reader.rows("INSERT INTO t VALUES('x')", {}, 10));
}

TEST(SqliteReader, RefusesAnUnfinishedTransaction) {
    MemoryFileSystem files;
    files.put(there, "SQLite format 3");
    files.put(there.string() + "-journal", "hot");
    EXPECT_EQ(SqliteReader::open(files, there).error().code, Code::busy);
    EXPECT_EQ(SqliteReader::open(files, "/nowhere").error().code, Code::not_found);
    EXPECT_EQ(names_in(files).at(0), "/there/db.sqlite holds an unfinished transaction");
}

}  // namespace
}  // namespace openclaw::store
