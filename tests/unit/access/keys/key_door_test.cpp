// Named keys at the door: beside the gateway's own secret, in every mode, under the limit on guesses.
#include <gmock/gmock.h>

#include "access/doorman.h"
#include "access/keys/key_memories.h"
#include "support/fake_log.h"
#include "support/memory_key_store.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;
using openclaw::test::noon;
using test::made_key;
using test::MadeKey;
using testing::HasSubstr;

constexpr const char* long_token = "correct-horse-battery";

Offered offering(const std::string& text) {
    return {.secret = Secret(text), .key = read_key(text)};
}
Arrival from(std::string address) {
    return {.surface = "http", .verb = "POST", .object = "/v1/x", .guesser = {.address = std::move(address)}};
}
Policy lock_of(AccessMode mode, std::string secret) {
    return policy_of({.mode = mode, .candidates = {{"test", Secret(std::move(secret))}}}, "key", ::geteuid());
}

struct KeyDoor : testing::Test {
    openclaw::test::FakeClock clock;
    openclaw::test::FakeLog log;
    KeyMemories memories;
    Doorman doorman{{.clock = clock, .log = log}, lock_of(AccessMode::token, long_token), GuessRules{}};

    void take(Result<std::vector<KeyRecord>> records) {
        doorman.use_keys(memories.set_of(std::move(records), clock.now(), clock.steady()));
    }
    // Whose name, or why not.
    std::string judged(const Offered& offered, const std::string& address = "192.0.2.7") {
        const auto judgement = doorman.judge(offered, from(address));
        return judgement ? judgement->shown() : std::string(name_of(judgement.error().denial));
    }
};

TEST_F(KeyDoor, AKeyAndTheTokenOpenItEachForItsOwn) {
    const auto key = made_key("notebook");
    EXPECT_EQ(judged(offering(key.text)), "unknown key");
    take(std::vector{key.record});
    EXPECT_EQ(judged(offering(key.text)), "key \"notebook\"");
    EXPECT_THAT(judged(offering(long_token)), HasSubstr("token"));
    EXPECT_EQ(judged(offering("something else")), "wrong secret");
}

TEST_F(KeyDoor, AnotherLockLeavesTheKeysAsTheyAre) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    const auto principal = doorman.judge(offering(key.text), from("192.0.2.7"));
    ASSERT_TRUE(principal);
    doorman.use(lock_of(AccessMode::token, "another-horse-battery"), GuessRules{});
    EXPECT_TRUE(doorman.stands(*principal));
    EXPECT_EQ(judged(offering(key.text)), "key \"notebook\"");
}

TEST_F(KeyDoor, ATokenThatLooksLikeAKeyIsTheToken) {
    const auto key = made_key("notebook"), looks_alike = made_key("token");
    take(std::vector{key.record, looks_alike.record});
    for (const auto& token : {looks_alike.text, std::string("ocg_my-own-long-token")}) {
        doorman.use(lock_of(AccessMode::token, token), GuessRules{});
        EXPECT_THAT(judged(offering(token)), HasSubstr("token"));
        EXPECT_EQ(judged(offering(key.text)), "key \"notebook\"");
    }
}

TEST_F(KeyDoor, KeysOpenItBesideAPasswordAndWhereNothingIsAsked) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    for (const auto mode : {AccessMode::password, AccessMode::trusted_proxy, AccessMode::none}) {
        doorman.use(lock_of(mode, "open sesame"), GuessRules{});
        EXPECT_EQ(judged(offering(key.text)), "key \"notebook\"") << name_of(mode);
        EXPECT_EQ(judged(offering(made_key("foreign").text)), "unknown key") << name_of(mode);
    }
}

TEST_F(KeyDoor, WrongKeysAreGuessesAndARightOneNeverWaits) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    const auto damaged = key.text.substr(0, 40), foreign = made_key("foreign").text;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(judged(offering(damaged)), "damaged key: cut or mistyped");
        EXPECT_EQ(judged(offering(foreign)), "unknown key");
    }
    EXPECT_EQ(judged(offering(foreign)), "too many wrong guesses");
    EXPECT_EQ(judged(offering(damaged)), "too many wrong guesses");
    EXPECT_EQ(judged(offering(key.text)), "key \"notebook\"");
    EXPECT_EQ(doorman.refused_guesses(), 12u);
}

TEST_F(KeyDoor, WhoHasAKeyThatEndedIsToldAndIsNoGuesser) {
    auto revoked = made_key("revoked"), ended = made_key("ended");
    revoked.record.revoked = noon;
    ended.record.ends = noon;
    take(std::vector{revoked.record, ended.record});
    for (int i = 0; i < 20; ++i) EXPECT_EQ(judged(offering(revoked.text)), "the key is revoked");
    const auto refused = doorman.judge(offering(ended.text), from("192.0.2.7"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().denial, Denial::key_ended);
    ASSERT_TRUE(refused.error().key);
    EXPECT_EQ(sentence_of(*refused.error().key),
              "the key \"ended\" ended on 2026-01-30: ask the gateway's owner for a new one");
    EXPECT_EQ(doorman.refused_guesses(), 0u);
}

TEST_F(KeyDoor, RecordsThatCanNotBeReadCloseItToKeysAndToNobodyElse) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    const auto principal = doorman.judge(offering(key.text), from("192.0.2.7"));
    ASSERT_TRUE(principal);
    take(fail(Code::corrupt, "damaged"));
    EXPECT_EQ(judged(offering(key.text)), "the named keys can't be read");
    EXPECT_FALSE(doorman.stands(*principal));
    EXPECT_THAT(judged(offering(long_token)), HasSubstr("token"));
    EXPECT_EQ(doorman.refused_guesses(), 0u);
}

TEST_F(KeyDoor, WhoCameByAKeyStandsAsLongAsItGivesHimNoLess) {
    const auto key = made_key("notebook", {Scope::write});
    take(std::vector{key.record});
    const auto principal = *doorman.judge(offering(key.text), from("192.0.2.7"));
    const auto stands_after = [&](const std::function<void(KeyRecord&)>& change) {
        auto record = key.record;
        change(record);
        take(std::vector{record});
        return doorman.stands(principal);
    };
    EXPECT_TRUE(stands_after([](KeyRecord&) {}));
    EXPECT_TRUE(stands_after([](KeyRecord& record) { record.last_used = KeyUse{noon, "x"}; }));
    EXPECT_TRUE(stands_after([](KeyRecord& record) { record.scopes = {Scope::write, Scope::models}; }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.scopes = {Scope::read}; }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.scopes = Scopes::all(); }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.limits.agents.emplace(); }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.allowance.streams = 1; }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.revoked = noon; }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.ends = noon; }));
    EXPECT_FALSE(stands_after([](KeyRecord& record) { record.rotations = 1; })) << "rotated without grace";
    EXPECT_TRUE(stands_after([](KeyRecord& record) {
        record.rotations = 1;
        record.earlier = EarlierKeySecret{record.digest, noon + 10min};
    }));
    clock.advance(10min);
    EXPECT_FALSE(doorman.stands(principal)) << "the grace is over";
}

TEST_F(KeyDoor, SeveralSecretsThatDifferAreRefusedUnread) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    auto offered = offering(key.text);
    offered.several_secrets = true;
    EXPECT_EQ(judged(offered), "several secrets that differ");
    EXPECT_EQ(doorman.refused_guesses(), 0u);
}

TEST_F(KeyDoor, NoWordOfASecretIsInTheLog) {
    const auto key = made_key("notebook"), foreign = made_key("foreign");
    take(std::vector{key.record});
    for (const auto& text : {key.text, foreign.text, key.text.substr(0, 50)}) judged(offering(text));
    const auto lines = log.lines();
    for (const auto& line : lines) EXPECT_THAT(line, testing::Not(HasSubstr(std::string(key_prefix))));
    EXPECT_THAT(lines.back(), HasSubstr("damaged key"));
}

// A certificate that is whatever a test says.
struct Judge final : CertificateJudge {
    CertificateVerdict verdict;
    std::vector<std::string> none;
    std::string nothing;
    CertificateVerdict judge(const net::PeerCertificate&, TimePoint) const override { return verdict; }
    CertificateVerdict judge(std::span<const std::string>, TimePoint) const override { return verdict; }
    const std::vector<std::string>& issuers() const override { return none; }
    bool can_count() const override { return true; }
    const std::string& problem() const override { return nothing; }
    const std::string& digest() const override { return nothing; }
};

TEST_F(KeyDoor, WhereCertificatesAreRequiredAKeyOpensNothingWithoutOne) {
    const auto key = made_key("notebook");
    take(std::vector{key.record});
    auto judge = std::make_shared<Judge>();
    judge->verdict.identity = std::make_shared<const Identity>(Identity{
        .id = "crt_a", .shown = "a", .proof = Proof::certificate, .scopes = Scopes::all(), .limits = {}});
    auto lock = lock_of(AccessMode::mtls, "");
    lock.certificates = judge;
    doorman.use(lock, GuessRules{});
    EXPECT_EQ(judged(offering(key.text)), "nothing offered");
}

TEST(SecretsOfRequests, AreTakenWhereverProgramsPutThem) {
    const auto key = made_key("notebook").text, other = made_key("other").text;
    const auto read = [](net::Headers headers) { return secret_of(headers); };
    for (const auto& name : {"x-api-key", "X-API-Key", "api-key"})
        EXPECT_EQ(read({{name, key}}).secret, Secret(key)) << name;
    EXPECT_EQ(read({{"Authorization", "Bearer " + key}}).secret, Secret(key));
    EXPECT_TRUE(read({{"x-api-key", " " + key + " "}}).key);
    EXPECT_FALSE(read({{"Authorization", "Bearer " + key}, {"x-api-key", key}}).several) << "one, twice";
    for (const auto& headers :
         std::vector<net::Headers>{{{"Authorization", "Bearer " + key}, {"x-api-key", other}},
                                   {{"Authorization", "Bearer " + key}, {"x-api-key", "sk-ant-1"}},
                                   {{"Authorization", "Bearer the-token"}, {"api-key", key}},
                                   {{"x-api-key", key}, {"api-key", other}},
                                   {{"x-api-key", "sk-ant-1"}, {"api-key", key}}}) {
        EXPECT_TRUE(read(headers).several);
        EXPECT_FALSE(read(headers).secret);
    }
    // What is no key of ours there stands for somebody else.
    const auto token = read({{"Authorization", "Bearer the-token"}, {"x-api-key", "sk-ant-1"}});
    EXPECT_EQ(token.secret, Secret("the-token"));
    EXPECT_FALSE(token.several);
    EXPECT_FALSE(read({{"x-api-key", "sk-ant-1"}}).secret);
}

}  // namespace
}  // namespace openclaw::access
