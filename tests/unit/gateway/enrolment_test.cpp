// What the gateway gives to whom: by a code, by the key of a certificate, by a ticket.
#include "gateway/http/enrolment.h"

#include <gtest/gtest.h>

#include "base/digest.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;
using access::ClientKind;

class EnrolmentTest : public testing::Test {
protected:
    EnrolmentTest() {
        EXPECT_TRUE(authorities.make(names));
        EXPECT_TRUE(authorities.ensure_server_certificate(names));
    }

    access::Invitation invited(const std::string& name = "laptop") {
        const access::NewClient client{.name = name, .scopes = {access::Scope::read}, .lifetime = 24h * 90};
        auto made = invitations().make(ClientKind::computer, client, std::string(16, 'p'), clock.now());
        EXPECT_TRUE(made);
        return made->invitation;
    }
    access::Invitations& invitations() { return enrolment.invitations(); }

    static net::PrivateKey new_key() { return *net::PrivateKey::generate(net::KeyKind::p256); }
    static std::string request_of(const net::PrivateKey& key) {
        return *access::make_certificate_request(key);
    }
    Result<Enrolment::Given> join(const access::Invitation& invitation, const net::PrivateKey& key) {
        return enrolment.join(invitation, request_of(key), "192.168.1.50", *config);
    }
    Result<Enrolment::Given> renew(const std::string& certificate_pem, const net::PrivateKey& key) {
        return enrolment.renew(access::certificates_of(certificate_pem)->front(), request_of(key), *config);
    }
    static access::CertificateFacts facts_of(const std::string& pem) {
        return *access::read_certificate(access::certificates_of(pem)->front());
    }
    std::vector<access::CertificateRecord> records() { return *authorities.ledger().records(); }

    net::Loop loop;
    net::TaskGroup tasks{loop};
    test::MemoryFileSystem files;
    test::FakeClock clock;
    test::FakeLog log;
    std::shared_ptr<const config::Config> config = test::config_of(R"({"gateway":{"tls":{"enabled":true}}})");
    const access::ServerNames names{.dns = {"nas.local"}, .addresses = {"192.168.1.20"}};
    access::Authorities authorities{access::Authorities::means_of(files, clock, *config)};
    Enrolment enrolment{{.loop = loop,
                         .tasks = tasks,
                         .files = files,
                         .clock = clock,
                         .log = log,
                         .paths = config->paths(),
                         .invitations = std::make_shared<access::Invitations>(
                             files, access::authority_folder(config->paths())),
                         .authorities = [this](const config::Config& now) {
                             return access::Authorities::means_of(files, clock, now);
                         }}};
};

TEST_F(EnrolmentTest, GivesACertificateForTheKeyOfTheRequestAndTheRootsOfTheGateway) {
    const auto key = new_key();
    const auto given = join(invited(), key);
    ASSERT_TRUE(given) << given.error().message;
    EXPECT_EQ(facts_of(given->certificate).public_key, sha256_hex(key.public_key()));
    ASSERT_TRUE(given->authority);
    EXPECT_TRUE(facts_of(*given->authority).authority);
    ASSERT_EQ(records().size(), 1);
    EXPECT_EQ(records()[0].name, "laptop");
    EXPECT_EQ(records()[0].scopes, access::Scopes{access::Scope::read});
}

TEST_F(EnrolmentTest, GivesAKeyThatHadMoreBeforeNoMoreThanTheInvitationSays) {
    const auto key = new_key();
    ASSERT_TRUE(authorities.issue(
        {.name = "boss", .scopes = access::Scopes::all(), .limits = {}, .lifetime = std::chrono::days(90)},
        key.public_key()));
    clock.advance(std::chrono::seconds(1));
    const auto given = join(invited(), key);
    ASSERT_TRUE(given) << given.error().message;
    EXPECT_EQ(given->name, "laptop");
    ASSERT_EQ(records().size(), 2);
    EXPECT_EQ(records()[1].scopes, access::Scopes{access::Scope::read});
    ASSERT_TRUE(authorities.ledger().revoke(records()[0].id, clock.now()));
    EXPECT_EQ(join(invited(), key).error().code, Code::denied) << "a key that was revoked";
}

TEST_F(EnrolmentTest, TellsTheSameKeyItsAnswerAgainAndAnotherKeyNothing) {
    const auto invitation = invited();
    const auto key = new_key();
    const auto first = join(invitation, key), again = join(invitation, key);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(first->certificate, again->certificate);
    const auto other = join(invitation, new_key());
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::denied);
    EXPECT_EQ(records().size(), 1);
}

TEST_F(EnrolmentTest, GoesOnWhereItDiedBetweenSpendingTheCodeAndSigning) {
    const auto invitation = invited();
    const auto key = new_key();
    ASSERT_TRUE(
        invitations().spend(invitation.id, "192.168.1.50", sha256_hex(key.public_key()), clock.now()));
    EXPECT_FALSE(join(invitation, new_key()));
    EXPECT_TRUE(join(invitation, key));
    EXPECT_EQ(records().size(), 1);
}

TEST_F(EnrolmentTest, GoesOnWhereItDiedBetweenSigningAndKeepingTheAnswer) {
    const auto invitation = invited();
    const auto key = new_key();
    ASSERT_TRUE(
        invitations().spend(invitation.id, "192.168.1.50", sha256_hex(key.public_key()), clock.now()));
    ASSERT_TRUE(authorities.issue(invitation.client, key.public_key()));
    EXPECT_TRUE(join(invitation, key));
    EXPECT_EQ(records().size(), 1);
}

TEST_F(EnrolmentTest, ARequestThatProvesNoKeySpendsNoCode) {
    const auto invitation = invited();
    auto broken = request_of(new_key());
    broken[broken.size() / 2] = broken[broken.size() / 2] == 'A' ? 'B' : 'A';
    for (const auto& request : {std::string(), std::string("no request"), broken, std::string(100'000, 'A')})
        EXPECT_FALSE(enrolment.join(invitation, request, "192.168.1.50", *config));
    EXPECT_TRUE(join(invitation, new_key()));
}

TEST_F(EnrolmentTest, RenewsForTheSameKeyUntil30DaysAfterTheEnd) {
    const auto key = new_key();
    const auto first = join(invited(), key);
    ASSERT_TRUE(first);
    clock.advance(24h * 60);
    const auto second = renew(first->certificate, key);
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_GT(facts_of(second->certificate).ends, facts_of(first->certificate).ends);
    EXPECT_EQ(facts_of(second->certificate).public_key, facts_of(first->certificate).public_key);
    ASSERT_EQ(records().size(), 1);
    clock.advance(24h * (90 + 29));
    const auto third = renew(second->certificate, key);
    ASSERT_TRUE(third) << third.error().message;
    clock.advance(24h * (90 + 31));
    const auto late = renew(third->certificate, key);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::denied);
}

TEST_F(EnrolmentTest, RenewsNothingRevokedNothingForAnotherKeyAndNotAllTheTime) {
    const auto key = new_key();
    const auto given = join(invited(), key);
    ASSERT_TRUE(given);
    const auto early = renew(given->certificate, key);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, Code::busy);
    clock.advance(24h * 61);
    const auto other = renew(given->certificate, new_key());
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, Code::invalid_input);
    ASSERT_TRUE(authorities.ledger().revoke(records()[0].id, clock.now()));
    const auto revoked = renew(given->certificate, key);
    ASSERT_FALSE(revoked);
    EXPECT_EQ(revoked.error().code, Code::denied);
}

TEST_F(EnrolmentTest, RenewsNoCertificateThatItDidntIssue) {
    const auto key = new_key();
    ASSERT_TRUE(join(invited(), key));
    const auto roots = authorities.roots();
    const auto foreign = enrolment.renew(roots->server.front().certificate, request_of(key), *config);
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, Code::not_found);
    EXPECT_FALSE(enrolment.renew("no certificate", request_of(key), *config));
}

TEST_F(EnrolmentTest, HandsOutAFileOnce) {
    auto made = invitations().make(ClientKind::phone,
                                   {.name = "phone", .scopes = {access::Scope::read}, .lifetime = 24h}, "",
                                   clock.now());
    ASSERT_TRUE(made);
    const auto& id = made->invitation.id;
    const auto opened = invitations().open(id, "192.168.1.34", clock.now());
    ASSERT_TRUE(opened);
    EXPECT_FALSE(enrolment.hand_out(opened->ticket));
    files.put(handout_file(config->paths(), id), "PKCS12");
    EXPECT_FALSE(enrolment.hand_out(opened->ticket)) << "the terminal hasn't said yes";
    ASSERT_TRUE(invitations().confirm(id, "crt_1"));
    EXPECT_EQ(enrolment.hand_out(opened->ticket), "PKCS12");
    EXPECT_FALSE(enrolment.hand_out(opened->ticket));
    EXPECT_FALSE(files.text_of(handout_file(config->paths(), id)));
}

}  // namespace
}  // namespace openclaw::gateway
