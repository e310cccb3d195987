// Which devices come in, by which token, and what becomes of their files.
#include <gtest/gtest.h>

#include "access/devices/device_json.h"
#include "access/devices/device_registry.h"
#include "access/devices/device_store.h"
#include "access/devices/pairing_requests.h"
#include "access/doorman.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/memory_file_system.h"
#include "support/phone.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;

const TimePoint noon = from_ms(1'795'337'119'000);
const Scopes all = Scopes::all();
using test::Phone;

config::Paths folder_of(const platform::Path& state) {
    config::Paths paths;
    paths.state = state;
    return paths;
}

struct Devices : testing::Test {
    test::MemoryFileSystem files;
    config::Paths paths = folder_of("/home/u/.openclaw");
    DeviceStore store{files, paths};
    const Phone phone{1}, tablet{2};

    IssuedToken issued(const Phone& to, Scopes scopes = {Scope::read}, const std::string& role = "operator") {
        auto token = store.issue(to.card(), role, scopes, noon);
        EXPECT_TRUE(token) << (token ? "" : token.error().message);
        return std::move(token).value();
    }
    std::shared_ptr<const DeviceRegistry> registry() { return DeviceRegistry::read(files, paths); }
    std::shared_ptr<const Identity> comes(const Phone& device, const Secret& token,
                                          const std::string& role = "operator") {
        return registry()->find_by_token(device.proven("", noon, role), token);
    }
    // As the reference writes it.
    std::string reference_file(const std::string& token, const std::string& more = "") const {
        return fmt::format(
            R"({{"{0}":{{"deviceId":"{0}","publicKey":"{1}","platform":"linux","role":"operator","roles":["operator"],)"
            R"("scopes":["operator.read"],"tokens":{{"operator":{{"token":"{2}","role":"operator",)"
            R"("scopes":["operator.read"],"createdAtMs":1795337119317{3}}}}},"approvedAtMs":1795337119317}}}})",
            phone.id, phone.public_key, token, more);
    }
    void put_reference(const std::string& text) { files.put(reference_devices_file(paths), text); }
};

TEST_F(Devices, ComeByTheTokenThatTheyWereGiven) {
    const auto token = issued(phone, {Scope::write});
    const auto who = comes(phone, token.token);
    ASSERT_TRUE(who);
    EXPECT_EQ(who->id, "device:" + phone.id);
    EXPECT_EQ(who->proof, Proof::device);
    EXPECT_EQ(who->scopes, Scopes{Scope::write});
}

TEST_F(Devices, FindNoUseForAnothersToken) {
    const auto token = issued(phone);
    issued(tablet);
    EXPECT_FALSE(comes(tablet, token.token));
    EXPECT_FALSE(comes(phone, token.token, "node")) << "it is for another role";
    EXPECT_FALSE(comes(phone, Secret("")));
    EXPECT_FALSE(comes(phone, Secret("2e72f5f7288e4facb75014ff0298d02b")));
}

TEST_F(Devices, LeaveNoTokenInTheirFile) {
    const auto token = issued(phone);
    const auto text = files.read(store.path(), 1 << 20).value();
    EXPECT_EQ(text.find(std::string_view(revealed(token.token))), std::string::npos);
    EXPECT_NE(text.find(SecretDigest(token.token).hex()), std::string::npos);
}

TEST_F(Devices, KeepAWorkingTokenWhenTheyGetAnotherOne) {
    const auto first = issued(phone, {Scope::read});
    const auto second = issued(phone, {Scope::read, Scope::chat});
    EXPECT_TRUE(comes(phone, first.token));
    EXPECT_TRUE(comes(phone, second.token));
    for (int more = 0; more < 3; ++more) issued(phone);
    EXPECT_FALSE(comes(phone, first.token)) << "of many the oldest goes";
    EXPECT_TRUE(comes(phone, second.token));
}

TEST_F(Devices, LoseAllTheirTokensToARotation) {
    const auto first = issued(phone, {Scope::write});
    const auto before = registry();
    const auto rotated = store.rotate(phone.id, "operator", Scopes{Scope::read}, all, noon);
    ASSERT_TRUE(rotated);
    EXPECT_EQ(rotated->scopes, Scopes{Scope::read});
    EXPECT_FALSE(comes(phone, first.token));
    EXPECT_TRUE(comes(phone, rotated->token));
    EXPECT_FALSE(keeps_all(registry().get(), before.get())) << "what it had opened ends";
}

TEST_F(Devices, AreNeverGivenMoreByARotation) {
    issued(phone, {Scope::read});
    const auto rotated = store.rotate(phone.id, "operator", Scopes{Scope::admin}, all, noon);
    ASSERT_FALSE(rotated);
    EXPECT_EQ(rotated.error().code, Code::invalid_input);
    EXPECT_EQ(store.find(phone.id)->scopes(), Scopes{Scope::read});
}

// A caller may change no device that may do more than he does, whatever he wants to change of it.
TEST_F(Devices, AreManagedByNobodyWhoMayDoLess) {
    issued(phone, {Scope::write});
    const Scopes little{Scope::read, Scope::pairing}, enough{Scope::write, Scope::pairing};
    const auto denied = [](const auto& result) { return !result && result.error().code == Code::denied; };
    const auto text = files.read(store.path(), 1 << 20).value();
    EXPECT_TRUE(denied(store.rotate(phone.id, "operator", {}, little, noon)));
    EXPECT_TRUE(denied(store.rotate(phone.id, "operator", Scopes{Scope::read}, little, noon)));
    EXPECT_TRUE(denied(store.revoke(phone.id, "operator", little, noon)));
    EXPECT_TRUE(denied(store.rename(phone.id, "mine", little)));
    EXPECT_TRUE(denied(store.remove(phone.id, little, noon)));
    EXPECT_TRUE(denied(store.approve(tablet.card(), "operator", {Scope::write}, little, noon)));
    EXPECT_TRUE(denied(store.approve(phone.card(), "operator", {Scope::read}, little, noon)))
        << "by its key alone it would have again what it had";
    EXPECT_EQ(files.read(store.path(), 1 << 20).value(), text);
    EXPECT_TRUE(store.approve(tablet.card(), "operator", {Scope::write}, enough, noon));
    EXPECT_TRUE(store.rotate(phone.id, "operator", {}, enough, noon));
    ASSERT_TRUE(store.revoke(phone.id, "operator", enough, noon));
    EXPECT_TRUE(denied(store.rotate(phone.id, "operator", {}, little, noon)))
        << "a rotation gives back what was revoked";
}

TEST_F(Devices, EndWithARevocationAndBeginAnewWithARightSecret) {
    const auto token = issued(phone);
    const auto before = registry();
    ASSERT_TRUE(store.revoke(phone.id, "operator", all, noon));
    EXPECT_FALSE(comes(phone, token.token));
    EXPECT_FALSE(keeps_all(registry().get(), before.get()));
    const auto anew = issued(phone);
    EXPECT_TRUE(comes(phone, anew.token));
    EXPECT_FALSE(comes(phone, token.token)) << "what was revoked stays so";
}

TEST_F(Devices, FetchTheirTokenByTheirKeyOnceTheyAreApproved) {
    ASSERT_TRUE(store.approve(phone.card(), "operator", {Scope::chat}, all, noon));
    const auto key_alone = phone.proven("", noon);
    EXPECT_TRUE(registry()->find_by_key(key_alone, noon + 1min));
    EXPECT_FALSE(registry()->find_by_key(tablet.proven("", noon), noon + 1min));
    EXPECT_FALSE(registry()->find_by_key(phone.proven("", noon, "node"), noon + 1min));
    EXPECT_FALSE(registry()->find_by_key(key_alone, noon + device_claim_time)) << "it came too late";
    EXPECT_FALSE(registry()->find_by_key(key_alone, noon - 1min)) << "the clock was set back";
    const auto before = registry();
    issued(phone, {Scope::chat});
    EXPECT_FALSE(registry()->find_by_key(key_alone, noon + 1min)) << "it has its token";
    EXPECT_TRUE(keeps_all(registry().get(), before.get())) << "who fetched it goes on";
}

TEST_F(Devices, OfTheReferenceComeByTheirOldTokenAndTheirFileStays) {
    const std::string token = "2e72f5f7288e4facb75014ff0298d02b";
    const auto text = reference_file(token);
    put_reference(text);
    EXPECT_TRUE(comes(phone, Secret(token)));
    issued(phone);
    EXPECT_TRUE(comes(phone, Secret(token))) << "another token takes this one away from nobody";
    ASSERT_TRUE(store.revoke(phone.id, "operator", all, noon));
    EXPECT_FALSE(comes(phone, Secret(token)));
    EXPECT_EQ(files.read(reference_devices_file(paths), 1 << 20).value(), text);
}

TEST_F(Devices, OfTheReferenceStayAwayOnceTheyWereTakenOff) {
    const std::string token = "2e72f5f7288e4facb75014ff0298d02b";
    put_reference(reference_file(token));
    ASSERT_TRUE(store.remove(phone.id, all, noon));
    EXPECT_FALSE(comes(phone, Secret(token)));
    EXPECT_TRUE(store.devices()->empty());
    EXPECT_EQ(store.remove(phone.id, all, noon).error().code, Code::not_found);
}

TEST_F(Devices, OfTheReferenceThatItRevokedStayRevoked) {
    put_reference(reference_file("2e72f5f7288e4facb75014ff0298d02b", ",\"revokedAtMs\":1795337119400"));
    EXPECT_FALSE(comes(phone, Secret("2e72f5f7288e4facb75014ff0298d02b")));
}

TEST_F(Devices, AreNobodyElseWhenKeysWereSwappedBetweenRecords) {
    const auto token = issued(phone);
    auto text = files.read(store.path(), 1 << 20).value();
    text.replace(text.find(phone.public_key), phone.public_key.size(), tablet.public_key);
    files.put(store.path(), text);
    EXPECT_FALSE(comes(tablet, token.token));
    EXPECT_FALSE(comes(phone, token.token));
    put_reference(
        fmt::format(R"({{"{}":{{"publicKey":"{}","tokens":{{"operator":{{"token":"abc","scopes":[]}}}}}}}})",
                    phone.id, tablet.public_key));
    files.put(store.path(), "{}");
    EXPECT_FALSE(comes(phone, Secret("abc")));
    EXPECT_FALSE(comes(tablet, Secret("abc")));
}

TEST_F(Devices, StayOutWhileAFileIsDamagedAndTheFileStaysAsItIs) {
    const auto token = issued(phone);
    for (const std::string damaged : {"{\"devices\": 5}", "{\"devices\": {\"x\": {}}}", "{\"dev", "[]"}) {
        files.put(store.path(), damaged);
        EXPECT_FALSE(comes(phone, token.token));
        EXPECT_NE(registry()->problem(), "");
        EXPECT_FALSE(store.issue(phone.card(), "operator", {Scope::read}, noon));
        EXPECT_EQ(files.read(store.path(), 100).value(), damaged);
    }
}

TEST_F(Devices, AreFoundByNameAndByTheBeginningOfTheirId) {
    issued(phone);
    issued(tablet);
    EXPECT_EQ(store.find(phone.id.substr(0, 8))->card.id, phone.id);
    EXPECT_EQ(store.find("phone").error().code, Code::invalid_input) << "both are called so";
    ASSERT_TRUE(store.rename(tablet.id, "tablet", all));
    EXPECT_EQ(store.find("tablet")->card.id, tablet.id);
    issued(tablet);
    EXPECT_EQ(store.find("tablet")->card.id, tablet.id) << "the name that somebody gave stays";
    EXPECT_EQ(store.find("").error().code, Code::not_found);
}

TEST_F(Devices, AreAllTakenOffAtOnce) {
    issued(phone);
    put_reference(reference_file("2e72f5f7288e4facb75014ff0298d02b"));
    issued(tablet);
    EXPECT_EQ(store.clear(noon), 2u);
    EXPECT_TRUE(store.devices()->empty());
}

TEST_F(Devices, LoseAllTheirTokensAtOnceAndStayKnown) {
    const auto token = issued(phone);
    put_reference(reference_file("2e72f5f7288e4facb75014ff0298d02b"));
    issued(tablet);
    ASSERT_TRUE(store.revoke(tablet.id, "operator", all, noon));
    EXPECT_EQ(store.count_with_tokens(), 1u);
    EXPECT_EQ(store.revoke_all(noon), 1u);
    EXPECT_EQ(store.count_with_tokens(), 0u);
    EXPECT_FALSE(comes(phone, token.token));
    EXPECT_EQ(store.devices()->size(), 2u);
}

TEST_F(Devices, AreNoMoreThanAThousand) {
    std::string text = "{";
    for (int number = 0; number < 1000; ++number) {
        const auto seed = fmt::format("{:032}", number);
        const auto key = test::base64url(reinterpret_cast<const unsigned char*>(seed.data()), 32);
        text += fmt::format(R"({}"{}":{{"publicKey":"{}"}})", number ? "," : "", *device_id_of(key), key);
    }
    put_reference(text + "}");
    const auto more = store.issue(phone.card(), "operator", {Scope::read}, noon);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().code, Code::too_large);
    EXPECT_NE(more.error().hint.find("`openclaw devices remove DEVICE`"), std::string::npos);
    ASSERT_TRUE(store.remove(store.devices()->front().card.id, all, noon));
    EXPECT_TRUE(store.issue(phone.card(), "operator", {Scope::read}, noon));
}

struct DeviceDoor : Devices {
    test::FakeClock clock;
    test::FakeLog log;
    const std::string right = "synthetic-token-0123456789abcdef";
    Doorman doorman{{.clock = clock, .log = log}, Policy{}, GuessRules{}};

    void SetUp() override {
        const GatewaySecret secret{.mode = AccessMode::token, .candidates = {{"test", Secret(right)}}};
        doorman.use(policy_of(secret, "key", 1000), GuessRules{});
        take_over();
    }
    static Arrival arrival() {
        return {
            .surface = "ws", .verb = "conn", .object = "1", .client = "cli", .guesser = {"192.0.2.7", false}};
    }
    std::string judged(const Phone* device, const std::string& token, bool as_device_token = false) {
        Offered offered;
        if (device) offered.device = device->proven(token, noon);
        if (!token.empty())
            (as_device_token ? offered.device_token : offered.secret).emplace(std::string(token));
        const auto judgement = doorman.judge(offered, arrival());
        return judgement ? judgement->id() : std::string(name_of(judgement.error().denial));
    }
    void take_over() { doorman.use_devices(registry()); }
};

TEST_F(DeviceDoor, LetsADeviceInByItsTokenInEitherPlace) {
    const auto token = std::string(std::string_view(revealed(issued(phone).token)));
    take_over();
    EXPECT_EQ(judged(&phone, token), "device:" + phone.id);
    EXPECT_EQ(judged(&phone, token, true), "device:" + phone.id);
    EXPECT_EQ(judged(&phone, right), "token");
    EXPECT_EQ(judged(nullptr, token), "wrong secret") << "a token without its key proves nothing";
    EXPECT_EQ(judged(nullptr, token, true), "wrong secret");
    EXPECT_EQ(judged(&tablet, token), "wrong secret");
    EXPECT_EQ(judged(&phone, ""), "nothing offered") << "nor a key without its token";
}

TEST_F(DeviceDoor, CountsAStaleTokenOnceForEachDevice) {
    for (int times = 0; times < 50; ++times) EXPECT_EQ(judged(&phone, "stale"), "wrong secret");
    EXPECT_EQ(doorman.refused_guesses(), 1u);
    for (int guess = 0; guess < 20; ++guess) judged(&phone, fmt::format("guess {}", guess));
    EXPECT_EQ(judged(&phone, "one more"), "too many wrong guesses");
}

TEST_F(DeviceDoor, EndsWhatARevokedDeviceHasOpened) {
    const auto token = std::string(std::string_view(revealed(issued(phone).token)));
    take_over();
    Offered offered{.secret = Secret(token), .device = phone.proven(token, noon)};
    const auto principal = doorman.judge(offered, arrival());
    ASSERT_TRUE(principal);
    EXPECT_TRUE(doorman.stands(*principal));
    issued(phone);
    EXPECT_FALSE(doorman.use_devices(registry())) << "another token ends nothing";
    EXPECT_TRUE(doorman.stands(*principal));
    ASSERT_TRUE(store.remove(phone.id, all, noon));
    EXPECT_TRUE(doorman.use_devices(registry()));
    EXPECT_FALSE(doorman.stands(*principal));
}

TEST(PairingRequests, KeepLittleOfStrangersAndNotForLong) {
    PairingRequests requests;
    const auto asking = [](int number, const std::string& address) {
        return PairingRequest{.card = {.id = std::to_string(number), .public_key = "", .address = address},
                              .role = "operator",
                              .scopes = {}};
    };
    for (int number = 0; number < 4; ++number)
        EXPECT_TRUE(requests.ask(asking(number, "192.0.2.7"), noon).is_new);
    EXPECT_EQ(requests.ask(asking(4, "192.0.2.7"), noon).id, "") << "of one address";
    for (int number = 10; number < 100; ++number)
        requests.ask(asking(number, "198.51.100." + std::to_string(number)), noon);
    EXPECT_EQ(requests.all(noon).size(), 32u);
    EXPECT_EQ(requests.all(noon + 5min).size(), 0u);
}

TEST(PairingRequests, StayWhatSomebodySawWhenADeviceAsksAgain) {
    PairingRequests requests;
    const auto first = requests.ask(
        {.card = {.id = "a", .public_key = ""}, .role = "operator", .scopes = {Scope::read}}, noon);
    const auto again = requests.ask(
        {.card = {.id = "a", .public_key = ""}, .role = "operator", .scopes = {Scope::admin}}, noon + 1min);
    EXPECT_EQ(again.id, first.id);
    EXPECT_FALSE(again.is_new);
    EXPECT_EQ(requests.find(first.id, noon + 1min)->scopes, Scopes{Scope::read});
    EXPECT_FALSE(requests.find(first.id, noon - 1min)) << "the clock was set back";
}

}  // namespace
}  // namespace openclaw::access
