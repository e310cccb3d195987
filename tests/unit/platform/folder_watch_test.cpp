#include "platform/folder_watch.h"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_folder.h"

namespace openclaw::platform {
namespace {

class FolderWatchWorld : public testing::Test {
protected:
    static void write(const Path& file, std::string_view text) { std::ofstream(file) << text; }
    // A file that was looked at and is quiet; skipped where the kernel tells nothing.
    void SetUp() override {
        write(file, "one");
        seen = watch.before_look(file);
        if (!seen) GTEST_SKIP() << "no watch is granted here";
        ASSERT_TRUE(watch.is_quiet(file, *seen));
    }

    const test::TemporaryFolder folder;
    const Path file = folder / "sessions.json";
    FolderWatch watch;
    std::optional<FolderWatch::Stamp> seen;
};

TEST_F(FolderWatchWorld, HearsOfAWrite) {
    write(file, "two");
    EXPECT_FALSE(watch.is_quiet(file, *seen));
    EXPECT_FALSE(watch.is_quiet(file, *seen)) << "until it is looked at again";
    const auto again = watch.before_look(file);
    ASSERT_TRUE(again);
    EXPECT_TRUE(watch.is_quiet(file, *again));
}

TEST_F(FolderWatchWorld, HearsOfAReplacementAndOfARemoval) {
    write(folder / "beside", "two");
    EXPECT_TRUE(watch.is_quiet(file, *seen)) << "another file's news";
    std::filesystem::rename(folder / "beside", file);
    EXPECT_FALSE(watch.is_quiet(file, *seen));
    seen = watch.before_look(file);
    std::filesystem::remove(file);
    EXPECT_FALSE(watch.is_quiet(file, *seen));
    seen = watch.before_look(file);
    ASSERT_TRUE(seen) << "what isn't there can come";
    write(file, "three");
    EXPECT_FALSE(watch.is_quiet(file, *seen));
}

TEST_F(FolderWatchWorld, HearsOfAFolderThatIsReplaced) {
    const auto inner = folder / "sessions";
    std::filesystem::create_directory(inner);
    write(inner / "a", "one");
    seen = watch.before_look(inner / "a");
    ASSERT_TRUE(seen);
    std::filesystem::rename(inner, folder / "old");
    std::filesystem::create_directory(inner);
    write(inner / "a", "two");
    EXPECT_FALSE(watch.is_quiet(inner / "a", *seen));
    seen = watch.before_look(inner / "a");
    ASSERT_TRUE(seen);
    EXPECT_TRUE(watch.is_quiet(inner / "a", *seen));
    write(inner / "a", "three");
    EXPECT_FALSE(watch.is_quiet(inner / "a", *seen));
}

TEST_F(FolderWatchWorld, PromisesNothingOverLinks) {
    std::filesystem::create_symlink(file, folder / "link");
    EXPECT_FALSE(watch.before_look(folder / "link"));
    std::filesystem::create_directory_symlink(folder.path(), folder / "folder");
    EXPECT_FALSE(watch.before_look(folder / "folder" / "sessions.json"));
}

TEST_F(FolderWatchWorld, PromisesNothingOfWhatWasNeverLookedAt) {
    EXPECT_FALSE(watch.is_quiet(folder / "other", {}));
    watch.forget(file);
    EXPECT_FALSE(watch.is_quiet(file, *seen));
}

}  // namespace
}  // namespace openclaw::platform
