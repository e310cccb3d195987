#include "auth/choice/resolver.h"

#include <gtest/gtest.h>

#include "auth/choice/credential_rules.h"
#include "auth/choice/remedy.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using namespace std::chrono_literals;
using test::config_of;
using test::noon;
using test::store_of;
using Variables = std::map<std::string, std::string>;

Resolution resolved(const std::string& provider, const std::string& store, const std::string& config = "",
                    const Variables& environment = {}, Surroundings surroundings = {}) {
    return resolve({.provider = provider, .agent_id = "main", .model = {}, .pinned = {}}, store_of(store),
                   *config_of(config, environment), noon, surroundings);
}

// "profile anthropic:k", "OPENAI_API_KEY (environment)", "-".
std::string chosen(const Resolution& resolution) {
    return resolution.chosen() ? place_of(*resolution.chosen()) : "-";
}

const std::string none = R"({"profiles":{}})";
const std::string key_k = R"("anthropic:k":{"type":"api_key","provider":"anthropic","key":"K"})";
const std::string expired_token =
    R"("anthropic:t":{"type":"token","provider":"anthropic","token":"T","expires":@now-1h})";
const std::string resting_usage =
    R"("usageStats":{"anthropic:k":{"cooldownUntil":@now+4m,"lastFailureAt":@now-1m,"lastFailure":{"reason":"rate_limit","status":429,"endIsNamed":true}}})";

TEST(Resolver, ChoosesByTheWorkedExamples) {
    struct Row {
        std::string what, provider, store, config;
        Variables environment;
        std::string expected;
    };
    const std::string anthropic_in_config =
        R"({"models":{"providers":{"anthropic":{"baseUrl":"https://api.anthropic.com","apiKey":"from-config","models":[]}}}})";
    const Row rows[] = {
        {"73: an expired token and a key",
         "anthropic",
         "{\"profiles\":{" + expired_token + "," + key_k + "}}",
         "",
         {},
         "profile anthropic:k"},
        {"74: a login that needs a refresh, and a key",
         "anthropic",
         R"({"profiles":{"anthropic:o":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now-1h},)" +
             key_k + "}}",
         "",
         {},
         "profile anthropic:k"},
        {"75: the environment beats the config",
         "anthropic",
         none,
         anthropic_in_config,
         {{"ANTHROPIC_API_KEY", "e"}},
         "ANTHROPIC_API_KEY (environment)"},
        {"a profile beats the environment",
         "anthropic",
         "{\"profiles\":{" + key_k + "}}",
         anthropic_in_config,
         {{"ANTHROPIC_API_KEY", "e"}},
         "profile anthropic:k"},
        {"76: openai with a codex login only",
         "openai",
         R"({"profiles":{"c":{"type":"oauth","provider":"openai-codex","access":"a","refresh":"r","expires":@now+1h}}})",
         "",
         {},
         "-"},
        {"all profiles rest, the environment has a key",
         "anthropic",
         "{\"profiles\":{" + key_k + "}," + resting_usage + "}",
         "",
         {{"ANTHROPIC_API_KEY", "e"}},
         "ANTHROPIC_API_KEY (environment)"},
        {"86: the only profile rests",
         "anthropic",
         "{\"profiles\":{" + key_k + "}," + resting_usage + "}",
         "",
         {},
         "-"},
        {"59: the OAuth variable comes first",
         "anthropic",
         none,
         "",
         {{"ANTHROPIC_API_KEY", "e"}, {"ANTHROPIC_OAUTH_TOKEN", "o"}},
         "ANTHROPIC_OAUTH_TOKEN (environment)"},
        {"60: GH_TOKEN before GITHUB_TOKEN",
         "github-copilot",
         none,
         "",
         {{"GITHUB_TOKEN", "1"}, {"GH_TOKEN", "2"}},
         "GH_TOKEN (environment)"},
        {"a blank variable is none", "openai", none, "", {{"OPENAI_API_KEY", "  "}}, "-"},
        {"a config key of any spelling",
         "zai",
         none,
         R"({"models":{"providers":{"z.ai":{"baseUrl":"https://z","apiKey":"k","models":[]}}}})",
         {},
         "models.providers.z.ai.apiKey (config)"},
        {"62: Bedrock with a key pair",
         "amazon-bedrock",
         none,
         "",
         {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}},
         "AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY"},
        {"Bedrock without anything", "amazon-bedrock", none, "", {}, "-"},
        {"66: a local server without a key",
         "lmstudio",
         none,
         R"({"models":{"providers":{"lmstudio":{"baseUrl":"http://127.0.0.1:1234/v1","models":[]}}}})",
         {},
         "no key needed"},
        {"a server in the home network",
         "box",
         none,
         R"({"models":{"providers":{"box":{"baseUrl":"http://192.168.1.7:8000/v1","models":[]}}}})",
         {},
         "no key needed"},
        {"a server elsewhere wants a key",
         "corp",
         none,
         R"({"models":{"providers":{"corp":{"baseUrl":"https://llm.corp.com/v1","models":[]}}}})",
         {},
         "-"},
        {"unless it sends none",
         "corp",
         none,
         R"({"models":{"providers":{"corp":{"baseUrl":"https://llm.corp.com/v1","authHeader":false,"models":[]}}}})",
         {},
         "no key needed"},
        {"a stand-in for anthropic still wants a key",
         "anthropic",
         none,
         R"({"models":{"providers":{"anthropic":{"baseUrl":"http://127.0.0.1:9/","models":[]}}}})",
         {},
         "-"},
        {"a program's own login", "claude-cli", none, "", {}, "claude-cli"},
        {"the demo provider", "demo", none, "", {}, "no key needed"},
        {"the demo provider with profiles",
         "demo",
         R"({"profiles":{"demo:a":{"type":"api_key","provider":"demo","key":"a"}}})",
         "",
         {},
         "profile demo:a"},
        {"a profile that rests, nobody knows since when",
         "demo",
         R"({"profiles":{"demo:a":{"type":"api_key","provider":"demo","key":"a"}},"usageStats":{"demo:a":{"cooldownUntil":@now+1m}}})",
         "",
         {},
         "profile demo:a"},
        {"a key from a command is not sent literally",
         "corp",
         none,
         R"({"models":{"providers":{"corp":{"baseUrl":"https://llm.corp.com","apiKey":"!cat /key","models":[]}}}})",
         {},
         "-"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(chosen(resolved(row.provider, row.store, row.config, row.environment)), row.expected);
    }
}

TEST(Resolver, ReadsANameInTheConfigAsTheVariableOfThatName) {
    const std::string config =
        R"({"models":{"providers":{"litellm":{"baseUrl":"https://l.example","apiKey":"LITELLM_KEY","models":[]}}}})";
    EXPECT_EQ(resolved("litellm", none, config, {{"LITELLM_KEY", "value"}}).chosen()->secret->reveal(),
              "value");
    const auto unset = resolved("litellm", none, config);
    EXPECT_EQ(unset.chosen(), nullptr) << "a name is no key";
    EXPECT_EQ(unset.candidates.back().verdict, Verdict::damaged);
    EXPECT_EQ(unset.candidates.back().reason, "this is the name of a variable, not its value");
}

TEST(Resolver, ReadsADollarAndANameInTheConfigAsTheVariableOfThatName) {
    for (const auto* written : {"$LITELLM_KEY", " $LITELLM_KEY ", "$litellm_key"}) {
        const auto config = fmt::format(
            R"({{"models":{{"providers":{{"litellm":{{"baseUrl":"https://l.example","apiKey":"{}","models":[]}}}}}}}})",
            written);
        const auto set =
            resolved("litellm", none, config, {{"LITELLM_KEY", "value"}, {"litellm_key", "value"}});
        ASSERT_NE(set.chosen(), nullptr) << written;
        EXPECT_EQ(set.chosen()->secret->reveal(), "value");
        const auto unset = resolved("litellm", none, config);
        EXPECT_EQ(unset.chosen(), nullptr);
        EXPECT_EQ(unset.candidates.back().verdict, Verdict::unavailable);
    }
}

// What can't be a credential is never sent, wherever it stands, and doesn't stand in the way of one that can.
TEST(Resolver, SendsNothingThatIsEvidentlyNoKey) {
    struct Case {
        const char *text, *why;
    };
    constexpr Case cases[] = {
        {"__OPENCLAW_REDACTED__", "this is what is shown in place of a key"},
        {"sk-or-\u202650ec", "the middle of the key is left out (...)"},
        {"sk-abc...wxyz", "the middle of the key is left out (...)"},
        {"${OPENAI_API_KEY}", "this is a reference to a variable, not its value"},
        {"$OPENAI_API_KEY", "this is a reference to a variable, not its value"},
        {"OPENAI_API_KEY", "this is the name of a variable, not its value"},
        {"YOUR_API_KEY", "this is a placeholder from an example"},
        {"sk-your-key-here", "this is a placeholder from an example"},
        {"/run/secrets/openai", "this is the path of a file, not a key"},
        {"~/key.txt", "this is the path of a file, not a key"},
        {"sk-abc\u00a0def", "there is an invisible character inside; enter it again"},
        {"sk-\u201cabc\u201d",
         "there is a character that no key has, perhaps a typographic quote or dash; enter it again"},
        {"********", "this is what is shown in place of a key"},
        {"Bearer sk-abcdefgh", "the word Bearer does not belong to the token"},
        {"bearer sk-abcdefgh", "the word Bearer does not belong to the token"},
        {"x-api-key: sk-abcdefgh", "this is a line with a name in front, such as an HTTP header"},
        {"sk-abcd efgh", "there is a space inside"},
        {"export OPENAI_API_KEY=sk-abcdefgh", "this is an assignment to a variable, not its value"},
        {"OPENAI_API_KEY=sk-abcdefgh", "this is an assignment to a variable, not its value"},
        {"C:\\\\keys\\\\openai.txt", "this is the path of a file, not a key"},
        {"../openai.key", "this is the path of a file, not a key"},
        {"..\\\\openai.key", "this is the path of a file, not a key"},
        {"op://vault/openai/key", "this is an address, not a key"},
        {"file:///run/secrets/openai", "this is an address, not a key"},
        {"null", "this is a placeholder from an example"},
        {"undefined", "this is a placeholder from an example"},
        {"None", "this is a placeholder from an example"},
        {"changeme", "this is a placeholder from an example"},
        {"YourApiKey", "this is a placeholder from an example"},
        {"your api key", "this is a placeholder from an example"},
        {"insert-key-here", "this is a placeholder from an example"},
    };
    for (const auto& [text, why] : cases) {
        const auto store = fmt::format(
            R"({{"profiles":{{"openai:bad":{{"type":"api_key","provider":"openai","key":"{}"}},
                "openai:good":{{"type":"api_key","provider":"openai","key":"sk-good"}}}}}})",
            text);
        const auto stored = resolved("openai", store);
        EXPECT_EQ(chosen(stored), "profile openai:good") << text;
        const auto bad = std::ranges::find(stored.candidates, ProfileId{"openai:bad"}, &Candidate::profile);
        ASSERT_NE(bad, stored.candidates.end());
        EXPECT_EQ(bad->verdict, Verdict::damaged) << text;
        EXPECT_EQ(bad->reason, why);
        const auto variable = resolved("openai", none, "", {{"OPENAI_API_KEY", text}});
        EXPECT_EQ(variable.chosen(), nullptr) << text;
    }
}

TEST(Resolver, TakesAKeyForOneThatOnlyLooksLikeSomethingElse) {
    for (const auto* key : {"dGVzdA==", "abc=def", "x=1", "nullable-key-1", "secret", "sk-todo-1", "a:b",
                            "user:c3VyZQ==", "noneoftheabove1", "AAAA=BBBB", "hereinsert"})
        EXPECT_EQ(resolved("openai", none, "", {{"OPENAI_API_KEY", key}}).chosen()->secret->reveal(), key);
}

TEST(Resolver, LetsAServerOfOnesOwnWantAPlaceholder) {
    const auto key_at = [](std::string_view url, std::string_view key) {
        const auto found = resolved(
            "mine", none,
            fmt::format(
                R"({{"models":{{"providers":{{"mine":{{"baseUrl":"{}","apiKey":"{}","models":[]}}}}}}}})",
                url, key));
        const auto* sent = found.chosen();
        return sent && sent->secret ? std::string(sent->secret->reveal()) : std::string("nothing");
    };
    for (const auto* key : {"sk-xxxx", "none", "null", "changeme", "your-key"}) {
        EXPECT_EQ(key_at("http://vllm:8000/v1", key), key);
        EXPECT_EQ(key_at("https://api.example.com/v1", key), "nothing") << key;
    }
    EXPECT_EQ(key_at("http://vllm:8000/v1", "Bearer none"), "nothing") << "never right";
}

TEST(Resolver, TakesUnicodeBlanksOffBothEndsOfAValue) {
    for (const auto* value : {"sk-good\u00a0", "\ufeffsk-good", "\u3000 sk-good\u2028\t", "sk-good\u200a"})
        EXPECT_EQ(resolved("openai", none, "", {{"OPENAI_API_KEY", value}}).chosen()->secret->reveal(),
                  "sk-good");
}

TEST(Resolver, NeedsAllThreePartsOfAGoogleLogin) {
    const Variables full{{"GOOGLE_CLOUD_PROJECT", "p"}, {"GOOGLE_CLOUD_LOCATION", "l"}};
    EXPECT_EQ(chosen(resolved("google-vertex", none, "", full, {.google_login = true})), "gcloud adc");
    EXPECT_EQ(chosen(resolved("google-vertex", none, "", full)), "-");
    EXPECT_EQ(
        chosen(resolved("google-vertex", none, "", {{"GOOGLE_CLOUD_PROJECT", "p"}}, {.google_login = true})),
        "-");
}

TEST(Resolver, SaysWhichPartOfAGoogleLoginIsMissing) {
    const auto why = [](const Variables& variables, bool login) {
        const auto resolution = resolved("google-vertex", none, "", variables, {.google_login = login});
        return resolution.candidates.back().reason;
    };
    EXPECT_EQ(why({{"GOOGLE_CLOUD_PROJECT", "p"}}, false), "GOOGLE_CLOUD_LOCATION is not set");
    EXPECT_EQ(why({{"GOOGLE_CLOUD_LOCATION", "l"}}, true), "GOOGLE_CLOUD_PROJECT is not set");
    EXPECT_EQ(why({{"GOOGLE_CLOUD_PROJECT", "p"}, {"GOOGLE_CLOUD_LOCATION", "l"}}, false),
              "no gcloud login: run gcloud auth application-default login");
}

TEST(Resolver, SaysWhyARestingProfileIsNotUsedAndWhenItIsReady) {
    const auto resolution = resolved("anthropic", "{\"profiles\":{" + key_k + "}," + resting_usage + "}");
    EXPECT_EQ(resolution.candidates[0].verdict, Verdict::cooling);
    EXPECT_EQ(resolution.candidates[0].reason, "cooling for another 4 min after 429 rate limit");
    EXPECT_EQ(resolution.ready_at(), noon + 4min);
}

TEST(Resolver, ListsEveryPlaceThatWasLookedAt) {
    const auto error =
        no_credential(resolved("anthropic", none), "~/.openclaw/agents/main/agent/auth-profiles.json");
    EXPECT_EQ(error.message,
              "no usable credential for anthropic. Looked at "
              "~/.openclaw/agents/main/agent/auth-profiles.json: no profile of anthropic; "
              "ANTHROPIC_OAUTH_TOKEN (environment): not set; ANTHROPIC_API_KEY (environment): not set; "
              "models.providers.anthropic.apiKey (config): not set");
    EXPECT_EQ(error.hint, "run `openclaw models auth paste-api-key --provider anthropic`");
}

TEST(Resolver, LeavesEveryKeyOutWhereTheOwnerWroteTheHeader) {
    const std::string store =
        R"({"profiles":{"corp:k":{"type":"api_key","provider":"corp","key":"K"},"corp:t":{"type":"token","provider":"corp","token":" "}}})";
    const auto config = [](const std::string& members) {
        return R"({"models":{"providers":{"corp":{"baseUrl":"https://corp.example/v1","apiKey":"in-config",)" +
               members +
               R"(,"models":[{"id":"one","name":"1"},{"id":"two","name":"2","headers":{"X-Api-Key":"of-two"}}]}}}})";
    };
    const auto for_model = [&](const std::string& members, const std::string& model) {
        return resolve({.provider = "corp", .agent_id = "main", .model = model, .pinned = {}},
                       store_of(store), *config_of(config(members)), noon);
    };
    for (const auto* name : {"Authorization", "authorization", "X-API-Key", "api-key", "x-goog-api-key"}) {
        const auto resolution =
            for_model(fmt::format(R"("headers":{{"x-team":"blue","{}":"Basic YWJj"}})", name), "one");
        ASSERT_TRUE(resolution.chosen()) << name;
        EXPECT_EQ(resolution.chosen()->kind, header_kind);
        EXPECT_EQ(resolution.chosen()->place, fmt::format("models.providers.corp.headers.{}", name));
        EXPECT_EQ(resolution.chosen()->secret, Secret("Basic YWJj"));
        for (const auto& candidate : resolution.candidates) {
            if (candidate.profile.text == "corp:t") EXPECT_EQ(candidate.verdict, Verdict::blank);
            if (candidate.profile.text != "corp:k") continue;
            EXPECT_EQ(candidate.verdict, Verdict::excluded_by_config);
            EXPECT_EQ(candidate.reason,
                      fmt::format("left out: models.providers.corp.headers.{} is sent in its place", name));
        }
    }
    const std::string plain = R"("headers":{"x-team":"blue"})";
    EXPECT_EQ(chosen(for_model(plain, "one")), "profile corp:k");
    EXPECT_EQ(chosen(for_model(plain, "two")),
              "models.providers.corp.models[two].headers.X-Api-Key (config)");
    EXPECT_EQ(chosen(for_model(plain, "corp/two")), "profile corp:k");
    // With a bearer that is asked for, other headers are the owner's own.
    const std::string bearer = R"("authHeader":true,"headers":{"x-api-key":"of-a-gateway"})";
    EXPECT_EQ(chosen(for_model(bearer, "two")), "profile corp:k");
    const auto locked = resolve({.provider = "corp",
                                 .agent_id = "main",
                                 .model = "two",
                                 .pinned = ProfileId{"corp:k"},
                                 .pin_is_locked = true},
                                store_of(store), *config_of(config(plain)), noon);
    EXPECT_FALSE(locked.chosen()) << "nothing else than what is written goes out";
}

TEST(Resolver, LeavesEveryKeyOutWhereRequestSaysHowToProveOneself) {
    const auto chosen_with = [](const std::string& members) {
        const auto config =
            config_of(R"({"models":{"providers":{"corp":{"baseUrl":"https://corp.example/v1",)" + members +
                      R"(,"models":[]}}}})");
        const auto store =
            store_of(R"({"profiles":{"corp:k":{"type":"api_key","provider":"corp","key":"K"}}})");
        return chosen(resolve({.provider = "corp", .agent_id = "main", .model = {}, .pinned = {}}, store,
                              *config, noon));
    };
    const std::string of_corp = "models.providers.corp.";
    const std::string bearer = R"("auth":{"mode":"authorization-bearer","token":"T"})";
    const std::string other = R"("auth":{"mode":"header","headerName":"x-door","value":"V"})";
    const std::string header = R"("headers":{"Authorization":"Basic YWJj"})";
    EXPECT_EQ(chosen_with("\"request\":{" + bearer + "}"), of_corp + "request.auth.token (config)");
    EXPECT_EQ(chosen_with("\"request\":{" + other + "}"), of_corp + "request.auth.value (config)");
    EXPECT_EQ(chosen_with("\"request\":{" + header + "}"),
              of_corp + "request.headers.Authorization (config)");
    EXPECT_EQ(chosen_with(header + ",\"request\":{" + other + "}"), of_corp + "request.auth.value (config)");
    EXPECT_EQ(chosen_with(R"("request":{"auth":{"mode":"provider-default"}})"), "profile corp:k");
}

TEST(Resolver, NamesAStoreThatNobodyReads) {
    Surroundings surroundings;
    surroundings.unused = {{"~/.clawdbot/agents/main/agent/auth-profiles.json", "~/.clawdbot"}};
    const auto resolution = resolved("anthropic", none, "", {}, surroundings);
    const auto places = places_looked_at(resolution, "~/.openclaw/auth-profiles.json");
    EXPECT_EQ(places[1],
              "~/.clawdbot/agents/main/agent/auth-profiles.json: not in use, as there is a state directory "
              "of today");
    EXPECT_EQ(remedy_for(resolution), "openclaw migrate --from ~/.clawdbot");
    const auto stored = resolved("anthropic", "{\"profiles\":{" + expired_token + "}}", "", {}, surroundings);
    EXPECT_EQ(remedy_for(stored), "openclaw models auth paste-api-key --provider anthropic");
}

TEST(Resolver, AdvisesTheOrderWhenAnOrderExcludesWhatWouldWork) {
    const auto resolution =
        resolved("anthropic", "{\"profiles\":{" + key_k +
                                  R"(,"a:blank":{"type":"api_key","provider":"anthropic","key":" "}},)"
                                  R"("order":{"anthropic":["a:blank"]}})");
    EXPECT_EQ(remedy_for(resolution), "openclaw models auth order set --provider anthropic anthropic:k");
}

TEST(Resolver, AdvisesToLookAtWhatStandsInTheWay) {
    const auto referring = [](const std::string& source, const std::string& id) {
        return R"({"profiles":{"a:k":{"type":"api_key","provider":"anthropic","keyRef":{"source":")" +
               source + R"(","provider":"default","id":")" + id + R"("}}}})";
    };
    const std::pair<std::string, std::string> examples[] = {
        {referring("sealed", "v1.0000000000000000.AAAA"), "openclaw secrets status"},
        {referring("env", "NOT_THERE"), "openclaw env"},
        {R"({"profiles":{)" + key_k +
             R"(},"usageStats":{"anthropic:k":{"cooldownUntil":@now+5m,"lastFailure":{"reason":"auth","endIsNamed":true}}}})",
         "openclaw models auth cooldown clear --provider anthropic"},
        {none, "openclaw models auth paste-api-key --provider anthropic"},
    };
    for (const auto& [store, remedy] : examples)
        EXPECT_EQ(remedy_for(resolved("anthropic", store)), remedy) << store;
}

struct Pin {
    std::string what, id;
    bool locked;
    std::string expected;
    Verdict verdict;
};

TEST(Resolver, TakesAPinAsAPreferenceAndALockAsALaw) {
    const std::string store =
        R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"1"},"a:2":{"type":"api_key","provider":"anthropic","key":"2"},
        "a:blank":{"type":"api_key","provider":"anthropic","key":" "},"o:1":{"type":"api_key","provider":"openai","key":"o"}},
        "usageStats":{"a:2":{"cooldownUntil":@now+5m}}})";
    const Pin pins[] = {
        {"a resting one is used", "a:2", false, "profile a:2", Verdict::chosen},
        {"a resting one is used alone", "a:2", true, "profile a:2", Verdict::chosen},
        {"one that is gone dissolves", "a:gone", false, "profile a:1", Verdict::not_stored},
        {"one that is gone, locked, leaves nothing", "a:gone", true, "-", Verdict::not_stored},
        {"one of another provider dissolves", "o:1", false, "profile a:1", Verdict::provider_mismatch},
        {"a blank one, locked, leaves nothing", "a:blank", true, "-", Verdict::blank},
        {"a blank one dissolves", "a:blank", false, "profile a:1", Verdict::blank},
    };
    for (const auto& pin : pins) {
        SCOPED_TRACE(pin.what);
        const auto resolution = resolve({.provider = "anthropic",
                                         .agent_id = {},
                                         .model = {},
                                         .pinned = ProfileId{pin.id},
                                         .pin_is_locked = pin.locked},
                                        store_of(store), *config_of(""), noon);
        EXPECT_EQ(chosen(resolution), pin.expected);
        const auto found = std::ranges::find(resolution.candidates, ProfileId{pin.id}, &Candidate::profile);
        ASSERT_NE(found, resolution.candidates.end());
        EXPECT_EQ(name_of(found->verdict), name_of(pin.verdict));
    }
}

TEST(Resolver, PutsAPinnedOneInFrontOfTheOthersEvenWhereItCannotBeUsedYet) {
    const std::string store =
        R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"1"},
        "a:late":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now-1h},
        "a:rests":{"type":"api_key","provider":"anthropic","key":"2"},
        "a:blank":{"type":"api_key","provider":"anthropic","key":" "}},
        "usageStats":{"a:rests":{"cooldownUntil":@now+5m}}})";
    for (const auto& [pinned, first] : {std::pair("a:late", "a:late"), std::pair("a:rests", "a:rests"),
                                        std::pair("a:1", "a:1"), std::pair("a:blank", "a:1")}) {
        const auto resolution =
            resolve({.provider = "anthropic", .agent_id = {}, .model = {}, .pinned = ProfileId{pinned}},
                    store_of(store),
                    *config_of("{auth:{order:{anthropic:['a:1','a:late','a:rests','a:blank']}}}"), noon);
        EXPECT_EQ(resolution.candidates.front().profile.text, first) << pinned;
    }
}

TEST(Resolver, CarriesTheProjectBesideAGoogleCommandLineToken) {
    const auto resolution = resolved(
        "google-gemini-cli",
        R"({"profiles":{"g":{"type":"oauth","provider":"google-gemini-cli","access":"tok","refresh":"r","expires":@now+1h,"projectId":"p1"}}})");
    EXPECT_EQ(resolution.chosen()->secret->reveal(), R"({"token":"tok","projectId":"p1"})");
}

TEST(Resolver, MarksALoginThatMustBeRefreshedFirst) {
    const auto resolution = resolved(
        "anthropic",
        R"({"profiles":{"anthropic:o":{"type":"oauth","provider":"anthropic","access":"a","refresh":"r","expires":@now-1h}}})");
    EXPECT_EQ(resolution.chosen(), nullptr);
    EXPECT_EQ(resolution.candidates[0].verdict, Verdict::needs_refresh);
    EXPECT_EQ(resolution.candidates[0].reason,
              "expired 1 h ago; has a refresh token, but must be refreshed before it can be used");
}

TEST(Resolver, ReportsADamagedRecordBesideTheGoodOnes) {
    const auto resolution = resolved(
        "anthropic",
        "{\"profiles\":{\"anthropic:bad\":{\"type\":\"api_key\",\"provider\":\"anthropic\"}," + key_k + "}}");
    EXPECT_EQ(chosen(resolution), "profile anthropic:k");
    const auto bad = std::ranges::find(resolution.candidates, Verdict::damaged, &Candidate::verdict);
    ASSERT_NE(bad, resolution.candidates.end());
    EXPECT_EQ(bad->reason, "the record is damaged: no key");
}

TEST(Resolver, NeverUsesASecretThatNoHeaderCanCarry) {
    const auto broken = std::string(R"({"profiles":{"anthropic:b":{"type":"token","provider":"anthropic",)") +
                        R"("token":"sk-ant-\noat01-1"},)";
    EXPECT_EQ(chosen(resolved("anthropic", broken + key_k + "}}")), "profile anthropic:k");
    const auto resolution = resolved("anthropic", broken + key_k + "}}");
    const auto bad = std::ranges::find(resolution.candidates, Verdict::damaged, &Candidate::verdict);
    ASSERT_NE(bad, resolution.candidates.end());
    EXPECT_EQ(bad->profile.text, "anthropic:b");
    EXPECT_NE(bad->reason.find("line break"), std::string::npos) << bad->reason;
    EXPECT_EQ(chosen(resolved("openai", none, "", {{"OPENAI_API_KEY", "sk-\x7f"}})), "-");
    // At the ends it is only how the secret was pasted.
    EXPECT_NE(chosen(resolved("openai", none, "", {{"OPENAI_API_KEY", "sk-1\n"}})), "-");
}

TEST(LocalUrl, IsThisMachineOrItsOwnNetwork) {
    for (const auto* url :
         {"http://localhost:1/v1", "http://127.0.0.1", "http://[::1]:8080/", "http://0.0.0.0:1",
          "http://nas.local", "http://10.1.2.3", "http://172.20.0.1/x", "http://user@192.168.0.9"})
        EXPECT_TRUE(is_local_url(url)) << url;
    for (const auto* url : {"https://api.openai.com", "http://172.40.0.1", "http://127.0.0.1.evil.com",
                            "http://8.8.8.8", "", "https://localhost.evil.com"})
        EXPECT_FALSE(is_local_url(url)) << url;
}

TEST(Resolver, UsesAProfileOnlyForTheAgentsThatItAllows) {
    struct Row {
        std::string allowed, agent, verdict, reason;
    };
    const Row rows[] = {
        {R"(,"allowAgents":["work"])", "work", "chosen", ""},
        {R"(,"allowAgents":["Work "])", "work", "chosen", ""},
        {R"(,"allowAgents":["work","main"])", "main", "chosen", ""},
        {R"(,"allowAgents":["work","lab"])", "main", "not_allowed_here", "only work, lab may use it"},
        {R"(,"allowAgents":["work"])", "", "not_allowed_here", "only work may use it"},  // the default agent
        {R"(,"allowAgents":[])", "main", "not_allowed_here", "no agent may use it"},
        {R"(,"allowAgents":"work")", "work", "not_allowed_here", "no agent may use it"},
        {R"(,"allowAgents":[7])", "work", "not_allowed_here", "no agent may use it"},
        {R"(,"allowAgents":null)", "main", "chosen", ""},
        {"", "anyone", "chosen", ""},
    };
    const auto config = test::config_of("{}");
    for (const auto& row : rows) {
        SCOPED_TRACE(row.allowed + " for " + row.agent);
        const auto store = test::store_of(
            R"({"profiles":{"a:1":{"type":"api_key","provider":"anthropic","key":"sk-secret")" + row.allowed +
            "}}}");
        for (const bool pinned : {false, true}) {
            ResolveRequest request{.provider = "anthropic", .agent_id = row.agent, .model = {}, .pinned = {}};
            if (pinned) request.pinned = ProfileId{"a:1"};
            const auto resolution = resolve(request, store, *config, test::noon);
            const auto& candidate = resolution.candidates.front();
            EXPECT_EQ(name_of(candidate.verdict), row.verdict);
            const bool used = row.verdict == "chosen";
            EXPECT_EQ(candidate.secret.has_value(), used);
            EXPECT_EQ(choose(request, Index(store, *config), test::noon).has_value(), used);
            if (!used) EXPECT_EQ(candidate.reason, row.reason);
        }
    }
}

TEST(Resolver, DoesNotUseAPinnedLoginThatRestsAndHasNothingToSend) {
    const auto store = store_of(R"({"profiles":{
        "a:login":{"type":"oauth","provider":"anthropic","access":" ","refresh":"r"},
        "a:key":{"type":"api_key","provider":"anthropic","key":"k"}},
        "usageStats":{"a:login":{"cooldownUntil":@now+1h}}})");
    ResolveRequest request{.provider = "anthropic", .agent_id = {}, .model = {}, .pinned = {}};
    request.pinned = ProfileId{"a:login"};
    const auto resolution = resolve(request, store, *config_of("{}"), noon);
    ASSERT_NE(resolution.chosen(), nullptr);
    EXPECT_EQ(resolution.chosen()->profile.text, "a:key");
    request.pin_is_locked = true;
    EXPECT_EQ(resolve(request, store, *config_of("{}"), noon).chosen(), nullptr);
}

}  // namespace
}  // namespace openclaw::auth
