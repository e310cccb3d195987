#include "access/lock_change.h"

#include <gmock/gmock.h>

#include "support/config_builder.h"

namespace openclaw::access {
namespace {

using test::config_of;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> to_token(std::string config, test::MemoryFileSystem& files) {
    const auto loaded = config_of(std::move(config));
    const auto change = change_to_token(*loaded, files);
    return change ? described(*change, *loaded)
                  : std::vector<std::string>{"error: " + change.error().message};
}

TEST(LockChange, WritesNothingWhereATokenLocksAlready) {
    test::MemoryFileSystem files;
    EXPECT_THAT(to_token("{gateway: {auth: {token: 'a-token-of-some-length'}}}", files), IsEmpty());
    EXPECT_THAT(to_token("{gateway: {auth: {mode: 'token', token: 'a-token-of-some-length'}}}", files),
                IsEmpty());
    files.put(test::state_folder / "credentials/gateway-token", "made-once-before");
    EXPECT_THAT(to_token("", files), IsEmpty());
}

TEST(LockChange, MakesATokenWhereThereIsNone) {
    test::MemoryFileSystem files;
    EXPECT_THAT(to_token("", files), ElementsAre("a new token in ~/.openclaw/credentials/gateway-token"));
}

TEST(LockChange, LeavesAnyOtherModeForTheToken) {
    test::MemoryFileSystem files;
    files.put(test::state_folder / "credentials/gateway-token", "made-once-before");
    for (const char* mode : {"none", "password", "mtls", "trusted-proxy", "mtsl"})
        EXPECT_THAT(to_token(fmt::format("{{gateway: {{auth: {{mode: '{}'}}}}}}", mode), files),
                    ElementsAre(fmt::format("gateway.auth.mode: \"{}\" becomes \"token\"", mode)));
}

TEST(LockChange, SaysTheModeWhereAPasswordAloneWouldDecideIt) {
    test::MemoryFileSystem files;
    EXPECT_THAT(to_token("{gateway: {auth: {password: 'a password of length'}}}", files),
                ElementsAre("a new token in ~/.openclaw/credentials/gateway-token",
                            "gateway.auth.mode: nothing becomes \"token\""));
}

TEST(LockChange, TakesNoTokenThatCannotBeReadForNone) {
    test::MemoryFileSystem files;
    files.put(test::state_folder / "credentials/gateway-token", "made-once-before", 0644);
    EXPECT_THAT(to_token("{gateway: {auth: {mode: 'none'}}}", files),
                ElementsAre(testing::HasSubstr("can be read by others")));
}

}  // namespace
}  // namespace openclaw::access
