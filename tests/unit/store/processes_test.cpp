#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/document.h"
#include "support/temporary_folder.h"

namespace openclaw::store {
namespace {

TEST(Processes, ThirtyTwoWritingAtOnceLoseNoRecord) {
    const test::TemporaryFolder folder;
    const auto path = folder / "auth-profiles.json";
    constexpr int writers = 32;
    std::vector<pid_t> children;
    for (int writer = 0; writer < writers; ++writer) {
        const auto child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            const auto files = platform::system_files();
            Document document(*files, path, {.lock_wait = std::chrono::seconds(60)});
            const auto saved = document.update([&](json::object& content) -> Result<void> {
                content[fmt::format("profile:{}", writer)] = writer;
                return {};
            });
            ::_exit(saved ? 0 : 1);
        }
        children.push_back(child);
    }
    for (const auto child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
    const auto files = platform::system_files();
    const auto content = Document(*files, path).load();
    ASSERT_TRUE(content);
    ASSERT_NE(*content, nullptr);
    for (int writer = 0; writer < writers; ++writer)
        EXPECT_EQ(integer_at(**content, fmt::format("profile:{}", writer)), writer);
    EXPECT_EQ(*files->list(folder.path()),
              (std::vector<std::string>{"auth-profiles.json", "auth-profiles.json.flock"}));
}

TEST(Processes, AKilledHolderLeavesNoLockBehind) {
    const test::TemporaryFolder folder;
    const auto path = folder / "store.json.flock";
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto files = platform::system_files();
        const auto lock = files->lock(path, Milliseconds(0));
        const char answer = lock ? '1' : '0';
        [[maybe_unused]] const auto told = ::write(ready[1], &answer, 1);
        ::pause();
    }
    char answer = 0;
    ASSERT_EQ(::read(ready[0], &answer, 1), 1);
    ASSERT_EQ(answer, '1');
    const auto files = platform::system_files();
    const auto refused = files->lock(path, Milliseconds(0));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::busy);
    EXPECT_NE(refused.error().message.find(fmt::format("process {}", child)), std::string::npos)
        << refused.error().message;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(files->lock(path, Milliseconds(0)));
    ::close(ready[0]);
    ::close(ready[1]);
}

}  // namespace
}  // namespace openclaw::store
