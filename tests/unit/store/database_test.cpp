#include "store/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "support/sqlite_builder.h"

namespace openclaw::store {
namespace {

using testing::HasSubstr;

const Schema words{.room = "words",
                   .steps = {"CREATE TABLE words (word TEXT PRIMARY KEY, number INTEGER) STRICT"}};

struct Place {
    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    const platform::Path path = folder / "gateway/gateway.sqlite";

    Database open(std::vector<Schema> schemas = {words}, Milliseconds wait = Milliseconds(50)) {
        return Database(*files, path, std::move(schemas), {.wait = wait, .what = "the gateway's database"});
    }
};

Result<void> put(Database& database, const std::string& word, std::int64_t number) {
    return database.change([&](Transaction& transaction) -> Result<void> {
        auto done = transaction.run("INSERT OR REPLACE INTO words VALUES (?, ?)", {word, number});
        if (!done) return std::unexpected(done.error());
        return {};
    });
}

std::int64_t sum(Database& database) {
    std::int64_t found = 0;
    const auto read = database.read([&](Transaction& transaction) -> Result<void> {
        const auto rows = transaction.rows("SELECT sum(number) FROM words", {}, 1);
        if (!rows) return std::unexpected(rows.error());
        found = integer_in(rows->front().front());
        return {};
    });
    EXPECT_TRUE(read) << read.error().message;
    return found;
}

void overwrite(const platform::Path& path, std::string_view text, std::streamoff at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << text;
}

TEST(Database, IsNothingUntilSomethingIsKeptAndThenOpenToItsOwnerAlone) {
    Place place;
    auto database = place.open();
    EXPECT_EQ(database.read([](Transaction&) -> Result<void> { return fail(Code::internal, "asked"); }),
              false);
    EXPECT_TRUE(database.version());
    EXPECT_FALSE(platform::exists(*place.files, place.path.parent_path()));
    ASSERT_TRUE(put(database, "one", 1));
    EXPECT_EQ(sum(database), 1);
    for (const auto* suffix : {"", "-wal", "-shm"})
        EXPECT_EQ(place.files->info(place.path.string() + suffix)->mode, 0600u) << suffix;
    EXPECT_EQ(place.files->info(place.path.parent_path())->mode, 0700u);
}

TEST(Database, KeepsAllOfAChangeOrNothing) {
    Place place;
    auto database = place.open();
    ASSERT_TRUE(put(database, "one", 1));
    const auto failed = database.change([](Transaction& transaction) -> Result<void> {
        EXPECT_EQ(transaction.run("UPDATE words SET number = 5"), 1);
        return fail(Code::cancelled, "no");
    });
    EXPECT_EQ(failed.error().code, Code::cancelled);
    EXPECT_EQ(sum(database), 1);
    const auto wrong = database.change([](Transaction& transaction) -> Result<void> {
        EXPECT_TRUE(transaction.run("UPDATE words SET number = 7"));
        const auto none = transaction.run("INSERT INTO nowhere VALUES (1)");
        EXPECT_FALSE(none);
        return std::unexpected(none.error());
    });
    EXPECT_FALSE(wrong);
    EXPECT_EQ(sum(database), 1);
}

TEST(Database, TakesAndGivesTextsNumbersAndNothing) {
    Place place;
    auto database = place.open();
    const std::string odd = "quote ' zero \0 end", most(2000, 'x');
    ASSERT_TRUE(put(database, odd, std::numeric_limits<std::int64_t>::min()));
    ASSERT_TRUE(put(database, most, 0));
    EXPECT_TRUE(database.read([&](Transaction& transaction) -> Result<void> {
        const auto rows = transaction.rows("SELECT word, number, NULL FROM words WHERE word = ?", {odd}, 2);
        EXPECT_TRUE(rows);
        EXPECT_EQ(rows->size(), 1u);
        EXPECT_EQ(rows->front(), (Row{odd, std::numeric_limits<std::int64_t>::min(), std::monostate()}));
        EXPECT_EQ(transaction.rows("SELECT * FROM words", {}, 1).error().code, Code::too_large);
        return {};
    }));
}

TEST(Database, LeadsAnOlderSchemaOnAndRefusesANewerOne) {
    Place place;
    {
        auto older = place.open();
        ASSERT_TRUE(put(older, "one", 1));
    }
    Schema grown = words;
    grown.steps.push_back("ALTER TABLE words ADD COLUMN note TEXT; UPDATE words SET note = 'kept'");
    const Schema other{.room = "other", .steps = {"CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT"}};
    auto newer = place.open({grown, other});
    EXPECT_TRUE(newer.read([](Transaction& transaction) -> Result<void> {
        EXPECT_EQ(text_in(transaction.rows("SELECT note FROM words", {}, 9)->front().front()), "kept");
        EXPECT_TRUE(transaction.rows("SELECT * FROM other", {}, 9)->empty());
        return {};
    }));
    auto older = place.open();
    const auto refused = put(older, "two", 2);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("newer version"));
    EXPECT_EQ(sum(newer), 1) << "nothing was touched";
}

TEST(Database, ThatAStepFailsForStaysAsItWas) {
    Place place;
    {
        auto older = place.open();
        ASSERT_TRUE(put(older, "one", 1));
    }
    Schema broken = words;
    broken.steps.push_back("ALTER TABLE words ADD COLUMN note TEXT");
    broken.steps.push_back("ALTER TABLE nowhere ADD COLUMN note TEXT");
    auto newer = place.open({broken});
    EXPECT_FALSE(put(newer, "two", 2));
    auto older = place.open();
    EXPECT_EQ(sum(older), 1);
}

TEST(Database, ThatIsDamagedOrAnotherProgramsIsNamedAndLeftAlone) {
    for (const std::string& text :
         {std::string("not a database at all, but a text that is long enough for a header "
                      "of one hundred bytes, which it is compared with"),
          std::string("SQLite format 3\0", 16) + std::string(200, '\xFF')}) {
        Place place;
        std::filesystem::create_directory(place.path.parent_path());
        std::ofstream(place.path) << text;
        auto database = place.open();
        const auto refused = put(database, "one", 1);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::corrupt);
        EXPECT_THAT(refused.error().hint, HasSubstr("mv " + place.path.string()));
        EXPECT_EQ(place.files->read(place.path, 4096), text);
    }
    Place place;
    std::filesystem::create_directory(place.path.parent_path());
    const test::SqliteBuilder other(place.path, "CREATE TABLE mine (x)");
    auto database = place.open();
    EXPECT_EQ(put(database, "one", 1).error().code, Code::corrupt);
    EXPECT_EQ(database.version().error().code, Code::corrupt);
}

TEST(Database, PagesThatWereOverwrittenAreADamageNotAnAnswer) {
    Place place;
    {
        auto database = place.open();
        for (int at = 0; at < 300; ++at)
            ASSERT_TRUE(put(database, std::string(100, 'w') + std::to_string(at), 1));
    }
    overwrite(place.path, std::string(12'000, '\xA5'), 4096);
    auto database = place.open();
    const auto read = database.read([](Transaction& transaction) -> Result<void> {
        const auto rows = transaction.rows("SELECT * FROM words", {}, 1000);
        if (!rows) return std::unexpected(rows.error());
        return {};
    });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Code::corrupt);
}

TEST(Database, IsNotWhatIsNoRegularFile) {
    Place place;
    auto database = place.open();
    std::filesystem::create_directory(place.path.parent_path());
    ASSERT_EQ(::mkfifo(place.path.c_str(), 0600), 0);
    EXPECT_EQ(put(database, "one", 1).error().code, Code::denied);
    std::filesystem::remove(place.path);
    std::filesystem::create_symlink(place.folder / "elsewhere", place.path);
    EXPECT_EQ(put(database, "one", 1).error().code, Code::denied);
    EXPECT_FALSE(platform::exists(*place.files, place.folder / "elsewhere"));
    std::filesystem::remove(place.path);
    std::filesystem::create_directory(place.path);
    EXPECT_EQ(database.version().error().code, Code::denied);
}

TEST(Database, WaitsForAnotherProgramOnlySoLong) {
    Place place;
    auto database = place.open();
    ASSERT_TRUE(put(database, "one", 1));
    {
        test::SqliteBuilder holder(place.path, "BEGIN IMMEDIATE");
        EXPECT_EQ(put(database, "two", 2).error().code, Code::busy);
        EXPECT_EQ(sum(database), 1) << "whoever only looks isn't kept out";
    }
    EXPECT_TRUE(put(database, "two", 2));
}

TEST(Database, TellsWhenSomebodyHasChangedSomething) {
    Place place;
    auto mine = place.open(), theirs = place.open();
    const auto before = mine.version();
    ASSERT_TRUE(put(theirs, "one", 1));
    const auto made = mine.version();
    EXPECT_NE(made, before) << "it is there now";
    EXPECT_EQ(mine.version(), made);
    ASSERT_TRUE(put(theirs, "two", 2));
    const auto theirs_changed = mine.version();
    EXPECT_NE(theirs_changed, made);
    ASSERT_TRUE(put(mine, "three", 3));
    EXPECT_NE(mine.version(), theirs_changed);
}

TEST(Database, GoesOnWithTheFileThatStandsInItsPlaceNow) {
    Place place;
    auto database = place.open();
    ASSERT_TRUE(put(database, "one", 1));
    const auto before = database.version();
    for (const auto* suffix : {"", "-wal", "-shm"})
        std::filesystem::rename(place.path.string() + suffix, place.path.string() + ".aside" + suffix);
    EXPECT_NE(database.version(), before);
    EXPECT_EQ(database.read([](Transaction&) -> Result<void> { return {}; }), false);
    ASSERT_TRUE(put(database, "two", 2));
    EXPECT_EQ(sum(database), 2);
}

TEST(Database, LosesNothingThatWasSaidToBeKeptWhenItsProgramIsKilled) {
    Place place;
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto database = place.open();
        for (std::int64_t number = 1;; ++number)
            if (!put(database, std::to_string(number), 1) || ::write(told[1], "x", 1) != 1) ::_exit(1);
    }
    char kept[40];
    for (std::size_t count = 0; count < sizeof kept;) {
        const auto some = ::read(told[0], kept, sizeof kept - count);
        ASSERT_GT(some, 0);
        count += static_cast<std::size_t>(some);
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ::waitpid(child, nullptr, 0);
    auto database = place.open();
    EXPECT_GE(sum(database), 40);
    EXPECT_TRUE(put(database, "after", 1));
    ::close(told[0]);
    ::close(told[1]);
}

TEST(Database, OfSeveralProcessesLosesNoChange) {
    Place place;
    constexpr int writers = 8, changes = 20;
    std::vector<pid_t> children;
    for (int writer = 0; writer < writers; ++writer) {
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto database = place.open({words}, std::chrono::seconds(60));
            bool kept = true;
            for (int at = 0; at < changes; ++at)
                kept = kept && put(database, fmt::format("{}-{}", writer, at), 1).has_value();
            ::_exit(kept ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    auto database = place.open();
    EXPECT_EQ(sum(database), writers * changes);
}

}  // namespace
}  // namespace openclaw::store
