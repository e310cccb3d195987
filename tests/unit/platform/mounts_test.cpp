#include "platform/mounts.h"

#include <gtest/gtest.h>

#include "support/memory_file_system.h"

namespace openclaw::platform {
namespace {

// As the kernel writes it, in a container with one mounted file.
constexpr const char* mountinfo =
    "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "22 21 0:5 / /proc rw - proc proc rw\n"
    "36 21 8:1 /home/u/openclaw.json /state/openclaw.json rw,relatime - ext4 /dev/sda1 rw\n"
    "37 21 0:40 / /run/secrets ro,nosuid shared:2 master:1 - tmpfs tmpfs rw,size=64k\n"
    "38 21 0:41 / /mnt/two\\040words rw - nfs host:/x ro\n"
    "torn 21\n";

TEST(Mounts, AreWhatTheKernelLists) {
    const auto mounts = parse_mounts(mountinfo);
    ASSERT_EQ(mounts.size(), 5U);
    EXPECT_EQ(mounts[2].at, "/state/openclaw.json");
    EXPECT_FALSE(mounts[2].read_only);
    EXPECT_TRUE(mounts[3].read_only);
    EXPECT_EQ(mounts[4].at, "/mnt/two words");
    EXPECT_TRUE(mounts[4].read_only) << "the file system behind it is";
    EXPECT_TRUE(parse_mounts("").empty());
    EXPECT_TRUE(parse_mounts("1 2 3:4 / /x rw -").empty());
}

TEST(Mounts, OfAFileIsTheLongestThatItLiesOn) {
    test::MemoryFileSystem files;
    files.put("/proc/self/mountinfo", mountinfo);
    files.put("/state/openclaw.json", "{}");
    files.put_link("/link.json", "/state/openclaw.json");
    EXPECT_TRUE(is_mount(files, "/state/openclaw.json"));
    EXPECT_TRUE(is_mount(files, "/link.json"));
    EXPECT_FALSE(is_mount(files, "/state/openclaw.json.bak"));
    EXPECT_EQ(mount_of(files, "/run/secrets/key")->at, "/run/secrets");
    EXPECT_EQ(mount_of(files, "/run/secrets-too/key")->at, "/");
    EXPECT_FALSE(mount_of(files, "/state/x")->read_only);
    test::MemoryFileSystem untold;
    EXPECT_FALSE(mount_of(untold, "/state"));
    EXPECT_FALSE(is_mount(untold, "/state"));
}

}  // namespace
}  // namespace openclaw::platform
