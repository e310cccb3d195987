#include "access/authority/roots.h"

#include <gmock/gmock.h>

#include "access/authority/server_names.h"
#include "authority_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Milliseconds day = std::chrono::days(1);

Root root(int generation, TimePoint ends) {
    return {.generation = generation, .certificate = {}, .facts = {.begins = noon, .ends = ends}};
}
std::vector<int> order(std::vector<Root> roots, AuthorityKind kind, TimePoint now) {
    std::vector<int> generations;
    for (const auto& found : signing_first(std::move(roots), kind, now))
        generations.push_back(found.generation);
    return generations;
}

TEST(Roots, TheNewestSignsForClientsAndTheOldestThatLastsForTheServer) {
    const std::vector<Root> both = {root(1, noon + 300 * day), root(2, noon + 3000 * day)};
    EXPECT_THAT(order(both, AuthorityKind::client, noon), ElementsAre(2, 1));
    EXPECT_THAT(order(both, AuthorityKind::server, noon), ElementsAre(1, 2));
    EXPECT_THAT(order(both, AuthorityKind::server, noon + 270 * day), ElementsAre(2, 1)) << "30 days before";
    EXPECT_THAT(order(both, AuthorityKind::server, noon + 269 * day), ElementsAre(1, 2));
    EXPECT_THAT(order(both, AuthorityKind::client, noon + 300 * day), ElementsAre(2))
        << "the old one has ended";
    EXPECT_THAT(order({root(1, noon + 20 * day)}, AuthorityKind::server, noon), ElementsAre(1))
        << "all there is";
    EXPECT_THAT(order({}, AuthorityKind::server, noon), IsEmpty());
}

TEST(Roots, OneThatWasMadeWhileTheClockWasWrongSignsNothingUntilItsTime) {
    auto early = root(2, noon + 9000 * day);
    early.facts.begins = noon + 5000 * day;
    const std::vector<Root> both = {root(1, noon + 3000 * day), early};
    EXPECT_THAT(order(both, AuthorityKind::client, noon), ElementsAre(1, 2));
    EXPECT_THAT(order(both, AuthorityKind::server, noon), ElementsAre(1, 2));
    EXPECT_THAT(order({early}, AuthorityKind::client, noon), ElementsAre(2))
        << "the clock is what is told then";
}

TEST(Roots, ASuccessorIsNeededAYearBeforeTheEndOfTheLast) {
    EXPECT_FALSE(needs_successor({root(1, noon + 366 * day)}, noon));
    EXPECT_TRUE(needs_successor({root(1, noon + 365 * day)}, noon));
    EXPECT_FALSE(needs_successor({root(1, noon + day), root(2, noon + 3000 * day)}, noon));
}

TEST(Roots, LeavesBeginFiveMinutesBackAndStayWithinTheirAuthority) {
    const CertificateFacts authority{.begins = noon - 3 * day, .ends = noon + 100 * day};
    const auto span = leaf_span(noon, 10 * day, authority);
    ASSERT_TRUE(span);
    EXPECT_EQ(span->begins, noon - std::chrono::minutes(5));
    EXPECT_EQ(span->ends, noon + 10 * day);
    EXPECT_EQ(leaf_span(noon, 1000 * day, authority)->ends, authority.ends);
    EXPECT_EQ(leaf_span(authority.begins, day, authority)->begins, authority.begins);
    const auto early = leaf_span(authority.begins - Milliseconds(1), day, authority);
    ASSERT_FALSE(early);
    EXPECT_THAT(early.error().message, testing::HasSubstr("clock"));
}

TEST(Roots, FilesTellTheirGenerationAndOthersTellNone) {
    EXPECT_EQ(root_file(AuthorityKind::server, 1, "crt"), "server-root.crt");
    EXPECT_EQ(root_file(AuthorityKind::client, 3, "key"), "client-root-3.key");
    for (const int generation : {1, 2, 17})
        EXPECT_EQ(generation_of(AuthorityKind::client, root_file(AuthorityKind::client, generation, "crt")),
                  generation);
    for (const auto name :
         {"client-root.key", "server-root.crt", "client-root-1.crt", "client-root-02.crt",
          "client-root-x.crt", "client-root-.crt", "client-root2.crt", "client-root.crt.pending"})
        EXPECT_FALSE(generation_of(AuthorityKind::client, name)) << name;
}

TEST(Roots, NamesAreSortedIntoThoseThatARootPermitsAndTheOthers) {
    const auto permitted =
        permitted_for({.dns = {"nas", "nas.local"}, .addresses = {"192.168.1.20", "203.0.113.7"}});
    const auto sorted = sorted_by(
        permitted, {.dns = {"nas", "x.nas", "nas.example", "xnas"},
                    .addresses = {"10.1.2.3", "100.64.0.1", "fd00::1", "::1", "203.0.113.7", "203.0.113.8"}});
    EXPECT_THAT(sorted.permitted.dns, ElementsAre("nas", "x.nas"));
    EXPECT_THAT(sorted.permitted.addresses,
                ElementsAre("10.1.2.3", "100.64.0.1", "fd00::1", "::1", "203.0.113.7"));
    EXPECT_THAT(sorted.others, ElementsAre("nas.example", "xnas", "203.0.113.8"));
}

TEST(Roots, TheServersCertificateIsIssuedAgainForOtherNamesAndInItsLastThird) {
    const CertificateFacts current{
        .begins = noon, .ends = noon + 300 * day, .names = {.dns = {"a", "b"}, .addresses = {"10.0.0.1"}}};
    const ServerNames same{.dns = {"b", "a"}, .addresses = {"10.0.0.1"}};
    EXPECT_EQ(why_issue(current, same, noon + 199 * day), "");
    EXPECT_NE(why_issue(current, same, noon + 200 * day), "");
    EXPECT_NE(why_issue(current, {.dns = {"a"}, .addresses = {"10.0.0.1"}}, noon), "");
    EXPECT_NE(why_issue(current, {.dns = {"a", "b"}, .addresses = {"10.0.0.2"}}, noon), "");
    EXPECT_NE(why_issue(current, same, noon - day), "");
}

TEST(Roots, AGatewayGoesByItsHostsNameAndLastingAddresses) {
    const auto names = server_names("NAS.lan",
                                    {{"lo", "127.0.0.1"},
                                     {"lo", "::1"},
                                     {"eth0", "192.168.1.20"},
                                     {"eth0", "2001:db8::7"},
                                     {"eth0", "fe80::1"},
                                     {"eth0", "fd12::7"},
                                     {"tailscale0", "100.100.1.2"},
                                     {"docker0", "172.17.0.1"},
                                     {"br-1234", "172.18.0.1"},
                                     {"veth12", "10.9.9.9"}},
                                    {"nas.example", "10.0.0.9", "nas.lan"});
    EXPECT_THAT(names.dns, ElementsAre("nas", "nas.local", "nas.lan", "localhost", "nas.example"));
    EXPECT_THAT(names.addresses,
                ElementsAre("192.168.1.20", "fd12::7", "100.100.1.2", "127.0.0.1", "::1", "10.0.0.9"));
    for (const auto host : {"", "localhost", "127.0.0.1", "_x"})
        EXPECT_THAT(server_names(host, {}, {}).dns, ElementsAre("localhost")) << host;
}

}  // namespace
}  // namespace openclaw::access
