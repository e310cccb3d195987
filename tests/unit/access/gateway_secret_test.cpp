#include "access/gateway_secret.h"

#include <gmock/gmock.h>

#include "support/config_builder.h"
#include "support/faulty_file_system.h"

namespace openclaw::access {
namespace {

using test::config_of;
using test::CrashOutcome;
using test::FaultyFileSystem;
using test::MemoryFileSystem;
using test::state_folder;
using testing::HasSubstr;
using testing::Not;

const test::Path token_file = state_folder / "credentials/gateway-token";
const std::string in_config = R"({gateway:{auth:{token:"from-config"}}})";

// "place secret", "none" or "error: message".
std::string chosen(const Result<GatewaySecret>& secret) {
    if (!secret) return "error: " + secret.error().message;
    if (!secret->chosen()) return "none";
    return secret->chosen()->place + " " + std::string(secret->chosen()->value.reveal());
}

TEST(GatewaySecret, TakesFlagBeforeEnvironmentBeforeConfig) {
    MemoryFileSystem files;
    const std::map<std::string, std::string> environment = {{"OPENCLAW_GATEWAY_TOKEN", "from-env"},
                                                            {"CLAWDBOT_GATEWAY_TOKEN", "from-old-env"}};
    const auto config = config_of(in_config, environment);
    const auto chosen_with = [&](std::string token) {
        return chosen(resolve_gateway_secret(
            *config, files, {.mode = {}, .token = Secret(std::move(token)), .password = {}}));
    };
    EXPECT_EQ(chosen_with("from-flag"), "--token from-flag");
    EXPECT_EQ(chosen_with(" "), "OPENCLAW_GATEWAY_TOKEN from-env") << "a blank flag says nothing";
    EXPECT_EQ(chosen(resolve_gateway_secret(*config_of(in_config), files, {})),
              "gateway.auth.token from-config");
}

TEST(GatewaySecret, IsReadWithoutByteOrderMarkAndBlanks) {
    for (const std::string text :
         {"\xEF\xBB\xBFmade-once\n", "made-once\u00a0\r\n", "\u2003made-once\uFEFF"}) {
        MemoryFileSystem files;
        files.put(token_file, text);
        EXPECT_EQ(chosen(resolve_gateway_secret(*config_of(""), files, {})),
                  "~/.openclaw/credentials/gateway-token made-once")
            << text;
    }
}

TEST(GatewaySecret, KnowsEveryPlaceThatHasOneTheStrongestFirst) {
    MemoryFileSystem files;
    files.put(state_folder / "openclaw.json", in_config);
    files.put(state_folder / ".env", "OPENCLAW_GATEWAY_TOKEN=from-file\n");
    files.put(token_file, "made-once\n");
    config::Paths paths;
    paths.home = test::home_folder;
    paths.state = state_folder;
    paths.config_file = state_folder / "openclaw.json";
    const platform::Variables variables{{"OPENCLAW_GATEWAY_TOKEN", Secret("from-env")},
                                        {"CLAWDBOT_GATEWAY_TOKEN", Secret("from-old-env")}};
    const auto config = config::load_config({.files = files, .variables = variables, .paths = paths});
    const auto secret =
        resolve_gateway_secret(*config, files, {.mode = {}, .token = Secret("from-flag"), .password = {}});
    ASSERT_TRUE(secret);
    std::vector<std::string> found;
    for (const auto& candidate : secret->candidates)
        found.push_back(candidate.place + " " + std::string(candidate.value.reveal()));
    EXPECT_THAT(found,
                testing::ElementsAre("--token from-flag", "OPENCLAW_GATEWAY_TOKEN from-env",
                                     "OPENCLAW_GATEWAY_TOKEN (~/.openclaw/.env) from-file",
                                     "CLAWDBOT_GATEWAY_TOKEN from-old-env", "gateway.auth.token from-config",
                                     "~/.openclaw/credentials/gateway-token made-once"));
}

TEST(GatewaySecret, CountsBlankValuesAsUnset) {
    MemoryFileSystem files;
    const auto config = config_of(R"({gateway:{auth:{token:"  "}}})", {{"OPENCLAW_GATEWAY_TOKEN", " "}});
    EXPECT_EQ(chosen(resolve_gateway_secret(*config, files, {})), "none");
}

struct ModeCase {
    std::string auth;  // the members of gateway.auth
    std::optional<AccessMode> flag;
    std::string_view mode, chosen;
};

TEST(GatewaySecret, IsAPasswordOnlyWhereThatIsAskedForOrNothingElseIsSet) {
    for (const auto& [auth, flag, mode, place] : {
             ModeCase{R"(password:"p")", {}, "password", "gateway.auth.password p"},
             ModeCase{R"(token:"t",password:"p")", {}, "token", "gateway.auth.token t"},
             ModeCase{R"(token:"t")", {}, "token", "gateway.auth.token t"},
             ModeCase{R"(mode:"password",token:"t",password:"p")", {}, "password", "gateway.auth.password p"},
             ModeCase{R"(mode:"password",token:"t")", {}, "password", "none"},
             ModeCase{R"(mode:"token",password:"p")", {}, "token", "none"},
             ModeCase{R"(mode:"token",password:"p",token:"t")", AccessMode::password, "password",
                      "gateway.auth.password p"},
             ModeCase{R"(mode:"password",password:"p",token:"t")", AccessMode::token, "token",
                      "gateway.auth.token t"},
         }) {
        MemoryFileSystem files;
        const auto config = config_of(fmt::format("{{gateway:{{auth:{{{}}}}}}}", auth));
        const auto secret =
            resolve_gateway_secret(*config, files, {.mode = flag, .token = {}, .password = {}});
        ASSERT_TRUE(secret) << auth;
        EXPECT_EQ(name_of(secret->mode), mode) << auth;
        EXPECT_EQ(chosen(secret), place) << auth;
    }
}

TEST(GatewaySecret, NeverRunsUnlockedWhateverTheModeIsCalled) {
    for (const auto& [mode, hint] :
         {std::pair{"of", "use one of: token, password, mtls, trusted-proxy, none"},
          std::pair{"", "use one of: token"}, std::pair{"tokn", "did you mean \"token\"?"},
          std::pair{"mtsl", "did you mean \"mtls\"?"}, std::pair{"None", "did you mean \"none\"?"}}) {
        MemoryFileSystem files;
        const auto config = config_of(fmt::format(R"({{gateway:{{auth:{{mode:"{}",token:"t"}}}}}})", mode));
        for (const auto& secret :
             {resolve_gateway_secret(*config, files, {}), ensure_gateway_secret(*config, files, {})}) {
            ASSERT_FALSE(secret);
            EXPECT_EQ(secret.error().code, Code::invalid_input);
            EXPECT_THAT(secret.error().message, HasSubstr(fmt::format("\"{}\"", mode)));
            EXPECT_THAT(secret.error().hint, HasSubstr(hint));
        }
        EXPECT_TRUE(files.all_paths().empty());
    }
}

TEST(GatewaySecret, IsNeitherTakenNorMadeWhereTheModeWantsNone) {
    for (const char* mode : {"none", "trusted-proxy", "mtls"}) {
        MemoryFileSystem files;
        files.put(token_file, "made-once-and-left-behind");
        const auto config = config_of(fmt::format(R"({{gateway:{{auth:{{mode:"{}",token:"t"}}}}}})", mode));
        const auto secret = ensure_gateway_secret(*config, files, {});
        ASSERT_TRUE(secret) << mode;
        EXPECT_EQ(name_of(secret->mode), mode);
        EXPECT_FALSE(secret->chosen()) << mode;
    }
}

TEST(GatewaySecret, IsNotReplacedByAnotherWhereItIsSealedAndClosed) {
    for (const std::string kind : {"token", "password"}) {
        MemoryFileSystem files;
        files.put(token_file, "made-once");
        const auto config =
            config_of(fmt::format(R"({{gateway:{{auth:{{{}:{{source:"sealed",id:"v1.x"}}}}}}}})", kind),
                      {{"OPENCLAW_GATEWAY_TOKEN", "from-env"}});
        const auto secret = ensure_gateway_secret(*config, files, {});
        ASSERT_FALSE(secret) << kind;
        EXPECT_EQ(secret.error().code, Code::denied);
        EXPECT_THAT(secret.error().message, HasSubstr("gateway.auth." + kind));
    }
}

TEST(GatewaySecret, IsMadeOnceAndFoundByEverybodyAfterwards) {
    MemoryFileSystem files;
    const auto config = config_of("");
    EXPECT_EQ(chosen(resolve_gateway_secret(*config, files, {})), "none");
    EXPECT_TRUE(files.all_paths().empty()) << "looking makes nothing";
    const auto made = ensure_gateway_secret(*config, files, {});
    ASSERT_TRUE(made && made->chosen());
    EXPECT_EQ(made->chosen()->value.size(), 48u);
    EXPECT_EQ(chosen(resolve_gateway_secret(*config, files, {})), chosen(made));
    EXPECT_EQ(chosen(ensure_gateway_secret(*config, files, {})), chosen(made));
    EXPECT_THAT(files.all_paths(), testing::ElementsAre(token_file));
    EXPECT_EQ(files.info(token_file)->mode, 0600u);
    EXPECT_EQ(files.info(token_file.parent_path())->mode, 0700u);
}

TEST(GatewaySecret, IsNotMadeWhereSomethingIsConfigured) {
    MemoryFileSystem files;
    EXPECT_EQ(chosen(ensure_gateway_secret(*config_of(in_config), files, {})),
              "gateway.auth.token from-config");
    EXPECT_TRUE(files.all_paths().empty());
}

TEST(GatewaySecret, IsWholeOrNotThereWhereverItsMakingIsCutOff) {
    const auto config = config_of("");
    MemoryFileSystem clean;
    clean.put(token_file.parent_path() / "another", "");
    FaultyFileSystem counting(clean);
    ASSERT_TRUE(ensure_gateway_secret(*config, counting, {}));
    ASSERT_GT(counting.operations(), 5);
    for (int at = 1; at <= counting.operations(); ++at)
        for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn}) {
            MemoryFileSystem disk;
            disk.put(token_file.parent_path() / "another", "");
            FaultyFileSystem files(disk);
            files.crash_at(at);
            EXPECT_FALSE(ensure_gateway_secret(*config, files, {})) << at;
            disk.crash(outcome);
            const auto found = disk.text_of(token_file);
            EXPECT_TRUE(!found || found->size() == 48u) << at << ": " << *found;
            const auto next = ensure_gateway_secret(*config, disk, {});
            ASSERT_TRUE(next && next->chosen()) << at << ": " << chosen(next);
            EXPECT_EQ(next->chosen()->value.size(), 48u);
        }
}

TEST(GatewaySecret, IsGivenOutOnlyWhenItSurvivesALossOfPower) {
    const auto config = config_of("");
    MemoryFileSystem disk;
    disk.put(token_file.parent_path() / "another", "");
    const auto made = chosen(ensure_gateway_secret(*config, disk, {}));
    disk.crash(CrashOutcome::lost);
    EXPECT_EQ(chosen(resolve_gateway_secret(*config, disk, {})), made);
}

TEST(GatewaySecret, SaysWhatWentWrongWhenItCannotBeMade) {
    const auto config = config_of("");
    for (int at = 1;; ++at) {
        MemoryFileSystem disk;
        disk.put(token_file.parent_path() / "gateway-token.new", "left by one that was killed");
        FaultyFileSystem files(disk);
        files.fail_at(at, ENOSPC);
        const auto secret = ensure_gateway_secret(*config, files, {});
        if (files.last_operation().empty()) {
            EXPECT_GT(at, 7);
            EXPECT_TRUE(secret);
            break;
        }
        if (secret && files.last_operation() == "info")
            continue;  // of the folder, which is made all the same
        ASSERT_FALSE(secret) << at << " " << files.last_operation();
        EXPECT_EQ(secret.error().code, Code::no_space) << files.last_operation();
        EXPECT_THAT(secret.error().message, HasSubstr("the gateway token")) << files.last_operation();
    }
}

TEST(GatewaySecret, RefusesATokenFileThatOthersMayRead) {
    const auto config = config_of("");
    for (const std::uint32_t mode : {0601u, 0602u, 0604u, 0610u, 0620u, 0640u, 0644u, 0777u}) {
        MemoryFileSystem files;
        files.put(token_file, "made-once", mode);
        const auto secret = resolve_gateway_secret(*config, files, {});
        ASSERT_FALSE(secret) << mode;
        EXPECT_EQ(secret.error().code, Code::denied);
        EXPECT_THAT(secret.error().hint, HasSubstr("chmod 600"));
        EXPECT_EQ(chosen(ensure_gateway_secret(*config, files, {})), chosen(secret));
        EXPECT_EQ(files.text_of(token_file), "made-once") << "never overwritten by itself";
        EXPECT_EQ(chosen(resolve_gateway_secret(*config_of(in_config), files, {})),
                  "gateway.auth.token from-config")
            << "it is in nobody's way";
    }
    for (const std::uint32_t mode : {0400u, 0600u, 0700u}) {
        MemoryFileSystem files;
        files.put(token_file, "made-once", mode);
        EXPECT_THAT(chosen(resolve_gateway_secret(*config, files, {})), HasSubstr(" made-once")) << mode;
    }
}

TEST(GatewaySecret, TellsATokenFileThatCannotBeReadFromOneThatIsAbsent) {
    const auto config = config_of("");
    for (int at = 1; at <= 2; ++at) {  // its mode, its text
        MemoryFileSystem disk;
        disk.put(token_file, "made-once");
        FaultyFileSystem files(disk);
        files.fail_at(at, EACCES);
        const auto secret = resolve_gateway_secret(*config, files, {});
        ASSERT_FALSE(secret) << at;
        EXPECT_EQ(secret.error().code, Code::denied);
        EXPECT_THAT(secret.error().message, HasSubstr("reading the gateway token"));
    }
}

TEST(GatewaySecret, RefusesATokenFileThatHoldsNoTokenOrFarTooMuch) {
    const auto config = config_of("");
    for (const auto& [text, code] :
         {std::pair(std::string(" \n"), Code::corrupt), std::pair(std::string(4097, 'x'), Code::too_large)}) {
        MemoryFileSystem files;
        files.put(token_file, text);
        const auto secret = ensure_gateway_secret(*config, files, {});
        ASSERT_FALSE(secret);
        EXPECT_EQ(secret.error().code, code);
    }
    MemoryFileSystem files;
    files.put(token_file, std::string(4096, 'x'));
    EXPECT_TRUE(resolve_gateway_secret(*config, files, {}));
}

TEST(GatewaySecret, NeverMakesUpAPassword) {
    MemoryFileSystem files;
    files.put(token_file, "made-once");
    const auto config = config_of(R"({gateway:{auth:{mode:"password"}}})");
    const auto refused = ensure_gateway_secret(*config, files, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid_input);
    const auto with = config_of(R"({gateway:{auth:{password:"open sesame"}}})");
    const auto secret = ensure_gateway_secret(*with, files, {});
    ASSERT_TRUE(secret);
    EXPECT_EQ(secret->mode, AccessMode::password);
    EXPECT_EQ(secret->candidates.size(), 1u) << "a token of this folder is no password";
}

TEST(GatewaySecret, ExplainsItselfWithoutShowingAnything) {
    MemoryFileSystem files;
    const auto config = config_of(R"({gateway:{auth:{token:"secret-in-config"}}})",
                                  {{"OPENCLAW_GATEWAY_TOKEN", "secret-in-env"}});
    const auto text = resolve_gateway_secret(*config, files, {})->described("key");
    EXPECT_THAT(
        text, testing::MatchesRegex("OPENCLAW_GATEWAY_TOKEN #[0-9a-f]{8}, gateway.auth.token #[0-9a-f]{8}"));
    EXPECT_THAT(text, Not(HasSubstr("secret-in")));
    EXPECT_EQ(GatewaySecret{}.described("key"), "nothing is configured");
}

}  // namespace
}  // namespace openclaw::access
