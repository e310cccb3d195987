// The order in which profiles are tried, by examples taken from the reference.
#include <gtest/gtest.h>

#include "auth/choice/resolver.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;
using test::noon;
using test::store_of;

// The profiles that a request may use, first to last.
std::string order_of(const ResolveRequest& request, const Store& store, const config::Config& config) {
    std::vector<std::string> ids;
    for (const auto& candidate : resolve(request, store, config, noon).candidates) {
        const auto verdict = candidate.verdict;
        const bool in_order = is_usable(verdict) || verdict == Verdict::needs_refresh ||
                              verdict == Verdict::cooling || verdict == Verdict::disabled;
        if (candidate.source == Source::profile && in_order) ids.push_back(candidate.profile.text);
    }
    return joined(ids, " ");
}

const std::string three = R"("anthropic:key":{"type":"api_key","provider":"anthropic","key":"k"},
    "anthropic:tok":{"type":"token","provider":"anthropic","token":"t"},
    "anthropic:oa":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now+1h})";

std::string profiles(const std::string& records, const std::string& rest = "") {
    return R"({"version":1,"profiles":{)" + records + "}" + (rest.empty() ? "" : "," + rest) + "}";
}
std::string key(const std::string& id, const std::string& provider = "anthropic") {
    return "\"" + id + R"(":{"type":"api_key","provider":")" + provider + R"(","key":"k"})";
}
std::string usage(const std::string& records) {
    return R"("usageStats":{)" + records + "}";
}
std::string config_order(const std::string& ids) {
    return R"({"auth":{"order":{"anthropic":[)" + ids + "]}}}";
}
std::string config_profile(const std::string& id, const std::string& mode) {
    return R"({"auth":{"profiles":{")" + id + R"(":{"provider":"anthropic","mode":")" + mode + R"("}}}})";
}

struct Example {
    std::string store, config, preferred, expected;
    std::string provider = "anthropic";
};

const std::string oa_rests = usage(R"("anthropic:oa":{"cooldownUntil":@now+1m})");
const std::string key_rests = usage(R"("anthropic:key":{"cooldownUntil":@now+1m})");

const Example examples[] = {
    {profiles(three), "", "", "anthropic:oa anthropic:tok anthropic:key"},
    {profiles(key("a:1") + "," + key("a:2") + "," + key("a:3"),
              usage(R"("a:1":{"lastUsed":300},"a:2":{"lastUsed":100},"a:3":{"lastUsed":200})")),
     "", "", "a:2 a:3 a:1"},
    {profiles(key("a:1") + "," + key("a:2"), usage(R"("a:1":{"lastUsed":300})")), "", "", "a:2 a:1"},
    {profiles(three, usage(R"("anthropic:oa":{"lastUsed":@now-1m})")), "", "",
     "anthropic:oa anthropic:tok anthropic:key"},
    {profiles(key("a:1") + "," + key("a:2"), R"("lastGood":{"anthropic":"a:2"})"), "", "", "a:1 a:2"},
    {profiles(three, oa_rests), "", "", "anthropic:tok anthropic:key anthropic:oa"},
    {profiles(
         three,
         usage(R"("anthropic:oa":{"cooldownUntil":@now+10m},"anthropic:tok":{"disabledUntil":@now+1m})")),
     "", "", "anthropic:key anthropic:tok anthropic:oa"},
    {profiles(three, usage(R"("anthropic:oa":{"cooldownUntil":@now-1ms})")), "", "",
     "anthropic:oa anthropic:tok anthropic:key"},
    {profiles(R"("a:t":{"type":"token","provider":"anthropic","token":"t","expires":@now-1ms},)" +
              key("a:k")),
     "", "", "a:k"},
    {profiles(
         key("a:k") +
         R"(,"a:o":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now-1h})"),
     "", "", "a:o a:k"},
    {profiles(three), config_order(R"("anthropic:key","anthropic:oa")"), "", "anthropic:key anthropic:oa"},
    {profiles(three, R"("order":{"anthropic":["anthropic:tok"]})"), config_order(R"("anthropic:key")"), "",
     "anthropic:tok"},
    {profiles(three, key_rests), config_order(R"("anthropic:key","anthropic:oa")"), "",
     "anthropic:oa anthropic:key"},
    {profiles(three), config_order(R"("anthropic:gone")"), "", ""},
    {profiles(three), config_order(""), "", ""},
    {profiles(three), config_profile("anthropic:key", "api_key"), "", "anthropic:key"},
    {profiles(three), config_profile("anthropic:gone", "api_key"), "", ""},
    {profiles(three), config_profile("anthropic:key", "token"), "", ""},
    {profiles(three), config_profile("anthropic:tok", "oauth"), "", "anthropic:tok"},
    {profiles(three), config_profile("anthropic:oa", "token"), "", ""},
    {profiles(three), "", "anthropic:key", "anthropic:key anthropic:oa anthropic:tok"},
    {profiles(three, key_rests), "", "anthropic:key", "anthropic:key anthropic:oa anthropic:tok"},
    {profiles(three), config_order(R"("anthropic:tok")"), "anthropic:key", "anthropic:tok"},
    {profiles(key("z:1", "z.ai") + "," + key("z:2", "zai") + "," + key("z:3", "Z-AI"),
              R"("order":{"z-ai":["z:3","z:1"]})"),
     "", "", "z:3 z:1", "zai"},
    {profiles(key("o:1", "openai") + "," + key("a:1") + "," + key("a:2")),
     config_order(R"("o:1","a:2","a:1")"), "", "a:2 a:1"},
};

TEST(Order, FollowsEveryWorkedExample) {
    for (const auto& example : examples) {
        SCOPED_TRACE(example.store + example.config);
        ResolveRequest request{.provider = example.provider, .agent_id = "main", .model = {}, .pinned = {}};
        if (!example.preferred.empty()) request.pinned = ProfileId{example.preferred};
        EXPECT_EQ(order_of(request, store_of(example.store), *config_of(example.config)), example.expected);
    }
}

TEST(Order, SaysOfEachExcludedProfileWhatExcludesIt) {
    struct Row {
        std::string config, id;
        Verdict verdict;
    };
    const Row rows[] = {
        {config_order(R"("anthropic:key")"), "anthropic:oa", Verdict::excluded_by_order},
        {config_order(R"("anthropic:gone")"), "anthropic:gone", Verdict::not_stored},
        {config_order(""), "anthropic:key", Verdict::excluded_by_order},
        {config_profile("anthropic:key", "api_key"), "anthropic:tok", Verdict::excluded_by_config},
        {config_profile("anthropic:key", "token"), "anthropic:key", Verdict::mode_mismatch},
        {R"({"auth":{"profiles":{"anthropic:key":{"provider":"openai","mode":"api_key"}}}})", "anthropic:key",
         Verdict::provider_mismatch},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.config + " " + row.id);
        const auto resolution = resolve({.provider = "anthropic", .agent_id = {}, .model = {}, .pinned = {}},
                                        store_of(profiles(three)), *config_of(row.config), noon);
        const auto found = std::ranges::find(resolution.candidates, ProfileId{row.id}, &Candidate::profile);
        ASSERT_NE(found, resolution.candidates.end());
        EXPECT_EQ(name_of(found->verdict), name_of(row.verdict));
        EXPECT_FALSE(found->reason.empty());
    }
}

TEST(Order, DissolvesWhenAllItsProfilesAreGone) {
    struct Row {
        std::string store_order, config, chosen, notice;
    };
    const Row rows[] = {
        {R"("order":{"anthropic":["anthropic:gone"]})", "{}", "anthropic:oa", "order in the store"},
        {R"("order":{"anthropic":["anthropic:gone","anthropic:tok"]})", "{}", "anthropic:tok", ""},
        // The config's order stands where the store's is gone.
        {R"("order":{"anthropic":["anthropic:gone"]})", config_order(R"("anthropic:tok")"), "anthropic:tok",
         "order in the store"},
        // The config is somebody's explicit word: it locks out the others, but says so.
        {"", config_order(R"("anthropic:gone","anthropic:lost")"), "",
         "the order in the config leaves no profile to use: no profile of anthropic that it names is stored "
         "(anthropic:gone, anthropic:lost)"},
        // An empty list in the config means nobody, as it always did.
        {"", config_order(""), "", ""},
        // A profile of another provider is no profile of this one.
        {R"("order":{"anthropic":["openai:x"]})", "{}", "anthropic:oa", "order in the store"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.store_order + " " + row.config);
        const auto resolution =
            resolve({.provider = "anthropic", .agent_id = {}, .model = {}, .pinned = {}},
                    store_of(profiles(three + "," + key("openai:x", "openai"), row.store_order)),
                    *config_of(row.config), noon);
        const auto* chosen = resolution.chosen();
        EXPECT_EQ(chosen ? chosen->profile.text : "", row.chosen);
        if (row.notice.empty())
            EXPECT_TRUE(resolution.notices.empty());
        else
            ASSERT_EQ(resolution.notices.size(), 1u);
        if (!row.notice.empty()) EXPECT_NE(resolution.notices[0].find(row.notice), std::string::npos);
    }
}

TEST(Order, IsNotIgnoredForADamagedOrUnusableProfile) {
    for (const std::string record :
         {R"("anthropic:x":{"type":"api_key","provider":"anthropic"})",
          R"("anthropic:x":{"type":"api_key","provider":"anthropic","key":" "})"}) {
        const auto resolution =
            resolve({.provider = "anthropic", .agent_id = {}, .model = {}, .pinned = {}},
                    store_of(profiles(three + "," + record, R"("order":{"anthropic":["anthropic:x"]})")),
                    *config_of("{}"), noon);
        EXPECT_EQ(resolution.chosen(), nullptr) << record;
        EXPECT_TRUE(resolution.explicit_order);
    }
}

}  // namespace
}  // namespace openclaw::auth
