#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/admit.h"
#include "access/browser_guard.h"
#include "access/device_proof.h"
#include "access/guess_limiter.h"
#include "access/refusal_log.h"
#include "support/config_builder.h"
#include "support/fake_log.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

access::AccessPolicy locked_by(std::string secret, std::uint32_t owner = 1000) {
    access::GatewaySecret made{.mode = access::AccessMode::token,
                               .candidates = {{"test", Secret(std::move(secret))}}};
    return access::access_policy(made, "key", owner);
}

access::Offered offering(std::string secret) {
    return {.secret = Secret(std::move(secret)), .socket_owner = {}};
}

TEST(Admit, LetsTheSharedSecretInWithEverything) {
    const auto admitted = access::admit(offering("correct horse"), locked_by("correct horse"));
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->proof(), access::Proof::token);
    EXPECT_TRUE(admitted->may(access::Scope::admin));
}

TEST(Admit, RefusesWhatDiffersByOneCharacterOrByLength) {
    for (const char* wrong : {"correct horsf", "correct hors", "correct horse ", "", "c"}) {
        const auto admitted = access::admit(offering(wrong), locked_by("correct horse"));
        ASSERT_FALSE(admitted) << wrong;
        EXPECT_EQ(admitted.error(), *wrong ? access::Denial::wrong_secret : access::Denial::nothing_offered);
    }
}

TEST(Admit, KeepsEverybodyOutWhileNoSecretIsConfigured) {
    const access::AccessPolicy unlocked{.owner_uid = 1000};
    EXPECT_EQ(access::admit(offering("anything"), unlocked).error(), access::Denial::no_secret_configured);
    EXPECT_EQ(access::admit({}, unlocked).error(), access::Denial::no_secret_configured);
    EXPECT_EQ(access::admit(offering(""), locked_by("   ")).error(), access::Denial::no_secret_configured);
}

TEST(Admit, TrustsTheKernelAboutTheOwnerOfASocketAndNobodyElse) {
    const auto by = [](std::uint32_t uid) {
        return access::Offered{.secret = {},
                               .socket_owner = net::Peer::Owner{.uid = uid, .gid = 0, .pid = 1}};
    };
    EXPECT_TRUE(access::admit(by(1000), locked_by("x")));
    EXPECT_EQ(access::admit(by(1001), locked_by("x")).error(), access::Denial::wrong_owner);
    EXPECT_EQ(access::admit(by(0), locked_by("x")).error(), access::Denial::wrong_owner);
}

TEST(Principal, CanBeNarrowedAndNeverWidened) {
    const auto all = *access::admit(offering("s"), locked_by("s"));
    const auto reader = all.narrowed_to(access::Scopes::named({"operator.read", "operator.everything"}));
    EXPECT_THAT(reader.scopes().names(), ElementsAre("operator.read"));
    EXPECT_FALSE(reader.may(access::Scope::write));
    EXPECT_TRUE(reader.narrowed_to(access::Scopes::all()).scopes() == reader.scopes());
    EXPECT_TRUE(all.narrowed_to(std::nullopt).may(access::Scope::admin));
    EXPECT_TRUE(reader.narrowed_to(access::Scopes{}).scopes().empty());
}

TEST(Scopes, AdminHoldsAllAndWriteIncludesRead) {
    EXPECT_TRUE(access::Scopes({access::Scope::write}).allow(access::Scope::read));
    EXPECT_FALSE(access::Scopes({access::Scope::read}).allow(access::Scope::write));
    EXPECT_FALSE(access::Scopes({access::Scope::write}).allow(access::Scope::pairing));
    EXPECT_TRUE(access::Scopes({access::Scope::admin}).allow(access::Scope::approvals));
}

class Limiter : public testing::Test {
protected:
    void guess(const char* address, int times) {
        for (int i = 0; i < times; ++i) limiter.record_failure(address, now);
    }
    access::GuessLimiter limiter{access::GuessRules{}};
    access::GuessLimiter::Time now{};
};

TEST_F(Limiter, LocksAnAddressAfterTenWrongGuessesInAMinute) {
    guess("192.0.2.7", 9);
    EXPECT_FALSE(limiter.locked_for("192.0.2.7", now));
    guess("192.0.2.7", 1);
    EXPECT_EQ(limiter.locked_for("192.0.2.7", now), 5min);
    EXPECT_FALSE(limiter.locked_for("192.0.2.8", now));
    EXPECT_FALSE(limiter.locked_for("192.0.2.7", now + 5min));
}

TEST_F(Limiter, ForgetsGuessesOlderThanTheWindow) {
    guess("192.0.2.7", 9);
    now += 61s;
    guess("192.0.2.7", 9);
    EXPECT_FALSE(limiter.locked_for("192.0.2.7", now));
}

TEST_F(Limiter, IsNotExtendedByGuessesDuringTheRest) {
    guess("192.0.2.7", 10);
    now += 4min;
    guess("192.0.2.7", 50);
    EXPECT_EQ(limiter.locked_for("192.0.2.7", now), 1min);
}

TEST_F(Limiter, SharesOneCounterAmongTheSpellingsOfAnAddress) {
    guess("192.0.2.7", 5);
    guess("::ffff:192.0.2.7", 5);
    EXPECT_TRUE(limiter.locked_for("::FFFF:c000:0207", now));
    guess("2001:db8:1:2::1", 5);
    guess("2001:db8:1:2:ffff::9", 5);
    EXPECT_TRUE(limiter.locked_for("2001:db8:1:2::77", now));
    EXPECT_FALSE(limiter.locked_for("2001:db8:1:3::1", now));
    guess("127.0.0.1", 10);
    EXPECT_TRUE(limiter.locked_for("::1", now)) << "both loopbacks are this host";
}

TEST_F(Limiter, RestsShortlyOnLoopbackWhichEverybodyHereShares) {
    guess("127.0.0.1", 10);
    EXPECT_EQ(limiter.locked_for("127.0.0.1", now), 10s);
}

TEST_F(Limiter, RemembersABoundedNumberOfAddresses) {
    for (int i = 0; i < 10000; ++i) guess(fmt::format("10.{}.{}.1", i / 256, i % 256).c_str(), 1);
    EXPECT_LE(limiter.size(), access::GuessRules{}.addresses_max);
    EXPECT_EQ(limiter.refused(), 10000u);
}

net::Headers headers(std::initializer_list<std::pair<std::string, std::string>> fields) {
    return net::Headers(fields);
}

TEST(BrowserGuard, RefusesForeignPagesAndReboundNames) {
    const net::Peer local{.address = "127.0.0.1", .port = 5, .loopback = true, .owner = {}};
    access::BrowserPolicy policy{.origins = {"https://claw.example"}, .trusted_proxies = {}};
    const auto refused = [&](std::initializer_list<std::pair<std::string, std::string>> fields) {
        return access::refused_as_cross_site(headers(fields), local, policy).has_value();
    };
    EXPECT_FALSE(refused({{"Host", "127.0.0.1:18789"}}));
    EXPECT_FALSE(refused({{"Host", "[::1]:18789"}}));
    EXPECT_FALSE(refused({{"Host", "LOCALHOST:18789"}}));
    EXPECT_FALSE(refused({{"Host", "box.tail1234.ts.net"}}));
    EXPECT_FALSE(refused({{"Host", "localhost:18789"}, {"Origin", "http://localhost:18789"}}));
    EXPECT_FALSE(refused({{"Host", "localhost:18789"}, {"Origin", "https://claw.example"}}));
    EXPECT_FALSE(refused({{"Host", "claw.example"}}));
    EXPECT_TRUE(refused({{"Host", "rebound.example:18789"}}));
    EXPECT_TRUE(refused({{"Host", "localhost.rebound.example"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "http://evil.example"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "http://localhost:3000"}}));
    EXPECT_TRUE(refused({{"Host", "localhost:18789"}, {"Origin", "null"}}));
}

TEST(BrowserGuard, BelievesForwardedAddressesOnlyFromATrustedProxy) {
    const auto forwarded =
        headers({{"Host", "x"}, {"X-Forwarded-For", "198.51.100.1, 203.0.113.9, 10.0.0.2"}});
    const access::BrowserPolicy policy{.origins = {},
                                       .trusted_proxies = {"10.0.0.1", "10.0.0.2/31", "fd00::/8"}};
    const auto seen_from = [&](std::string peer) {
        return client_address(
            forwarded, {.address = std::move(peer), .port = 1, .loopback = false, .owner = {}}, policy);
    };
    EXPECT_EQ(seen_from("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(seen_from("10.0.0.4"), "10.0.0.4");
    EXPECT_EQ(seen_from("fd12::7"), "203.0.113.9");
    EXPECT_EQ(seen_from("10.0.0.1"), "203.0.113.9") << "the last one that no trusted proxy added";
}

// Signatures that a client of the reference made.
const access::DeviceClaim v2_claim{
    .id = "a7c7b6e121ac06a60967eeedf1bbe75d85981df102b2b48fc001fc4e10b2a5bc",
    .public_key = "ttAqAKpyjS--dDqX0LOA8Ay99guu4rudbSfnJn7kw4c",
    .signature = "DigoUf6hr9PNVud5_Uyj5AzOgda2ZvYnJVtOk-BpjvM2Yz7rqbYm44uteKxACAC6VddOan8b8mpk77hTWhoPBQ",
    .signed_at_ms = 1795337119305,
    .nonce = "a26937de-d88c-4436-85e5-c1a270f4a1dd"};
const access::DeviceContext v2_context{.client_id = "cli",
                                       .client_mode = "cli",
                                       .role = "operator",
                                       .token = "synthetic-token-0123456789abcdef",
                                       .platform = "linux",
                                       .device_family = "",
                                       .scopes = {"operator.admin", "operator.approvals", "operator.pairing"},
                                       .challenge = "a26937de-d88c-4436-85e5-c1a270f4a1dd"};
const access::DeviceClaim v3_claim{
    .id = "e864187d7ca7b7578ecf53c42128a1aa4db9bb35816845940eefd0b51bfa2344",
    .public_key = "t-7ddQfQkSOXO1R5w2XmXUojrKxFifhMFDRsh2sJvlg",
    .signature = "X_NZLDac0_lAHxx38WJR4qgFkhxr78mvMrCrjlbD0BtBCQUfuNL_re6TMc6jf2Fj9-zV9znBfYTS9hJN8D4cAg",
    .signed_at_ms = 1795340823775,
    .nonce = "11111111-2222-3333-4444-555555555555"};
const access::DeviceContext v3_context{
    .client_id = "openclaw-tui",
    .client_mode = "ui",
    .role = "operator",
    .token = "synthetic-token-0123456789abcdef",
    .platform = "linux",
    .device_family = "Linux",
    .scopes = {"operator.admin", "operator.read", "operator.write", "operator.approvals"},
    .challenge = "11111111-2222-3333-4444-555555555555"};

std::string code_of(const access::DeviceClaim& claim, const access::DeviceContext& context,
                    std::int64_t now_ms) {
    const auto problem = access::find_device_problem(claim, context, from_ms(now_ms));
    return problem ? problem->code : "";
}

TEST(DeviceProof, AcceptsBothGenerationsOfSignatures) {
    EXPECT_EQ(code_of(v2_claim, v2_context, v2_claim.signed_at_ms + 1000), "");
    EXPECT_EQ(code_of(v3_claim, v3_context, v3_claim.signed_at_ms + 1000), "");
}

TEST(DeviceProof, NamesWhatIsWrong) {
    const auto now = v2_claim.signed_at_ms;
    auto claim = v2_claim;
    auto context = v2_context;
    context.token = "another";
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_SIGNATURE_INVALID");
    context = v2_context;
    context.scopes.pop_back();
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_SIGNATURE_INVALID");
    context = v2_context;
    context.challenge = "another";
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_NONCE_MISMATCH");
    EXPECT_EQ(code_of(claim, v2_context, now + 600001), "DEVICE_AUTH_SIGNATURE_EXPIRED");
    EXPECT_EQ(code_of(claim, v2_context, now - 600001), "DEVICE_AUTH_SIGNATURE_EXPIRED");
    claim.nonce.reset();
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_NONCE_REQUIRED");
    claim = v2_claim;
    claim.id = v3_claim.id;
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_DEVICE_ID_MISMATCH");
    claim.public_key = "short";
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_PUBLIC_KEY_INVALID");
}

TEST(RefusalLog, IsNotFilledByStrangersAndSaysHowManyItLeftOut) {
    test::FakeLog log;
    access::RefusalLog refusals(log);
    const access::RefusalLog::Time start{};
    for (int number = 0; number < 1000; ++number) refusals.tell(start + 1s, "http", "refused {}", number);
    ASSERT_EQ(log.lines().size(), std::size_t(access::RefusalLog::lines_max));
    EXPECT_EQ(log.lines().back(), fmt::format("2 http refused {}", access::RefusalLog::lines_max - 1));
    refusals.tell(start + 60s, "http", "refused {}", "too early");
    refusals.tell(start + 61s, "ws", "refused {}", "again");
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), std::size_t(access::RefusalLog::lines_max) + 2);
    EXPECT_EQ(lines[lines.size() - 2],
              fmt::format("2 ws {} more refusals were not logged", 1001 - access::RefusalLog::lines_max));
    EXPECT_EQ(lines.back(), "2 ws refused again");
}

}  // namespace
}  // namespace openclaw::gateway
