#include "net/loop/file_watcher.h"

#include <gtest/gtest.h>

#include <fstream>

#include "net/loop/watch_places.h"
#include "support/temporary_folder.h"

namespace openclaw::net {
namespace {

namespace fs = std::filesystem;

constexpr FileWatcher::Pace quick{.quiet = Milliseconds(1), .longest = Milliseconds(50)};

class FileWatcherTest : public testing::Test {
protected:
    fs::path at(const std::string& name) const { return folder.path() / name; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }
    // As every careful writer does it: aside, then in place.
    void replace(const std::string& name, const std::string& text) const {
        write(name + ".new", text);
        fs::rename(at(name + ".new"), at(name));
    }
    void watch(std::vector<fs::path> files) {
        watcher = std::make_unique<FileWatcher>(loop, [this](const Result<void>&) { ++calls; }, quick);
        const auto watched = watcher->watch(std::move(files));
        ASSERT_TRUE(watched) << watched.error().message;
    }
    // Whether a call comes; the bound only ends a test that fails.
    bool told() {
        const int before = seen;
        for (int turn = 0; turn < 5000 && calls == before; ++turn)
            loop.run_until(loop.sleep(Milliseconds(1)));
        seen = calls;
        return calls > before;
    }
    // Something that is noticed follows; what was reported until then is all that there is.
    int calls_until_now() {
        const auto before = calls;
        replace("marker", "x");
        while (calls == before) loop.run_until(loop.sleep(Milliseconds(1)));
        return calls - before;
    }

    test::TemporaryFolder folder;
    Loop loop;
    std::unique_ptr<FileWatcher> watcher;
    int calls = 0, seen = 0;
};

TEST_F(FileWatcherTest, TellsOfAFileThatIsWrittenReplacedRemovedAndMadeAgain) {
    write("a", "1");
    watch({at("a")});
    write("a", "2");
    EXPECT_TRUE(told());
    replace("a", "3");
    EXPECT_TRUE(told());
    fs::remove(at("a"));
    EXPECT_TRUE(told());
    write("a", "4");
    EXPECT_TRUE(told());
    fs::permissions(at("a"), fs::perms(0600));
    EXPECT_TRUE(told());
}

TEST_F(FileWatcherTest, KnowsOfAChangeBeforeTheLoopHasTurned) {
    write("a", "1");
    watch({at("a")});
    EXPECT_FALSE(watcher->take_changes());
    replace("a", "2");
    write("b", "1");
    EXPECT_TRUE(watcher->take_changes());
    EXPECT_FALSE(watcher->take_changes());
    EXPECT_TRUE(told()) << "and tells of it all the same";
    EXPECT_FALSE(watcher->take_changes());
    replace("a", "3");
    EXPECT_TRUE(told());
    EXPECT_TRUE(watcher->take_changes()) << "whoever was told has not taken it";
}

TEST_F(FileWatcherTest, IsSilentAboutOtherFilesOfTheFolder) {
    write("a", "1");
    watch({at("a"), at("marker")});
    write("b", "1");
    replace("c", "1");
    fs::remove(at("b"));
    EXPECT_EQ(calls_until_now(), 1);
}

TEST_F(FileWatcherTest, FollowsFoldersThatComeLater) {
    watch({at("one/two/three/file")});
    fs::create_directories(at("one/two/three"));
    EXPECT_TRUE(told());
    write("one/two/three/file", "1");
    EXPECT_TRUE(told());
}

TEST_F(FileWatcherTest, FollowsAFolderThatIsReplaced) {
    fs::create_directories(at("here"));
    write("here/file", "1");
    watch({at("here/file")});
    fs::create_directories(at("next"));
    write("next/file", "2");
    fs::rename(at("here"), at("gone"));
    fs::rename(at("next"), at("here"));
    EXPECT_TRUE(told());
    write("here/file", "3");
    EXPECT_TRUE(told());
}

TEST_F(FileWatcherTest, FollowsALinkThatIsTurnedRound) {
    // As a mounted configuration map changes: file -> current/file, and `current` is replaced.
    fs::create_directories(at("v1"));
    fs::create_directories(at("v2"));
    write("v1/file", "1");
    write("v2/file", "2");
    fs::create_symlink("v1", at("current"));
    fs::create_symlink("current/file", at("file"));
    watch({at("file")});
    fs::create_symlink("v2", at("current.new"));
    fs::rename(at("current.new"), at("current"));
    EXPECT_TRUE(told());
    write("v2/file", "3");
    EXPECT_TRUE(told());
}

TEST_F(FileWatcherTest, MakesOneCallOfABurst) {
    write("a", "1");
    watcher = std::make_unique<FileWatcher>(
        loop, [this](const Result<void>&) { ++calls; },
        FileWatcher::Pace{.quiet = Milliseconds(30), .longest = std::chrono::seconds(30)});
    ASSERT_TRUE(watcher->watch({at("a")}));
    for (int i = 0; i < 500; ++i) replace("a", std::to_string(i));
    EXPECT_TRUE(told());
    EXPECT_EQ(calls, 1);
}

TEST_F(FileWatcherTest, ReportsAfterMoreEventsThanTheKernelKeeps) {
    write("a", "1");
    write("b", "1");
    watch({at("a")});
    // The queue holds 16,384 events; of two equal ones in a row it keeps one.
    for (int i = 0; i < 20'000; ++i) fs::permissions(at(i % 2 ? "a" : "b"), fs::perms(0600));
    EXPECT_TRUE(told());
    replace("a", "2");
    EXPECT_TRUE(told());
}

TEST_F(FileWatcherTest, ForgetsWhatIsWatchedNoLonger) {
    write("a", "1");
    watch({at("a")});
    ASSERT_TRUE(watcher->watch({at("marker")}));
    replace("a", "2");
    EXPECT_EQ(calls_until_now(), 1);
}

TEST(WatchPlaces, NameTheFolderOfTheFileAndOfEachLinkOnTheWay) {
    test::TemporaryFolder folder;
    const auto root = fs::canonical(folder.path());
    fs::create_directories(root / "real");
    std::ofstream(root / "real/file") << "x";
    fs::create_directory_symlink("real", root / "link");
    using Places = std::set<WatchPlace>;
    EXPECT_EQ(watch_places(root / "real/file"), (Places{{root / "real", "file"}}));
    EXPECT_EQ(watch_places(root / "link/file"), (Places{{root, "link"}, {root / "real", "file"}}));
    EXPECT_EQ(watch_places(root / "none/below/file"), (Places{{root, "none"}}));
    EXPECT_EQ(watch_places(root / "real/../link/new"), (Places{{root, "link"}, {root / "real", "new"}}));
    EXPECT_EQ(watch_places("relative/file"), Places{});
}

TEST(WatchPlaces, EndForALinkThatLeadsToItself) {
    test::TemporaryFolder folder;
    const auto root = fs::canonical(folder.path());
    fs::create_symlink("loop", root / "loop");
    EXPECT_EQ(watch_places(root / "loop/file"), (std::set<WatchPlace>{{root, "loop"}}));
}

}  // namespace
}  // namespace openclaw::net
