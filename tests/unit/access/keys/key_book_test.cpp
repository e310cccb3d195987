#include "access/keys/key_book.h"

#include <gmock/gmock.h>

#include "access/keys/key_json.h"
#include "support/memory_key_store.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using openclaw::test::noon;
using test::made_key;
using testing::HasSubstr;

constexpr auto year = 365 * 24h;

struct Book : testing::Test {
    test::MemoryKeyStore store;
    KeyBook book{store};

    KeyRecord added(KeyRecord record) {
        EXPECT_TRUE(book.add(record, noon));
        return record;
    }
};

TEST_F(Book, TwoOfOneNameNeverStandAtOnceAndANewOneInheritsNothing) {
    auto first = made_key("alice").record;
    first.limits.agents = std::vector<std::string>{"work"};
    first.ends = noon + year;
    added(first);
    EXPECT_EQ(book.add(made_key("alice").record, noon).error().code, Code::busy);
    ASSERT_TRUE(book.revoke(first.id, noon));
    const auto second = added(made_key("alice").record);
    EXPECT_EQ(*book.find("alice", noon), second);
    EXPECT_TRUE(book.find(first.id, noon)->revoked);
    // The one that ended gives its name away too.
    auto third = made_key("bob").record, fourth = made_key("bob").record;
    third.ends = noon + 1h;
    added(third);
    EXPECT_FALSE(book.add(fourth, noon + 1h - 1ms));
    EXPECT_TRUE(book.add(fourth, noon + 1h));
}

TEST_F(Book, RotatingKeepsWhatAKeyMayDoAndOnlyItsLatestSecretBeside) {
    auto record = made_key("notebook").record;
    record.limits.models = std::vector<std::string>{"anthropic/*"};
    record.allowance.streams = 2;
    added(record);
    const auto second = new_key_secret(record.id).digest, third = new_key_secret(record.id).digest;
    ASSERT_TRUE(book.rotate(record.id, second, 10min, noon));
    const auto rotated = *book.rotate(record.id, third, 1h, noon + 1min);
    EXPECT_EQ(rotated.digest, third);
    EXPECT_EQ(rotated.earlier, (EarlierKeySecret{.digest = second, .ends = noon + 61min}));
    EXPECT_EQ(rotated.rotations, 2u);
    EXPECT_EQ(rotated.scopes, record.scopes);
    EXPECT_EQ(rotated.limits, record.limits);
    EXPECT_EQ(rotated.allowance, record.allowance);
    EXPECT_EQ(book.rotate(record.id, second, 0ms, noon)->earlier, std::nullopt) << "after a leak";
    EXPECT_EQ(book.rotate(record.id, third, year, noon)->earlier->ends, noon + key_grace_max);
}

TEST_F(Book, NeitherRotatesNorUpdatesWhatIsRevokedOrHasEnded) {
    auto revoked = added(made_key("revoked").record), ended = made_key("ended").record;
    ended.ends = noon + 1h;
    added(ended);
    ASSERT_TRUE(book.revoke(revoked.id, noon));
    const auto digest = new_key_secret(revoked.id).digest;
    EXPECT_EQ(book.rotate(revoked.id, digest, 0ms, noon).error().code, Code::denied);
    EXPECT_EQ(book.rotate(ended.id, digest, 0ms, noon + 1h).error().code, Code::denied);
    const auto widen = [](KeyRecord& record) { record.scopes = Scopes::all(); };
    EXPECT_THAT(book.update(revoked.id, widen, noon).error().message, HasSubstr("is revoked"));
    EXPECT_THAT(book.update(ended.id, widen, noon + 1h).error().message, HasSubstr("has ended"));
    EXPECT_EQ(book.find(revoked.id, noon)->scopes, revoked.scopes);
}

TEST_F(Book, AKeyThatHasEndedStandsAgainWithALaterEnd) {
    auto record = made_key("notebook").record;
    record.ends = noon + 1h;
    added(record);
    ASSERT_TRUE(book.note({{.id = record.id, .passed = {noon + 1h}}}));
    EXPECT_FALSE(stands(*book.find("notebook", noon), noon)) << "even where the clock was set back";
    const auto longer = [](KeyRecord& each) { each.ends = noon + 2h; };
    ASSERT_TRUE(book.update(record.id, longer, noon + 1h));
    EXPECT_TRUE(stands(*book.find("notebook", noon), noon + 1h));
}

TEST_F(Book, NotesTheLatestUseAndTheEndsThatWereSeen) {
    auto record = made_key("notebook").record;
    record.ends = noon + 1h;
    record.earlier = EarlierKeySecret{.digest = record.digest, .ends = noon + 10min};
    record.rotations = 1;
    added(record);
    const KeyUse late{.at = noon + 2s, .address = "192.0.2.1"}, early{.at = noon, .address = "192.0.2.2"};
    ASSERT_TRUE(book.note({{.id = record.id, .use = late}}));
    ASSERT_TRUE(book.note(
        {{.id = record.id, .use = early, .passed = {noon + 10min}}, {.id = "nobody", .use = late}}));
    const auto noted = *book.find(record.id, noon);
    EXPECT_EQ(noted.last_used, late);
    EXPECT_FALSE(noted.earlier);
    EXPECT_FALSE(noted.ended);
    // An end that was given meanwhile is another one.
    ASSERT_TRUE(book.note({{.id = record.id, .passed = {noon + 3h}}}));
    EXPECT_FALSE(book.find(record.id, noon)->ended);
}

TEST_F(Book, ForgetsWhatIsLongGoneAndTakesNoMoreThanAThousand) {
    auto gone = added(made_key("gone").record);
    ASSERT_TRUE(book.revoke(gone.id, noon));
    EXPECT_TRUE(book.add(made_key("x").record, noon + year - 1ms));
    EXPECT_TRUE(book.find(gone.id, noon));
    EXPECT_TRUE(book.add(made_key("y").record, noon + year));
    EXPECT_EQ(book.find(gone.id, noon).error().code, Code::not_found);
    while (store.records.size() < 1000) store.records.push_back(made_key("many").record);
    EXPECT_EQ(book.add(made_key("one-more").record, noon).error().code, Code::too_large);
}

TEST_F(Book, RefusesNamesLimitsAndTimesThatMakeNoSense) {
    for (const char* name : {"", "a b", "a/b", "-x", "ä", "x\n"})
        EXPECT_EQ(book.add(made_key(name).record, noon).error().code, Code::invalid_input) << name;
    auto ended = made_key("ended").record, powerless = made_key("powerless", Scopes()).record,
         lost = made_key("lost").record, starred = made_key("starred").record;
    ended.ends = noon;
    lost.allowance.time_zone = "../x";
    starred.limits.models = std::vector<std::string>{"a*b"};
    for (const auto& record : {ended, powerless, lost, starred}) {
        const auto refused = book.add(record, noon);
        ASSERT_FALSE(refused) << record.name;
        EXPECT_EQ(refused.error().code, Code::invalid_input) << record.name;
    }
    EXPECT_TRUE(store.records.empty());
}

TEST_F(Book, ChangesNothingInAStoreThatCanNotBeRead) {
    const auto record = added(made_key("notebook").record);
    store.problem = Error{Code::corrupt, "damaged", "mend it"};
    EXPECT_EQ(book.add(made_key("x").record, noon).error().code, Code::corrupt);
    EXPECT_EQ(book.revoke(record.id, noon).error().hint, "mend it");
    EXPECT_EQ(book.records().error().code, Code::corrupt);
    EXPECT_EQ(store.records, std::vector{record});
}

TEST(KeptKeys, AreReadAsTheyWereWritten) {
    auto record = made_key("notebook").record;
    record.limits.sessions = std::vector<std::string>{"agent:work:*"};
    record.limits.budget = "family";
    record.allowance.streams = 3;
    record.ends = noon + year;
    record.revoked = noon + 1h;
    record.rotations = 4;
    record.releases = 2;
    record.earlier = EarlierKeySecret{.digest = made_key("x").record.digest, .ends = noon + 5min};
    EXPECT_EQ(kept_key_of(kept_key_json(record)), record);
    const auto plain = made_key("plain").record;
    EXPECT_EQ(kept_key_of(kept_key_json(plain)), plain);
}

TEST(KeptKeys, ThatMakeNoSenseAreNeverReadWithLessThanTheySay) {
    const auto sound = kept_key_json(made_key("notebook").record);
    for (const auto& [member, value] : std::vector<std::pair<std::string, json::value>>{
             {"id", "x"},
             {"id", 1},
             {"name", nullptr},
             {"digest", "00"},
             {"scopes", "chat"},
             {"madeAt", "now"},
             {"endsAt", "never"},
             {"revokedAt", false},
             {"limits", 1},
             {"limits", json::object{{"agents", "work"}}},
             {"allowance", json::array()},
             {"allowance", json::object{{"streams", -1}}},
             {"rotations", -1},
             {"earlier", json::object()},
             {"earlier", json::object{{"digest", std::string(64, 'a')}, {"endsAt", 1}}}}) {
        auto broken = sound;
        broken[member] = value;
        EXPECT_FALSE(kept_key_of(broken)) << json::serialize(broken);
    }
}

TEST(ShownKeys, HaveNothingOfTheirSecret) {
    const auto key = made_key("notebook");
    EXPECT_THAT(json::serialize(kept_key_json(key.record)), HasSubstr(key.record.digest.hex()));
    EXPECT_THAT(json::serialize(key_json(key.record)), testing::Not(HasSubstr(key.record.digest.hex())));
}

}  // namespace
}  // namespace openclaw::access
