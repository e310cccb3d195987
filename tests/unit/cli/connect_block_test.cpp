#include "cli/commands/connect/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "cli/parser/command.h"

namespace openclaw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const BlockFacts plain{.base = "http://127.0.0.1:18789",
                       .socket = "ws://127.0.0.1:18789",
                       .model = "openclaw",
                       .ca = {},
                       .pin = {}};
const BlockFacts locked{.base = "https://nas.local:18789",
                        .socket = "wss://nas.local:18789",
                        .model = "openclaw",
                        .ca = "/home/u/my keys/root.crt",
                        .pin = "5f3c"};

TEST(ConnectBlock, OfEachClientHoldsTheAddressAndTheKeyAndNoMarkThatIsLeft) {
    for (const auto& client : known_clients())
        for (const auto* facts : {&plain, &locked}) {
            const auto text = pasted(block_for(client, *facts, "ocg_key"));
            EXPECT_THAT(text, HasSubstr(facts->base.substr(facts->base.find(':')))) << client.name;
            EXPECT_THAT(text, HasSubstr("ocg_key")) << client.name;
            EXPECT_THAT(text, Not(testing::ContainsRegex("@[A-Z]+@"))) << client.name;
            EXPECT_TRUE(text.ends_with('\n') && !text.ends_with("\n\n")) << client.name;
        }
}

TEST(ConnectBlock, NamesTheAuthorityWhereOneHasToBeTrustedAndOtherwiseNone) {
    for (const auto& client : known_clients()) {
        const auto trusting = pasted(block_for(client, locked, "k"));
        EXPECT_TRUE(trusting.contains(locked.ca) || trusting.contains("sha256:5f3c")) << client.name;
        const auto without = pasted(block_for(client, plain, "k"));
        EXPECT_THAT(without, Not(testing::AnyOf(HasSubstr("CERT"), HasSubstr("CA_BUNDLE"),
                                                HasSubstr("cacert"), HasSubstr("sha256"))))
            << client.name;
    }
}

TEST(ConnectBlock, WhatIsPutInIsEscapedAndNotLookedAtAgain) {
    const auto text = pasted(block_for(*find_known_client("curl"), plain, "a\"b\\c @BASE@"));
    EXPECT_THAT(text, HasSubstr(R"(header = "Authorization: Bearer a\"b\\c @BASE@")"));
    const auto exports = pasted(block_for(*find_known_client("openai-sdk"), locked, "it's $HOME"));
    EXPECT_THAT(exports, HasSubstr("export OPENAI_API_KEY='it'\\''s $HOME'\n"));
    EXPECT_THAT(exports, HasSubstr("export NODE_EXTRA_CA_CERTS='/home/u/my keys/root.crt'\n"));
    EXPECT_THAT(exports, HasSubstr("export OPENAI_BASE_URL=https://nas.local:18789/v1\n"));
}

TEST(KnownClients, HaveNamesOfTheirOwnWhichTheCommandLineCompletes) {
    std::vector<std::string> names;
    for (const auto& client : known_clients()) names.emplace_back(client.name);
    EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
    const auto commands = all_commands();
    const auto found =
        std::ranges::find(commands, "connect", [](const Command* command) { return command->name; });
    ASSERT_NE(found, commands.end());
    EXPECT_EQ((*found)->completes, joined(names, "|"));
}

TEST(KnownClients, SayWhatTheyNeedInTermsOfRoutes) {
    EXPECT_TRUE(is_served({}));
    EXPECT_TRUE(is_served({"POST", "/v1/chat/completions"}));
    EXPECT_FALSE(is_served({"GET", "/v1/chat/completions"}));
    EXPECT_FALSE(is_served({"POST", "/v1/no-such-thing"}));
    for (const auto& client : known_clients())
        EXPECT_EQ(client.wants.method.empty(), client.missing.empty()) << client.name;
}

}  // namespace
}  // namespace openclaw::cli
