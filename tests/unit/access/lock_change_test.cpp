#include "access/lock/lock_change.h"

#include <gmock/gmock.h>

#include "access/lock/lock_trial.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"

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
    EXPECT_THAT(
        to_token("{gateway: {auth: {password: 'a password of length'}}}", files),
        ElementsAre("a new token in ~/.openclaw/credentials/gateway-token", "gateway.auth.mode: \"token\""));
}

// An authority of one's own on a disk in memory.
struct Issuing {
    test::MemoryFileSystem files;
    test::FakeClock clock;

    std::vector<std::string> to(CertificateLock which, std::string config) {
        const auto loaded = config_of(std::move(config));
        Authorities authorities(Authorities::means_of(files, clock, *loaded));
        const auto change = change_to_certificates(*loaded, files, authorities, which, clock.now());
        return change ? described(*change, *loaded)
                      : std::vector<std::string>{"error: " + change.error().message};
    }
    void issue() {
        Authorities authorities(Authorities::means_of(files, clock, *config_of("")));
        const ServerNames names{.dns = {"localhost"}};
        ASSERT_TRUE(authorities.make(names));
        ASSERT_TRUE(authorities.ensure_server_certificate(names));
        const auto key = net::PrivateKey::generate(net::KeyKind::p256);
        const auto issued = authorities.issue(
            {.name = "phone", .scopes = Scopes{Scope::read}, .lifetime = std::chrono::days(90)},
            key->public_key());
        ASSERT_TRUE(issued) << issued.error().message;
    }
};

const std::string with_token = "{gateway: {auth: {token: 'a-token-of-some-length'}}}";

TEST(LockChange, PutsCertificatesBesideTheTokenAndMakesWhatIsMissing) {
    Issuing issuing;
    EXPECT_THAT(issuing.to(CertificateLock::beside_token, with_token),
                ElementsAre("two authorities and the gateway's certificate in ~/.openclaw/gateway/authority",
                            "gateway.tls.enabled: true"));
    EXPECT_TRUE(issuing.files.all_paths().empty()) << "only said";
    EXPECT_THAT(issuing.to(CertificateLock::beside_token, ""),
                testing::Contains(testing::HasSubstr("a new token in")));
    EXPECT_THAT(issuing.to(CertificateLock::beside_token, "{gateway: {auth: {mode: 'none'}}}"),
                testing::Contains("gateway.auth.mode: \"none\" becomes \"token\""))
        << "what has no certificate is not to come in for nothing";
}

TEST(LockChange, LetsTheGatewayMakeItsCertificateWhereTheConfigForbadeIt) {
    Issuing issuing;
    issuing.issue();
    EXPECT_THAT(issuing.to(CertificateLock::beside_token,
                           "{gateway: {auth: {token: 'a-token-of-some-length'}, tls: {enabled: true, "
                           "autoGenerate: false}}}"),
                ElementsAre("gateway.tls.autoGenerate: false becomes true"));
}

TEST(LockChange, LeavesACertificateThatTheConfigNames) {
    Issuing issuing;
    issuing.issue();
    EXPECT_THAT(issuing.to(CertificateLock::beside_token,
                           "{gateway: {auth: {token: 'a-token-of-some-length'}, tls: {"
                           "enabled: true, certPath: '/c.pem', keyPath: '/k.pem'}}}"),
                IsEmpty());
}

TEST(LockChange, LocksByCertificatesAloneOnlyWhereSomebodyHasOneThatCounts) {
    Issuing issuing;
    EXPECT_THAT(issuing.to(CertificateLock::only, with_token),
                ElementsAre(testing::HasSubstr("nobody could come in")));
    issuing.issue();
    EXPECT_THAT(issuing.to(CertificateLock::only, with_token),
                testing::Contains("gateway.auth.mode: \"mtls\""));
    issuing.clock.advance(std::chrono::days(91));
    EXPECT_THAT(issuing.to(CertificateLock::only, with_token),
                ElementsAre(testing::HasSubstr("nobody could come in")));
}

TEST(LockTrial, GivesOutACertificateThatCountsOnlyAsLongAsTheTryLasts) {
    Issuing issuing;
    issuing.issue();
    const auto before = issuing.files.all_paths();
    Authorities authorities(Authorities::means_of(issuing.files, issuing.clock, *config_of("")));
    {
        const auto trial = LockTrial::make(authorities, issuing.files, issuing.clock);
        ASSERT_TRUE(trial) << trial.error().message;
        EXPECT_EQ(clients_with_certificates(authorities, issuing.clock.now())->size(), 2u);
        const auto root = authorities.roots()->client.front().certificate;
        const auto certificate = [&](const LockTrial::ClientFiles& client) {
            return certificates_of(*issuing.files.text_of(client.certificate))->front();
        };
        EXPECT_TRUE(is_signed_by(certificate((*trial)->ours()), root));
        EXPECT_FALSE(is_signed_by(certificate((*trial)->foreign()), root));
        for (const auto& client : {(*trial)->ours(), (*trial)->foreign()})
            EXPECT_EQ(issuing.files.info(client.key)->mode, 0600u);
    }
    EXPECT_EQ(clients_with_certificates(authorities, issuing.clock.now())->size(), 1u);
    EXPECT_EQ(authorities.ledger().records()->size(), 1u) << "nothing is left of the try";
    EXPECT_EQ(issuing.files.all_paths(), before) << "its keys are gone";
}

TEST(LockTrial, TakesAwayWhatOneLeftThatWasKilled) {
    Issuing issuing;
    issuing.issue();
    const auto before = issuing.files.all_paths();
    Authorities authorities(Authorities::means_of(issuing.files, issuing.clock, *config_of("")));
    for (const auto* file : {"ours.crt", "ours.key", "foreign.key"})
        issuing.files.put(authorities.folder() / "trial-0123abcd" / file, "left");
    issuing.files.put(authorities.folder() / "trial-notes", "nobody's business");
    EXPECT_TRUE(LockTrial::make(authorities, issuing.files, issuing.clock));
    auto after = issuing.files.all_paths();
    EXPECT_EQ(std::erase(after, (authorities.folder() / "trial-notes").string()), 1u);
    EXPECT_EQ(after, before);
}

TEST(LockChange, TakesNoTokenThatCannotBeReadForNone) {
    test::MemoryFileSystem files;
    files.put(test::state_folder / "credentials/gateway-token", "made-once-before", 0644);
    EXPECT_THAT(to_token("{gateway: {auth: {mode: 'none'}}}", files),
                ElementsAre(testing::HasSubstr("can be read by other users")));
}

}  // namespace
}  // namespace openclaw::access
