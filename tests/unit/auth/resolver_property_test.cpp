// Invariants of the resolver over random stores, orders, configs, environments and clocks.
#include <gtest/gtest.h>

#include <random>

#include "auth/choice/resolver.h"
#include "auth/report/model_check.h"
#include "auth/report/status_report.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;
using test::noon;

class Dice {
public:
    explicit Dice(unsigned seed) : engine_(seed) {}
    int roll(int sides) { return std::uniform_int_distribution<int>(0, sides - 1)(engine_); }
    bool one_in(int sides) { return roll(sides) == 0; }

private:
    std::mt19937 engine_;
};

std::string some_id(Dice& dice) {
    return "p:" + std::to_string(dice.roll(8));
}

std::optional<TimePoint> some_time(Dice& dice) {
    if (dice.one_in(2)) return std::nullopt;
    return noon + std::chrono::minutes(dice.roll(4000) - 2000);
}

Profile some_profile(Dice& dice, int number) {
    Profile profile;
    profile.id = {"p:" + std::to_string(number)};
    profile.provider = dice.one_in(4) ? "openai" : dice.one_in(3) ? "Anthropic" : "anthropic";
    const std::string value = dice.one_in(8) ? "  " : "secret-" + std::to_string(number);
    switch (dice.roll(3)) {
        case 0:
            profile.credential = ApiKey{Secret(value)};
            break;
        case 1:
            profile.credential = Token{Secret(value), some_time(dice)};
            break;
        default:
            profile.credential =
                OAuth{Secret(value), Secret(dice.one_in(2) ? "" : "r"), some_time(dice), {}, {}};
    }
    if (dice.one_in(6)) profile.allowed_agents = {{dice.one_in(2) ? "main" : "work"}};
    return profile;
}

Store some_store(Dice& dice) {
    Store store;
    const int count = dice.roll(8);
    for (int i = 0; i < count; ++i) {
        store.profiles.push_back(some_profile(dice, i));
        if (dice.one_in(2)) continue;
        auto& usage = store.usage[store.profiles.back().id.text];
        usage.last_used = some_time(dice);
        usage.last_failure = some_time(dice);
        usage.cooldown_until = some_time(dice);
        usage.disabled_until = dice.one_in(4) ? some_time(dice) : std::nullopt;
    }
    if (!dice.one_in(3)) return store;
    std::vector<ProfileId> order;
    for (int i = dice.roll(4); i >= 0; --i) order.push_back({some_id(dice)});
    store.order.emplace_back(dice.one_in(2) ? "anthropic" : "ANTHROPIC", order);
    return store;
}

std::string some_config(Dice& dice) {
    json::object auth;
    if (dice.one_in(4))
        auth["order"] = json::object{{"anthropic", json::array{some_id(dice), some_id(dice)}}};
    if (dice.one_in(4)) {
        constexpr std::string_view modes[] = {"api_key", "token", "oauth"};
        auth["profiles"] = json::object{
            {some_id(dice), json::object{{"provider", "anthropic"}, {"mode", modes[dice.roll(3)]}}}};
    }
    json::object root{{"auth", auth}};
    if (dice.one_in(3))
        root["models"] = json::object{
            {"providers", json::object{{"anthropic", json::object{{"baseUrl", "https://a.example"},
                                                                  {"apiKey", "config-key"},
                                                                  {"models", json::array()}}}}}};
    return json::serialize(root);
}

std::map<std::string, std::string> some_environment(Dice& dice) {
    std::map<std::string, std::string> environment;
    if (dice.one_in(4)) environment["ANTHROPIC_API_KEY"] = dice.one_in(5) ? " " : "env-key";
    if (dice.one_in(6)) environment["ANTHROPIC_OAUTH_TOKEN"] = "env-token";
    return environment;
}

struct World {
    Store store;
    std::shared_ptr<const config::Config> config;
    ResolveRequest request;
    TimePoint now;
};

World some_world(unsigned seed) {
    Dice dice(seed);
    World world{some_store(dice), config_of(some_config(dice), some_environment(dice)), {}, noon};
    world.request.provider = "anthropic";
    if (dice.one_in(3)) world.request.pinned = ProfileId{some_id(dice)};
    world.request.pin_is_locked = dice.one_in(4);
    world.now = noon + std::chrono::minutes(dice.roll(4000) - 2000);
    return world;
}

constexpr unsigned worlds = 600;

std::vector<ProfileId> ids_in_explicit_order(const World& world, const Resolution& resolution) {
    if (resolution.order_origin == "store") return *world.store.order_of("anthropic");
    std::vector<ProfileId> ids;
    const auto* list = world.config->find("auth.order.anthropic");
    if (list)
        for (const auto& id : list->as_array()) ids.push_back({std::string(id.as_string())});
    return ids;
}

TEST(ResolverProperties, HoldInEveryWorld) {
    for (unsigned seed = 0; seed < worlds; ++seed) {
        SCOPED_TRACE(seed);
        const auto world = some_world(seed);
        const auto resolution = resolve(world.request, world.store, *world.config, world.now);
        // The chosen one is the first usable one, and the only one.
        const auto first = std::ranges::find_if(
            resolution.candidates, [](const auto& candidate) { return is_usable(candidate.verdict); });
        EXPECT_EQ(resolution.chosen(), first == resolution.candidates.end() ? nullptr : &*first);
        EXPECT_LE(std::ranges::count(resolution.candidates, Verdict::chosen, &Candidate::verdict), 1);
        for (const auto& candidate : resolution.candidates) {
            EXPECT_FALSE(candidate.reason.empty());
            EXPECT_EQ(candidate.provider == "anthropic" || candidate.verdict == Verdict::provider_mismatch,
                      true);
            if (!is_usable(candidate.verdict)) continue;
            EXPECT_TRUE(candidate.secret && !candidate.secret->blank());
            if (world.request.pin_is_locked && world.request.pinned)
                EXPECT_EQ(candidate.profile, *world.request.pinned);
            const auto* profile = world.store.find(candidate.profile);
            if (profile) EXPECT_TRUE(profile->allows("main"));
            const auto* token = profile ? std::get_if<Token>(&profile->credential) : nullptr;
            if (token && token->expires) EXPECT_GT(*token->expires, world.now);
        }
        // Every profile of the provider is accounted for once.
        for (const auto& profile : world.store.profiles)
            if (ProviderId(profile.provider) == "anthropic")
                EXPECT_EQ(std::ranges::count(resolution.candidates, profile.id, &Candidate::profile), 1);
        // The quick way gives the same answer.
        const auto quick = choose(world.request, Index(world.store, *world.config), world.now);
        ASSERT_EQ(quick.has_value(), resolution.chosen() != nullptr);
        if (quick) EXPECT_EQ(quick->secret, resolution.chosen()->secret);
    }
}

TEST(ResolverProperties, UseNothingThatAnExplicitOrderLeavesOut) {
    for (unsigned seed = 0; seed < worlds; ++seed) {
        const auto world = some_world(seed);
        const auto resolution = resolve(world.request, world.store, *world.config, world.now);
        if (!resolution.explicit_order) continue;
        const auto order = ids_in_explicit_order(world, resolution);
        std::size_t last = 0;
        for (const auto& candidate : resolution.candidates) {
            if (!is_usable(candidate.verdict) || candidate.source != Source::profile) continue;
            const auto place = std::ranges::find(order, candidate.profile);
            ASSERT_NE(place, order.end()) << seed;
            if (world.request.pinned == candidate.profile) continue;
            const auto at = static_cast<std::size_t>(place - order.begin());
            EXPECT_GE(at, last) << seed;
            last = at;
        }
    }
}

TEST(ResolverProperties, IgnoreAnOrderExactlyWhenNoneOfItsProfilesIsThere) {
    for (unsigned seed = 0; seed < worlds; ++seed) {
        SCOPED_TRACE(seed);
        const auto world = some_world(seed);
        const auto resolution = resolve(world.request, world.store, *world.config, world.now);
        const auto* order = world.store.order_of("anthropic");
        if (!order) continue;
        const bool alive = std::ranges::any_of(*order, [&](const ProfileId& id) {
            const auto* profile = world.store.find(id);
            return profile && ProviderId(profile->provider) == "anthropic";
        });
        EXPECT_EQ(resolution.order_origin == "store", alive);
        if (!alive) EXPECT_FALSE(resolution.notices.empty());
    }
}

TEST(ResolverProperties, NeverReplaceAnExplicitChoiceWhenAProfileIsAdded) {
    for (unsigned seed = 0; seed < worlds; ++seed) {
        auto world = some_world(seed);
        const auto before = resolve(world.request, world.store, *world.config, world.now);
        Profile added;
        added.id = {"p:added"};
        added.provider = "anthropic";
        added.credential = ApiKey{Secret("added")};
        world.store.profiles.push_back(added);
        const auto after = resolve(world.request, world.store, *world.config, world.now);
        const bool restricted = before.explicit_order || !before.order_origin.empty();
        const bool was_profile = before.chosen() && before.chosen()->source == Source::profile;
        if (restricted ||
            (world.request.pinned && was_profile && before.chosen()->profile == *world.request.pinned)) {
            ASSERT_EQ(before.chosen() != nullptr, after.chosen() != nullptr) << seed;
            if (before.chosen()) EXPECT_EQ(before.chosen()->secret, after.chosen()->secret) << seed;
        } else if (was_profile && before.chosen()->kind != "api_key" && !before.chosen()->on_demand) {
            EXPECT_EQ(before.chosen()->profile, after.chosen()->profile)
                << seed;  // a better kind stays in front
        }
    }
}

TEST(ResolverProperties, StatusNamesWhatARequestWouldCarry) {
    for (unsigned seed = 0; seed < worlds; ++seed) {
        SCOPED_TRACE(seed);
        auto world = some_world(seed);
        world.request.pinned.reset();
        world.request.pin_is_locked = false;
        const StatusRequest request{.store = world.store,
                                    .config = *world.config,
                                    .agent = world.config->default_agent(),
                                    .agent_given = false,
                                    .store_file = test::main_store_file.string(),
                                    .fingerprint_key = "k",
                                    .surroundings = {},
                                    .now = world.now};
        const auto report = make_status_report(request);
        EXPECT_EQ(exit_of(check_models(request)), report.exit());
        const auto document = status_json(report, request);
        const auto wire = choose(world.request, Index(world.store, *world.config), world.now);
        const auto& auth = document.at("auth").as_object();
        const json::object* shown = nullptr;
        for (const auto& provider : auth.at("providers").as_array())
            if (provider.as_object().at("provider") == "anthropic") shown = &provider.as_object();
        if (!shown) {
            EXPECT_FALSE(wire);
            EXPECT_EQ(report.exit(), 1);
            continue;
        }
        EXPECT_EQ(shown->at("usable").as_bool(), wire.has_value());
        if (!wire) continue;
        const auto kind = std::string_view(shown->at("effective").as_object().at("kind").as_string());
        EXPECT_EQ(kind, wire->source == Source::profile       ? "profiles"
                        : wire->source == Source::environment ? "env"
                                                              : "models.json");
        const auto& first = shown->at("candidates").as_array();
        const auto chosen = std::ranges::find_if(
            first, [](const auto& candidate) { return candidate.as_object().at("verdict") == "chosen"; });
        ASSERT_NE(chosen, first.end());
        if (wire->source == Source::profile)
            EXPECT_EQ(std::string_view(chosen->as_object().at("profileId").as_string()), wire->profile.text);
        EXPECT_EQ(json::serialize(document).find("secret-"), std::string::npos);
        EXPECT_EQ(json::serialize(document).find("env-key"), std::string::npos);
    }
}

}  // namespace
}  // namespace openclaw::auth
