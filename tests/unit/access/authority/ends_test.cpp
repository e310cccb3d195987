#include "access/authority/ends.h"

#include <gmock/gmock.h>

#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Milliseconds day = std::chrono::days(1);

OwnAuthority with_client_until(TimePoint ends) {
    CertificateRecord record{.id = "crt_a", .name = "phone", .scopes = {}, .limits = {}, .made = noon};
    record.leaves = {{.serial = "1", .issuer_key = "a", .public_key = "b", .begins = noon, .ends = ends}};
    return {.roots = {}, .records = {record}};
}
std::size_t told_between(const OwnAuthority& own, TimePoint from, TimePoint to) {
    return ends_to_tell(own, from, to).size();
}

TEST(Ends, AreToldThirtySevenAndOneDayAheadOnceEach) {
    const auto end = noon + 100 * day;
    const auto own = with_client_until(end);
    int told = 0;
    for (auto at = noon; at < end + 10 * day; at += std::chrono::hours(1))
        told += static_cast<int>(told_between(own, at, at + std::chrono::hours(1)));
    EXPECT_EQ(told, 3);
    for (const int days : {30, 7, 1}) {
        EXPECT_EQ(told_between(own, end - days * day - Milliseconds(1), end - days * day), 1u) << days;
        EXPECT_EQ(told_between(own, end - days * day, end - days * day + Milliseconds(1)), 0u) << days;
    }
}

TEST(Ends, AreToldAtTheStartWhateverTheirTurnWas) {
    const auto own = with_client_until(noon + 20 * day);
    EXPECT_THAT(ends_to_tell(own, {}, noon),
                ElementsAre(ComingEnd{"the certificate \"phone\"", "phone", noon + 20 * day}));
    EXPECT_THAT(ends_to_tell(with_client_until(noon + 31 * day), {}, noon), IsEmpty());
}

TEST(Ends, OfWhatLetsNobodyInAnyMoreAreNotTold) {
    auto own = with_client_until(noon + 20 * day);
    own.records.front().revoked = noon;
    EXPECT_THAT(ends_to_tell(own, {}, noon), IsEmpty());
    EXPECT_THAT(ends_to_tell(with_client_until(noon), {}, noon), IsEmpty());
}

TEST(Ends, OfAuthoritiesAreToldToo) {
    World world;
    Authorities authorities(world.means());
    ASSERT_TRUE(authorities.make(home_names));
    const auto root = authorities.roots()->client.front();
    const OwnAuthority own{.roots = {root.certificate}, .records = {}};
    EXPECT_THAT(ends_to_tell(own, {}, root.facts.ends - 31 * day), IsEmpty());
    EXPECT_THAT(ends_to_tell(own, {}, root.facts.ends - 30 * day), SizeIs(1));
}

}  // namespace
}  // namespace openclaw::access
