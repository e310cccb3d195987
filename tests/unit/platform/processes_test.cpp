#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "platform/process.h"
#include "platform/process_hardening.h"
#include "support/temporary_folder.h"

namespace openclaw::platform {
namespace {

ProcessRequest shell(std::string script) {
    return {.arguments = {"sh", "-c", std::move(script)}, .environment = {{"PATH", "/usr/bin:/bin"}}};
}

TEST(Processes, GiveOutputErrorsAndStatus) {
    const auto result = system_processes()->run(shell("printf out; printf err >&2; exit 3"));
    ASSERT_TRUE(result);
    EXPECT_EQ(result->output.reveal(), "out");
    EXPECT_EQ(result->errors, "err");
    EXPECT_EQ(result->exit_status, 3);
    EXPECT_EQ(system_processes()->run(shell("kill -TERM $$"))->exit_status, 128 + 15);
}

TEST(Processes, InheritNothing) {
    ::setenv("OPENCLAW_TEST_INHERITED", "secret", 1);
    const int open_without_cloexec = ::open("/dev/null", O_RDONLY);
    auto request = shell("env | sort; ls /proc/self/fd | tr '\\n' ' '; cat");
    request.environment["GIVEN"] = "yes";
    const auto result = system_processes()->run(request);
    ::close(open_without_cloexec);
    ::unsetenv("OPENCLAW_TEST_INHERITED");
    ASSERT_TRUE(result);
    const std::string text(result->output.reveal());
    EXPECT_NE(text.find("GIVEN=yes"), text.npos);
    EXPECT_EQ(text.find("INHERITED"), text.npos);
    EXPECT_NE(text.find("0 1 2 3 "), text.npos) << text;  // 3 is the folder that ls itself reads
    EXPECT_EQ(text.find("3 4"), text.npos) << text;
}

std::string state_of(int pid) {
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string number, name, state = "gone";
    stat >> number >> name >> state;
    return state;
}

TEST(Processes, AreKilledWithTheirWholeGroupAtTheDeadline) {
    const test::TemporaryFolder folder;
    auto request = shell("(sleep 1000 & echo $! > \"$1\"; wait) & wait");
    request.arguments.insert(request.arguments.end(), {"sh", (folder / "pid").string()});
    request.deadline = std::chrono::seconds(3);  // far more than the shell needs to write its file
    const auto result = system_processes()->run(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::timed_out);
    int grandchild = 0;
    std::ifstream(folder / "pid") >> grandchild;
    ASSERT_GT(grandchild, 0);
    // Killed; its new parent collects it when it comes to it. A process that lives on keeps us here for ever,
    // which the test runner's own limit ends.
    while (state_of(grandchild) != "gone" && state_of(grandchild) != "Z" && state_of(grandchild) != "X") {
        std::this_thread::yield();
    }
}

TEST(Processes, DoNotWaitForWhatAProgramLeavesBehind) {
    auto request = shell("sleep 1000 & echo done");
    request.deadline = std::chrono::seconds(60);
    const auto result = system_processes()->run(request);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->output.reveal(), "done\n");
}

TEST(Processes, MayPrintOnlySoMuch) {
    auto request = shell("yes");
    request.output_bytes_max = 100'000;
    EXPECT_EQ(system_processes()->run(request).error().code, Code::too_large);
    const auto noisy = system_processes()->run(shell("yes x | head -c 300000 >&2; echo fine"));
    ASSERT_TRUE(noisy);
    EXPECT_EQ(noisy->errors.size(), 4096U);
    EXPECT_EQ(noisy->output.reveal(), "fine\n");
}

TEST(Processes, AreFoundOnTheGivenPathOnly) {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "tool") << "#!/bin/sh\necho found\n";
    ::chmod((folder / "tool").c_str(), 0700);
    const ProcessRequest here{.arguments = {"tool"}, .environment = {{"PATH", folder.path().string()}}};
    EXPECT_EQ(system_processes()->run(here)->output.reveal(), "found\n");
    const ProcessRequest nowhere{.arguments = {"tool"}, .environment = {{"PATH", ".::/nowhere"}}};
    EXPECT_EQ(system_processes()->run(nowhere).error().code, Code::not_found);
    EXPECT_EQ(system_processes()->run({.arguments = {"/no/such/tool"}, .environment = {}}).error().code,
              Code::not_found);
    EXPECT_EQ(system_processes()->run({}).error().code, Code::invalid_input);
}

TEST(HardenProcess, LetsNoFileTakeTheNumberOfAClosedStandardDescriptor) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        for (const int descriptor : {0, 1, 2}) ::close(descriptor);
        harden_process();
        char byte = 0;
        const bool filled = ::open("/dev/null", O_RDONLY) > 2;
        const bool at_end = ::read(0, &byte, 1) == 0;
        const bool unheard = ::write(1, "x", 1) < 0 && ::write(2, "x", 1) < 0;
        ::_exit(filled && at_end && unheard ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace openclaw::platform
