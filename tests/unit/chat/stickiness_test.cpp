#include "chat/stickiness.h"

#include <gtest/gtest.h>

namespace openclaw::chat {
namespace {

using auth::ProfileId;
using auth::Verdict;

constexpr const char *work = "anthropic:work", *home = "anthropic:home", *gone = "anthropic:gone",
                     *other = "openai:x";

auth::Store store() {
    auth::Store store;
    const auto add = [&](const char* id, const char* provider) {
        auth::Profile profile;
        profile.id = {id};
        profile.provider = provider;
        profile.credential = auth::ApiKey{Secret("key")};
        store.profiles.push_back(std::move(profile));
    };
    add(work, "anthropic");
    add(home, "anthropic");
    add(other, "openai");
    return store;
}

// Candidates in order, each with its verdict.
auth::Resolution resolution(std::vector<std::pair<const char*, Verdict>> candidates) {
    auth::Resolution resolution;
    resolution.provider = "anthropic";
    for (const auto& [id, verdict] : candidates) {
        auth::Candidate candidate;
        candidate.profile = {id};
        candidate.verdict = verdict;
        resolution.candidates.push_back(candidate);
    }
    return resolution;
}

Pin automatic(const char* id, std::int64_t compactions = 0) {
    return {{id}, PinSource::automatic, compactions};
}
Pin chosen_by_user(const char* id) {
    return {{id}, PinSource::user, 0};
}

PinDecision decide_pin(const PinQuestion& question, const auth::Store& store,
                       const auth::Resolution& unpinned) {
    return chat::decide_pin(question, view_of(question.current, store, unpinned));
}

TEST(Stickiness, StaysWithTheCredentialAsLongAsItCanBeUsed) {
    const auto both = resolution({{home, Verdict::chosen}, {work, Verdict::in_reserve}});
    const auto work_rests = resolution({{home, Verdict::chosen}, {work, Verdict::cooling}});
    const auto none = resolution({{home, Verdict::cooling}, {work, Verdict::cooling}});
    struct Case {
        const char* name;
        PinQuestion question;
        const auth::Resolution& resolution;
        std::optional<ProfileId> preferred;
        std::optional<Pin> next;
    };
    const std::vector<Case> cases{
        {"first turn", {{}, "anthropic", true, 0}, both, ProfileId{home}, automatic(home)},
        {"stays", {automatic(work), "anthropic", false, 0}, both, ProfileId{work}, automatic(work)},
        {"moves on when it rests",
         {automatic(work), "anthropic", false, 0},
         work_rests,
         ProfileId{home},
         automatic(home)},
        {"moves on after a compaction",
         {automatic(work, 1), "anthropic", false, 2},
         both,
         ProfileId{home},
         automatic(home, 2)},
        {"chooses anew in a fresh session",
         {automatic(work), "anthropic", true, 0},
         both,
         ProfileId{home},
         automatic(home)},
        {"prefers nobody when all rest", {automatic(work), "anthropic", false, 0}, none, {}, {}},
        {"lets go of another provider's",
         {automatic(other), "anthropic", false, 0},
         both,
         ProfileId{home},
         automatic(home)}};
    for (const auto& test : cases) {
        const auto decision = decide_pin(test.question, store(), test.resolution);
        EXPECT_EQ(decision.preferred, test.preferred) << test.name;
        EXPECT_EQ(decision.next, test.next) << test.name;
        EXPECT_FALSE(decision.locked) << test.name;
        EXPECT_FALSE(decision.error) << test.name;
    }
}

TEST(Stickiness, KeepsAPersonsChoiceWhetherItRestsOrNot) {
    for (const auto verdict : {Verdict::in_reserve, Verdict::cooling, Verdict::disabled, Verdict::expired}) {
        for (const bool fresh : {false, true}) {
            const auto decision = decide_pin({chosen_by_user(work), "anthropic", fresh, 3}, store(),
                                             resolution({{home, Verdict::chosen}, {work, verdict}}));
            EXPECT_EQ(decision.preferred, ProfileId{work});
            EXPECT_TRUE(decision.locked);
            EXPECT_EQ(decision.next, chosen_by_user(work));
        }
    }
}

TEST(Stickiness, DissolvesAPreferenceButNotAChoiceWhenTheCredentialIsGone) {
    const auto found = resolution({{home, Verdict::chosen}});
    const auto preference = decide_pin({automatic(gone), "anthropic", false, 0}, store(), found);
    EXPECT_EQ(preference.preferred, ProfileId{home});
    EXPECT_EQ(preference.notice, "anthropic:gone is no longer stored; the session goes on without it");
    const auto choice = decide_pin({chosen_by_user(gone), "anthropic", false, 0}, store(), found);
    ASSERT_TRUE(choice.error);
    EXPECT_EQ(choice.error->code, Code::denied);
    EXPECT_NE(choice.error->hint.find("@anthropic:home"), std::string::npos);
    EXPECT_EQ(choice.next, chosen_by_user(gone)) << "nothing is chosen over a person's head";
}

TEST(Stickiness, EndsATurnWhoseChosenCredentialIsNotForThisAgent) {
    const auto found = resolution({{home, Verdict::chosen}, {work, Verdict::not_allowed_here}});
    const auto choice = decide_pin({chosen_by_user(work), "anthropic", false, 0}, store(), found);
    ASSERT_TRUE(choice.error);
    EXPECT_NE(choice.error->message.find("this agent may not use"), std::string::npos);
    EXPECT_NE(choice.error->hint.find("@anthropic:home"), std::string::npos);
    const auto preference = decide_pin({automatic(work), "anthropic", false, 0}, store(), found);
    EXPECT_EQ(preference.preferred, ProfileId{home});
    EXPECT_FALSE(preference.error);
}

TEST(Stickiness, NamesWhatWorksWhereTheMessageCameFrom) {
    const auto found = resolution({{home, Verdict::chosen}});
    const auto hint = [&](Surface surface) {
        return decide_pin({chosen_by_user(gone), "anthropic", false, 0, surface}, store(), found).error->hint;
    };
    EXPECT_TRUE(hint(Surface::conversation).starts_with("send `/model"));
    EXPECT_TRUE(hint(Surface::elsewhere).starts_with("open this session with `openclaw chat`"));
}

}  // namespace
}  // namespace openclaw::chat
