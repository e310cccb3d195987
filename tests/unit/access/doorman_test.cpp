#include "access/doorman.h"

#include <gmock/gmock.h>

#include <thread>

#include "access/needs.h"
#include "net/stream/stream.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/temporary_folder.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* long_token = "correct-horse-battery";

static_assert(!std::is_default_constructible_v<Principal>);
static_assert(!std::is_default_constructible_v<Needs>);
static_assert(!std::is_constructible_v<net::Peer::Owner, std::uint32_t, std::uint32_t, std::int32_t>,
              "only what asks the kernel makes an owner");
static_assert(!std::is_aggregate_v<net::Peer::Owner>);

GatewaySecret secret_of(AccessMode mode, std::string text) {
    return {.mode = mode, .candidates = {{"test", Secret(std::move(text))}}};
}

// What the kernel says of this very process at the other end of a socket.
net::Peer::Owner own_process() {
    net::Loop loop;
    const test::TemporaryFolder folder;
    const auto path = (folder / "s").string();
    const auto meet = [](net::Loop& on, std::string place) -> net::Task<net::Peer> {
        auto listener = net::listen_unix(on, place);
        EXPECT_TRUE(listener) << listener.error().message;
        auto client = co_await net::connect_unix(on, {place}, 1h);
        EXPECT_TRUE(client);
        auto server = co_await (*listener)->accept();
        co_return (*server)->peer();
    };
    return *loop.run_until(meet(loop, path)).owner;
}

// A doorman with a lock, and what comes to his door.
class Door : public testing::Test {
protected:
    explicit Door(GatewaySecret secret = secret_of(AccessMode::token, long_token))
        : doorman({.clock = clock, .log = log}, lock(secret), GuessRules{}) {}

    static Policy lock(const GatewaySecret& secret) { return policy_of(secret, "key", ::geteuid()); }
    static Offered offering(std::string text) {
        return {.secret = Secret(std::move(text)), .socket_owner = {}};
    }
    static Arrival from(std::string address, bool through_this_host = false) {
        return {.surface = "http",
                .verb = "POST",
                .object = "/v1/x",
                .guesser = {.address = std::move(address), .through_this_host = through_this_host}};
    }
    // "in", or why not.
    std::string_view judged(const Offered& offered, const Arrival& arrival = from("192.0.2.7")) {
        const auto judgement = doorman.judge(offered, arrival);
        return judgement ? "in" : name_of(judgement.error().denial);
    }
    void guess_wrong(int times, const Arrival& arrival = from("192.0.2.7")) {
        for (int i = 0; i < times; ++i) judged(offering("a wrong guess"), arrival);
    }
    bool replace(GatewaySecret secret) { return doorman.use(lock(secret), GuessRules{}); }

    test::FakeClock clock;
    test::FakeLog log;
    Doorman doorman;
};

TEST_F(Door, TellsItsListenerOfEveryVerdictAndNothingOfASecret) {
    std::vector<std::string> told;
    Doorman heard({.clock = clock,
                   .log = log,
                   .on_verdict =
                       [&](const Verdict& verdict) {
                           told.push_back(fmt::format("{} {} {} {} {} {}: {}", name_of(verdict.outcome),
                                                      verdict.transport, verdict.peer, verdict.principal,
                                                      verdict.verb, verdict.what, verdict.reason));
                       }},
                  lock(secret_of(AccessMode::token, long_token)), GuessRules{});
    EXPECT_TRUE(heard.judge(offering(long_token), from("192.0.2.7")));
    EXPECT_FALSE(heard.judge(offering("a wrong guess"), from("192.0.2.7")));
    EXPECT_FALSE(heard.judge({}, from("192.0.2.8")));
    EXPECT_TRUE(heard.judge({.socket_owner = own_process()},
                            {.surface = "ws", .verb = "conn", .object = "4711", .guesser = {}}));
    EXPECT_FALSE(heard.refuse_guess(from("192.0.2.9"), "no such invitation"));
    const std::vector<std::string> expected{
        "admitted http 192.0.2.7 token POST /v1/x: token", "refused http 192.0.2.7  POST /v1/x: wrong secret",
        "refused http 192.0.2.8  POST /v1/x: nothing offered", "admitted socket  owner  connect: socket",
        "refused http 192.0.2.9  POST /v1/x: no such invitation"};
    EXPECT_EQ(told, expected);
}

class PasswordDoor : public Door {
protected:
    PasswordDoor() : Door(secret_of(AccessMode::password, "open sesame")) {}
};

TEST_F(Door, LetsTheSharedSecretInWithEverything) {
    const auto admitted = doorman.judge(offering(long_token), from("192.0.2.7"));
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->proof(), Proof::token);
    EXPECT_TRUE(admitted->may(Scope::admin));
    EXPECT_EQ(admitted->limits(), Limits{});
}

TEST_F(Door, RefusesWhatDiffersByOneCharacterOrByLength) {
    for (const char* wrong : {"correct-horse-batterz", "correct-horse-batter", "correct-horse-battery ", "c"})
        EXPECT_EQ(judged(offering(wrong), from("192.0.2.8")), "wrong secret") << wrong;
    EXPECT_EQ(judged(offering("")), "nothing offered");
    EXPECT_EQ(judged({}), "nothing offered");
}

TEST_F(Door, KeepsEverybodyOutWhileNoSecretIsConfigured) {
    for (const auto& none : {GatewaySecret{}, secret_of(AccessMode::token, "   "),
                             GatewaySecret{.mode = AccessMode::password, .candidates = {}}}) {
        replace(none);
        EXPECT_EQ(judged(offering("anything")), "no secret is configured");
        EXPECT_EQ(judged(offering("")), "no secret is configured");
        EXPECT_EQ(judged({}), "no secret is configured");
    }
}

TEST_F(Door, TrustsTheKernelAboutTheOwnerOfASocketAndNobodyElse) {
    const auto me = own_process();
    const auto admitted = doorman.judge({.secret = {}, .socket_owner = me}, from(""));
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->id(), "owner");
    for (const auto other : {me.uid() + 1, me.uid() == 0 ? 1000u : 0u}) {
        doorman.use(policy_of(secret_of(AccessMode::token, long_token), "key", other), GuessRules{});
        EXPECT_EQ(judged({.secret = {}, .socket_owner = me}), "socket opened by another user");
        EXPECT_EQ(judged({.secret = Secret(long_token), .socket_owner = me}), "socket opened by another user")
            << "a right token doesn't mend it";
    }
}

TEST_F(Door, CountsNoGuessWhereAnotherUserOpensTheSocket) {
    const Offered another{.secret = {}, .socket_owner = own_process()};
    doorman.use(policy_of(secret_of(AccessMode::password, "open sesame"), "key", ::geteuid() + 1),
                GuessRules{});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(judged(another, from("")), "socket opened by another user");
    EXPECT_EQ(judged(offering("open sesame"), from("")), "in");
}

TEST_F(Door, LetsTheOwnerInWhateverOthersGuessedAndWithoutASecret) {
    const Offered owner{.secret = {}, .socket_owner = own_process()};
    replace(secret_of(AccessMode::password, "open sesame"));
    guess_wrong(10, from(""));
    EXPECT_EQ(judged(offering("open sesame"), from("")), "too many wrong guesses");
    EXPECT_EQ(judged(owner, from("")), "in");
    replace({});
    EXPECT_EQ(judged(owner, from("")), "in");
}

TEST_F(Door, TellsWhoSomebodyIsFromHowHeIsShown) {
    const auto before = *doorman.judge(offering(long_token), from("192.0.2.7"));
    replace(secret_of(AccessMode::token, "another-long-token"));
    const auto after = *doorman.judge(offering("another-long-token"), from("192.0.2.7"));
    EXPECT_EQ(before.id(), "token");
    EXPECT_EQ(after.id(), before.id()) << "a new secret makes nobody else of him";
    EXPECT_NE(after.shown(), before.shown());
    EXPECT_THAT(before.shown(), HasSubstr("token #"));
    EXPECT_EQ(before.shown().find(long_token), std::string::npos);
}

// What is offered, against each lock.
struct Trial {
    AccessMode lock;
    const char *secret, *offered, *outcome;
};
void PrintTo(const Trial& trial, std::ostream* out) {
    *out << "locked by \"" << trial.secret << "\", offered \"" << trial.offered << "\": " << trial.outcome;
}
class EveryProof : public Door, public testing::WithParamInterface<Trial> {};

TEST_P(EveryProof, IsJudgedTheSameOnEverySurface) {
    const auto& [mode, secret, offered, outcome] = GetParam();
    replace(secret_of(mode, secret));
    for (const char* surface : {"http", "ws"}) {
        auto arrival = from("192.0.2.7");
        arrival.surface = surface;
        const auto judgement = doorman.judge(offering(offered), arrival);
        EXPECT_EQ(judgement ? name_of(judgement->proof()) : name_of(judgement.error().denial), outcome);
        if (judgement) continue;
        EXPECT_EQ(judgement.error().mode, mode);
        EXPECT_THAT(
            log.lines().back(),
            HasSubstr(fmt::format("{} refused POST /v1/x remote=192.0.2.7 reason={}", surface, outcome)));
    }
}

INSTANTIATE_TEST_SUITE_P(Table, EveryProof,
                         testing::Values(Trial{AccessMode::token, long_token, long_token, "token"},
                                         Trial{AccessMode::token, long_token, "nope", "wrong secret"},
                                         Trial{AccessMode::token, long_token, "", "nothing offered"},
                                         Trial{AccessMode::token, "short", "short", "token"},
                                         Trial{AccessMode::token, "short", "shorT", "wrong secret"},
                                         Trial{AccessMode::password, "open sesame", "open sesame",
                                               "password"},
                                         Trial{AccessMode::password, "open sesame", "sesame", "wrong secret"},
                                         Trial{AccessMode::password, "open sesame", "", "nothing offered"}));

TEST_F(Door, NeverRefusesARightTokenBecauseOfSomebodyElsesGuesses) {
    for (const auto& arrival : {from("192.0.2.7"), from("127.0.0.1"), from("203.0.113.9", true)}) {
        guess_wrong(50, arrival);
        EXPECT_EQ(judged(offering("another wrong one"), arrival), "too many wrong guesses");
        EXPECT_EQ(judged(offering(long_token), arrival), "in") << arrival.guesser.address;
    }
}

TEST_F(Door, SaysHowLongAWrongGuesserHasToWait) {
    guess_wrong(10);
    const auto refused = doorman.judge(offering("nope"), from("192.0.2.7"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().wait, 5min);
    clock.advance(5min);
    EXPECT_EQ(judged(offering("nope")), "wrong secret");
}

TEST_F(Door, ClearsNobodysGuessesWhenSomebodyAtTheSameAddressIsRight) {
    guess_wrong(9);
    EXPECT_EQ(judged(offering(long_token)), "in");
    guess_wrong(1);
    EXPECT_EQ(judged(offering("nope")), "too many wrong guesses");
}

TEST_F(Door, TreatsATokenThatSomebodyMadeUpAsAPassword) {
    replace(secret_of(AccessMode::token, "secret"));
    guess_wrong(10);
    EXPECT_EQ(judged(offering("secret")), "too many wrong guesses");
    EXPECT_EQ(judged(offering("secret"), from("192.0.2.8")), "in");
}

TEST_F(Door, CountsATokenAsMadeUpWhileItIsShorterThanTwelve) {
    replace(secret_of(AccessMode::token, "eleven-long"));
    guess_wrong(10);
    EXPECT_EQ(judged(offering("eleven-long")), "too many wrong guesses");
    replace(secret_of(AccessMode::token, "twelve-longs"));
    EXPECT_EQ(judged(offering("twelve-longs")), "in");
}

TEST_F(PasswordDoor, ComparesNothingWhileTheAddressWaits) {
    guess_wrong(10);
    EXPECT_EQ(judged(offering("open sesame")), "too many wrong guesses") << "nobody has proven it yet";
    clock.advance(5min);
    EXPECT_EQ(judged(offering("open sesame")), "in");
}

TEST_F(PasswordDoor, LetsWhoKnowsItInWhileOthersGuessOnceItIsKnownToBeGood) {
    EXPECT_EQ(judged(offering("open sesame"), from("198.51.100.1")), "in");
    guess_wrong(10);
    EXPECT_EQ(judged(offering("open sesame")), "in");
    EXPECT_EQ(judged(offering("nope")), "too many wrong guesses");
}

TEST_F(PasswordDoor, GivesAGuesserTwiceTheTriesAtMost) {
    EXPECT_EQ(judged(offering("open sesame"), from("198.51.100.1")), "in");
    guess_wrong(20);
    EXPECT_EQ(judged(offering("open sesame")), "too many wrong guesses");
    clock.advance(61s);
    EXPECT_EQ(judged(offering("open sesame")), "in") << "in the next window there are some again";
}

TEST_F(PasswordDoor, ForgetsThatItWasGoodWhenItIsReplaced) {
    EXPECT_EQ(judged(offering("open sesame"), from("198.51.100.1")), "in");
    replace(secret_of(AccessMode::password, "close sesame"));
    guess_wrong(10);
    EXPECT_EQ(judged(offering("close sesame")), "too many wrong guesses");
}

TEST_F(PasswordDoor, IsNotOpenedByGivingEachGuessAnAddressThroughALocalProxy) {
    for (int i = 0; i < 100; ++i) judged(offering("nope"), from(fmt::format("203.0.{}.1", i), true));
    EXPECT_EQ(judged(offering("open sesame"), from("203.0.200.1", true)), "too many wrong guesses");
    EXPECT_EQ(judged(offering("open sesame"), from("203.0.200.1")), "in");
}

TEST_F(Door, KnowsWhoStandsAfterAChangeOfTheLock) {
    const auto by_token = *doorman.judge(offering(long_token), from("192.0.2.7"));
    const auto owner = *doorman.judge({.secret = {}, .socket_owner = own_process()}, from(""));
    EXPECT_FALSE(replace(secret_of(AccessMode::token, long_token))) << "the same secret from another place";
    EXPECT_TRUE(doorman.stands(by_token));

    for (const auto& other : {secret_of(AccessMode::token, "another-long-token"),
                              secret_of(AccessMode::password, long_token), GatewaySecret{}}) {
        replace(secret_of(AccessMode::token, long_token));
        const auto opened = *doorman.judge(offering(long_token), from("192.0.2.7"));
        EXPECT_TRUE(doorman.stands(opened.narrowed_to(Scopes{Scope::read})));
        EXPECT_TRUE(replace(other));
        EXPECT_FALSE(doorman.stands(opened.narrowed_to(Scopes{Scope::read})));
        EXPECT_TRUE(doorman.stands(owner));
    }
    replace(secret_of(AccessMode::token, long_token));
    EXPECT_FALSE(doorman.stands(by_token)) << "a secret that comes back opens what comes then";
}

class ReplacedDoor : public Door {
protected:
    ReplacedDoor() { replace(renewed()); }

    // The long token was replaced and is right for ten minutes more.
    GatewaySecret renewed(const char* now = "the-token-after-it") {
        auto secret = secret_of(AccessMode::token, now);
        secret.earlier = earlier;
        return secret;
    }
    const EarlierSecret earlier{
        .digest = SecretDigest(Secret(long_token)), .fingerprint = "#12345678", .ends = test::noon + 10min};
};

TEST_F(ReplacedDoor, IsOpenedByTheSecretBeforeStrictlyUntilItsEnd) {
    EXPECT_EQ(judged(offering(long_token)), "in");
    EXPECT_EQ(judged(offering("the-token-after-it")), "in");
    clock.advance(10min - 1ms);
    EXPECT_EQ(judged(offering(long_token)), "in");
    clock.advance(1ms);
    EXPECT_EQ(judged(offering(long_token)), "wrong secret");
    EXPECT_EQ(judged(offering("the-token-after-it")), "in");
}

TEST_F(ReplacedDoor, EndsWhatTheSecretBeforeHadOpenedAndNothingElse) {
    const auto before = *doorman.judge(offering(long_token), from("192.0.2.7"));
    const auto after = *doorman.judge(offering("the-token-after-it"), from("192.0.2.7"));
    EXPECT_FALSE(replace(renewed())) << "nothing has changed";
    EXPECT_TRUE(doorman.stands(before));
    clock.advance(10min);
    EXPECT_FALSE(doorman.stands(before));
    EXPECT_TRUE(doorman.stands(after));
}

TEST_F(ReplacedDoor, KeepsWhatASecretOpenedWhenItBecomesTheOneBefore) {
    const auto opened = *doorman.judge(offering("the-token-after-it"), from("192.0.2.7"));
    const auto oldest = *doorman.judge(offering(long_token), from("192.0.2.7"));
    auto next = secret_of(AccessMode::token, "and-one-more-token");
    next.earlier = EarlierSecret{.digest = SecretDigest(Secret("the-token-after-it")),
                                 .fingerprint = "#87654321",
                                 .ends = test::noon + 20min};
    EXPECT_TRUE(replace(next));
    EXPECT_TRUE(doorman.stands(opened));
    EXPECT_FALSE(doorman.stands(oldest)) << "only the latest before the present one is kept";
    EXPECT_EQ(judged(offering(long_token)), "wrong secret");
}

TEST_F(ReplacedDoor, IsNotOpenedAgainByAnEndedSecretWhenTheClockIsSetBack) {
    clock.advance(10min);
    EXPECT_TRUE(doorman.end_earlier_secret(earlier));
    EXPECT_FALSE(doorman.end_earlier_secret(earlier)) << "it has ended already";
    clock.jump_to(test::noon);
    EXPECT_EQ(judged(offering(long_token)), "wrong secret");
    replace(renewed());
    EXPECT_EQ(judged(offering(long_token)), "wrong secret") << "the file may be read again";
}

TEST_F(ReplacedDoor, EndsEverythingOfTheSecretBeforeWhereNoneIsKept) {
    const auto before = *doorman.judge(offering(long_token), from("192.0.2.7"));
    EXPECT_TRUE(replace(secret_of(AccessMode::token, "the-token-after-it")));
    EXPECT_FALSE(doorman.stands(before));
    EXPECT_EQ(judged(offering(long_token)), "wrong secret");
}

TEST_F(ReplacedDoor, TellsTheTwoApartFromItsFirstMomentOn) {
    Doorman fresh({.clock = clock, .log = log}, lock(renewed()), GuessRules{});
    const auto before = *fresh.judge(offering(long_token), from("192.0.2.7"));
    const auto after = *fresh.judge(offering("the-token-after-it"), from("192.0.2.7"));
    clock.advance(10min);
    EXPECT_FALSE(fresh.stands(before));
    EXPECT_TRUE(fresh.stands(after));
}

TEST_F(ReplacedDoor, RemembersWhoCameAndByWhichSecret) {
    auto by_curl = from("192.0.2.50");
    by_curl.client = "curl/7.88.1";
    doorman.judge(offering(long_token), by_curl);
    clock.advance(1min);
    doorman.judge(offering("the-token-after-it"), from("192.0.2.7"));
    doorman.judge(offering("the-token-after-it"), from("192.0.2.7"));
    doorman.judge(offering("wrong"), from("192.0.2.8"));
    doorman.judge({.secret = {}, .socket_owner = own_process()}, from(""));
    const auto recent = doorman.recent_callers();
    ASSERT_EQ(recent.size(), 2u) << "neither who was refused nor the owner";
    EXPECT_EQ(recent[0].caller.address, "192.0.2.7");
    EXPECT_EQ(recent[0].caller.times, 2u);
    EXPECT_FALSE(recent[0].by_earlier_secret);
    EXPECT_EQ(recent[1].caller.client, "curl/7.88.1");
    EXPECT_TRUE(recent[1].by_earlier_secret);
    EXPECT_EQ(recent[1].caller.last, test::noon);
}

TEST_F(Door, RemembersABoundedNumberOfCallersTheLatest) {
    for (int i = 0; i < 1000; ++i) {
        clock.advance(1ms);
        auto arrival = from(fmt::format("192.0.{}.{}", i / 250, i % 250));
        const std::string name(1000, 'x');
        arrival.client = name;
        doorman.judge(offering(long_token), arrival);
    }
    const auto recent = doorman.recent_callers();
    ASSERT_EQ(recent.size(), RecentCallers::callers_max);
    EXPECT_EQ(recent.front().caller.address, "192.0.3.249");
    EXPECT_EQ(recent.front().caller.client.size(), RecentCallers::client_bytes_max);
}

net::Peer peer_at(std::string address) {
    net::Peer peer;
    peer.loopback = AddressBytes::parse(address)->is_loopback();
    peer.address = std::move(address);
    return peer;
}

class ProxyDoor : public Door {
protected:
    ProxyDoor() { use_rules({}); }

    void use_rules(std::map<std::string, Scopes, std::less<>> scopes, bool allow_loopback = false) {
        auto policy = lock({.mode = AccessMode::trusted_proxy, .candidates = {}});
        policy.proxies = std::make_shared<const ProxyRules>(
            ProxyRules{.networks = {*Network::parse("10.0.0.0/24"), *Network::parse("127.0.0.1")},
                       .user_header = "X-User",
                       .required_headers = {"X-Verified"},
                       .users = {"alice@example.com", "bob@example.com"},
                       .allow_loopback = allow_loopback,
                       .scopes = std::move(scopes)});
        changed = doorman.use(std::move(policy), GuessRules{});
    }
    Offered through(std::string peer, net::Headers headers) {
        return {.passage = doorman.passage_of(headers, peer_at(std::move(peer)))};
    }
    bool changed = false;
    const net::Headers alice{{"x-user", "alice@example.com"}, {"x-verified", "yes"}};
};

TEST_F(ProxyDoor, BelievesATrustedProxyAboutWhoIsCallingAndNobodyElse) {
    const auto admitted = doorman.judge(through("10.0.0.2", alice), from("10.0.0.2"));
    ASSERT_TRUE(admitted);
    EXPECT_EQ(admitted->id(), "user:alice@example.com");
    EXPECT_EQ(admitted->proof(), Proof::trusted_proxy);
    for (const char* stranger : {"10.0.1.2", "192.0.2.7", "::1", "::ffff:127.0.0.1", "2001:db8::1"})
        EXPECT_EQ(judged(through(stranger, alice)), "the peer is no trusted proxy") << stranger;
    EXPECT_EQ(judged(through("127.0.0.1", alice)), "the peer is no trusted proxy")
        << "any program of this host could say so";
    EXPECT_EQ(judged(offering("a secret")), "nothing offered");
}

TEST_F(ProxyDoor, NeedsEveryHeaderOnceAndAUserWhoIsAllowed) {
    const auto with = [&](net::Headers headers) {
        return judged(through("::ffff:10.0.0.2", std::move(headers)));
    };
    EXPECT_EQ(with({{"x-user", "alice@example.com"}}), "the proxy names no user");
    EXPECT_EQ(with({{"x-user", "alice@example.com"}, {"x-verified", " "}}), "the proxy names no user");
    EXPECT_EQ(with({{"x-verified", "yes"}}), "the proxy names no user");
    EXPECT_EQ(with({{"x-verified", "yes"}, {"x-user", ""}}), "the proxy names no user");
    EXPECT_EQ(with({{"x-verified", "yes"}, {"x-user", "alice@example.com"}, {"X-User", "bob@example.com"}}),
              "the proxy names no user")
        << "who of the two wrote which";
    EXPECT_EQ(with({{"x-verified", "yes"}, {"x-user", std::string(300, 'a')}}), "the proxy names no user");
    EXPECT_EQ(with({{"x-verified", "yes"}, {"x-user", "mallory@example.com"}}),
              "the proxy's user is not allowed");
    EXPECT_EQ(with({{"x-verified", "yes"}, {"x-user", "Bob@Example.com"}}), "in");
}

TEST_F(ProxyDoor, GivesEachUserTheScopesOfTheSettings) {
    use_rules({{"alice@example.com", Scopes{Scope::read}}});
    const auto reader = *doorman.judge(through("10.0.0.2", alice), from("10.0.0.2"));
    EXPECT_TRUE(reader.may(Scope::read));
    EXPECT_FALSE(reader.may(Scope::write));
    const auto other = *doorman.judge(
        through("10.0.0.2", {{"x-user", "bob@example.com"}, {"x-verified", "yes"}}), from("10.0.0.2"));
    EXPECT_TRUE(other.may(Scope::write));
    EXPECT_FALSE(other.may(Scope::admin)) << "who has no entry rules nothing";
}

TEST_F(ProxyDoor, EndsWhomOtherRulesLetIn) {
    const auto opened = *doorman.judge(through("10.0.0.2", alice), from("10.0.0.2"));
    use_rules({});
    EXPECT_FALSE(changed);
    EXPECT_TRUE(doorman.stands(opened));
    use_rules({{"alice@example.com", Scopes{Scope::read}}});
    EXPECT_TRUE(changed);
    EXPECT_FALSE(doorman.stands(opened));
    use_rules({}, true);
    EXPECT_EQ(judged(through("127.0.0.1", alice)), "in") << "as it was asked for";
}

class OpenDoor : public Door {
protected:
    OpenDoor() : Door({.mode = AccessMode::none, .candidates = {}}) {}
    std::string_view coming(std::string peer, net::Headers headers = {}) {
        return judged({.passage = doorman.passage_of(headers, peer_at(std::move(peer)))});
    }
};

TEST_F(OpenDoor, LetsInWhoeverIsOnThisHostAndNobodyWhoIsBroughtThere) {
    EXPECT_EQ(coming("127.0.0.1"), "in");
    EXPECT_EQ(coming("::1", {{"user-agent", "curl"}}), "in");
    EXPECT_EQ(coming("192.0.2.7"), "came through a proxy or from another host");
    for (const char* header : {"X-Forwarded-For", "x-forwarded-proto", "Forwarded", "X-Real-IP", "Via",
                               "Tailscale-User-Login", "CF-Connecting-IP"})
        EXPECT_EQ(coming("127.0.0.1", {{header, "127.0.0.1"}}), "came through a proxy or from another host")
            << header;
    EXPECT_EQ(judged({}), "came through a proxy or from another host") << "nobody knows from where";
}

TEST_F(OpenDoor, EndsWhatItLetInWhenALockIsPutOn) {
    const net::Headers none;
    const auto opened =
        *doorman.judge({.passage = doorman.passage_of(none, peer_at("127.0.0.1"))}, from("127.0.0.1"));
    EXPECT_TRUE(doorman.stands(opened));
    EXPECT_TRUE(replace(secret_of(AccessMode::token, long_token)));
    EXPECT_FALSE(doorman.stands(opened));
}

TEST_F(Door, VouchesForNobodyWhoNeverCameToIt) {
    EXPECT_FALSE(doorman.stands(Doorman::this_process()));
}

TEST_F(Door, JudgesOnSeveralThreadsWhileTheLockIsReplaced) {
    std::atomic<bool> stop = false;
    std::atomic<int> in = 0;
    std::vector<std::thread> callers;
    for (int thread = 0; thread < 3; ++thread)
        callers.emplace_back([&] {
            while (!stop) {
                const bool first = doorman.judge(offering(long_token), from("192.0.2.7")).has_value();
                const bool second =
                    doorman.judge(offering("another-long-token"), from("192.0.2.8")).has_value();
                in += first || second ? 1 : 0;
            }
        });
    for (int round = 0; round < 300; ++round)
        replace(secret_of(AccessMode::token, round % 2 == 0 ? "another-long-token" : long_token));
    while (in == 0) std::this_thread::yield();
    stop = true;
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(judged(offering(long_token), from("192.0.2.9")), "in") << "the last one counts";
}

TEST_F(Door, WritesNothingOfASecretIntoTheLog) {
    guess_wrong(12);
    for (const auto& line : log.lines()) EXPECT_EQ(line.find("a wrong guess"), std::string::npos);
}

TEST(Principal, CanBeNarrowedAndNeverWidened) {
    const auto all = Doorman::this_process();
    const auto reader = all.narrowed_to(Scopes::named({"operator.read", "operator.everything"}));
    EXPECT_THAT(reader.scopes().names(), ElementsAre("operator.read"));
    EXPECT_FALSE(reader.may(Scope::write));
    EXPECT_TRUE(reader.narrowed_to(Scopes::all()).scopes() == reader.scopes());
    EXPECT_TRUE(all.narrowed_to(std::nullopt).may(Scope::admin));
    EXPECT_TRUE(reader.narrowed_to(Scopes{}).scopes().empty());
    EXPECT_EQ(reader.id(), all.id());
}

TEST(Scopes, AdminHoldsAllAndWriteIncludesRead) {
    EXPECT_TRUE(Scopes({Scope::write}).allow(Scope::read));
    EXPECT_FALSE(Scopes({Scope::read}).allow(Scope::write));
    EXPECT_FALSE(Scopes({Scope::write}).allow(Scope::pairing));
    EXPECT_TRUE(Scopes({Scope::admin}).allow(Scope::approvals));
}

TEST(Needs, AreMetByWhoHoldsThemAndOpenToAllByEverybody) {
    EXPECT_TRUE(open_to_all.met_by(Scopes{}));
    EXPECT_FALSE(Needs(Scope::read).met_by(Scopes{}));
    EXPECT_TRUE(Needs(Scope::read).met_by(Scopes{Scope::write}));
    EXPECT_FALSE(Needs(Scope::admin).met_by(Scopes{Scope::write, Scope::pairing}));
}

}  // namespace
}  // namespace openclaw::access
