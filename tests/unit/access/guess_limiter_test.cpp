#include "access/guess_limiter.h"

#include <gtest/gtest.h>

#include <thread>

#include "support/config_builder.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;

class Limiter : public testing::Test {
protected:
    void guess(const Guesser& guesser, int times) {
        for (int i = 0; i < times; ++i) limiter.record_failure(guesser, now);
    }
    std::optional<Milliseconds> wait_of(const Guesser& guesser) { return limiter.locked_for(guesser, now); }

    GuessLimiter limiter{GuessRules{}};
    GuessLimiter::Time now{};
};

TEST_F(Limiter, LocksAnAddressAfterTenWrongGuessesInAMinute) {
    guess({"192.0.2.7"}, 9);
    EXPECT_FALSE(wait_of({"192.0.2.7"}));
    guess({"192.0.2.7"}, 1);
    EXPECT_EQ(wait_of({"192.0.2.7"}), 5min);
    EXPECT_FALSE(wait_of({"192.0.2.8"}));
    now += 5min;
    EXPECT_FALSE(wait_of({"192.0.2.7"}));
}

TEST_F(Limiter, ForgetsGuessesOlderThanTheWindow) {
    guess({"192.0.2.7"}, 9);
    now += 60s + 1ms;
    guess({"192.0.2.7"}, 9);
    EXPECT_FALSE(wait_of({"192.0.2.7"}));
    now += 60s;
    guess({"192.0.2.7"}, 1);
    EXPECT_EQ(wait_of({"192.0.2.7"}), 5min) << "the last moment belongs to the window";
}

TEST_F(Limiter, IsNotExtendedByGuessesDuringTheRestAndSaysHowLongItLasts) {
    guess({"192.0.2.7"}, 10);
    now += 4min;
    EXPECT_EQ(limiter.record_failure({"192.0.2.7"}, now), 1min);
    EXPECT_EQ(wait_of({"192.0.2.7"}), 1min);
    EXPECT_FALSE(limiter.record_failure({"192.0.2.8"}, now));
}

struct SameAddress {
    const char *guessed, *looked_up;
    bool same;
};
void PrintTo(const SameAddress& pair, std::ostream* out) {
    *out << pair.guessed << (pair.same ? " is " : " isn't ") << pair.looked_up;
}
class Spellings : public Limiter, public testing::WithParamInterface<SameAddress> {};

TEST_P(Spellings, OfOneAddressShareOneCounter) {
    const auto& [guessed, looked_up, same] = GetParam();
    guess({guessed}, 10);
    EXPECT_EQ(wait_of({looked_up}).has_value(), same) << guessed << " " << looked_up;
}

INSTANTIATE_TEST_SUITE_P(
    All, Spellings,
    testing::Values(SameAddress{"192.0.2.7", "::ffff:192.0.2.7", true},
                    SameAddress{"192.0.2.7", "::FFFF:c000:0207", true},
                    SameAddress{"192.0.2.7", "192.0.2.70", false},
                    SameAddress{"192.0.2.7", "193.0.2.7", false},
                    SameAddress{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
                    SameAddress{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
                    SameAddress{"fe80::1%eth0", "fe80::1%wlan1", true}, SameAddress{"127.0.0.1", "::1", true},
                    SameAddress{"127.0.0.1", "127.255.3.4", true},
                    SameAddress{"127.8.8.8", "::ffff:127.0.0.1", true},
                    SameAddress{"::1", "127.0.0.77", true}, SameAddress{"127.0.0.1", "128.0.0.1", false},
                    SameAddress{"::1", "::2", false}, SameAddress{"", "not an address", true}));

TEST_F(Limiter, RestsShortlyOnLoopbackWhichEverybodyHereShares) {
    guess({"127.0.0.9"}, 10);
    EXPECT_EQ(wait_of({"::1"}), 10s);
}

TEST_F(Limiter, GivesALocalProcessNoFreshIdentityForEachAddressThatItNames) {
    for (int i = 0; i < 99; ++i) limiter.record_failure({fmt::format("203.0.{}.1", i), true}, now);
    EXPECT_FALSE(wait_of({"198.51.100.1", true}));
    limiter.record_failure({"203.0.113.99", true}, now);
    EXPECT_EQ(wait_of({"198.51.100.1", true}), 10s) << "whoever comes through this host";
    EXPECT_FALSE(wait_of({"198.51.100.1"})) << "who comes by himself is another matter";
    EXPECT_FALSE(wait_of({"127.0.0.1"}));
    const auto known = limiter.size();
    for (int i = 0; i < 100; ++i) limiter.record_failure({fmt::format("192.0.2.{}", i), true}, now);
    EXPECT_EQ(limiter.size(), known) << "nothing is kept of them while all of them wait";
    now += 10s;
    EXPECT_FALSE(wait_of({"198.51.100.1", true}));
}

TEST_F(Limiter, HoldsAClientBehindAProxyHereToTheBoundOfOne) {
    guess({"203.0.113.9", true}, 10);
    EXPECT_EQ(wait_of({"203.0.113.9", true}), 5min);
    EXPECT_EQ(wait_of({"203.0.113.9"}), 5min) << "and as himself";
    EXPECT_FALSE(wait_of({"203.0.113.10", true}));
}

TEST_F(Limiter, GivesAsManySecondChancesInAWindowAsThereWereFirst) {
    guess({"192.0.2.7"}, 10);
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.take_second_chance({"192.0.2.7"}, now)) << i;
    now += 60s;
    EXPECT_FALSE(limiter.take_second_chance({"192.0.2.7"}, now));
    now += 1ms;
    EXPECT_TRUE(limiter.take_second_chance({"192.0.2.7"}, now));
    EXPECT_TRUE(wait_of({"192.0.2.7"})) << "which ends no rest";
}

TEST_F(Limiter, RemembersABoundedNumberOfAddresses) {
    for (int i = 0; i < 10000; ++i) guess({fmt::format("10.{}.{}.1", i / 256, i % 256)}, 1);
    EXPECT_LE(limiter.size(), GuessRules{}.addresses_max);
    EXPECT_EQ(limiter.refused(), 10000u);
}

TEST_F(Limiter, EndsNobodysRestBecauseManyOthersGuess) {
    guess({"192.0.2.7"}, 10);
    for (int i = 0; i < 10000; ++i) guess({fmt::format("10.{}.{}.1", i / 256, i % 256)}, 1);
    EXPECT_TRUE(wait_of({"192.0.2.7"}));
}

TEST_F(Limiter, RemembersAsManyAddressesAsItMayAndHalfOfThemAtLeast) {
    limiter.use({.addresses_max = 24});
    std::size_t most = 0, least = 24;
    for (int i = 0; i < 100; ++i) {
        guess({fmt::format("192.0.2.{}", i)}, 1);
        most = std::max(most, limiter.size());
        if (i >= 24) least = std::min(least, limiter.size());
    }
    EXPECT_EQ(most, 24u);
    EXPECT_EQ(least, 13u) << "the latest, and the one that made room";
}

TEST_F(Limiter, MakesRoomForNewAddressesOnly) {
    limiter.use({.addresses_max = 24});
    for (int i = 0; i < 12; ++i) guess({fmt::format("192.0.2.{}", i)}, 1);
    guess({"192.0.2.0"}, 1);
    for (int i = 12; i < 24; ++i) guess({fmt::format("192.0.2.{}", i)}, 1);
    EXPECT_EQ(limiter.size(), 24u);
}

TEST_F(Limiter, KnowsWhatSomebodyGuessedBeforeOthersDid) {
    limiter.use({.addresses_max = 24});
    guess({"192.0.2.99"}, 9);
    for (int i = 0; i < 12; ++i) guess({fmt::format("192.0.2.{}", i)}, 1);
    guess({"192.0.2.99"}, 1);
    EXPECT_EQ(wait_of({"192.0.2.99"}), 5min);
}

TEST_F(Limiter, KeepsAQuarterOfThoseWhoStillWaitWhenItForgets) {
    limiter.use({.attempts_max = 1, .addresses_max = 24});
    for (int i = 0; i < 25; ++i) guess({fmt::format("192.0.2.{}", i)}, 1);
    int waiting = 0;
    for (int i = 0; i < 12; ++i) waiting += wait_of({fmt::format("192.0.2.{}", i)}) ? 1 : 0;
    EXPECT_EQ(waiting, 6);
    EXPECT_EQ(limiter.size(), 19u);
}

TEST_F(Limiter, KeepsNobodyWhoseRestIsOver) {
    limiter.use({.attempts_max = 1, .addresses_max = 24});
    for (int i = 0; i < 24; ++i) guess({fmt::format("192.0.2.{}", i)}, 1);
    now += 5min;
    guess({"192.0.2.24"}, 1);
    EXPECT_EQ(limiter.size(), 13u);
}

TEST_F(Limiter, CountsRightWhenSeveralThreadsRefuse) {
    limiter.use({.attempts_max = 1000});
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) threads.emplace_back([&] { guess({"192.0.2.7"}, 249); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(limiter.refused(), 996u);
    EXPECT_FALSE(wait_of({"192.0.2.7"}));
    guess({"192.0.2.7"}, 4);
    EXPECT_TRUE(wait_of({"192.0.2.7"}));
}

TEST(GuessRules, ComeFromTheConfigWithinBounds) {
    const auto rules = [](std::string_view text) {
        return GuessRules::from(
            *test::config_of(fmt::format("{{gateway:{{auth:{{rateLimit:{{{}}}}}}}}}", text)));
    };
    const GuessRules usual;
    for (const auto& none : {GuessRules::from(*test::config_of("")), rules("")}) {
        EXPECT_EQ(none.attempts_max, usual.attempts_max);
        EXPECT_EQ(none.window, usual.window);
        EXPECT_EQ(none.lockout, usual.lockout);
        EXPECT_EQ(none.lockout_loopback, usual.lockout_loopback);
    }
    EXPECT_EQ(rules("maxAttempts:0").attempts_max, 1);
    EXPECT_EQ(rules("maxAttempts:1001").attempts_max, 1000);
    EXPECT_EQ(rules("windowMs:0").window, 1ms);
    EXPECT_EQ(rules("windowMs:86400001").window, 24h);
    EXPECT_EQ(rules("lockoutMs:86400001").lockout, 24h);
    EXPECT_EQ(rules("maxAttempts:3").attempts_max, 3);
    EXPECT_EQ(rules("windowMs:5000").window, 5s);
    EXPECT_EQ(rules("lockoutMs:60000").lockout, 1min);
    EXPECT_EQ(rules("lockoutMs:60000").lockout_loopback, 10s);
    EXPECT_EQ(rules("lockoutMs:3000").lockout_loopback, 3s) << "never longer than the others'";
}

}  // namespace
}  // namespace openclaw::access
