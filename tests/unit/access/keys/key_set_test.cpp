#include "access/keys/key_set.h"

#include <gmock/gmock.h>

#include "access/keys/key_memories.h"
#include "support/memory_key_store.h"
#include "support/principals.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using openclaw::test::FakeClock;
using openclaw::test::noon;
using test::made_key;
using test::MadeKey;
using testing::ElementsAre;
using testing::IsEmpty;

// A gateway's keys, read again whenever a test says so.
std::string_view text_of(KeyFault fault) {
    switch (fault) {
        case KeyFault::closed:
            return "closed";
        case KeyFault::damaged:
            return "damaged";
        case KeyFault::unknown:
            return "unknown";
        case KeyFault::wrong_secret:
            return "wrong secret";
        case KeyFault::replaced:
            return "replaced";
        case KeyFault::revoked:
            return "revoked";
        case KeyFault::ended:
            return "ended";
    }
    return "";
}

struct Keys {
    FakeClock clock;
    KeyMemories memories;
    std::shared_ptr<const KeySet> set;

    void read(Result<std::vector<KeyRecord>> records) {
        set = memories.set_of(std::move(records), clock.now(), clock.steady());
    }
    // "in", or why not.
    std::string_view judged(const OfferedKey& offered) const {
        const auto verdict = set->judge(offered, clock.now());
        EXPECT_EQ(verdict.fault.has_value(), verdict.identity == nullptr);
        return verdict.fault ? text_of(*verdict.fault) : "in";
    }
    std::string_view judged(const MadeKey& key) const { return judged(key.offered()); }
};

TEST(KeySet, LetsARightKeyInWithWhatItsRecordSays) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.limits.agents = std::vector<std::string>{"work"};
    key.record.allowance.requests_per_minute = 5;
    keys.read(std::vector{key.record, made_key("phone").record});
    const auto identity = keys.set->judge(key.offered(), noon).identity;
    ASSERT_TRUE(identity);
    EXPECT_EQ(identity->id, "key:" + key.record.id);
    EXPECT_EQ(identity->shown, "key \"notebook\"");
    EXPECT_EQ(identity->proof, Proof::named_key);
    EXPECT_EQ(identity->scopes, key.record.scopes);
    EXPECT_EQ(identity->limits, key.record.limits);
    EXPECT_EQ(*identity->allowance, key.record.allowance);
}

TEST(KeySet, RefusesWhatIsDamagedUnknownRevokedEndedOrOfAnotherGateway) {
    Keys keys;
    auto good = made_key("good"), revoked = made_key("revoked"), ended = made_key("ended");
    revoked.record.revoked = noon - 1h;
    ended.record.ends = noon;
    keys.read(std::vector{good.record, revoked.record, ended.record});
    EXPECT_EQ(keys.judged(good), "in");
    EXPECT_EQ(keys.judged(revoked), "revoked");
    EXPECT_EQ(keys.judged(ended), "ended");
    EXPECT_EQ(keys.judged(made_key("foreign")), "unknown");
    EXPECT_EQ(keys.judged(*read_key(good.text.substr(0, 50))), "damaged");
    auto guess = good.offered();
    guess.digest = made_key("other").record.digest;
    EXPECT_EQ(keys.judged(guess), "wrong secret");
}

TEST(KeySet, TellsNothingOfARevokedKeyToWhoDoesNotHaveIt) {
    Keys keys;
    auto key = made_key("revoked");
    key.record.revoked = noon;
    keys.read(std::vector{key.record});
    auto guess = key.offered();
    guess.digest = made_key("other").record.digest;
    const auto verdict = keys.set->judge(guess, noon);
    EXPECT_EQ(verdict.fault, KeyFault::wrong_secret);
    EXPECT_EQ(verdict.name, "");
}

TEST(KeySet, TakesNoDigestThatWasSwappedWithAnotherRecords) {
    Keys keys;
    auto kid = made_key("kid"), owner = made_key("owner", Scopes::all());
    std::swap(kid.record.digest, owner.record.digest);
    keys.read(std::vector{kid.record, owner.record});
    EXPECT_EQ(keys.judged(kid), "wrong secret");
    EXPECT_EQ(keys.judged(owner), "wrong secret");
}

TEST(KeySet, IsClosedToAllKeysWhileTheRecordsCanNotBeRead) {
    Keys keys;
    const auto key = made_key("notebook");
    keys.read(std::vector{key.record});
    keys.read(fail(Code::corrupt, "damaged"));
    EXPECT_EQ(keys.judged(key), "closed");
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "in");
}

TEST(KeySet, LetsTheSecretBeforeInStrictlyBeforeItsDeadline) {
    Keys keys;
    const auto old = made_key("notebook");
    auto record = old.record;
    const auto fresh = new_key_secret(record.id);
    record.earlier = EarlierKeySecret{.digest = record.digest, .ends = noon + 10min};
    record.digest = fresh.digest;
    record.rotations = 1;
    keys.read(std::vector{record});
    keys.clock.advance(10min - 1ms);
    EXPECT_EQ(keys.judged(old), "in");
    keys.clock.advance(1ms);
    EXPECT_EQ(keys.judged(old), "replaced");
    EXPECT_EQ(keys.judged(*read_key(std::string_view(revealed(fresh.text)))), "in");
}

TEST(KeySet, ReopensNothingThatHasEndedWhenTheClockIsSetBack) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.ends = noon + 1h;
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "in");
    keys.clock.jump_to(noon + 1h);
    EXPECT_EQ(keys.judged(key), "ended");
    keys.clock.jump_to(noon - 24h);
    EXPECT_EQ(keys.judged(key), "ended");
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "ended") << "read again";
}

TEST(KeySet, MakesNoTimeLongerWhenTheClockIsSetBackBeforeTheEnd) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.ends = noon + 1h;
    keys.read(std::vector{key.record});
    keys.clock.jump_to(noon - 24h);
    keys.read(std::vector{key.record});
    keys.clock.advance(1h - 1ms);
    EXPECT_FALSE(keys.memories.look(keys.clock.now(), keys.clock.steady()));
    EXPECT_EQ(keys.judged(key), "in");
    keys.clock.advance(1ms);
    EXPECT_TRUE(keys.memories.look(keys.clock.now(), keys.clock.steady()));
    EXPECT_EQ(keys.judged(key), "ended");
    EXPECT_FALSE(keys.memories.look(keys.clock.now(), keys.clock.steady())) << "told once";
}

TEST(KeySet, MakesNoTimeLongerWhenAnotherEndIsChangedMeanwhile) {
    Keys keys;
    const auto old = made_key("notebook");
    auto record = old.record;
    record.earlier = EarlierKeySecret{.digest = record.digest, .ends = noon + 1h};
    record.digest = new_key_secret(record.id).digest;
    record.rotations = 1;
    keys.clock.jump_to(noon);
    for (int change = 1; change <= 4; ++change) {
        record.ends = noon + change * 1000h;
        keys.read(std::vector{record});
        keys.clock.advance(15min);
        keys.clock.jump_to(noon);
    }
    keys.memories.look(keys.clock.now(), keys.clock.steady());
    EXPECT_EQ(keys.judged(old), "replaced");
}

TEST(KeySet, RefusesAnEndThatWasSeenWhateverTheClockSaysAfterARestart) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.ends = noon + 1h;
    key.record.ended = noon + 1h;
    keys.clock.jump_to(noon - 24h);
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "ended");
}

TEST(KeySet, StandsAgainWithALaterEnd) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.ends = noon;
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "ended");
    key.record.ends = noon + 1h;
    keys.read(std::vector{key.record});
    EXPECT_EQ(keys.judged(key), "in");
}

TEST(KeySet, TakesNoOldSecretThatWouldCountForLongerThanOneIsEverKept) {
    Keys keys;
    const auto old = made_key("notebook");
    auto record = old.record;
    record.earlier = EarlierKeySecret{.digest = record.digest, .ends = noon + 7 * 24h};
    record.digest = new_key_secret(record.id).digest;
    record.rotations = 1;
    keys.clock.jump_to(noon - 1ms);
    keys.read(std::vector{record});
    EXPECT_EQ(keys.judged(old), "wrong secret");
}

TEST(KeyMemories, GathersTheLastUseAndWhatHasEndedUntilItIsWritten) {
    Keys keys;
    auto key = made_key("notebook");
    key.record.ends = noon + 1s;
    const auto quiet = made_key("quiet");
    keys.read(std::vector{key.record, quiet.record});
    EXPECT_THAT(keys.memories.take_news(), IsEmpty());
    const auto who = openclaw::test::principal_of(*keys.set->judge(key.offered(), noon).identity);
    keys.set->note_use(who, "192.0.2.1", noon);
    keys.set->note_use(who, "192.0.2.2", noon + 1ms);
    keys.clock.advance(1s);
    keys.memories.look(keys.clock.now(), keys.clock.steady());
    for (int attempt = 0; attempt < 2; ++attempt) {
        auto news = keys.memories.take_news();
        ASSERT_EQ(news.size(), 1u);
        EXPECT_EQ(news[0].use, (KeyUse{.at = noon + 1ms, .address = "192.0.2.2"}));
        EXPECT_THAT(news[0].passed, ElementsAre(noon + 1s));
        keys.memories.give_back(std::move(news));  // it could not be written
    }
    keys.memories.take_news();
    EXPECT_THAT(keys.memories.take_news(), IsEmpty());
}

TEST(KeyMemories, ForgetsARunOfEqualCallsWhenItIsLetGoOn) {
    Keys keys;
    auto key = made_key("notebook");
    keys.read(std::vector{key.record});
    const auto who = openclaw::test::principal_of(*keys.set->judge(key.offered(), noon).identity);
    const auto refused = [&] {
        return keys.set->refuse_repeat(who, "{}", 1, keys.clock.steady()).has_value();
    };
    EXPECT_FALSE(refused());
    EXPECT_TRUE(refused());
    keys.read(std::vector{key.record});
    EXPECT_TRUE(refused()) << "reading again lets nothing go on";
    key.record.releases = 1;
    keys.read(std::vector{key.record});
    EXPECT_FALSE(refused());
}

}  // namespace
}  // namespace openclaw::access
