#include "access/authority/ledger.h"

#include <gmock/gmock.h>

#include <thread>

#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Path ledger_file = folder / "ledger.json";

IssuedLeaf leaf(const std::string& serial, TimePoint ends) {
    return {.serial = serial, .issuer_key = "aa", .public_key = "bb", .begins = noon, .ends = ends};
}
CertificateRecord record(const std::string& name, TimePoint ends = noon + year) {
    return {.id = new_record_id(),
            .name = name,
            .scopes = Scopes{Scope::read},
            .limits = {.agents = std::vector<std::string>{"main"}},
            .made = noon,
            .lifetime = year,
            .leaves = {leaf("01", ends)}};
}
std::vector<CertificateRecord> records_in(platform::FileSystem& files) {
    return Ledger(files, ledger_file).records().value_or(std::vector<CertificateRecord>());
}

TEST(Ledger, ReadsWhatWasWritten) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    EXPECT_THAT(records_in(files), IsEmpty());
    auto phone = record("phone"), laptop = record("laptop");
    laptop.limits = {};
    ASSERT_TRUE(ledger.add(phone, noon));
    ASSERT_TRUE(ledger.add(laptop, noon));
    EXPECT_THAT(records_in(files), ElementsAre(phone, laptop));
    EXPECT_EQ(files.info(ledger_file)->mode, 0600u);
}

TEST(Ledger, KeepsRoomForRenewalsAndRevocationsWhereNobodyIsAddedAnyMore) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    const auto phone = record("phone");
    ASSERT_TRUE(ledger.add(phone, noon));
    auto content = parse_json(*files.text_of(ledger_file))->get_object();
    content["x-notes"] = std::string(7u << 20, 'x');
    files.put(ledger_file, format_json(content));
    const auto added = ledger.add(record("laptop"), noon);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, Code::too_large);
    EXPECT_TRUE(ledger.add_leaf(phone.id, leaf("02", noon + year), year, noon));
    EXPECT_TRUE(ledger.revoke(phone.id, noon));
    EXPECT_THAT(records_in(files), SizeIs(1));
}

TEST(Ledger, TwoOfOneNameNeverStandAtOnceAndANewOneInheritsNothing) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    const auto first = record("alice");
    ASSERT_TRUE(ledger.add(first, noon));
    EXPECT_EQ(ledger.add(record("alice"), noon).error().code, Code::busy);
    ASSERT_TRUE(ledger.revoke(first.id, noon));
    const auto second = record("alice");
    ASSERT_TRUE(ledger.add(second, noon));
    EXPECT_EQ(ledger.find("alice", noon)->id, second.id);
    EXPECT_TRUE(ledger.find(first.id, noon)->revoked);
    // The one that ended gives its name away too.
    EXPECT_TRUE(ledger.add(record("alice", noon + 3 * year), noon + 2 * year));
}

TEST(Ledger, ARenewalKeepsTheRecordAndOfWhatEndedTheLast) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    const auto phone = record("phone", noon + year);
    ASSERT_TRUE(ledger.add(phone, noon));
    ASSERT_TRUE(ledger.add_leaf(phone.id, leaf("02", noon + 2 * year), year, noon));
    ASSERT_TRUE(ledger.add_leaf(phone.id, leaf("03", noon + 4 * year), year, noon + 3 * year));
    const auto kept = ledger.find("phone", noon + 3 * year);
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->id, phone.id);
    EXPECT_THAT(kept->leaves, ElementsAre(leaf("02", noon + 2 * year), leaf("03", noon + 4 * year)));
}

TEST(Ledger, WhatIsRevokedStaysSoAndIsNeverRenewed) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    const auto phone = record("phone");
    ASSERT_TRUE(ledger.add(phone, noon));
    ASSERT_TRUE(ledger.revoke(phone.id, noon));
    EXPECT_EQ(ledger.revoke(phone.id, noon + year)->revoked, noon);
    EXPECT_EQ(ledger.add_leaf(phone.id, leaf("02", noon + year), year, noon).error().code, Code::denied);
    EXPECT_EQ(ledger.revoke("crt_other", noon).error().code, Code::not_found);
}

TEST(Ledger, ForgetsWhatEndedAYearAgoRevokedOrNot) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    const auto revoked = record("revoked", noon + year), ended = record("ended", noon + year);
    const auto living = record("living", noon + 10 * year), later = record("later", noon + 10 * year);
    for (const auto& each : {revoked, ended, living}) ASSERT_TRUE(ledger.add(each, noon));
    ASSERT_TRUE(ledger.revoke(revoked.id, noon));
    ASSERT_TRUE(
        ledger.add_leaf(living.id, leaf("02", noon + 10 * year), year, noon + 2 * year - Milliseconds(1)));
    EXPECT_THAT(records_in(files), SizeIs(3));
    ASSERT_TRUE(ledger.add(later, noon + 2 * year));
    EXPECT_THAT(records_in(files), SizeIs(2));
    for (const auto& gone : {revoked, ended}) EXPECT_FALSE(ledger.find(gone.id, noon)) << gone.name;
    EXPECT_TRUE(ledger.find(living.id, noon));
}

TEST(Ledger, MembersThatNobodyHereKnowsSurviveEveryChange) {
    MemoryFileSystem files;
    files.put(
        ledger_file,
        R"({"newer":1,"clients":[{"id":"crt_a","name":"phone","scopes":["operator.read","operator.later"],)"
        R"("limits":{"later":[1]},"madeAt":0,"lifetimeMs":1000,"mine":{"x":1},)"
        R"("leaves":[{"serial":"1","issuerKey":"a","publicKey":"b","beginsAt":0,"endsAt":9999999999999,"k":2}]}]})");
    Ledger ledger(files, ledger_file);
    ASSERT_TRUE(ledger.add_leaf("crt_a", leaf("02", noon + year), year, noon));
    ASSERT_TRUE(ledger.revoke("crt_a", noon));
    ASSERT_TRUE(ledger.add_server_name("nas.example"));
    const auto text = files.text_of(ledger_file).value_or("");
    for (const auto part : {R"("newer": 1)", R"("later": [)", R"("mine": {)", R"("k": 2)", "operator.later"})
        EXPECT_THAT(text, HasSubstr(part));
}

TEST(Ledger, ADamagedOneIsNamedWithItsRepairAndNeverOverwritten) {
    const std::string sound = R"("id":"a","name":"n","scopes":[],"madeAt":0,"lifetimeMs":1,"leaves":[])";
    for (
        const std::string& text : std::vector<std::string>{
            "{", "[]", R"({"clients":{}})", R"({"clients":[1]})", R"({"clients":[{}]})",
            R"({"clients":[{"id":"a"}]})", "{\"clients\":[{" + sound + "},{" + sound + "}]}",
            "{\"clients\":[{" + sound + R"(,"limits":[]}]})",
            "{\"clients\":[{" + sound + R"(,"limits":{"agents":"main"}}]})",
            "{\"clients\":[{" + sound + R"(,"revokedAt":"yes"}]})",
            R"({"clients":[{"id":"a","name":"n","scopes":[],"madeAt":0,"lifetimeMs":1,"leaves":[{"serial":"XY"}]}]})"}) {
        MemoryFileSystem files;
        files.put(ledger_file, text);
        Ledger ledger(files, ledger_file);
        const auto records = ledger.records();
        ASSERT_FALSE(records) << text;
        EXPECT_EQ(records.error().code, Code::corrupt) << text;
        EXPECT_THAT(records.error().message, HasSubstr("ledger.json")) << text;
        EXPECT_THAT(records.error().hint, HasSubstr("openclaw gateway cert restore")) << text;
        EXPECT_FALSE(ledger.add(record("phone"), noon)) << text;
        EXPECT_FALSE(ledger.revoke("a", noon)) << text;
        EXPECT_EQ(files.text_of(ledger_file), text);
    }
}

TEST(Ledger, WritersAtOnceLoseNothingAndOneOfANameWins) {
    MemoryFileSystem files;
    std::vector<std::thread> writers;
    std::atomic<int> won = 0;
    for (int at = 0; at < 4; ++at)
        writers.emplace_back([&, at] {
            Ledger ledger(files, ledger_file);
            EXPECT_TRUE(ledger.add(record("client" + std::to_string(at)), noon));
            if (ledger.add(record("phone"), noon)) ++won;
        });
    for (auto& writer : writers) writer.join();
    EXPECT_THAT(records_in(files), SizeIs(5));
    EXPECT_EQ(won, 1);
}

TEST(Ledger, NamesOfClientsAreLabelsThatNoIdLooksLike) {
    for (const auto name : {"phone", "alice.laptop", "A-1_b", "x"})
        EXPECT_TRUE(check_client_name(name)) << name;
    for (const auto name : {"", ".phone", "-x", "a b", "a/b", "crt_abc", "päivi", "a\nb",
                            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
        EXPECT_FALSE(check_client_name(name)) << name;
    EXPECT_TRUE(check_client_name(std::string(40, 'a')));
}

TEST(Ledger, NamesOfServersAreWhatCanStandInAnAddress) {
    EXPECT_EQ(parse_server_name(" NAS.Example.com "), "nas.example.com");
    EXPECT_EQ(parse_server_name("192.168.1.20"), "192.168.1.20");
    EXPECT_EQ(parse_server_name("FD00:0::1"), "fd00::1");
    for (const auto name : {"", "*.example.com", "nas:18789", "https://nas", "a..b", "-a", "a-", "1.2.3",
                            "300.1.1.1", "a_b", "nas/x"})
        EXPECT_FALSE(parse_server_name(name)) << name;
    EXPECT_FALSE(parse_server_name(std::string(64, 'a')));
    EXPECT_TRUE(parse_server_name(std::string(63, 'a')));
}

TEST(Ledger, NamesOfTheServerComeAndGo) {
    MemoryFileSystem files;
    Ledger ledger(files, ledger_file);
    EXPECT_EQ(ledger.add_server_name("nas.example"), true);
    EXPECT_EQ(ledger.add_server_name("nas.example"), false);
    EXPECT_THAT(*ledger.server_names(), ElementsAre("nas.example"));
    EXPECT_EQ(ledger.remove_server_name("nas.example"), true);
    EXPECT_EQ(ledger.remove_server_name("nas.example"), false);
    EXPECT_THAT(*ledger.server_names(), IsEmpty());
}

}  // namespace
}  // namespace openclaw::access
