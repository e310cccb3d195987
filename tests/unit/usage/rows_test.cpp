#include "usage/rows.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/temporary_folder.h"
#include "usage/block_store.h"

namespace openclaw::usage {
namespace {

struct Place {
    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    store::Database database{*files, folder / "gateway.sqlite", {usage_schema()}, {.what = "it"}};
    OffsetAt utc = [](TimePoint) { return std::chrono::seconds(0); };

    Row row(TimePoint at, std::int64_t input, std::optional<std::int64_t> cost,
            std::string account = "key:a") {
        return {.at = at,
                .principal = account,
                .account = account,
                .agent = "main",
                .session = "agent:main:main",
                .provider = "anthropic",
                .model = "m",
                .credential = "anthropic:work",
                .tokens = {.input = input, .output = 1, .reported = true},
                .cost = cost,
                .currency = "USD",
                .outcome = "answered"};
    }
    std::int64_t count() {
        std::int64_t found = -1;
        EXPECT_TRUE(database.read([&](store::Transaction& transaction) -> Result<void> {
            found = store::integer_in((*transaction.rows("SELECT count(*) FROM usage_rows", {}, 1))[0][0]);
            return {};
        }));
        return found;
    }
};

TEST(UsageRows, AreSummedByLocalDaysAndUnknownCostsAreCountedApart) {
    Place place;
    using std::chrono::hours;
    ASSERT_TRUE(write_rows(
        place.database, {place.row(test::noon, 10, 100), place.row(test::noon + hours(11), 20, std::nullopt),
                         place.row(test::noon + hours(13), 40, 7, "key:b")}));
    const auto from = test::noon - hours(48), to = test::noon + hours(48);
    const auto days = sums_by_day(place.database, from, to, "", place.utc);
    ASSERT_TRUE(days);
    ASSERT_EQ(days->size(), 2u);
    EXPECT_EQ((*days)[0].date, "2026-01-30");
    EXPECT_EQ((*days)[0].sum, (Sum{.input = 30, .output = 2, .cost = 100, .missing = 1}));
    EXPECT_EQ((*days)[1].date, "2026-01-31");
    const OffsetAt east = [](TimePoint) { return std::chrono::seconds(2 * 3600); };
    EXPECT_EQ((*sums_by_day(place.database, from, to, "", east))[1].sum.input, 60);
    const auto one = sums_by_day(place.database, from, to, "key:b", place.utc);
    ASSERT_EQ(one->size(), 1u);
    EXPECT_EQ(one->front().sum.total(), 41);
    EXPECT_TRUE(sums_by_day(place.database, from, to, "key:c", place.utc)->empty());
}

TEST(UsageRows, AreForgottenWhenTheyAreTooOldOrTooMany) {
    Place place;
    std::vector<Row> rows;
    for (int day = 0; day < 10; ++day) rows.push_back(place.row(test::noon - std::chrono::days(day), 1, 1));
    ASSERT_TRUE(write_rows(place.database, rows));
    EXPECT_EQ(prune(place.database, {.days = 5, .rows = 100}, test::noon), true);
    EXPECT_EQ(place.count(), 6);
    rows.resize(7, rows.front());
    ASSERT_TRUE(write_rows(place.database, rows));
    EXPECT_EQ(prune(place.database, {.days = 50, .rows = 3}, test::noon), true);
    EXPECT_EQ(place.count(), 3);
}

TEST(UsageRows, KeepTextsBoundedAndPrintable) {
    Place place;
    auto row = place.row(test::noon, 1, 1);
    row.session = std::string(5000, 'x') + "\n";
    row.model = "a\x1b[31mb";
    ASSERT_TRUE(write_rows(place.database, {row}));
    EXPECT_TRUE(place.database.read([&](store::Transaction& transaction) -> Result<void> {
        const auto found = transaction.rows("SELECT session, model FROM usage_rows", {}, 1);
        EXPECT_LE(store::text_in((*found)[0][0]).size(), 300u);
        EXPECT_EQ(store::text_in((*found)[0][1]).find('\x1b'), std::string::npos);
        return {};
    }));
}

TEST(UsageRows, OfADamagedDatabaseAreAnErrorThatNamesTheRepair) {
    Place place;
    ASSERT_TRUE(write_rows(place.database, {place.row(test::noon, 1, 1)}));
    test::TemporaryFolder other;
    const auto path = other / "gateway.sqlite";
    ASSERT_TRUE(place.files->create(path, 0600));
    ASSERT_EQ(::truncate(path.c_str(), 8192), 0);
    store::Database damaged(*place.files, path, {usage_schema()}, {.what = "it"});
    const auto done = write_rows(damaged, {place.row(test::noon, 1, 1)});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::corrupt);
    EXPECT_NE(done.error().hint.find("move it aside"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::usage
