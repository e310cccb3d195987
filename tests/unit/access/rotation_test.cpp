#include "access/rotation.h"

#include <gmock/gmock.h>

#include "base/fingerprint.h"
#include "support/fake_clock.h"
#include "support/memory_file_system.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const test::Path home = "/home/u", state = "/home/u/.openclaw";
const test::Path token_file = state / "credentials/gateway-token";
constexpr const char* old_token = "5f0c1b9e7a3d42868c1e9f04b7d2a6583e19c07b5a2d4f61";
constexpr const char* key = "key";

// A state directory whose gateway's token is to be replaced.
class Rotating : public testing::Test {
protected:
    Rotating() {
        paths.home = home;
        paths.state = state;
        paths.config_file = state / "openclaw.json";
        variables["HOME"] = Secret(home.string());
    }
    config::LoadRequest request() { return {.files = files, .variables = variables, .paths = paths}; }
    Result<Rotated> rotate(std::optional<Milliseconds> grace = {}) {
        const auto config = config::load_config(request());
        return rotate_token({.config = *config,
                             .files = files,
                             .writer = config::ConfigWriter(request(), clock, "2026.1.30"),
                             .fingerprint_key = key,
                             .now = clock.now(),
                             .grace = grace});
    }
    GatewaySecret now() {
        auto secret = resolve_gateway_secret(*config::load_config(request()), files, {});
        EXPECT_TRUE(secret) << secret.error().message;
        return secret ? std::move(*secret) : GatewaySecret{};
    }
    std::string print_now() { return fingerprint(now().chosen()->value, key); }
    std::string text(const test::Path& path) { return files.text_of(path).value_or(""); }

    test::MemoryFileSystem files;
    test::FakeClock clock;
    platform::Variables variables;
    config::Paths paths;
};

TEST_F(Rotating, PutsANewTokenWhereTheOldOneStoodInTheTokenFile) {
    files.put(token_file, std::string(old_token) + "\n");
    const auto rotated = rotate();
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_EQ(rotated->place, "~/.openclaw/credentials/gateway-token");
    EXPECT_EQ(rotated->before, fingerprint(Secret(old_token), key));
    EXPECT_EQ(rotated->after, print_now());
    EXPECT_NE(rotated->after, rotated->before);
    EXPECT_EQ(rotated->earlier_ends, test::noon + 10min);
    EXPECT_EQ(files.info(token_file)->mode, 0600u);
}

TEST_F(Rotating, SaysThatATokenWasNotKeptBecauseItCouldBeGuessed) {
    files.put(token_file, "hunter2");
    const auto guessed = rotate();
    ASSERT_TRUE(guessed) << guessed.error().message;
    EXPECT_EQ(guessed->earlier_ends, std::nullopt);
    EXPECT_THAT(guessed->guessable.value_or(""), HasSubstr("fewer than 12 characters"));
    const auto sound = rotate();
    ASSERT_TRUE(sound) << sound.error().message;
    EXPECT_EQ(sound->guessable, std::nullopt);
}

TEST_F(Rotating, LeavesTheTokenFileToWhomItBelongs) {
    files.put(token_file, old_token, 0600, 1234);
    files.may_give_away = true;
    ASSERT_TRUE(rotate());
    EXPECT_EQ(files.info(token_file)->uid, 1234u);
}

TEST_F(Rotating, KeepsOfTheOldOneADigestAndItsEndAndNothingThatCouldBeGivenAsAToken) {
    files.put(token_file, old_token);
    ASSERT_TRUE(rotate(1h));
    const auto kept = text(earlier_secret_file(paths));
    EXPECT_THAT(kept, Not(HasSubstr(old_token)));
    const auto earlier = now().earlier;
    ASSERT_TRUE(earlier);
    EXPECT_TRUE(earlier->digest.matches(Secret(old_token)));
    EXPECT_EQ(earlier->ends, test::noon + 1h);
    EXPECT_FALSE(earlier->stands(test::noon + 1h));
    EXPECT_EQ(files.info(earlier_secret_file(paths))->mode, 0600u);
}

TEST_F(Rotating, KeepsNoneAfterALeakNotEvenAnEarlierOne) {
    files.put(token_file, old_token);
    ASSERT_TRUE(rotate(1h));
    const auto rotated = rotate(0ms);
    ASSERT_TRUE(rotated);
    EXPECT_FALSE(rotated->earlier_ends);
    EXPECT_FALSE(now().earlier);
}

TEST_F(Rotating, KeepsOnlyTheLatestOfSeveral) {
    files.put(token_file, old_token);
    ASSERT_TRUE(rotate(1h));
    const auto second = print_now();
    ASSERT_TRUE(rotate(1h));
    EXPECT_EQ(now().earlier->fingerprint, second);
    EXPECT_FALSE(now().earlier->digest.matches(Secret(old_token)));
}

TEST_F(Rotating, WritesIntoTheConfigSoThatItsCommentsStay) {
    files.put(
        paths.config_file,
        fmt::format("{{\n  // ours\n  gateway: {{ auth: {{ token: '{}' }} }}, // the lock\n}}\n", old_token));
    const auto rotated = rotate();
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_EQ(rotated->place, "gateway.auth.token");
    EXPECT_EQ(rotated->after, print_now());
    EXPECT_THAT(text(paths.config_file),
                testing::AllOf(HasSubstr("// ours"), HasSubstr("// the lock"), Not(HasSubstr(old_token))));
}

TEST_F(Rotating, WritesIntoTheVariableFileAndLeavesItsOtherLines) {
    files.put(
        state / ".env",
        fmt::format("# mine\nA=1\nexport OPENCLAW_GATEWAY_TOKEN='{}' # lock\r\nB=\"x\ny\"\n", old_token));
    const auto rotated = rotate();
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_EQ(rotated->after, print_now());
    const auto now_there = text(state / ".env");
    EXPECT_TRUE(now_there.starts_with("# mine\nA=1\nexport OPENCLAW_GATEWAY_TOKEN=")) << now_there;
    EXPECT_TRUE(now_there.ends_with("\r\nB=\"x\ny\"\n")) << now_there;
}

TEST_F(Rotating, FollowsAReferenceOfTheConfigToItsVariable) {
    files.put(state / ".env", fmt::format("LOCK={}\n", old_token));
    files.put(paths.config_file, "{gateway: {auth: {token: '${LOCK}'}}}\n");
    const auto rotated = rotate();
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_EQ(rotated->after, print_now());
    EXPECT_THAT(text(paths.config_file), HasSubstr("${LOCK}"));
    EXPECT_THAT(text(state / ".env"), Not(HasSubstr(old_token)));
}

TEST_F(Rotating, CannotWriteAVariableOfTheProcessAndSaysWhereToGo) {
    variables["OPENCLAW_GATEWAY_TOKEN"] = Secret(old_token);
    files.put(token_file, "a-weaker-place-for-it-0123456789");
    const auto before = files.changes();
    const auto rotated = rotate();
    ASSERT_FALSE(rotated);
    EXPECT_EQ(rotated.error().code, Code::denied);
    EXPECT_THAT(rotated.error().message, HasSubstr("OPENCLAW_GATEWAY_TOKEN"));
    EXPECT_THAT(rotated.error().hint, HasSubstr("start the gateway again"));
    EXPECT_EQ(files.changes(), before);

    variables.erase("OPENCLAW_GATEWAY_TOKEN");
    variables["LOCK"] = Secret(old_token);
    files.put(paths.config_file, "{gateway: {auth: {token: '${LOCK}'}}}\n");
    const auto referred = rotate();
    ASSERT_FALSE(referred);
    EXPECT_THAT(referred.error().message, HasSubstr("LOCK"));
}

TEST_F(Rotating, DoesNotKeepWhatCanBeGuessed) {
    files.put(paths.config_file, "{gateway: {auth: {token: 'hunter2'}}}");
    const auto refused = rotate(10min);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::invalid_input);
    EXPECT_THAT(refused.error().hint, HasSubstr("--grace 0"));
    const auto rotated = rotate();
    ASSERT_TRUE(rotated) << rotated.error().message;
    EXPECT_FALSE(rotated->earlier_ends);
    EXPECT_FALSE(now().earlier);
}

TEST_F(Rotating, FindsNothingToReplaceWithoutATokenOrInAnotherMode) {
    EXPECT_EQ(rotate().error().code, Code::not_found);
    files.put(paths.config_file, "{gateway: {auth: {mode: 'password', password: 'a password for this'}}}");
    EXPECT_EQ(rotate().error().code, Code::invalid_input);
}

TEST_F(Rotating, TakesADamagedOrOpenFileOfTheTokenBeforeForNoneAndSaysSo) {
    files.put(token_file, old_token);
    for (const auto& [content, mode] :
         {std::pair{"{\"digest\": \"zz\", \"validUntilMs\": 9999999999999}", 0600u},
          std::pair{"{\"digest\": \"00\"}", 0600u}, std::pair{"not json", 0600u},
          std::pair{"{\"digest\": \"00\", \"validUntilMs\": 1}", 0644u}}) {
        files.put(earlier_secret_file(paths), content, mode);
        const auto secret = now();
        EXPECT_TRUE(secret.chosen());
        EXPECT_FALSE(secret.earlier) << content;
        ASSERT_TRUE(secret.earlier_problem) << content;
        EXPECT_THAT(secret.earlier_problem->hint, HasSubstr("delete it")) << content;
    }
}

TEST_F(Rotating, ForgetsAnEndedOneUnlessAnotherIsKeptMeanwhile) {
    files.put(token_file, old_token);
    ASSERT_TRUE(rotate(1h));
    const auto first = *now().earlier;
    ASSERT_TRUE(rotate(1h));
    ASSERT_TRUE(forget_earlier_secret(paths, files, first));
    ASSERT_TRUE(now().earlier) << "it is another one";
    ASSERT_TRUE(forget_earlier_secret(paths, files, *now().earlier));
    EXPECT_FALSE(now().earlier);
    EXPECT_FALSE(now().earlier_problem);
}

}  // namespace
}  // namespace openclaw::access
