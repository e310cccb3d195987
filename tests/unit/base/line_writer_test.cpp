#include "base/line_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "support/temporary_folder.h"

namespace openclaw {
namespace {

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

struct World {
    test::TemporaryFolder folder;
    std::string file = (folder / "log.jsonl").string();
};

TEST(LineWriter, WritesEverythingInOrderBeforeItEnds) {
    World world;
    {
        LineWriter writer({.file = world.file});
        for (int line = 0; line < 3; ++line) writer.write(std::to_string(line));
    }
    EXPECT_EQ(text_of(world.file), "0\n1\n2\n");
    struct stat found{};
    ASSERT_EQ(::stat(world.file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST(LineWriter, BeginsANewFileWhereItsOwnWasRotatedAwayOrRemoved) {
    World world;
    LineWriter writer({.file = world.file});
    const auto say = [&](const std::string& line) {
        writer.look_for_file();
        writer.write(line);
        writer.flush();
    };
    say("first");
    ASSERT_EQ(::rename(world.file.c_str(), (world.file + ".rotated").c_str()), 0);
    say("second");
    EXPECT_EQ(text_of(world.file), "second\n");
    EXPECT_EQ(text_of(world.file + ".rotated"), "first\n");
    ASSERT_EQ(::unlink(world.file.c_str()), 0);
    say("third");
    EXPECT_EQ(text_of(world.file), "third\n");
    std::filesystem::remove_all(world.folder.path());
    say("fourth");
    EXPECT_EQ(text_of(world.file), "fourth\n");
    ASSERT_EQ(::truncate(world.file.c_str(), 0), 0);
    say("fifth");
    EXPECT_EQ(text_of(world.file), "fifth\n");
    EXPECT_EQ(writer.dropped(), 0U);
}

TEST(LineWriter, DropsAndCountsWhatItsQueueCannotHold) {
    World world;
    LineWriter writer({.file = world.file, .queue_bytes_max = 10});
    writer.write("longer than the queue");
    writer.write("fits");
    writer.flush();
    EXPECT_EQ(writer.dropped(), 1U);
    EXPECT_EQ(text_of(world.file), "fits\n");
}

TEST(LineWriter, CountsWhatCannotBeWrittenAndNeverWaitsForAPipe) {
    World world;
    ASSERT_EQ(::mkfifo(world.file.c_str(), 0600), 0);
    LineWriter writer({.file = world.file});
    writer.write("lost");
    writer.flush();
    EXPECT_EQ(writer.dropped(), 1U);
}

TEST(LineWriter, KeepsItsFileBelowTheBoundAndOneOlderFile) {
    World world;
    LineWriter writer({.file = world.file, .file_bytes_max = 1000});
    for (int line = 0; line < 20; ++line)
        writer.write(fmt::format("line {} {}", line, std::string(100, '.')));
    writer.flush();
    EXPECT_LE(text_of(world.file).size(), 1000U);
    EXPECT_LE(text_of(world.file + ".1").size(), 1000U);
    EXPECT_NE(text_of(world.file).find("line 19"), std::string::npos);
}

}  // namespace
}  // namespace openclaw
