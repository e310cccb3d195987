#include "net/stream/client_certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/stream/peer_certificate.h"
#include "net/stream/tls.h"
#include "support/certificates.h"
#include "support/tls_visitor.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using test::Signer;
using testing::HasSubstr;
using Demand = ClientCertificates::Demand;
using Visitor = test::TlsVisitor;

// Says what a test tells it to.
class Rules final : public ClientCertificates {
public:
    Demand demand() const override { return asked; }
    std::vector<std::string> issuers() const override { return names; }
    std::optional<std::string> refusal(std::span<const std::string> chain, const Peer&) override {
        shown.emplace_back(chain.begin(), chain.end());
        return why;
    }
    std::uint64_t generation() const override { return rules; }

    Demand asked = Demand::required;
    std::vector<std::string> names;
    std::optional<std::string> why;
    std::uint64_t rules = 1;
    std::vector<std::vector<std::string>> shown;
};

// What the server came to.
struct Outcome {
    std::string seen;  // by the client
    std::optional<Error> error;
    std::shared_ptr<const PeerCertificate> certificate;
    bool admitted = false;
};

class AskedForCertificates : public testing::TestWithParam<int> {
protected:
    static void SetUpTestSuite() {
        certificates = std::make_unique<test::Certificates>();
        certificates->issue("server", "DNS:gateway.test");
    }
    static void TearDownTestSuite() { certificates.reset(); }

    std::shared_ptr<TlsServerContext> new_context() {
        return *TlsServerContext::create({.certificate_file = certificates->path("server.pem"),
                                          .key_file = certificates->path("server.key"),
                                          .clients = rules});
    }
    Outcome visit(Visitor& visitor) { return loop.run_until(meet(loop, *context, visitor)); }
    static Task<void> answer(TlsServerContext& context, std::unique_ptr<Stream> stream, Outcome& outcome) {
        auto secured = co_await context.handshake(std::move(stream), hours(1));
        outcome.admitted = secured.has_value();
        if (!secured) {
            outcome.error = secured.error();
            co_return;
        }
        outcome.certificate = (*secured)->peer().certificate;
        co_await (*secured)->write("hello", hours(1));
        co_await (*secured)->shutdown();
        std::array<char, 2000> buffer{};
        co_await (*secured)->read(buffer, hours(1));
    }
    static Task<Outcome> meet(Loop& loop, TlsServerContext& context, Visitor& visitor) {
        Outcome outcome;
        auto listener = listen_tcp(loop, "127.0.0.1", 0);
        TaskGroup group(loop);
        group.spawn(accept(**listener, context, outcome));
        outcome.seen = co_await visitor.say(loop, (*listener)->port(), std::string(1000, 'x'));
        co_await group.join();
        co_return outcome;
    }
    static Task<void> accept(Listener& listener, TlsServerContext& context, Outcome& outcome) {
        auto stream = co_await listener.accept();
        co_await answer(context, std::move(*stream), outcome);
    }

    static inline std::unique_ptr<test::Certificates> certificates;
    Loop loop;
    std::shared_ptr<Rules> rules = std::make_shared<Rules>();
    std::shared_ptr<TlsServerContext> context = new_context();
    Signer root = Signer::root("clients");
    Signer alice = root.issue({.names = {"alice"}});
};

TEST_P(AskedForCertificates, ThePeerHasTheOneWhoseKeyItHas) {
    for (const auto demand : {Demand::required, Demand::if_given}) {
        rules->asked = demand;
        Visitor visitor(GetParam());
        visitor.take(alice, {&root});
        const auto outcome = visit(visitor);
        EXPECT_EQ(outcome.seen, "hello");
        ASSERT_TRUE(outcome.certificate);
        EXPECT_EQ(outcome.certificate->own(), alice.der());
        EXPECT_EQ(outcome.certificate->chain(), (std::vector{alice.der(), root.der()}));
        EXPECT_FALSE(visitor.resumed());
    }
    EXPECT_EQ(rules->shown.back(), (std::vector{alice.der(), root.der()}));
}

TEST_P(AskedForCertificates, WhoHasNoneIsRefusedOnlyWhereOneIsRequired) {
    Visitor visitor(GetParam());
    auto outcome = visit(visitor);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, Code::denied);
    EXPECT_EQ(outcome.error->message, "no client certificate was shown");
    EXPECT_THAT(outcome.seen, HasSubstr("alert"));
    rules->asked = Demand::if_given;
    outcome = visit(visitor);
    EXPECT_TRUE(outcome.admitted);
    EXPECT_FALSE(outcome.certificate);
}

TEST_P(AskedForCertificates, NobodyShowsOneWhereNoneIsAskedFor) {
    rules->asked = Demand::none;
    Visitor visitor(GetParam());
    visitor.take(alice);
    const auto outcome = visit(visitor);
    EXPECT_TRUE(outcome.admitted);
    EXPECT_FALSE(outcome.certificate);
    EXPECT_TRUE(rules->shown.empty());
}

TEST_P(AskedForCertificates, WhoIsRefusedSeesTheAlertAndNotWhy) {
    rules->why = "he looks like trouble";
    for (const auto demand : {Demand::required, Demand::if_given}) {
        rules->asked = demand;
        Visitor visitor(GetParam());
        visitor.take(alice);
        const auto outcome = visit(visitor);
        ASSERT_TRUE(outcome.error);
        EXPECT_EQ(outcome.error->code, Code::denied);
        EXPECT_EQ(outcome.error->message, "client certificate refused: he looks like trouble");
        EXPECT_THAT(outcome.seen, HasSubstr("alert bad certificate")) << "not a reset";
    }
}

TEST_P(AskedForCertificates, TheRequestNamesWhoseAreWanted) {
    rules->names = {root.subject_der(), Signer::root("others").subject_der()};
    Visitor visitor(GetParam());
    visitor.take(alice);
    EXPECT_TRUE(visit(visitor).admitted);
    EXPECT_THAT(visitor.wanted(), testing::ElementsAre("/CN=clients", "/CN=others"));
}

TEST_P(AskedForCertificates, ChainsThatAreTooLongOrTooLargeEndTheHandshake) {
    Visitor visitor(GetParam());
    const auto fat = root.issue({.names = std::vector<std::string>(400, std::string(60, 'n'))});
    visitor.take(alice, {&fat, &fat, &fat, &fat});  // 100 KB
    auto outcome = visit(visitor);
    ASSERT_TRUE(outcome.error);
    EXPECT_TRUE(rules->shown.empty()) << "nobody looks at it";
    Visitor other(GetParam());
    other.take(alice, {&root, &root, &root, &root, &root, &root});
    outcome = visit(other);
    ASSERT_TRUE(outcome.error);
    EXPECT_THAT(outcome.error->message, HasSubstr("too long"));
}

TEST_P(AskedForCertificates, AResumedSessionHasItsCertificateAndIsJudgedAgain) {
    Visitor visitor(GetParam());
    visitor.take(alice, {&root});
    visit(visitor);
    ASSERT_TRUE(visitor.session());
    EXPECT_EQ(SSL_SESSION_get_max_early_data(visitor.session()), 0u);
    rules->shown.clear();
    const auto again = visit(visitor);
    ASSERT_TRUE(again.certificate);
    EXPECT_TRUE(visitor.resumed());
    EXPECT_EQ(again.certificate->chain(), std::vector{alice.der()});
    EXPECT_EQ(rules->shown, (std::vector<std::vector<std::string>>{{alice.der()}}));
}

TEST_P(AskedForCertificates, ASessionIsResumedUnderNoOtherRules) {
    Visitor visitor(GetParam());
    visitor.take(alice);
    visit(visitor);
    ++rules->rules;
    const auto again = visit(visitor);
    ASSERT_TRUE(again.certificate);
    EXPECT_FALSE(visitor.resumed()) << "it goes on with a whole handshake";
    rules->why = "revoked";
    ++rules->rules;
    EXPECT_FALSE(visit(visitor).admitted);
}

// The end of a certificate changes no rules.
TEST_P(AskedForCertificates, ASessionIsNotResumedByWhoWouldBeRefusedNow) {
    Visitor visitor(GetParam());
    visitor.take(alice);
    visit(visitor);
    rules->why = "ended";
    const auto again = visit(visitor);
    EXPECT_FALSE(again.admitted);
    EXPECT_EQ(again.error->message, "client certificate refused: ended");
}

TEST_P(AskedForCertificates, ASessionWithoutACertificateIsNotResumedWhereOneIsRequired) {
    rules->asked = Demand::if_given;
    Visitor visitor(GetParam());
    visit(visitor);
    EXPECT_TRUE(visit(visitor).admitted);
    rules->asked = Demand::required;
    EXPECT_FALSE(visit(visitor).admitted);
}

TEST_P(AskedForCertificates, ANewContextKnowsNoTicketsOfTheOldOne) {
    Visitor visitor(GetParam());
    visitor.take(alice);
    visit(visitor);
    context = new_context();
    const auto again = visit(visitor);
    ASSERT_TRUE(again.certificate);
    EXPECT_FALSE(visitor.resumed());
}

TEST_P(AskedForCertificates, NobodyChoosesKeysThatAreWorkForUsAlone) {
    rules->asked = Demand::none;
    for (const auto* groups : {"P-256", "X25519:P-256", "P-384:P-256", "P-521:P-256"}) {
        Visitor visitor(GetParam());
        visitor.offer_groups(groups);
        EXPECT_TRUE(visit(visitor).admitted) << groups;
    }
    for (const auto* groups : {"ffdhe2048", "ffdhe8192", "X448"}) {
        Visitor visitor(GetParam());
        visitor.offer_groups(groups);
        const auto outcome = visit(visitor);
        EXPECT_FALSE(outcome.admitted) << groups;
        EXPECT_THAT(outcome.seen, HasSubstr("alert")) << groups;
    }
}

TEST_P(AskedForCertificates, KeysOfEveryCurveThatCountsAreTaken) {
    for (const auto* curve : {"P-256", "P-384", "P-521"}) {
        const auto client = root.issue({.key = curve});
        Visitor visitor(GetParam());
        visitor.take(client);
        EXPECT_TRUE(visit(visitor).admitted) << curve;
    }
}

Task<Error> meet_who_leaves(Loop& loop, TlsServerContext& context, std::string says) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto client = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto met = co_await (*listener)->accept();
    if (!says.empty()) co_await (*client)->write(says, hours(1));
    (*client)->close();
    auto secured = co_await context.handshake(std::move(*met), hours(1));
    co_return secured ? Error{} : secured.error();
}

// Nobody was refused, and there is nothing to tell.
TEST_P(AskedForCertificates, WhoLeavesBeforeTheEndIsToldApartFromWhoSaysNonsense) {
    const std::string half_a_hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
    for (const auto& says : {std::string(), half_a_hello})
        EXPECT_EQ(loop.run_until(meet_who_leaves(loop, *context, says)).code, Code::cancelled) << says.size();
    EXPECT_EQ(loop.run_until(meet_who_leaves(loop, *context, "GET / HTTP/1.1\r\n\r\n")).code,
              Code::unavailable);
    rules = nullptr;
    context = new_context();
    EXPECT_EQ(loop.run_until(meet_who_leaves(loop, *context, half_a_hello)).code, Code::cancelled)
        << "where nobody asks for certificates, too";
}

INSTANTIATE_TEST_SUITE_P(Versions, AskedForCertificates, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& version) {
                             return version.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace openclaw::net
