// A file that is a mount of its own, as containers have their config: it can't be renamed over.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/document.h"
#include "support/faulty_file_system.h"
#include "support/temporary_folder.h"
#include "unit/store/two_versions.h"

namespace openclaw::store {
namespace {

using test::CrashOutcome;
using test::FaultyFileSystem;
using test::MemoryFileSystem;

constexpr const char* path = "/state/store.json";

std::int64_t version_of(FileSystem& files) {
    const auto content = Document(files, path).load();
    return content && *content ? integer_at(**content, "version").value_or(0) : 0;
}

TEST(MountedFile, IsWrittenWhereItIs) {
    MemoryFileSystem disk;
    disk.put(path, old_text, 0644);
    disk.mount_alone(path);
    const auto inode = disk.info(path)->inode;
    Document document(disk, path);
    ASSERT_TRUE(set_version_two(document));
    EXPECT_EQ(disk.text_of(path), new_text);
    EXPECT_EQ(disk.info(path)->inode, inode);
    EXPECT_EQ(disk.info(path)->mode, 0600U);
    EXPECT_EQ(disk.all_paths(), (std::vector<std::string>{path, std::string(path) + ".flock"}));
}

TEST(MountedFile, ReadsAsTheOldTextOrTheNewOneWhereverItsWriterIsCutOff) {
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn}) {
        for (int at = 1;; ++at) {
            MemoryFileSystem disk;
            disk.put(path, old_text);
            disk.mount_alone(path);
            FaultyFileSystem files(disk);
            files.crash_at(at);
            Document document(files, path);
            const auto updated = set_version_two(document);
            const bool crashed = !files.last_operation().empty();
            disk.crash(outcome);
            const auto version = version_of(disk);
            EXPECT_TRUE(version == 1 || version == 2) << at << disk.text_of(path).value_or("(gone)");
            if (updated) EXPECT_EQ(version, 2) << at;
            Document again(disk, path);
            EXPECT_TRUE(set_version_two(again)) << at;
            EXPECT_EQ(disk.text_of(path), new_text) << at;
            if (!crashed) break;
            ASSERT_LT(at, 1000);
        }
    }
}

TEST(MountedFile, HasItsOldTextAgainAfterAWriteThatFailed) {
    for (int at = 1;; ++at) {
        MemoryFileSystem disk;
        disk.put(path, old_text);
        disk.mount_alone(path);
        FaultyFileSystem files(disk);
        files.fail_at(at, ENOSPC);
        Document document(files, path);
        const auto updated = set_version_two(document);
        if (files.last_operation().empty()) break;
        ASSERT_LT(at, 1000);
        EXPECT_TRUE(disk.text_of(path) == old_text || disk.text_of(path) == new_text) << at;
        if (updated) EXPECT_EQ(disk.text_of(path), new_text) << at;
    }
}

TEST(MountedFile, KeepsWhatSomebodyWroteIntoItSinceAWriteWasCutOff) {
    MemoryFileSystem disk;
    disk.put(path, "{\"version\": 7}");
    disk.put(std::string(path) + ".pending", new_text);
    EXPECT_EQ(version_of(disk), 7);
    EXPECT_TRUE(settle_pending(disk, path));
    EXPECT_EQ(disk.text_of(path), "{\"version\": 7}");
    EXPECT_FALSE(disk.text_of(std::string(path) + ".pending"));
}

// Runs `body` in a process with mounts of its own; what it returns comes back. Nothing: that isn't allowed
// here.
std::optional<std::string> with_own_mounts(const std::function<std::string()>& body) {
    int ends[2];
    if (::pipe(ends) != 0) return std::nullopt;
    const auto child = ::fork();
    if (child == 0) {
        const bool allowed =
            ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        const auto answer = allowed ? body() : std::string("not allowed");
        [[maybe_unused]] const auto written = ::write(ends[1], answer.data(), answer.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    std::string answer(4096, '\0');
    const auto count = ::read(ends[0], answer.data(), answer.size());
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    return answer == "not allowed" ? std::nullopt : std::optional(answer);
}

bool bind(const platform::Path& from, const platform::Path& to, bool read_only) {
    if (::mount(from.c_str(), to.c_str(), nullptr, MS_BIND, nullptr) != 0) return false;
    return !read_only || ::mount("none", to.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

std::string update_mounted(const test::TemporaryFolder& folder, bool read_only) {
    const auto disk = platform::system_files();
    const auto outside = folder / "outside.json", inside = folder / "inside.json";
    for (const auto& file : {outside, inside}) {
        auto made = disk->create(file, 0600);
        if (!made || !(*made)->write(old_text)) return "no file";
    }
    if (!bind(outside, inside, read_only)) return "no mount";
    Document document(*disk, inside);
    const auto updated = set_version_two(document);
    const auto text = disk->read(outside, 4096);
    return fmt::format("{} {} {}", updated ? "updated" : name_of(updated.error().code),
                       updated ? "" : updated.error().message, text ? *text : "(gone)");
}

TEST(MountedFile, OfTheKernelIsWrittenWhereItIs) {
    const test::TemporaryFolder folder;
    const auto seen = with_own_mounts([&] { return update_mounted(folder, false); });
    if (!seen) GTEST_SKIP() << "no mounts can be made here";
    EXPECT_EQ(*seen, "updated  " + new_text);
}

TEST(MountedFile, ThatMayOnlyBeReadIsNamedAsAMount) {
    const test::TemporaryFolder folder;
    const auto seen = with_own_mounts([&] { return update_mounted(folder, true); });
    if (!seen) GTEST_SKIP() << "no mounts can be made here";
    EXPECT_TRUE(seen->starts_with("invalid_input ")) << *seen;
    EXPECT_TRUE(seen->contains("inside.json is mounted on its own")) << *seen;
    EXPECT_TRUE(seen->ends_with(old_text)) << *seen;
}

}  // namespace
}  // namespace openclaw::store
