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
