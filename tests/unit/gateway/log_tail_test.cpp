#include "gateway/serving/log_tail.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/memory_file_system.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using Lines = std::vector<std::string>;

struct LogTails : testing::Test {
    LogTails() {
        settings.folder = "/logs";
        settings.file_name = "gateway.log";
    }
    LogTail tail(const LogWindow& window = {}) { return *read_log_tail(files, settings, test::noon, window); }

    test::MemoryFileSystem files;
    LogSettings settings;
    const platform::Path file = "/logs/gateway.log";
};

TEST_F(LogTails, GoOnWhereTheLastLookEnded) {
    files.put(file, "one\ntwo\nthr");
    const auto first = tail();
    EXPECT_EQ(first.lines, (Lines{"one", "two"}));
    EXPECT_EQ(first.cursor, 8u);
    EXPECT_EQ(first.size, 11u);
    EXPECT_FALSE(first.truncated || first.reset);
    files.put(file, "one\ntwo\nthree\nfour\n");
    const auto next = tail({.cursor = first.cursor});
    EXPECT_EQ(next.lines, (Lines{"three", "four"}));
    EXPECT_EQ(tail({.cursor = next.cursor}).lines, Lines());
}

TEST_F(LogTails, BeginWithAWholeLineWithinTheirBounds) {
    files.put(file, "first line\nsecond\nthird\n");
    const auto bytes = tail({.bytes_max = 15});  // begins within "second"'s line or at it
    EXPECT_EQ(bytes.lines, (Lines{"second", "third"}));
    EXPECT_TRUE(bytes.truncated);
    EXPECT_EQ(tail({.bytes_max = 8}).lines, (Lines{"third"}));
    const auto lines = tail({.lines_max = 1});
    EXPECT_EQ(lines.lines, (Lines{"third"}));
    EXPECT_TRUE(lines.truncated);
    EXPECT_EQ(tail({.bytes_max = 3}).lines, Lines());
}

TEST_F(LogTails, StartAfreshWhenTheFileIsAnotherOrFarAhead) {
    files.put(file, "new\n");
    const auto rotated = tail({.cursor = 100});
    EXPECT_TRUE(rotated.reset);
    EXPECT_EQ(rotated.lines, (Lines{"new"}));
    files.put(file, std::string(50, 'x') + "\nlast\n");
    const auto far = tail({.cursor = 0, .bytes_max = 6});
    EXPECT_TRUE(far.reset && far.truncated);
    EXPECT_EQ(far.lines, (Lines{"last"}));
}

TEST_F(LogTails, AreEmptyWithoutAFileAndTakeTheNewestOfDailyOnes) {
    EXPECT_EQ(tail().lines, Lines());
    settings.file_name.clear();
    files.put("/logs/openclaw-2020-01-01.log", "old\n");
    files.put("/logs/openclaw-2020-01-02.log", "newer\n");
    files.put("/logs/openclaw-notes.log", "notes\n");
    EXPECT_EQ(tail().lines, (Lines{"newer"}));
}

TEST_F(LogTails, HoldNeitherSecretsNorWhatATerminalObeys) {
    files.put(file,
              "{\"1\":\"key sk-ant-api03-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa here\",\"time\":\"t\"}\n"
              "plain Bearer abcdefghijklmnopqrstuvwxyz012345\n\x1b[31mred\xff\n");
    const auto lines = tail().lines;
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].find("sk-ant-api03"), std::string::npos) << lines[0];
    EXPECT_TRUE(parse_json(lines[0])) << lines[0];
    EXPECT_EQ(lines[1].find("abcdefghijklm"), std::string::npos) << lines[1];
    EXPECT_EQ(lines[2].find('\x1b'), std::string::npos);
}

TEST(LogsTail, AnswersReadersInTheReferencesShapeAndRefusesWhatIsOutOfBounds) {
    GatewayWorld world;
    auto reader = world.client(R"(["operator.read"])");
    const auto answer = reader->payload("logs.tail", R"({"limit":3})");
    for (const std::string_view member : {"file", "cursor", "size", "lines", "truncated", "reset"})
        EXPECT_TRUE(answer.contains(member)) << member;
    EXPECT_NE(reader->error("logs.tail", R"({"limit":0})").find("INVALID_REQUEST"), std::string::npos);
    EXPECT_NE(reader->error("logs.tail", R"({"maxBytes":1000001})").find("INVALID_REQUEST"),
              std::string::npos);
    EXPECT_NE(reader->error("logs.tail", R"({"cursor":-1})").find("INVALID_REQUEST"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::gateway
