#include "store/append_log.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/faulty_file_system.h"
#include "support/temporary_folder.h"

namespace openclaw::store {
namespace {

using test::CrashOutcome;
using test::FaultyFileSystem;
using test::MemoryFileSystem;
using Lines = std::vector<std::string>;

constexpr const char* path = "/sessions/s.jsonl";

TEST(AppendLog, WritesItsHeaderOnceAndPrivately) {
    MemoryFileSystem disk;
    AppendLog log(disk, path);
    EXPECT_TRUE(log.read_tail(1000)->lines.empty());
    ASSERT_TRUE(log.append({.lines = {"a", "b"}, .if_new = {"header"}}));
    ASSERT_TRUE(log.append({.lines = {"c"}, .if_new = {"header"}}));
    EXPECT_EQ(disk.text_of(path), "header\na\nb\nc\n");
    EXPECT_EQ(disk.info(path)->mode, 0600U);
}

TEST(AppendLog, ClosesATornLineOffAndLosesNoByteOfIt) {
    MemoryFileSystem disk;
    disk.put(path, "header\n{\"torn\":");
    AppendLog log(disk, path);
    const auto before = *log.read_tail(1000);
    EXPECT_EQ(before.lines, Lines{"header"});
    EXPECT_TRUE(before.torn);
    ASSERT_TRUE(log.append({.lines = {"next"}, .if_new = {"header"}}));
    EXPECT_EQ(disk.text_of(path), "header\n{\"torn\":\nnext\n");
    EXPECT_FALSE(log.read_tail(1000)->torn);
}

TEST(AppendLog, ReadsOnlyTheLastWholeLinesThatFit) {
    MemoryFileSystem disk;
    disk.put(path, "first\nsecond\nthird\n");
    const AppendLog log(disk, path);
    struct Case {
        std::size_t bytes;
        Lines lines;
        bool from_start;
    };
    for (const auto& [bytes, lines, from_start] :
         {Case{100, {"first", "second", "third"}, true}, Case{19, {"first", "second", "third"}, true},
          Case{18, {"second", "third"}, false}, Case{8, {"third"}, false}, Case{3, {}, false},
          Case{0, {}, false}}) {
        const auto tail = *log.read_tail(bytes);
        EXPECT_EQ(tail.lines, lines) << bytes;
        EXPECT_EQ(tail.from_start, from_start) << bytes;
    }
}

TEST(AppendLog, RefusesWhatBreaksItsBoundsAndWritesNothing) {
    MemoryFileSystem disk;
    AppendLog log(disk, path, {.bytes_max = 20, .line_bytes_max = 10});
    ASSERT_TRUE(log.append({.lines = {"123456789"}, .if_new = {}}));
    EXPECT_EQ(log.append({.lines = {"12345678901"}, .if_new = {}}).error().code, Code::too_large);
    EXPECT_EQ(log.append({.lines = {"1234567890"}, .if_new = {}}).error().code, Code::too_large);
    EXPECT_EQ(log.append({.lines = {"a\nb"}, .if_new = {}}).error().code, Code::internal);
    EXPECT_EQ(disk.text_of(path), "123456789\n");
}

TEST(AppendLog, AtAnyFaultKeepsTheOldLinesAndNothingOfTheNew) {
    const std::string old_text = "header\nold\n";
    for (int at = 1; at <= 12; ++at) {
        MemoryFileSystem disk;
        disk.put(path, old_text);
        FaultyFileSystem files(disk);
        files.fail_at(at, {Code::no_space, "injected", {}});
        const auto added = AppendLog(files, path).append({.lines = {"new line"}, .if_new = {}});
        if (files.last_operation().empty()) break;
        // The first look at the folder may fail: making it again does no harm.
        if (added && files.last_operation() == "info") continue;
        EXPECT_FALSE(added) << files.last_operation();
        EXPECT_EQ(disk.text_of(path), old_text) << files.last_operation();
    }
}

TEST(AppendLog, AtAnyCrashKeepsTheOldLinesAndGoesOn) {
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept}) {
        for (int at = 1; at <= 14; ++at) {
            MemoryFileSystem disk;
            disk.put(path, "header\nold\n");
            FaultyFileSystem files(disk);
            files.crash_at(at);
            const auto added = AppendLog(files, path).append({.lines = {"new line"}, .if_new = {}});
            disk.crash(outcome);
            AppendLog again(disk, path);
            ASSERT_TRUE(again.append({.lines = {"later"}, .if_new = {}}));
            const auto lines = again.read_tail(1000)->lines;
            ASSERT_GE(lines.size(), 3U);
            EXPECT_EQ(lines[0], "header");
            EXPECT_EQ(lines[1], "old");
            EXPECT_EQ(lines.back(), "later");
            if (added) EXPECT_EQ(lines[2], "new line");
        }
    }
}

TEST(AppendLog, KeepsTheLinesOfSeveralProcessesWhole) {
    const test::TemporaryFolder folder;
    constexpr int writers = 8, lines_each = 25;
    std::vector<pid_t> children;
    for (int writer = 0; writer < writers; ++writer) {
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const auto files = platform::system_files();
            AppendLog log(*files, folder / "log.jsonl", {.lock_wait = std::chrono::seconds(60)});
            bool fine = true;
            for (int line = 0; line < lines_each; ++line)
                fine = log.append({.lines = {std::string(5000, static_cast<char>('a' + writer))},
                                   .if_new = {"header"}}) &&
                       fine;
            ::_exit(fine ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    const auto files = platform::system_files();
    const auto tail = AppendLog(*files, folder / "log.jsonl").read_tail(4u << 20);
    ASSERT_TRUE(tail);
    ASSERT_EQ(tail->lines.size(), 1U + writers * lines_each);
    EXPECT_EQ(tail->lines.front(), "header");
    for (std::size_t line = 1; line < tail->lines.size(); ++line)
        EXPECT_EQ(tail->lines[line], std::string(5000, tail->lines[line].front()));
}

}  // namespace
}  // namespace openclaw::store
