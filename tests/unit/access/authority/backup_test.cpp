#include "access/authority/backup.h"

#include <gmock/gmock.h>

#include <utility>

#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Secret passphrase("correct horse battery");
constexpr auth::sealed::PassphraseCost cheap{.operations = 1, .memory_kib = 64 * 1024};

struct BackedUp : World {
    std::string text;
    IssuedCertificate phone;

    BackedUp() {
        Authorities authorities(means());
        EXPECT_TRUE(authorities.make(home_names));
        EXPECT_TRUE(authorities.ensure_server_certificate(home_names));
        phone = *authorities.issue(client_named("phone"), new_public_key());
        text = make_backup(means(), passphrase, cheap).value_or("");
    }
};

TEST(Backup, HoldsNoKeyInPlainAndOpensWithItsPassphraseAlone) {
    const BackedUp world;
    EXPECT_THAT(world.text, Not(HasSubstr("PRIVATE KEY")));
    const auto backup = Backup::open(world.text, passphrase);
    ASSERT_TRUE(backup) << backup.error().message;
    EXPECT_THAT(backup->records(), ElementsAre(world.phone.record));
    EXPECT_EQ(backup->made(), noon);
    const auto wrong = Backup::open(world.text, Secret("correct horse batterie"));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Code::denied);
    EXPECT_EQ(make_backup(BackedUp().means(), Secret("short"), cheap).error().code, Code::invalid_input);
}

TEST(Backup, AnotherMachineGoesOnWithIt) {
    BackedUp world;
    World elsewhere;
    const auto backup = Backup::open(world.text, passphrase);
    ASSERT_TRUE(backup);
    const auto aside = backup->restore(elsewhere.means());
    ASSERT_TRUE(aside);
    EXPECT_FALSE(*aside) << "nothing was there";
    Authorities there(elsewhere.means()), here(world.means());
    ASSERT_TRUE(there.roots()) << there.roots().error().message;
    EXPECT_EQ(there.roots()->client[0].certificate, here.roots()->client[0].certificate);
    EXPECT_EQ(there.server_certificate()->facts.serial, here.server_certificate()->facts.serial);
    EXPECT_TRUE(there.renew(world.phone.record.id, new_public_key(), RenewedBy::client));
    EXPECT_EQ(elsewhere.files.info(folder / "client-root.key")->mode, 0600u);
}

TEST(Backup, WhatWasThereIsKeptBesideIt) {
    BackedUp world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.ledger().revoke(world.phone.record.id, noon));
    const auto aside = Backup::open(world.text, passphrase)->restore(world.means());
    ASSERT_TRUE(aside && *aside);
    EXPECT_THAT((*aside)->string(), HasSubstr("authority.replaced-2026-01-30T12-00-00"));
    EXPECT_TRUE(platform::exists(world.files, **aside / "client-root.key"));
    EXPECT_FALSE(authorities.ledger().find("phone", noon)->revoked) << "as it was when it was made";
    const auto again = Backup::open(world.text, passphrase)->restore(world.means());
    ASSERT_TRUE(again && *again);
    EXPECT_NE(**again, **aside);
}

// A disk on which a running gateway notes who was seen, as soon as the authorities were set aside.
class NotedInBetween : public FaultyFileSystem {
public:
    explicit NotedInBetween(MemoryFileSystem& files) : FaultyFileSystem(files), files_(files) {}
    Result<void> rename(const Path& from, const Path& to) override {
        auto done = FaultyFileSystem::rename(from, to);
        if (done && from == folder && !std::exchange(noted_, true)) files_.put(folder / "seen.json", "{}");
        return done;
    }

private:
    MemoryFileSystem& files_;
    bool noted_ = false;
};

TEST(Backup, IsPutInPlaceBesideAGatewayThatNotesWhoWasSeen) {
    BackedUp world;
    NotedInBetween disk(world.files);
    const auto aside = Backup::open(world.text, passphrase)->restore(world.means(&disk));
    ASSERT_TRUE(aside) << aside.error().message;
    EXPECT_TRUE(platform::exists(world.files, **aside / "client-root.key")) << "what was there before";
    EXPECT_EQ(Authorities(world.means()).ledger().find("phone", noon)->id, world.phone.record.id);
}

TEST(Backup, HealsADamagedLedger) {
    BackedUp world;
    world.files.put(folder / "ledger.json", "torn");
    ASSERT_TRUE(Backup::open(world.text, passphrase)->restore(world.means()));
    EXPECT_TRUE(Authorities(world.means()).ledger().find("phone", noon));
}

TEST(Backup, OneInWhichAnythingWasChangedOpensNothing) {
    const BackedUp world;
    const auto value = parse_json(world.text);
    ASSERT_TRUE(value);
    // Every text and number in it, each altered by itself.
    const auto refused = [&](const json::object& document) {
        return !Backup::open(format_json(document), passphrase);
    };
    auto document = value->get_object();
    for (const auto list : {"files", "keys"})
        for (std::size_t at = 0; at < document.at(list).get_array().size(); ++at)
            for (const auto& member : json::object(document.at(list).get_array()[at].get_object())) {
                auto copy = document;
                auto& text = copy.at(list).get_array()[at].get_object().at(member.key()).get_string();
                text[text.size() / 2] = text[text.size() / 2] == 'A' ? 'B' : 'A';
                EXPECT_TRUE(refused(copy)) << list << at << std::string_view(member.key());
            }
    for (const auto list : {"files", "keys"}) {
        auto copy = document;
        copy.at(list).get_array().pop_back();
        EXPECT_TRUE(refused(copy)) << list;
    }
    auto copy = document;
    copy["madeAt"] = 5;
    EXPECT_TRUE(refused(copy));
    for (const auto name : {"format", "version", "madeAt", "passphrase", "files", "keys"}) {
        auto without = document;
        without.erase(name);
        EXPECT_TRUE(refused(without)) << name;
    }
    EXPECT_FALSE(refused(document));
}

TEST(Backup, NoTextFromElsewhereIsOne) {
    for (const std::string text : {"", "{}", "[]", "PK", R"({"format":"openclaw-authorities","version":2})"})
        EXPECT_EQ(Backup::open(text, passphrase).error().code, Code::corrupt) << text;
    // Nor one whose passphrase would take all memory to try.
    auto document = parse_json(BackedUp().text)->get_object();
    document["passphrase"].get_object()["memoryKiB"] = std::int64_t{1} << 40;
    EXPECT_EQ(Backup::open(format_json(document), passphrase).error().code, Code::corrupt);
}

TEST(Backup, RestoringThatWasKilledIsDoneAgainAndNothingNewIsMadeMeanwhile) {
    BackedUp source;
    const auto backup = Backup::open(source.text, passphrase);
    for (const auto outcome : {CrashOutcome::lost, CrashOutcome::kept})
        for (int at = 1;; ++at) {
            World world;
            Authorities before(world.means());
            ASSERT_TRUE(before.make(home_names));
            FaultyFileSystem disk(world.files);
            disk.crash_at(at);
            const bool died = !backup->restore(world.means(&disk));
            world.files.crash(outcome);
            Authorities after(world.means());
            if (!after.exist()) {
                EXPECT_FALSE(after.make(home_names)) << disk.last_operation();
            }
            EXPECT_TRUE(backup->restore(world.means())) << disk.last_operation();
            EXPECT_TRUE(after.renew(source.phone.record.id, new_public_key(), RenewedBy::client));
            if (!died) break;
            ASSERT_LT(at, 300);
        }
}

TEST(Backup, ARestoreThatWasInterruptedCanBeGivenUp) {
    World world;
    world.files.put(folder.string() + ".incoming/client-root.key", "half");
    Authorities authorities(world.means());
    EXPECT_THAT(authorities.make(home_names).error().hint, HasSubstr("openclaw gateway cert restore"));
    ASSERT_TRUE(give_up_restoring(world.means()));
    EXPECT_EQ(authorities.make(home_names), true);
}

TEST(Backup, SetAsideTheyMakeRoomForNewOnes) {
    BackedUp world;
    const auto aside = set_authorities_aside(world.means());
    ASSERT_TRUE(aside && *aside);
    Authorities authorities(world.means());
    EXPECT_FALSE(authorities.exist());
    EXPECT_EQ(authorities.make(home_names), true);
    EXPECT_TRUE(authorities.ledger().records()->empty());
    World fresh;
    const auto none = set_authorities_aside(fresh.means());
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
}

}  // namespace
}  // namespace openclaw::access
