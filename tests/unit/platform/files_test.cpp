#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <thread>

#include "platform/file_system.h"
#include "platform/system_error.h"
#include "support/memory_file_system.h"
#include "support/temporary_folder.h"

namespace openclaw::platform {
namespace {

void put(FileSystem& files, const Path& path, std::string_view text) {
    const auto file = files.create(path, 0600);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write(text));
    ASSERT_TRUE((*file)->close());
}

struct Disk {
    test::TemporaryFolder folder;
    std::unique_ptr<FileSystem> files = system_files();
};

TEST(Files, ReadNoMoreThanTheBound) {
    Disk disk;
    put(*disk.files, disk.folder / "f", std::string(1000, 'x'));
    EXPECT_EQ(disk.files->read(disk.folder / "f", 1000)->size(), 1000U);
    EXPECT_EQ(disk.files->read(disk.folder / "f", 999).error().code, Code::too_large);
    EXPECT_EQ(disk.files->read_range(disk.folder / "f", 990, 100)->size(), 10U);
    // A file of the kernel's says that its size is 0 and has text all the same.
    EXPECT_FALSE(disk.files->read("/proc/self/status", 1 << 20)->empty());
    EXPECT_EQ(disk.files->read("/dev/zero", 10).error().code, Code::unavailable);
}

TEST(Files, RefuseAtOnceWhatWouldWaitOrIsNoFile) {
    Disk disk;
    const auto fifo = disk.folder / "fifo", socket = disk.folder / "socket";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    socket.string().copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    for (const auto& path : {fifo, socket, disk.folder.path()}) {
        EXPECT_EQ(disk.files->read(path, 10).error().code, Code::unavailable) << path;
        EXPECT_EQ(disk.files->append(path, 0600).error().code, Code::unavailable) << path;
        EXPECT_NE(disk.files->read(path, 10).error().message.find(path.string()), std::string::npos);
    }
    EXPECT_FALSE(disk.files->lock(fifo, Milliseconds(0)));
    ::close(listener);
}

TEST(Files, AreCreatedWithExactlyTheirModeAndThroughNoLink) {
    Disk disk;
    const auto before = ::umask(0777);
    put(*disk.files, disk.folder / "f", "x");
    ::umask(before);
    EXPECT_EQ(disk.files->info(disk.folder / "f")->mode, 0600U);
    EXPECT_EQ(disk.files->create(disk.folder / "f", 0600).error().code, Code::busy);

    ASSERT_EQ(::symlink((disk.folder / "elsewhere").c_str(), (disk.folder / "link").c_str()), 0);
    EXPECT_FALSE(disk.files->create(disk.folder / "link", 0600));
    EXPECT_FALSE(disk.files->lock(disk.folder / "link", Milliseconds(0)));
    EXPECT_FALSE(exists(*disk.files, disk.folder / "elsewhere"));
}

TEST(Files, LeaveNoDescriptorToAProgramThatWeRun) {
    Disk disk;
    const auto lock = disk.files->lock(disk.folder / "l", Milliseconds(0));
    const auto file = disk.files->create(disk.folder / "f", 0600);
    for (int number = 3; number < 64; ++number) {
        char target[512] = {};
        const auto name = fmt::format("/proc/self/fd/{}", number);
        if (::readlink(name.c_str(), target, sizeof target - 1) <= 0) continue;
        if (!std::string_view(target).starts_with(disk.folder.path().string())) continue;
        EXPECT_NE(::fcntl(number, F_GETFD) & FD_CLOEXEC, 0) << target;
    }
}

TEST(Files, NameThePathAndTheReason) {
    Disk disk;
    const auto missing = disk.files->read(disk.folder / "none", 10);
    EXPECT_EQ(missing.error().code, Code::not_found);
    EXPECT_EQ(missing.error().message,
              fmt::format("reading {}: no such file or directory", (disk.folder / "none").string()));
    EXPECT_EQ(*read_if_exists(*disk.files, disk.folder / "none", 10), std::nullopt);
    EXPECT_EQ(disk.files->read(Path(std::string(5000, 'x')), 10).error().code, Code::unavailable);
}

TEST(Files, PointAtWhatIsThereWhereSomethingIsDenied) {
    Disk disk;
    put(*disk.files, disk.folder / "here", "x");
    const auto hint_of = [](const std::unexpected<Error>& failure) { return failure.error().hint; };
    const auto folder = fmt::format("check who owns it: ls -ld {}", disk.folder.path().string());
    EXPECT_EQ(hint_of(system_failure(EACCES, "reading", disk.folder / "here")), folder + "/here");
    EXPECT_EQ(hint_of(system_failure(EACCES, "reading", disk.folder / "none")), folder);
    EXPECT_EQ(hint_of(system_failure(EPERM, "reading", disk.folder / "no/such/file")), folder);
    EXPECT_EQ(hint_of(entry_failure(EACCES, "creating", disk.folder / "here.12ab.tmp")), folder);
    EXPECT_EQ(hint_of(entry_failure(EACCES, "replacing", disk.folder / "here")), folder) << "it decides";
    EXPECT_EQ(hint_of(system_failure(EACCES, "reading", "none-of-this-name")), "check who owns it: ls -ld .");
}

TEST(Files, MakeFoldersPrivatelyAndListThem) {
    Disk disk;
    ASSERT_TRUE(make_folders(*disk.files, disk.folder / "a/b/c", 0700));
    ASSERT_TRUE(make_folders(*disk.files, disk.folder / "a/b/c", 0700));
    EXPECT_EQ(disk.files->info(disk.folder / "a/b")->mode, 0700U);
    put(*disk.files, disk.folder / "a/z", "");
    EXPECT_EQ(*disk.files->list(disk.folder / "a"), (std::vector<std::string>{"b", "z"}));
    EXPECT_FALSE(make_folders(*disk.files, disk.folder / "a/z/d", 0700));
}

TEST(Locks, AreExclusiveAndFreeAgainWhenReleased) {
    Disk disk;
    auto first = disk.files->lock(disk.folder / "l", Milliseconds(0));
    ASSERT_TRUE(first);
    const auto second = disk.files->lock(disk.folder / "l", Milliseconds(0));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Code::busy);
    EXPECT_NE(second.error().message.find(fmt::format("process {}", ::getpid())), std::string::npos);
    first->reset();
    EXPECT_TRUE(disk.files->lock(disk.folder / "l", Milliseconds(0)));
}

TEST(Locks, PassToTheOneThatWaits) {
    Disk disk;
    auto first = disk.files->lock(disk.folder / "l", Milliseconds(0));
    ASSERT_TRUE(first);
    bool got = false;
    std::thread waiter(
        [&] { got = disk.files->lock(disk.folder / "l", std::chrono::minutes(1)).has_value(); });
    first->reset();
    waiter.join();
    EXPECT_TRUE(got);
}

// The fake keeps the promises of the interface that it stands in for.
TEST(Files, BehaveInMemoryAsOnTheDisk) {
    Disk disk;
    test::MemoryFileSystem memory;
    memory.put("/t/seed", "");
    struct World {
        FileSystem& files;
        Path root;
    };
    for (const auto& [files, root] : {World{*disk.files, disk.folder.path()}, World{memory, "/t"}}) {
        put(files, root / "a", "one");
        const auto inode = files.info(root / "a")->inode;
        EXPECT_EQ(files.create(root / "a", 0600).error().code, Code::busy);
        EXPECT_EQ(files.create(root / "no/a", 0600).error().code, Code::not_found);
        const auto more = files.append(root / "a", 0600);
        ASSERT_TRUE((*more)->write("two"));
        EXPECT_EQ(*files.read(root / "a", 100), "onetwo");
        EXPECT_EQ(*files.read_range(root / "a", 2, 3), "etw");
        EXPECT_EQ(*files.read_range(root / "a", 20, 3), "");
        ASSERT_TRUE(files.truncate(root / "a", 4));
        put(files, root / "b", "b");
        ASSERT_TRUE(files.rename(root / "a", root / "b"));
        EXPECT_EQ(*files.read(root / "b", 100), "onet");
        EXPECT_EQ(files.info(root / "b")->inode, inode);
        EXPECT_EQ(files.info(root / "a").error().code, Code::not_found);
        EXPECT_EQ(files.remove(root / "a").error().code, Code::not_found);
        ASSERT_TRUE(files.make_folder(root / "d", 0700));
        EXPECT_FALSE(files.rename(root / "b", root / "d"));
        EXPECT_EQ(files.read(root / "d", 9).error().code, Code::unavailable);
        EXPECT_EQ(files.list(root / "none").error().code, Code::not_found);
        const auto lock = files.lock(root / "l", Milliseconds(0));
        EXPECT_EQ(files.lock(root / "l", Milliseconds(0)).error().code, Code::busy);
        EXPECT_TRUE(files.sync_folder(root));
    }
}

}  // namespace
}  // namespace openclaw::platform
