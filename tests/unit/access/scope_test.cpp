#include "access/scope.h"

#include <gmock/gmock.h>

#include "access/needs.h"

namespace openclaw::access {
namespace {

using testing::ElementsAre;

// Every set of scopes that there is.
std::vector<Scopes> all_sets() {
    std::vector<Scopes> sets;
    for (unsigned bits = 0; bits < (1u << all_scopes().size()); ++bits) {
        std::vector<std::string> names;
        for (std::size_t at = 0; at < all_scopes().size(); ++at)
            if (bits & (1u << at)) names.emplace_back(name_of(all_scopes()[at]));
        sets.push_back(Scopes::named(names));
    }
    return sets;
}

TEST(Scope, HasTheReferencesNameOnTheWireAndAShortOneOnTheCommandLine) {
    for (const Scope scope : all_scopes()) {
        EXPECT_EQ(find_scope(name_of(scope)), scope);
        EXPECT_EQ(find_scope_by_short_name(short_name_of(scope)), scope);
        EXPECT_EQ(name_of(scope), "operator." + std::string(short_name_of(scope)));
        EXPECT_FALSE(find_scope(short_name_of(scope)));
        EXPECT_FALSE(find_scope_by_short_name(name_of(scope)));
    }
    for (const auto* reference :
         {"operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"})
        EXPECT_TRUE(find_scope(reference)) << reference;
}

TEST(Scope, GrantsNothingByANameThatNobodyKnows) {
    EXPECT_TRUE(
        Scopes::named({"operator.everything", "admin", "", "OPERATOR.ADMIN", "operator.admin "}).empty());
    EXPECT_EQ(Scopes::named({"operator.talk", "operator.read"}), Scopes{Scope::read});
}

TEST(Scope, OfWriteIncludesChatAndReadAndNothingElse) {
    for (const Scope scope : all_scopes())
        EXPECT_EQ(Scopes{Scope::write}.allow(scope),
                  scope == Scope::write || scope == Scope::chat || scope == Scope::read)
            << name_of(scope);
}

TEST(Scope, OfAdminIncludesEveryOtherAndNoOtherIncludesIt) {
    for (const Scope scope : all_scopes()) {
        EXPECT_TRUE(Scopes{Scope::admin}.allow(scope)) << name_of(scope);
        EXPECT_EQ(Scopes{scope}.allow(Scope::admin), scope == Scope::admin) << name_of(scope);
    }
}

TEST(Scope, IsNeverWonByAskingForIt) {
    for (const auto& held : all_sets())
        for (const auto& asked : all_sets()) {
            const auto narrowed = held.narrowed_to(asked);
            for (const Scope scope : all_scopes())
                if (narrowed.allow(scope)) {
                    EXPECT_TRUE(held.allow(scope)) << name_of(scope);
                    EXPECT_TRUE(asked.allow(scope)) << name_of(scope);
                }
            EXPECT_EQ(narrowed.narrowed_to(asked), narrowed);
        }
}

TEST(Scope, OfAClientThatKnowsOnlyTheReferencesIsWhatTheyInclude) {
    const Scopes phone{Scope::chat, Scope::read};
    EXPECT_EQ(phone.narrowed_to({Scope::admin, Scope::read, Scope::write, Scope::approvals}), phone);
    EXPECT_EQ(phone.narrowed_to({Scope::write}), phone);
    EXPECT_EQ(phone.narrowed_to({Scope::read}), Scopes{Scope::read});
    EXPECT_EQ(phone.narrowed_to({Scope::pairing}), Scopes{});
    EXPECT_THAT(Scopes::all().narrowed_to({Scope::write}).names(), ElementsAre("operator.write"));
}

TEST(Needs, AreMetByAnyOfTheScopesThatTheyName) {
    const auto either = Needs::one_of(Scope::read, Scope::chat);
    for (const auto& held : all_sets())
        EXPECT_EQ(either.met_by(held), held.allow(Scope::read) || held.allow(Scope::chat));
    EXPECT_EQ(name_of(either), "operator.read");
    EXPECT_TRUE(open_to_all.met_by({}));
}

}  // namespace
}  // namespace openclaw::access
