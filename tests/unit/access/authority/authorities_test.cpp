#include "access/authority/authorities.h"

#include <gmock/gmock.h>

#include <thread>

#include "auth/sealed/protection.h"
#include "authority_world.h"
#include "base/digest.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Milliseconds day = std::chrono::days(1);

std::vector<CertificateRecord> records_of(World& world) {
    return Authorities(world.means()).ledger().records().value_or(std::vector<CertificateRecord>());
}

TEST(Authorities, AreMadeOnceWithKeysThatOnlyTheOwnerReads) {
    World world;
    Authorities authorities(world.means());
    EXPECT_FALSE(authorities.exist());
    EXPECT_EQ(authorities.roots().error().code, Code::not_found);
    EXPECT_EQ(authorities.make(home_names), true);
    EXPECT_EQ(authorities.make({.dns = {"other"}, .addresses = {}}), false);
    const auto roots = authorities.roots();
    ASSERT_TRUE(roots) << roots.error().message;
    ASSERT_THAT(roots->server, SizeIs(1));
    ASSERT_THAT(roots->client, SizeIs(1));
    EXPECT_THAT(roots->server.front().facts.permitted.dns, ElementsAre("nas", "nas.local", "localhost"));
    EXPECT_THAT(roots->client.front().facts.permitted.dns, IsEmpty());
    EXPECT_NE(roots->server.front().facts.common_name, roots->client.front().facts.common_name);
    for (const auto name : {"server-root.key", "client-root.key", "server-root.crt", "client-root.crt"})
        EXPECT_EQ(world.files.info(folder / name)->mode, 0600u) << name;
    EXPECT_EQ(world.files.info(folder)->mode, 0700u);
}

TEST(Authorities, WhoseLedgerIsGoneSayItInsteadOfForgettingEverybody) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    EXPECT_THAT(records_of(world), IsEmpty()) << "nobody yet is no damage";
    ASSERT_TRUE(authorities.issue(client_named("phone"), new_public_key()));
    ASSERT_TRUE(world.files.remove(folder / "ledger.json"));
    const auto records = authorities.ledger().records();
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().code, Code::corrupt);
    EXPECT_THAT(records.error().message, HasSubstr("ledger.json is gone"));
    EXPECT_THAT(records.error().hint, HasSubstr("openclaw gateway cert restore"));
    EXPECT_EQ(authorities.issue(client_named("laptop"), new_public_key()).error().code, Code::corrupt);
    EXPECT_EQ(authorities.ledger().add_server_name("nas").error().code, Code::corrupt);
    EXPECT_EQ(authorities.ledger().server_names().error().code, Code::corrupt);
    EXPECT_FALSE(platform::exists(world.files, folder / "ledger.json")) << "nothing was put in its place";
}

TEST(Authorities, AreCheckedWithoutAnythingBeingMade) {
    World world;
    Authorities authorities(world.means());
    EXPECT_TRUE(authorities.check()) << "the first start makes them";
    EXPECT_THAT(world.files.all_paths(), Not(testing::Contains(folder / "server.key")));
    ASSERT_TRUE(authorities.make(home_names));
    ASSERT_TRUE(authorities.ensure_server_certificate(home_names));
    EXPECT_TRUE(authorities.check());
    world.files.put(folder / "server.crt", "junk");
    EXPECT_TRUE(authorities.check()) << "made again by itself";
    world.files.put(folder / "server-root.key", "junk");
    EXPECT_EQ(authorities.check().error().code, Code::corrupt) << "and can't be without the authority's key";
    world.files.put(folder / "server.key", "junk");
    const auto damaged = authorities.check();
    ASSERT_FALSE(damaged);
    EXPECT_THAT(damaged.error().message, HasSubstr("server.key"));
    EXPECT_EQ(world.files.text_of(folder / "server.key"), "junk");
}

TEST(Authorities, IssueStraightFromTheClientRootAndRecordIt) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto key = new_public_key();
    const auto issued = authorities.issue(client_named("phone"), key);
    ASSERT_TRUE(issued) << issued.error().message;
    EXPECT_TRUE(is_signed_by(issued->certificate, issued->authority));
    EXPECT_EQ(issued->authority, authorities.roots()->client.front().certificate);
    const auto facts = read_certificate(issued->certificate);
    EXPECT_THAT(facts->uris, ElementsAre("openclaw:client:" + issued->record.id));
    EXPECT_THAT(records_of(world), ElementsAre(issued->record));
    EXPECT_THAT(issued->record.leaves,
                ElementsAre(IssuedLeaf{facts->serial, read_certificate(issued->authority)->public_key,
                                       sha256_hex(key), facts->begins, facts->ends}));
    EXPECT_EQ(authorities.issue(client_named("phone"), new_public_key()).error().code, Code::busy);
    EXPECT_EQ(authorities.issue(client_named("a/b"), key).error().code, Code::invalid_input);
    auto brief = client_named("brief");
    brief.lifetime = Milliseconds(1);
    EXPECT_EQ(authorities.issue(brief, key).error().code, Code::invalid_input);
    auto unlimited_by_mistake = client_named("nobody");
    unlimited_by_mistake.limits.agents = std::vector<std::string>{"*main"};
    EXPECT_EQ(authorities.issue(unlimited_by_mistake, key).error().code, Code::invalid_input);
}

TEST(Authorities, RenewalsKeepTheRecordAndStop30DaysAfterTheEndOrAtARevocation) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    auto wanted = client_named("laptop");
    wanted.lifetime = 90 * day;
    const auto issued = authorities.issue(wanted, new_public_key());
    ASSERT_TRUE(issued);
    const auto& id = issued->record.id;
    world.clock.advance(60 * day);
    const auto again = authorities.renew(id, new_public_key(), RenewedBy::client);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->record.id, id);
    EXPECT_THAT(again->record.leaves, SizeIs(2));
    EXPECT_EQ(again->record.leaves.back().ends, world.clock.now() + 90 * day);

    world.clock.advance(120 * day);
    EXPECT_TRUE(authorities.renew(id, new_public_key(), RenewedBy::client)) << "30 days after the end";
    world.clock.advance(120 * day + Milliseconds(1));
    const auto late = authorities.renew(id, new_public_key(), RenewedBy::client);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, Code::denied);
    EXPECT_TRUE(authorities.renew(id, new_public_key(), RenewedBy::owner)) << "at the keyboard";
    ASSERT_TRUE(authorities.ledger().revoke(id, world.clock.now()));
    for (const auto by : {RenewedBy::client, RenewedBy::owner})
        EXPECT_EQ(authorities.renew(id, new_public_key(), by).error().code, Code::denied);
}

TEST(Authorities, IssueNothingWhileTheClockLiesBeforeTheirBeginning) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto issued = authorities.issue(client_named("phone"), new_public_key());
    ASSERT_TRUE(issued);
    world.clock.jump_to(noon - day);
    for (const auto& error :
         {authorities.issue(client_named("laptop"), new_public_key()).error(),
          authorities.renew(issued->record.id, new_public_key(), RenewedBy::owner).error(),
          authorities.ensure_server_certificate(home_names).error()})
        EXPECT_THAT(error.message, HasSubstr("clock"));
    EXPECT_THAT(records_of(world), ElementsAre(issued->record));
}

TEST(Authorities, TheServersCertificateFollowsItsNamesAndKeepsItsKey) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto first = authorities.ensure_server_certificate(home_names);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->issued);
    EXPECT_EQ(first->facts.names, home_names);
    EXPECT_LE(first->facts.ends - first->facts.begins, 825 * day);
    EXPECT_EQ(certificates_of(first->pem)->size(), 2u) << "the root behind it, for who pins that";
    EXPECT_FALSE(authorities.ensure_server_certificate(home_names)->issued);

    auto moved = home_names;
    moved.addresses[0] = "192.168.7.7";
    const auto second = authorities.ensure_server_certificate(moved);
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->issued);
    EXPECT_EQ(second->facts.names, moved);
    EXPECT_EQ(second->facts.public_key, first->facts.public_key);

    world.clock.advance(400 * day);
    const auto renewed = authorities.ensure_server_certificate(moved);
    EXPECT_TRUE(renewed->issued);
    EXPECT_EQ(renewed->facts.public_key, first->facts.public_key);
    EXPECT_EQ(authorities.server_certificate()->facts.serial, renewed->facts.serial);
}

TEST(Authorities, NamesBeyondTheRootAreLeftOutUntilItIsToldToPermitThem) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto before = authorities.roots()->server.front();
    auto more = home_names;
    more.dns.push_back("nas.example");
    more.addresses.push_back("203.0.113.7");
    EXPECT_THAT(authorities.ensure_server_certificate(more)->left_out,
                ElementsAre("nas.example", "203.0.113.7"));
    EXPECT_EQ(authorities.permit(more), true);
    EXPECT_EQ(authorities.permit(more), false);
    const auto certificate = authorities.ensure_server_certificate(more);
    EXPECT_THAT(certificate->left_out, IsEmpty());
    EXPECT_EQ(certificate->facts.names, more);
    const auto after = authorities.roots()->server.front();
    EXPECT_EQ(after.facts.public_key, before.facts.public_key) << "pins of the key hold";
    EXPECT_EQ(after.facts.common_name, before.facts.common_name);
    EXPECT_NE(after.certificate, before.certificate);
}

TEST(Authorities, SuccessorsAreMadeAYearBeforeTheEndAndTakeOverEachInItsTime) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto first = *authorities.roots();
    EXPECT_EQ(authorities.care(), false);
    world.clock.advance(3650 * day - 365 * day);
    EXPECT_EQ(authorities.care(), true);
    EXPECT_EQ(authorities.care(), false);
    const auto both = authorities.roots();
    ASSERT_TRUE(both);
    ASSERT_THAT(both->server, SizeIs(2));
    ASSERT_THAT(both->client, SizeIs(2));
    EXPECT_EQ(both->server[0].facts.public_key, first.server[0].facts.public_key);
    EXPECT_EQ(both->client[1].facts.public_key, first.client[0].facts.public_key);
    EXPECT_EQ(both->server[1].facts.permitted.dns, first.server[0].facts.permitted.dns);

    const auto issued = authorities.issue(client_named("phone"), new_public_key());
    EXPECT_TRUE(is_signed_by(issued->certificate, both->client[0].certificate));
    EXPECT_EQ(issued->record.leaves.back().ends, world.clock.now() + year) << "not cut at the old one's end";
    const auto old = authorities.ensure_server_certificate(home_names);
    EXPECT_TRUE(is_signed_by(old->certificate, first.server[0].certificate));
    world.clock.advance(340 * day);
    const auto next = authorities.ensure_server_certificate(home_names);
    EXPECT_TRUE(is_signed_by(next->certificate, both->server[1].certificate));
    EXPECT_EQ(next->facts.public_key, old->facts.public_key);
    world.clock.advance(30 * day);
    EXPECT_THAT(authorities.roots()->server, SizeIs(1));
}

TEST(Authorities, ADamagedFileClosesThemAndIsNamedWithItsRepair) {
    for (const auto name : {"server-root.crt", "client-root.crt"}) {
        World world;
        Authorities authorities(world.means());
        ASSERT_TRUE(authorities.make(home_names));
        world.files.put(folder / name, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        const auto roots = authorities.roots();
        ASSERT_FALSE(roots);
        EXPECT_EQ(roots.error().code, Code::corrupt);
        EXPECT_THAT(roots.error().message, HasSubstr(name));
        EXPECT_THAT(roots.error().hint, HasSubstr("openclaw gateway cert restore"));
        EXPECT_FALSE(authorities.issue(client_named("phone"), new_public_key()));
    }
    for (const std::string& text :
         {std::string("torn"), std::string(net::PrivateKey::generate(net::KeyKind::p256)->pem().reveal())}) {
        World world;
        Authorities authorities(world.means());
        ASSERT_TRUE(authorities.make(home_names));
        world.files.put(folder / "client-root.key", text);
        EXPECT_TRUE(authorities.roots()) << "certificates can still be judged";
        const auto issued = authorities.issue(client_named("phone"), new_public_key());
        ASSERT_FALSE(issued);
        EXPECT_EQ(issued.error().code, Code::corrupt);
        EXPECT_THAT(issued.error().message, HasSubstr("client-root.key"));
        EXPECT_THAT(records_of(world), IsEmpty());
    }
}

TEST(Authorities, OneThatIsGoneIsNeverMadeAnewBesideWhatItHasSigned) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    ASSERT_TRUE(authorities.issue(client_named("phone"), new_public_key()));
    ASSERT_TRUE(world.files.remove(folder / "client-root.crt"));
    EXPECT_EQ(authorities.make(home_names).error().code, Code::corrupt);
    EXPECT_FALSE(platform::exists(world.files, folder / "client-root.crt"));

    World other;
    Authorities served(other.means());
    ASSERT_TRUE(served.make(home_names));
    ASSERT_TRUE(served.ensure_server_certificate(home_names));
    ASSERT_TRUE(other.files.remove(folder / "server-root.crt"));
    EXPECT_EQ(served.make(home_names).error().code, Code::corrupt);
}

TEST(Authorities, AKeyThatOthersCanReadSignsNothing) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    ASSERT_TRUE(world.files.set_mode(folder / "client-root.key", 0644));
    const auto issued = authorities.issue(client_named("phone"), new_public_key());
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error().code, Code::denied);
    EXPECT_THAT(issued.error().hint, HasSubstr("chmod 600"));
}

TEST(Authorities, ADamagedCertificateOfTheServerIsMadeAgain) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto first = authorities.ensure_server_certificate(home_names);
    world.files.put(folder / "server.crt", "torn");
    const auto again = authorities.ensure_server_certificate(home_names);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->facts.public_key, first->facts.public_key);
    world.files.put(folder / "server.key", "torn");
    const auto broken = authorities.ensure_server_certificate(home_names);
    ASSERT_FALSE(broken) << "the key is what clients may have pinned";
    EXPECT_THAT(broken.error().message, HasSubstr("server.key"));
}

TEST(Authorities, KeysAreSealedWhereSecretsAre) {
    World world;
    world.files.put("/keys/sealing", "a sealing key of more than 32 characters\n");
    world.places.state = state_folder;
    auth::sealed::KeyRing ring(world.files, world.places);
    const auth::sealed::Protection protection{.method = auth::sealed::Method::file,
                                              .key_file = "/keys/sealing"};
    const auto data_key = auth::sealed::new_data_key();
    ASSERT_TRUE(ring.update([&](std::optional<auth::sealed::KeyDocument>& keys) -> Result<void> {
        const auto with = ring.protecting_key(protection);
        keys = auth::sealed::KeyDocument{
            .active = true,
            .current = data_key.id,
            .keys = {{.id = data_key.id,
                      .created = noon,
                      .wraps = {{protection, auth::sealed::wrap(data_key, protection, *with)}}}}};
        return {};
    }));
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    ASSERT_TRUE(authorities.issue(client_named("phone"), new_public_key()));
    ASSERT_TRUE(authorities.ensure_server_certificate(home_names));
    for (const auto name : {"server-root.key", "client-root.key", "server.key"})
        EXPECT_THAT(world.files.text_of(folder / name).value_or(""), Not(HasSubstr("PRIVATE KEY"))) << name;
    // One can't stand in for another.
    world.files.put(folder / "client-root.key", *world.files.text_of(folder / "server-root.key"));
    EXPECT_FALSE(authorities.issue(client_named("laptop"), new_public_key()));
    // And while it can't be opened, nothing is signed.
    ASSERT_TRUE(world.files.remove("/keys/sealing"));
    EXPECT_FALSE(Authorities(world.means()).ensure_server_certificate({.dns = {"nas"}, .addresses = {}}));
}

TEST(Authorities, TwoThatIssueAtOnceBothLeaveTheirRecord) {
    World world;
    ASSERT_TRUE(Authorities(world.means()).make(home_names));
    std::vector<std::thread> issuers;
    std::atomic<int> won = 0;
    for (int at = 0; at < 3; ++at)
        issuers.emplace_back([&, at] {
            Authorities authorities(world.means());
            EXPECT_TRUE(authorities.issue(client_named("client" + std::to_string(at)), new_public_key()));
            if (authorities.issue(client_named("phone"), new_public_key())) ++won;
        });
    for (auto& issuer : issuers) issuer.join();
    EXPECT_THAT(records_of(world), SizeIs(4));
    EXPECT_EQ(won, 1);
}

TEST(Authorities, MakersAtOnceMakeOnePair) {
    World world;
    std::atomic<int> made = 0;
    std::vector<std::thread> makers;
    for (int at = 0; at < 3; ++at)
        makers.emplace_back([&] {
            const auto done = Authorities(world.means()).make(home_names);
            EXPECT_TRUE(done);
            if (done.value_or(false)) ++made;
        });
    for (auto& maker : makers) maker.join();
    EXPECT_EQ(made, 1);
    EXPECT_TRUE(Authorities(world.means()).issue(client_named("phone"), new_public_key()));
}

// The machine dies at each operation in turn, whatever had reached the disk.
template <class Work>
void at_each_crash(Work work) {
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept, CrashOutcome::torn})
        for (int at = 1;; ++at) {
            World world;
            FaultyFileSystem disk(world.files);
            disk.crash_at(at);
            if (!work(world, disk, outcome)) break;
            ASSERT_LT(at, 500);
        }
}

TEST(Authorities, KilledWhileTheyAreMadeTheyCanBeMadeAgain) {
    at_each_crash([](World& world, FaultyFileSystem& disk, CrashOutcome outcome) {
        const auto died = !Authorities(world.means(&disk)).make(home_names);
        world.files.crash(outcome);
        Authorities again(world.means());
        EXPECT_TRUE(again.make(home_names)) << disk.last_operation();
        EXPECT_TRUE(again.issue(client_named("phone"), new_public_key())) << disk.last_operation();
        EXPECT_TRUE(again.ensure_server_certificate(home_names)) << disk.last_operation();
        return died;
    });
}

TEST(Authorities, KilledWhileItIssuesNoCertificateWasGivenOutWithoutARecord) {
    at_each_crash([](World& world, FaultyFileSystem& disk, CrashOutcome outcome) {
        EXPECT_TRUE(Authorities(world.means()).make(home_names));
        const auto issued = Authorities(world.means(&disk)).issue(client_named("phone"), new_public_key());
        world.files.crash(outcome);
        const auto records = records_of(world);
        if (issued) EXPECT_THAT(records, ElementsAre(issued->record));
        EXPECT_TRUE(Authorities(world.means()).ledger().records()) << disk.last_operation();
        return !issued;
    });
}

}  // namespace
}  // namespace openclaw::access
