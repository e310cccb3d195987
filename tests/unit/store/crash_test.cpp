#include <gtest/gtest.h>

#include "store/document.h"
#include "support/faulty_file_system.h"
#include "unit/store/two_versions.h"

namespace openclaw::store {
namespace {

using test::CrashOutcome;
using test::FaultyFileSystem;
using test::MemoryFileSystem;

constexpr const char* path = "/state/agents/main/auth-profiles.json";

int operations_of_an_update() {
    MemoryFileSystem disk;
    disk.put(path, old_text);
    FaultyFileSystem files(disk);
    Document document(files, path);
    EXPECT_TRUE(set_version_two(document));
    EXPECT_EQ(disk.text_of(path), new_text);
    return files.operations();
}

TEST(Crash, AtAnyOperationLeavesTheOldOrTheNewText) {
    const int operations = operations_of_an_update();
    ASSERT_GT(operations, 8);
    int old_seen = 0, new_seen = 0;
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn}) {
        for (int at = 1; at <= operations + 1; ++at) {
            MemoryFileSystem disk;
            disk.put(path, old_text);
            FaultyFileSystem files(disk);
            files.crash_at(at);
            Document document(files, path);
            const auto updated = set_version_two(document);
            disk.crash(outcome);

            const auto text = disk.text_of(path);
            ASSERT_TRUE(text == old_text || text == new_text)
                << "operation " << at << " " << files.last_operation() << ": " << text.value_or("(gone)");
            // What was reported as saved survives every crash.
            if (updated) EXPECT_EQ(text, new_text) << "operation " << at;
            ++(text == old_text ? old_seen : new_seen);

            // And the next start works on it.
            Document again(disk, path);
            EXPECT_TRUE(set_version_two(again)) << "operation " << at;
            EXPECT_EQ(disk.text_of(path), new_text);
        }
    }
    EXPECT_GT(old_seen, 0);
    EXPECT_GT(new_seen, 0);
}

TEST(Crash, WhileTheFirstTextIsWrittenLeavesNothingOrAllOfIt) {
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn}) {
        for (int at = 1; at <= 20; ++at) {
            MemoryFileSystem disk;
            FaultyFileSystem files(disk);
            files.crash_at(at);
            Document document(files, path);
            [[maybe_unused]] const auto updated = set_version_two(document);
            disk.crash(outcome);
            const auto text = disk.text_of(path);
            EXPECT_TRUE(!text || text == "{\n  \"version\": 2\n}\n") << at << ": " << *text;
        }
    }
}

TEST(Fault, AtAnyOperationLeavesTheOldTextAndNoLitter) {
    const int operations = operations_of_an_update();
    for (const auto code : {Code::no_space, Code::denied, Code::unavailable}) {
        for (int at = 1; at <= operations; ++at) {
            MemoryFileSystem disk;
            disk.put(path, old_text);
            FaultyFileSystem files(disk);
            files.fail_at(at, {code, "injected", {}});
            Document document(files, path);
            const auto updated = set_version_two(document);
            const auto& met = files.last_operation();

            for (const auto& left : disk.all_paths())
                EXPECT_EQ(left.find(".tmp"), left.npos) << met << " left " << left;
            // Only the last step, making the rename durable, and looking at the result come after the
            // change; neither may claim that the old text stands. Strays that can't be looked for may stay.
            if (disk.text_of(path) == new_text) {
                EXPECT_TRUE(met == "sync_folder" || met == "info" || met == "list") << at << " " << met;
                EXPECT_EQ(updated.has_value(), met != "sync_folder");
            } else {
                EXPECT_EQ(disk.text_of(path), old_text) << at << " " << met;
                ASSERT_FALSE(updated) << at << " " << met;
                EXPECT_EQ(updated.error().code, code);
            }
            EXPECT_FALSE(met.empty());
        }
    }
}

TEST(MemoryFileSystem, ForgetsWhatWasNotSyncedWhenTheCrashLosesIt) {
    MemoryFileSystem disk;
    disk.put("/d/kept", "1");
    auto file = disk.create("/d/new", 0600);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write("data"));
    ASSERT_TRUE((*file)->sync());
    disk.crash(CrashOutcome::lost);  // synced data, but its name was not
    EXPECT_FALSE(disk.text_of("/d/new"));
    EXPECT_EQ(disk.text_of("/d/kept"), "1");
    EXPECT_FALSE((*file)->write("after the crash"));
}

}  // namespace
}  // namespace openclaw::store
