// An index that is told of uses one by one decides as one that is made anew from the same store.
#include <gtest/gtest.h>

#include <random>

#include "auth/choice/resolver.h"
#include "auth/rests/outcome.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"

namespace openclaw::auth {
namespace {

using test::config_of;
using test::noon;
using namespace std::chrono_literals;

// More than one block that a walk may skip, and a last one that isn't full.
constexpr int profiles_many = 150;

ResolveRequest asked_by_main() {
    ResolveRequest request;
    request.provider = "anthropic";
    request.agent_id = "main";
    return request;
}

class TakenUsage : public testing::TestWithParam<unsigned> {
protected:
    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(engine); }

    void SetUp() override {
        for (int i = 0; i < profiles_many; ++i) {
            Profile profile;
            profile.id = {fmt::format("a:{}", i)};
            profile.provider = "anthropic";
            const Secret secret(fmt::format("sk-ant-{:020}", i));
            if (i % 3 == 0)
                profile.credential = Token{secret, i % 9 == 0 ? std::optional(noon + 20min) : std::nullopt};
            else
                profile.credential = ApiKey{secret};
            if (i % 13 == 0) profile.allowed_agents = {{"work"}};
            store.profiles.push_back(std::move(profile));
        }
        if (GetParam() % 4 == 0)
            store.order.emplace_back("anthropic",
                                     std::vector<ProfileId>{{"a:7"}, {"a:99"}, {"a:3"}, {"a:gone"}});
    }

    // What a request, or a person, may learn of a credential.
    Outcome something(TimePoint now, std::string_view print) {
        const auto model = roll(2) == 0 ? "opus" : "haiku";
        if (roll(3) == 0)
            return Worked{{.model = model, .sent = now - 1s, .credential = std::string(print)}, now};
        if (roll(9) == 0) return Cleared{.model = roll(2) == 0 ? model : ""};
        constexpr FailureReason reasons[] = {FailureReason::auth, FailureReason::rate_limit,
                                             FailureReason::billing, FailureReason::overloaded,
                                             FailureReason::format};
        constexpr FailureScope scopes[] = {FailureScope::unknown, FailureScope::model, FailureScope::account};
        return Failed{
            {.reason = reasons[roll(5)],
             .retry_after = roll(2) == 0 ? std::optional<Milliseconds>(roll(90) * 1min) : std::nullopt,
             .text = "no",
             .scope = scopes[roll(3)],
             .model = model,
             .credential = std::string(print)},
            {.failure_window = 24h, .billing_base = 5h, .billing_max = 24h},
            now};
    }

    std::mt19937 engine{GetParam()};
    Store store;
    std::shared_ptr<const config::Config> config =
        config_of("{}", {{"ANTHROPIC_API_KEY", "from-a-variable"}});
};

std::string told(const std::optional<Candidate>& candidate) {
    return candidate ? fmt::format("{} {} {}", key_of(*candidate).place, candidate->reason,
                                   candidate->secret->size())
                     : "none";
}

TEST_P(TakenUsage, DecidesAsAnIndexMadeAnew) {
    Surroundings surroundings{.fingerprint_key = "key"};
    Index index(store, *config, surroundings);
    auto now = noon;
    for (int step = 0; step < 250; ++step) {
        now += roll(20) == 0 ? -10min : roll(300) * 1s;
        // Mostly of those that are tried first, so that the front of the order moves.
        const auto chosen = choose(asked_by_main(), index, now);
        const auto id = chosen && chosen->source == Source::profile && roll(4) > 0
                            ? chosen->profile
                            : ProfileId{fmt::format("a:{}", roll(profiles_many))};
        const auto print = credential_print(wire_secret(store.find(id)->credential), "key");
        auto& usage = store.usage[id.text];
        usage = after(std::move(usage), something(now, print));
        index.take_usage(id);

        auto request = asked_by_main();
        request.model = roll(3) == 0 ? "" : "opus";
        if (roll(3) == 0) request.pinned = ProfileId{fmt::format("a:{}", roll(profiles_many))};
        request.pin_is_locked = roll(2) == 0;
        const Index anew(store, *config, surroundings);
        ASSERT_EQ(told(choose(request, index, now)), told(choose(request, anew, now))) << step;
        if (step % 40 != 0) continue;
        const auto mine = resolve(request, index, now), fresh = resolve(request, anew, now);
        ASSERT_EQ(mine.candidates.size(), fresh.candidates.size());
        for (std::size_t i = 0; i < mine.candidates.size(); ++i) {
            ASSERT_EQ(mine.candidates[i].profile, fresh.candidates[i].profile) << step << " at " << i;
            ASSERT_EQ(mine.candidates[i].reason, fresh.candidates[i].reason) << step << " at " << i;
        }
        if (mine.chosen()) ASSERT_EQ(told(*mine.chosen()), told(choose(request, index, now)));
    }
}

INSTANTIATE_TEST_SUITE_P(Worlds, TakenUsage, testing::Range(0U, 8U));

TEST(Choose, PassesOverWhatWasTriedInVain) {
    const auto config = config_of("{}", {{"ANTHROPIC_API_KEY", "from-a-variable"}});
    Store store;
    Profile profile;
    profile.id = {"a:1"};
    profile.provider = "anthropic";
    profile.credential = ApiKey{Secret("one")};
    store.profiles.push_back(std::move(profile));
    const Index index(store, *config);
    auto request = asked_by_main();
    std::vector<std::string> places;
    while (const auto candidate = choose(request, index, noon)) {
        places.push_back(key_of(*candidate).place);
        request.tried.push_back(key_of(*candidate));
        ASSERT_LT(places.size(), 5U);
    }
    EXPECT_EQ(places, (std::vector<std::string>{"a:1", "ANTHROPIC_API_KEY"}));
}

}  // namespace
}  // namespace openclaw::auth
