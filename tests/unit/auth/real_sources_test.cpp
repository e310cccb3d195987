// Sources as they are: real programs, real files.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>

#include "auth/sources/ask_source.h"
#include "support/temporary_folder.h"

namespace openclaw::auth {
namespace {

class RealSources : public testing::Test {
protected:
    platform::Path script(const std::string& name, const std::string& body) {
        const auto path = folder / name;
        std::ofstream(path) << "#!/bin/sh\n" << body << "\n";
        ::chmod(path.c_str(), 0755);
        return path;
    }
    Result<Secret> ask(CommandSource source, const std::string& id = "a") {
        auto answer = ask_source({*files, *processes, ::getuid()},
                                 {.name = "vault", .provider = std::move(source), .ids = {id, "other"}});
        return answer.values.at(id);
    }
    std::string read(const std::string& name) {
        std::ifstream in(folder / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    const test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    std::unique_ptr<platform::Processes> processes = platform::system_processes();
};

TEST_F(RealSources, GiveWhatAScriptAnswers) {
    const auto command = script("vault", R"(read -r question; printf '%s' "$question" > "$1"
printf '{"protocolVersion":1,"values":{"a":"canary-value-1"},"errors":{"other":{"message":"no such secret"}}}')");
    const auto value = ask({.command = command, .arguments = {(folder / "question").string()}});
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(*value, Secret("canary-value-1"));
    EXPECT_EQ(read("question"), R"({"protocolVersion":1,"provider":"vault","ids":["a","other"]})");
    EXPECT_EQ(ask({.command = command, .arguments = {"/dev/null"}}, "other").error().message,
              "no such secret");
}

TEST_F(RealSources, ShowAScriptNothingButWhatItIsGiven) {
    ::setenv("OPENCLAW_TEST_CANARY", "canary-inherited", 1);
    const auto command = script("vault", R"(tr '\0' '\n' < /proc/$$/environ > "$1.env"
tr '\0' '\n' < /proc/$$/cmdline > "$1.argv"
printf '{"protocolVersion":1,"values":{"a":"x"}}')");
    CommandSource source{.command = command, .arguments = {(folder / "seen").string()}};
    source.variables.emplace("GIVEN", Secret("yes"));
    ASSERT_TRUE(ask(source));
    ::unsetenv("OPENCLAW_TEST_CANARY");
    EXPECT_EQ(read("seen.env"), "GIVEN=yes\n");
    EXPECT_EQ(read("seen.argv").find("canary"), std::string::npos);
}

TEST_F(RealSources, KillASlowScriptWithAllItStarted) {
    const auto command = script("vault", R"(sleep 1000 & echo $! > "$1"; wait)");
    CommandSource source{.command = command, .arguments = {(folder / "pid").string()}};
    source.timeout = source.silence_max = std::chrono::seconds(2);  // the shell needs far less for its file
    const auto value = ask(source);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, Code::timed_out);
    int pid = 0;
    std::ifstream(folder / "pid") >> pid;
    ASSERT_GT(pid, 0);
    const auto process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) return;  // gone already
    pollfd ended{.fd = process, .events = POLLIN, .revents = 0};
    constexpr int far_below_its_thousand_seconds = 60'000;
    EXPECT_EQ(::poll(&ended, 1, far_below_its_thousand_seconds), 1);
    ::close(process);
}

TEST_F(RealSources, KillAScriptWhoseAnswerNobodyNeeds) {
    const CommandSource source{.command = script("vault", "exec sleep 1000"),
                               .timeout = std::chrono::hours(1)};
    const auto answer =
        ask_source({*files, *processes, ::getuid(), std::make_shared<std::atomic<bool>>(true)},
                   {.name = "vault", .provider = source, .ids = {"a"}});
    ASSERT_FALSE(answer.values.at("a"));
    EXPECT_EQ(answer.values.at("a").error().code, Code::cancelled);
}

TEST_F(RealSources, KillAScriptThatKeepsSilent) {
    CommandSource source{.command = script("vault", "exec sleep 1000"), .timeout = std::chrono::hours(1)};
    source.silence_max = Milliseconds(50);
    const auto value = ask(source);
    ASSERT_FALSE(value);
    EXPECT_NE(value.error().message.find("printed nothing for 50 ms"), std::string::npos)
        << value.error().message;
}

TEST_F(RealSources, StopReadingWhatHasNoEnd) {
    CommandSource source{.command = script("vault", "exec yes canary-flood"),
                         .timeout = std::chrono::hours(1)};
    source.output_bytes_max = 100'000;
    const auto value = ask(source);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, Code::too_large);
    EXPECT_EQ(value.error().message.find("canary"), std::string::npos);
}

TEST_F(RealSources, RefuseGarbageWithoutQuotingIt) {
    for (const std::string body : {R"(printf 'canary {')", R"(printf '{"values":{"a":"canary"}}')",
                                   R"(printf '{"protocolVersion":2,"values":{"a":"canary"}}')",
                                   R"(printf '["canary"]')", R"(printf '\377\376canary')"}) {
        const auto value = ask({.command = script("vault", body)});
        ASSERT_FALSE(value) << body;
        EXPECT_EQ(value.error().code, Code::corrupt) << body;
        EXPECT_EQ((value.error().message + value.error().hint).find("canary"), std::string::npos) << body;
    }
}

TEST_F(RealSources, ReadARealFileAndRefuseAWeakOne) {
    std::ofstream(folder / "keys.json") << R"({"a":"one"})";
    ::chmod((folder / "keys.json").c_str(), 0600);
    const auto ask_file_of = [&] {
        return ask_source({*files, *processes, ::getuid()},
                          {.name = "f", .provider = FileSource{.path = folder / "keys.json"}, .ids = {"/a"}});
    };
    const auto answer = ask_file_of();
    EXPECT_EQ(*answer.values.at("/a"), Secret("one"));
    ::chmod((folder / "keys.json").c_str(), 0644);
    EXPECT_EQ(ask_file_of().values.at("/a").error().code, Code::denied);
}

}  // namespace
}  // namespace openclaw::auth
