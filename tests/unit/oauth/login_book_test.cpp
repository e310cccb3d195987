#include "auth/oauth/login_book.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"

namespace openclaw::auth::oauth {
namespace {

using namespace std::chrono_literals;
using test::noon;
using test::state_folder;

const std::string name = LoginBook::name_of(Secret("refresh-1"));
const Path folder = state_folder / "credentials/logins";

class ALoginBook : public testing::Test {
protected:
    RenewalRecord at_stage(Stage stage) {
        RenewalRecord record{.stage = stage,
                             .provider = "lab",
                             .issuer = "https://auth.example.com/token",
                             .client = "c",
                             .since = noon};
        if (stage == Stage::answered)
            record.answer = Granted{.access = Secret("access-2"), .refresh = Secret("refresh-2")};
        return record;
    }

    test::MemoryFileSystem files;
    std::shared_ptr<sealed::KeyRing> keys = std::make_shared<sealed::KeyRing>(
        files, sealed::Places{.document = state_folder / "credentials/sealing.json", .state = state_folder});
    LoginBook book{files, state_folder, keys};
};

TEST_F(ALoginBook, KnowsATokenWhereverItGoes) {
    EXPECT_EQ(name.size(), 32U);
    EXPECT_EQ(LoginBook::name_of(Secret("refresh-1")), name);
    EXPECT_NE(LoginBook::name_of(Secret("refresh-2")), name);
}

TEST_F(ALoginBook, GivesBackEachStage) {
    EXPECT_EQ(*book.read(name), std::nullopt);
    for (const auto stage : {Stage::sent, Stage::unknown, Stage::dead, Stage::idle, Stage::answered}) {
        const auto record = at_stage(stage);
        ASSERT_TRUE(book.write(name, record));
        EXPECT_EQ(*book.read(name), record);
    }
}

TEST_F(ALoginBook, HasOneHolder) {
    const auto lease = book.lease(name);
    ASSERT_TRUE(lease) << lease.error().message;
    EXPECT_EQ(book.lease(name).error().code, Code::busy);
}

TEST_F(ALoginBook, RemembersWhatWasSpent) {
    ASSERT_TRUE(book.write(name, at_stage(Stage::answered)));
    ASSERT_TRUE(book.close(name, "next", noon));
    const auto record = *book.read(name);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->stage, Stage::spent);
    EXPECT_EQ(record->successor, "next");
    EXPECT_FALSE(files.text_of(folder / (name + ".json")));
}

TEST_F(ALoginBook, KeepsTheSpentOfTheLastDaysInABoundedFile) {
    std::string lines;
    const auto line = [](const std::string& token, TimePoint at) {
        return R"({"at":)" + std::to_string(to_ms(at)) + R"(,"name":")" + token + R"(","successor":"x"})" +
               "\n";
    };
    while (lines.size() < (1u << 20)) lines += line("old", noon - 24h * 100);
    lines += line("recent", noon - 24h);
    files.put(folder / "spent.jsonl", lines);
    ASSERT_TRUE(book.close(name, "next", noon));
    EXPECT_LT(files.text_of(folder / "spent.jsonl")->size(), 1000U);
    EXPECT_EQ((*book.read("recent"))->stage, Stage::spent);
    EXPECT_EQ((*book.read(name))->stage, Stage::spent);
    EXPECT_EQ(*book.read("old"), std::nullopt);
}

TEST_F(ALoginBook, ForgetsWhatCameToNothingLongAgo) {
    ASSERT_TRUE(book.write(name, at_stage(Stage::dead)));
    const auto written = files.info(folder / (name + ".json"))->modified;
    const auto other = LoginBook::name_of(Secret("refresh-2"));
    ASSERT_TRUE(book.close(other, "next", written + 24h * 80));
    EXPECT_TRUE(files.text_of(folder / (name + ".json")));
    ASSERT_TRUE(book.close(other, "next", written + 24h * 100));
    EXPECT_FALSE(files.text_of(folder / (name + ".json")));
}

TEST_F(ALoginBook, NeverTakesDamageForATokenThatIsFree) {
    for (const auto* text : {"", "{", "{}", "null", R"({"version":1,"stage":"answered","answer":"{}"})"}) {
        files.put(folder / (name + ".json"), text);
        EXPECT_EQ(book.read(name).error().code, Code::corrupt) << text;
    }
}

TEST_F(ALoginBook, WritesNothingWhereNothingCanBeWritten) {
    test::FaultyFileSystem faulty(files);
    LoginBook on_full_disk(faulty, state_folder, keys);
    for (int step = 1; step < 60; ++step) {
        const int operation = faulty.operations() + step;
        faulty.fail_at(operation, ENOSPC);
        const auto written = on_full_disk.write(name, at_stage(Stage::sent));
        faulty.stop_failing();
        const auto record = on_full_disk.read(name);
        ASSERT_TRUE(record);
        // Whoever is told that the intent stands may send; else he doesn't.
        if (written) EXPECT_EQ((*record)->stage, Stage::sent);
        ASSERT_TRUE(on_full_disk.forget(name));
    }
}

}  // namespace
}  // namespace openclaw::auth::oauth
