#include "access/authority/own.h"

#include <gmock/gmock.h>

#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Own, AuthorityIsNothingUntilItIsMade) {
    World world;
    const auto own = read_own_authority(world.means());
    ASSERT_TRUE(own);
    EXPECT_FALSE(*own);
    EXPECT_THAT(world.files.all_paths(), IsEmpty()) << "looking makes nothing";
}

TEST(Own, AuthorityHasItsRecordsAndTheRootThatSignedThem) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto issued = authorities.issue(client_named("phone"), new_public_key());
    ASSERT_TRUE(issued);
    const auto own = *read_own_authority(world.means());
    EXPECT_THAT(own->records, SizeIs(1));
    EXPECT_THAT(own->roots, ElementsAre(issued->authority));
}

TEST(Own, AuthorityWithADamagedLedgerIsAnErrorAndNoAbsence) {
    World world;
    ASSERT_TRUE(Authorities(world.means()).make(home_names));
    world.files.put(folder / "ledger.json", "{");
    EXPECT_EQ(read_own_authority(world.means()).error().code, Code::corrupt);
}

TEST(Own, CertificateIsMadeWithItsAuthoritiesAndStaysAsItIs) {
    World world;
    const auto first = read_own_certificate(world.means());
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->changed);
    EXPECT_THAT(first->problem, IsEmpty());
    const auto again = read_own_certificate(world.means());
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->changed);
    EXPECT_EQ(again->certificate.facts.serial, first->certificate.facts.serial);
}

TEST(Own, CertificateThatStandsIsUsedWhileSomethingElseIsDamaged) {
    for (const auto name : {"ledger.json", "server-root.crt", "client-root.crt"}) {
        World world;
        const auto first = read_own_certificate(world.means());
        ASSERT_TRUE(first);
        world.files.put(folder / name, "torn");
        const auto standing = read_own_certificate(world.means());
        ASSERT_TRUE(standing) << name;
        EXPECT_THAT(standing->problem, HasSubstr(name));
        EXPECT_EQ(standing->certificate.facts.serial, first->certificate.facts.serial);
        EXPECT_EQ(world.files.text_of(folder / name), "torn");
    }
}

TEST(Own, CertificateIsLookedAtAgainWhenNamesChangeADayPassesOrTheClockIsSetBack) {
    OwnCertificateLooks looks;
    EXPECT_TRUE(looks.is_worth_one(home_names, noon)) << "nobody has looked yet";
    looks.found_fit(home_names, noon);
    EXPECT_FALSE(looks.is_worth_one(home_names, noon));
    EXPECT_FALSE(looks.is_worth_one(home_names, noon + std::chrono::hours(23)));
    EXPECT_TRUE(looks.is_worth_one(home_names, noon + std::chrono::hours(24)));
    EXPECT_TRUE(looks.is_worth_one(home_names, noon - std::chrono::seconds(1)));
    auto more = home_names;
    more.addresses.push_back("192.168.7.7");
    EXPECT_TRUE(looks.is_worth_one(more, noon));
}

}  // namespace
}  // namespace openclaw::access
