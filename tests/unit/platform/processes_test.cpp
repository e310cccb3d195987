#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
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

TEST(Processes, StartWithoutTerminalWithTheUsualSignalsAndNothingOfOurLimits) {
    struct sigaction before{}, ignored{};
    ignored.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignored, &before);
    sigset_t blocked, mask;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &mask);
    const auto result = system_processes()->run(
        shell("cat /proc/self/status | grep -E '^Sig(Blk|Ign|Cgt)'; umask; ulimit -Hc; "
              "cut -d' ' -f7 /proc/$$/stat; test $(cut -d' ' -f5 /proc/$$/stat) = $$ && "
              "test $(cut -d' ' -f6 /proc/$$/stat) = $$ && echo alone"));
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    ::sigaction(SIGPIPE, &before, nullptr);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->output.reveal(),
              "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n"
              "0077\n0\n0\nalone\n");
}

TEST(Processes, AreGivenTheirDescriptorsWhicheverOfOursAreClosed) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        for (const int descriptor : {0, 1, 2}) ::close(descriptor);
        auto request = shell("cat; echo err >&2; ls /proc/self/fd | wc -l");
        request.input = "in ";
        const auto result = system_processes()->run(request);
        ::_exit(result && result->output.reveal() == "in 4\n" && result->errors == "err\n" ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
}

std::string state_of(int pid) {
    std::ifstream stat(fmt::format("/proc/{}/stat", pid));
    std::string number, name, state = "gone";
    stat >> number >> name >> state;
    return state;
}

// Ended; its new parent collects it when it comes to it. A process that lives on keeps us here for ever,
// which the test runner's own limit ends.
void wait_until_gone(int pid) {
    while (state_of(pid) != "gone" && state_of(pid) != "Z" && state_of(pid) != "X") std::this_thread::yield();
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
    wait_until_gone(grandchild);
}

TEST(Processes, ThatLikeNoEndAreEndedAllTheSame) {
    const test::TemporaryFolder folder;
    auto request = shell("trap '' TERM INT HUP; echo $$ > \"$1\"; while :; do sleep 1000; done");
    request.arguments.insert(request.arguments.end(), {"sh", (folder / "pid").string()});
    request.deadline = std::chrono::seconds(2);
    const auto result = system_processes()->run(request);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::timed_out);
    int stubborn = 0;
    std::ifstream(folder / "pid") >> stubborn;
    ASSERT_GT(stubborn, 0);
    EXPECT_EQ(state_of(stubborn), "gone");
}

TEST(Processes, EndWithWhoStartedThem) {
    const test::TemporaryFolder folder;
    const auto file = folder / "pid";
    const pid_t gateway = ::fork();
    ASSERT_GE(gateway, 0);
    if (gateway == 0) {
        auto request = shell("echo $$ > \"$1.new\"; mv \"$1.new\" \"$1\"; exec sleep 1000");
        request.arguments.insert(request.arguments.end(), {"sh", file.string()});
        request.deadline = std::chrono::hours(1);
        [[maybe_unused]] const auto result = system_processes()->run(request);
        ::_exit(0);
    }
    while (!std::filesystem::exists(file)) std::this_thread::yield();
    ::kill(gateway, SIGKILL);
    ::waitpid(gateway, nullptr, 0);
    int left = 0;
    std::ifstream(file) >> left;
    ASSERT_GT(left, 0);
    wait_until_gone(left);
}

TEST(Processes, LeaveNobodyBehind) {
    const test::TemporaryFolder folder;
    auto request = shell("sleep 1000 & echo $! > \"$1\"; echo done");
    request.arguments.insert(request.arguments.end(), {"sh", (folder / "pid").string()});
    ASSERT_TRUE(system_processes()->run(request));
    int left = 0;
    std::ifstream(folder / "pid") >> left;
    ASSERT_GT(left, 0);
    wait_until_gone(left);
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
