#include "platform/file_news.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace openclaw::platform {
namespace {

TEST(FileNews, AreToldOfFilesHereWhetherTheyAreThereOrNot) {
    const test::TemporaryFolder folder;
    EXPECT_TRUE(tells_of_changes(folder / "not/there/yet.json"));
    EXPECT_TRUE(tells_of_changes("/proc/self/status"));
    EXPECT_TRUE(tells_of_changes("relative"));
}

}  // namespace
}  // namespace openclaw::platform
