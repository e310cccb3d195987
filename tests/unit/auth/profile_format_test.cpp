#include "auth/profiles/profile_format.h"

#include <gtest/gtest.h>

#include "auth/profiles/record_names.h"
#include "support/fake_clock.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::noon;
using test::store_of;

json::object parsed(std::string_view text) {
    return parse_json(text)->as_object();
}

TEST(ProfileFormat, ReadsAllThreeKindsInFileOrder) {
    const auto store = store_of(R"({"version":1,"profiles":{
        "z:k":{"type":"api_key","provider":"Z.AI","key":" k "},
        "a:t":{"type":"token","provider":"anthropic","token":"t","expires":@now+1h,"email":"w@x"},
        "c:o":{"type":"oauth","provider":"openai-codex","access":"a","refresh":"r","expires":@now-1h,"accountId":"id","projectId":"p"}}})");
    ASSERT_EQ(store.profiles.size(), 3u);
    EXPECT_EQ(store.profiles[0].provider, "Z.AI");
    EXPECT_EQ(std::get<ApiKey>(store.profiles[0].credential).key.reveal(), " k ");
    EXPECT_EQ(std::get<Token>(store.profiles[1].credential).expires, noon + 1h);
    EXPECT_EQ(store.profiles[1].email, "w@x");
    EXPECT_EQ(std::get<OAuth>(store.profiles[2].credential).account_id, "id");
    EXPECT_TRUE(store.damaged.empty());
}

TEST(ProfileFormat, LosesOnlyTheDamagedRecord) {
    const auto store = store_of(R"({"profiles":{
        "a:1":"text","a:2":{"type":"weird","provider":"anthropic"},"a:3":{"type":"api_key","provider":"anthropic"},
        "a:4":{"type":"api_key","key":"k"},"a:5":{"type":"token","provider":"anthropic","token":7},
        "a:6":{"type":"oauth","provider":"anthropic"},"a:7":null,
        "a:8":{"type":"api_key","provider":"anthropic","key":"good"}}})");
    ASSERT_EQ(store.profiles.size(), 1u);
    EXPECT_EQ(store.profiles[0].id.text, "a:8");
    std::vector<std::string> problems;
    for (const auto& record : store.damaged) problems.push_back(record.problem);
    EXPECT_EQ(store.damaged[0].provider, "a");  // from its id
    EXPECT_EQ(problems, (std::vector<std::string>{"not an object", "type is not one of api_key, token, oauth",
                                                  "no key", "no provider", "no token",
                                                  "no access token and no refresh token", "not an object"}));
}

TEST(ProfileFormat, ReadsTheNamesOfHandWrittenAndNewerRecords) {
    const auto store = store_of(R"({"profiles":{
        "a:mode":{"mode":"api_key","provider":"anthropic","apiKey":"one"},
        "a:both":{"type":"token","mode":"api_key","provider":"anthropic","token":"two"},
        "a:ref":{"type":"api_key","provider":"anthropic","key":{"source":"env","provider":"default","id":"KEY"}},
        "a:apiKeyRef":{"mode":"api_key","provider":"anthropic","apiKey":{"source":"file","provider":"vault","id":"/k"}},
        "a:token":{"type":"token","provider":"anthropic","token":{"source":"env","id":"TOKEN"}},
        "a:own":{"type":"api_key","provider":"anthropic","key":"three","apiKey":"other"}}})");
    EXPECT_TRUE(store.damaged.empty()) << store.damaged.front().problem;
    const auto profile = [&](const std::string& id) { return *store.find({id}); };
    EXPECT_EQ(wire_secret(profile("a:mode").credential), Secret("one"));
    EXPECT_EQ(wire_secret(profile("a:both").credential), Secret("two"));
    EXPECT_EQ(describe(*profile("a:ref").reference_of("key")), "env KEY");
    EXPECT_EQ(describe(*profile("a:apiKeyRef").reference_of("key")), "file vault /k");
    EXPECT_EQ(describe(*profile("a:token").reference_of("token")), "env TOKEN");
    EXPECT_EQ(wire_secret(profile("a:own").credential), Secret("three"));
}

TEST(ProfileFormat, NamesTheMemberThatWasMeant) {
    const auto store = store_of(R"({"profiles":{
        "1":{"type":"api_key","provider":"anthropic","api_key":"sk-ant-secret"},
        "2":{"type":"token","provider":"anthropic","accessToken":"sk-ant-secret"},
        "3":{"type":"api-key","provider":"anthropic","key":"k"},
        "4":{"type":"tokn","provider":"anthropic","token":"k"},
        "5":{"provider":"anthropic","key":"k"},
        "6":{"mode":"api_key","provider":"anthropic","value":"sk-ant-secret"}}})");
    std::vector<std::string> problems;
    for (const auto& record : store.damaged) problems.push_back(record.problem);
    EXPECT_EQ(problems, (std::vector<std::string>{"no key: \"api_key\" has to be called \"key\"",
                                                  "no token: \"accessToken\" has to be called \"token\"",
                                                  "type is not one of api_key, token, oauth; write api_key",
                                                  "type is not one of api_key, token, oauth; write token",
                                                  "no type: it is one of api_key, token, oauth",
                                                  "no key: \"value\" has to be called \"key\""}));
}

TEST(ProfileFormat, NamesTheMemberThatWasMeantForALoginsToken) {
    for (const auto* name : {"access_token", "accessToken", "token"}) {
        const auto problem = problem_of_no_tokens({{"type", "oauth"}, {name, "secret-value"}});
        EXPECT_EQ(
            problem,
            fmt::format("no access token and no refresh token: \"{}\" has to be called \"access\"", name));
    }
    EXPECT_EQ(problem_of_no_tokens({{"type", "oauth"}, {"email", "a@b"}}),
              "no access token and no refresh token");
}

TEST(ProfileFormat, UnderstandsExpiryInEveryFormAndSaysSo) {
    struct Row {
        std::string expires;
        std::optional<TimePoint> at;
        bool noted;
    };
    const Row rows[] = {
        {"@now+1h", noon + 1h, false},
        {std::to_string(to_ms(noon + 300h) / 1000), noon + 300h, true},
        {"\"2026-01-30T13:00:00Z\"", noon + 1h, true},
        {"\"2026-01-30T15:30:00.250+02:30\"", noon + 1h + 250ms, true},
        {"\"2026-02-30T13:00:00Z\"", std::nullopt, true},
        {"\"soon\"", std::nullopt, true},
        {"0", std::nullopt, false},
        {"-5", std::nullopt, false},
        {"null", std::nullopt, false},
        {"[1]", std::nullopt, true},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.expires);
        const auto store =
            store_of(R"({"profiles":{"a":{"type":"token","provider":"x","token":"t","expires":)" +
                     row.expires + "}}}");
        ASSERT_EQ(store.profiles.size(), 1u);
        EXPECT_EQ(std::get<Token>(store.profiles[0].credential).expires, row.at);
        EXPECT_EQ(!store.profiles[0].note.empty(), row.noted);
    }
}

TEST(ProfileFormat, CoercesTheOrderAndSkipsWhatIsNone) {
    const auto store = store_of(
        R"({"profiles":{},"order":{"b":[" x ","",7,"y"],"a":[],"c":"x"},"lastGood":{"b":"x","c":7},"usageStats":{"x":{"errorCount":2},"y":7}})");
    ASSERT_EQ(store.order.size(), 1u);
    EXPECT_EQ(store.order[0].second, (std::vector<ProfileId>{{"x"}, {"y"}}));
    EXPECT_EQ(store.last_good.size(), 1u);
    EXPECT_EQ(store.usage_of({"x"})->error_count, 2);
    EXPECT_EQ(store.usage_of({"y"}), nullptr);
}

TEST(ProfileFormat, CallsAFileCorruptWhoseProfilesAreNoObject) {
    const auto store = parse_store(parsed(R"({"profiles":[]})"));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, Code::corrupt);
}

TEST(ProfileFormat, KeepsUnknownMembersAndTheirOrderThroughEveryChange) {
    auto document = parsed(R"({"future":{"a":1},"version":1,"profiles":{
        "b":{"zeta":1,"type":"token","provider":"anthropic","token":"old","expires":5,"alpha":[2]},"a":{"type":"api_key","provider":"x","key":"k"}},
        "usageStats":{"b":{"mine":true,"errorCount":3,"cooldownUntil":99}},"last":0})");
    put_profile(document, {.id = {"b"},
                           .provider = "anthropic",
                           .credential = Token{Secret("new"), std::nullopt},
                           .email = {},
                           .added = {},
                           .note = {}});
    put_order(document, "anthropic", {{"b"}, {"a"}});
    UsageStats usage;
    usage.last_used = from_ms(7);
    put_usage(document, {"b"}, usage);
    put_last_good(document, "anthropic", {"b"});
    EXPECT_EQ(
        json::serialize(document),
        R"({"future":{"a":1},"version":1,"profiles":{"b":{"zeta":1,"type":"token","provider":"anthropic","token":"new","alpha":[2]},"a":{"type":"api_key","provider":"x","key":"k"}},)"
        R"("order":{"anthropic":["b","a"]},"lastGood":{"anthropic":"b"},"usageStats":{"b":{"mine":true,"errorCount":0,"lastUsed":7}},"last":0})");
}

TEST(ProfileFormat, LeavesNoSecretOfAnotherKindBehind) {
    auto document = parsed(
        R"({"profiles":{"a":{"type":"oauth","provider":"x","access":"AAA","refresh":"RRR","expires":5}}})");
    put_profile(document, {.id = {"a"},
                           .provider = "x",
                           .credential = ApiKey{Secret("K")},
                           .email = {},
                           .added = {},
                           .note = {}});
    const auto text = json::serialize(document);
    EXPECT_EQ(text.find("AAA"), std::string::npos);
    EXPECT_EQ(text.find("RRR"), std::string::npos);
    EXPECT_EQ(parse_store(document)->profiles[0].credential, Credential(ApiKey{Secret("K")}));
}

TEST(ProfileFormat, RemovesAProfileWithEverythingThatNamesIt) {
    auto document = parsed(
        R"({"version":1,"profiles":{"a":{},"b":{}},"order":{"x":["a"],"y":["b","a"]},"lastGood":{"x":"a","y":"b"},"usageStats":{"a":{}}})");
    EXPECT_TRUE(remove_profile(document, {"a"}));
    EXPECT_EQ(json::serialize(document),
              R"({"version":1,"profiles":{"b":{}},"order":{"y":["b"]},"lastGood":{"y":"b"}})");
    EXPECT_FALSE(remove_profile(document, {"a"}));
}

TEST(ProfileFormat, FindsAnOrderUnderAnySpellingOfItsProvider) {
    auto document = parsed(R"({"order":{"z.ai":["a"],"openai":["b"]}})");
    EXPECT_EQ(parse_store(document)->order_of("ZAI")->size(), 1u);
    put_order(document, "Z-AI", {{"c"}});
    EXPECT_EQ(json::serialize(document), R"({"order":{"openai":["b"],"zai":["c"]}})");
    EXPECT_TRUE(remove_order(document, "z.ai"));
    EXPECT_FALSE(remove_order(document, "z.ai"));
}

TEST(ProfileFormat, ReadsUsageBackAsItWasWritten) {
    UsageStats usage;
    usage.last_used = noon;
    usage.last_failure = noon - 1h;
    usage.cooldown_until = noon + 1h;
    usage.disabled_until = noon + 2h;
    usage.disabled_reason = "billing";
    usage.error_count = 4;
    usage.failure_counts = {{"auth", 1}, {"billing", 3}};
    usage.last_failure_text = "no credit";
    usage.last_failure_reason = "billing";
    usage.last_failure_status = 402;
    usage.trial_at = noon + 30min;
    usage.credential = "#3fa9c1d2/77aa";
    usage.bench = Bench{noon, noon + 3h, "for the audit"};
    ModelTrouble trouble;
    trouble.model = "claude-opus-4-5";
    trouble.last_failure = noon - 1min;
    trouble.cooldown_until = noon + 2min;
    trouble.error_count = 1;
    trouble.failure_counts = {{"rate_limit", 1}};
    trouble.last_failure_reason = "rate_limit";
    usage.models = {trouble};
    json::object document;
    put_usage(document, {"a"}, usage);
    EXPECT_EQ(parse_usage(document.at("usageStats").at("a").as_object()), usage);
}

TEST(ProfileFormat, ShowsAPersonsRestToOtherProgramsAndTakesItBack) {
    UsageStats usage;
    usage.bench = Bench{noon, noon + 1h, ""};
    json::object document;
    put_usage(document, {"a"}, usage);
    const auto* record = object_at(*object_at(document, "usageStats"), "a");
    EXPECT_EQ(integer_at(*record, "disabledUntil"), to_ms(noon + 1h));
    EXPECT_EQ(string_at(*record, "disabledReason"), "manual");
    EXPECT_EQ(parse_usage(*record), usage);
    put_usage(document, {"a"}, {});
    EXPECT_EQ(json::serialize(document), R"({"usageStats":{"a":{"errorCount":0}}})");
}

TEST(ProfileFormat, KeepsWhatItDoesNotKnowOfAModelAndDropsModelsThatAreGone) {
    auto document = parsed(R"({"usageStats":{"a":{"errorCount":0,"mine":1,"models":{
        "m1":{"cooldownUntil":5000,"errorCount":1,"theirs":[1]},"m2":{"cooldownUntil":6000,"errorCount":1}}}}})");
    auto usage = parse_usage(document.at("usageStats").at("a").as_object());
    ASSERT_EQ(usage.models.size(), 2u);
    std::erase_if(usage.models, [](const auto& entry) { return entry.model == "m2"; });
    usage.models[0].cooldown_until = from_ms(7000);
    put_usage(document, {"a"}, usage);
    EXPECT_EQ(
        json::serialize(document),
        R"({"usageStats":{"a":{"errorCount":0,"mine":1,"models":{"m1":{"cooldownUntil":7000,"errorCount":1,"theirs":[1]}}}}})");
}

TEST(LegacyStore, ImportsTheCapturedExample) {
    const auto store = *parse_store(from_legacy_store(parsed(R"({"anthropic":{"type":"api_key","key":"L"},
        "openai-codex":{"type":"oauth","access":"a","refresh":"r","expires":1900000000000,"accountId":"x","email":"me@x.y"},
        "foo":{"type":"token","token":"ttt","provider":"bar"},"bad":{"type":"weird"}})")));
    std::vector<std::string> ids;
    for (const auto& profile : store.profiles) ids.push_back(profile.id.text + "/" + profile.provider);
    EXPECT_EQ(ids, (std::vector<std::string>{"anthropic:default/anthropic",
                                             "openai-codex:default/openai-codex", "foo:default/bar"}));
    const auto other =
        from_legacy_store(parsed(R"({"profiles":{},"anthropic":{"type":"api_key","key":"L"}})"));
    EXPECT_TRUE(parse_store(other)->profiles.empty());
}

}  // namespace
}  // namespace openclaw::auth
