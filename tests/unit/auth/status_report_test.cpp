// `models status --json --check` by examples taken from the reference, with its own results where ours
// differ.
#include "auth/report/status_report.h"

#include <gtest/gtest.h>

#include "auth/report/model_check.h"
#include "auth/rests/live_rests.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::config_of;
using test::noon;
using test::store_of;
using Variables = std::map<std::string, std::string>;

struct Shown {
    json::object document;
    std::string text;
    int exit;
    std::string line;
};

Shown status(const std::string& store_text, const std::string& config_text = "",
             const Variables& environment = {}, const std::string& agent = "",
             Surroundings surroundings = {}) {
    const auto store = store_of(store_text.empty() ? R"({"profiles":{}})" : store_text);
    const auto config = config_of(config_text, environment);
    const StatusRequest request{.store = store,
                                .config = *config,
                                .agent = agent.empty() ? config->default_agent() : *config->find_agent(agent),
                                .agent_given = !agent.empty(),
                                .store_file = test::main_store_file.string(),
                                .fingerprint_key = "host",
                                .surroundings = surroundings,
                                .now = noon};
    const auto report = make_status_report(request);
    EXPECT_EQ(line_of(check_models(request)), report.check_line()) << "what the gateway says of itself";
    return {status_json(report, request), joined(status_text(report, request), "\n") + "\n", report.exit(),
            report.check_line()};
}

const json::object& auth_of(const Shown& shown) {
    return shown.document.at("auth").as_object();
}

// "anthropic:k static; anthropic static".
std::string health(const Shown& shown) {
    std::string out;
    const auto& oauth = auth_of(shown).at("oauth").as_object();
    for (const auto& entry : oauth.at("profiles").as_array())
        out += std::string(entry.as_object().at("profileId").as_string()) + " " +
               std::string(entry.as_object().at("status").as_string()) + "; ";
    for (const auto& entry : oauth.at("providers").as_array())
        out += std::string(entry.as_object().at("provider").as_string()) + " " +
               std::string(entry.as_object().at("status").as_string()) + " ";
    return std::string(trimmed(out));
}

std::string missing(const Shown& shown) {
    return json::serialize(auth_of(shown).at("missingProvidersInUse"));
}

std::string profiles(const std::string& records, const std::string& usage = "") {
    return R"({"version":1,"profiles":{)" + records + "}" +
           (usage.empty() ? "" : R"(,"usageStats":{)" + usage + "}") + "}";
}

const std::string K =
    R"("a:k":{"type":"api_key","provider":"anthropic","key":"sk-ant-api03-kkkkkkkkkkkkkkkkkkkk"})";
std::string T(const std::string& expires, const std::string& id = "a:t",
              const std::string& provider = "anthropic") {
    return "\"" + id + R"(":{"type":"token","provider":")" + provider +
           R"(","token":"sk-ant-oat01-ttttttttttttttttt")" +
           (expires.empty() ? "" : ",\"expires\":" + expires) + "}";
}
std::string O(const std::string& expires, const std::string& refresh) {
    return R"("a:o":{"type":"oauth","provider":"anthropic","access":"aaaaaaaaaaaaaaaa","refresh":")" +
           refresh + "\"" + (expires.empty() ? "" : ",\"expires\":" + expires) + "}";
}

TEST(StatusReport, FollowsEveryWorkedExampleOfAStore) {
    struct Example {
        std::string store;
        int exit;
        std::string missing, health;
    };
    const std::string in_seconds = std::to_string(to_ms(noon + std::chrono::days(300)) / 1000);
    const Example examples[] = {
        {"", 1, R"(["anthropic"])", "anthropic missing"},
        {profiles(K), 0, "[]", "a:k static; anthropic static"},
        {profiles(T("")), 0, "[]", "a:t static; anthropic ok"},
        {profiles(T("@now-1h")), 1, "[]", "a:t expired; anthropic expired"},
        {profiles(T("@now+12h")), 2, "[]", "a:t expiring; anthropic expiring"},
        {profiles(T("@now+48h")), 0, "[]", "a:t ok; anthropic ok"},
        {profiles(O("@now-1h", "r")), 0, "[]", "a:o ok; anthropic ok"},
        {profiles(O("@now-1h", "")), 1, "[]", "a:o expired; anthropic expired"},
        {profiles(O("", "r")), 1, "[]", "a:o missing; anthropic expired"},
        {profiles(O("@now+5h", "")), 2, "[]", "a:o expiring; anthropic expiring"},
        // The reference: 1, for the expired token beside the good key.
        {profiles(K + "," + T("@now-1h")), 0, "[]", "a:k static; a:t expired; anthropic expired"},
        // The reference: 0, though the only key rests, cooling or disabled.
        {profiles(K, R"("a:k":{"cooldownUntil":@now+30m})"), 1, "[]", "a:k static; anthropic static"},
        {profiles(K, R"("a:k":{"disabledUntil":@now+5h,"disabledReason":"billing","cooldownUntil":@now+8h})"),
         1, "[]", "a:k static; anthropic static"},
        // The reference: 0, though the key is blank.
        {profiles(R"("a:k":{"type":"api_key","provider":"anthropic","key":"  "})"), 1, "[]",
         "a:k static; anthropic static"},
        // The reference: 1, for a token of a provider that nobody uses.
        {profiles(K + "," + T("@now-1h", "f:t", "foo")), 0, "[]",
         "a:k static; f:t expired; anthropic static foo expired"},
        {profiles(T("0")), 0, "[]", "a:t static; anthropic ok"},
        // The reference: a crash.
        {profiles(R"("a:k":{"type":"api_key","provider":"anthropic"})"), 1, R"(["anthropic"])",
         "anthropic missing"},
        // The reference: 1, since the expired one wins.
        {profiles(T("@now-1h") + "," + T("@now+2h", "a:u")), 2, "[]",
         "a:t expired; a:u expiring; anthropic expired"},
        // The reference: an ISO time is ignored, seconds are the year 1970.
        {profiles(T("\"2026-01-30T20:00:00Z\"")), 2, "[]", "a:t expiring; anthropic expiring"},
        {profiles(T(in_seconds)), 0, "[]", "a:t ok; anthropic ok"},
        // The reference: listed twice.
        {profiles(R"("a:k":{"type":"api_key","provider":"Anthropic","key":"k"})"), 0, "[]",
         "a:k static; anthropic static"},
    };
    for (const auto& example : examples) {
        SCOPED_TRACE(example.store);
        const auto shown = status(example.store);
        EXPECT_EQ(shown.exit, example.exit);
        EXPECT_EQ(missing(shown), example.missing);
        EXPECT_EQ(health(shown), example.health);
        EXPECT_FALSE(shown.line.empty());
    }
}

TEST(StatusReport, LabelsWhatRestsAndFingerprintsWhatIsSecret) {
    const auto label = [](const std::string& store) {
        const auto shown = status(store);
        return std::string(
            auth_of(shown).at("providers").at(0).at("profiles").at("labels").at(0).as_string());
    };
    const auto mark = fingerprint(Secret("sk-ant-api03-kkkkkkkkkkkkkkkkkkkk"), "host");
    EXPECT_EQ(label(profiles(K, R"("a:k":{"cooldownUntil":@now+30m})")), "a:k=" + mark + " [cooldown 30m]");
    EXPECT_EQ(label(profiles(K, R"("a:k":{"disabledUntil":@now+5h,"disabledReason":"billing"})")),
              "a:k=" + mark + " [disabled:billing 5h]");
    EXPECT_EQ(label(profiles(R"("a:k":{"type":"api_key","provider":"anthropic","key":"  "})")),
              "a:k=missing");
    EXPECT_EQ(label(profiles(O("@now+1h", "r"))), "a:o=OAuth");
}

std::string effective(const Shown& shown, std::string_view provider) {
    for (const auto& entry : auth_of(shown).at("providers").as_array())
        if (entry.as_object().at("provider") == json::string(provider))
            return std::string(entry.at("effective").at("kind").as_string()) + ":" +
                   std::string(entry.at("effective").at("detail").as_string());
    return "not listed";
}

std::string env_source(const Shown& shown, std::string_view provider) {
    for (const auto& entry : auth_of(shown).at("providers").as_array())
        if (entry.as_object().at("provider") == json::string(provider) && entry.as_object().contains("env"))
            return std::string(entry.at("env").at("source").as_string());
    return "none";
}

std::string with_default(const std::string& model, const std::string& rest = "") {
    return R"({"agents":{"defaults":{"model":{"primary":")" + model + "\"}" + rest + "}}}";
}

TEST(StatusReport, FollowsTheWorkedExamplesOfEnvironmentAndConfig) {
    const auto oauth = status("", "", {{"ANTHROPIC_API_KEY", "k"}, {"ANTHROPIC_OAUTH_TOKEN", "o"}});
    EXPECT_EQ(effective(oauth, "anthropic"), "env:OAuth (env)");
    EXPECT_EQ(env_source(oauth, "anthropic"), "env: ANTHROPIC_OAUTH_TOKEN");
    EXPECT_EQ(json::serialize(auth_of(oauth).at("providersWithOAuth")), "[\"anthropic (1)\"]");

    const auto copilot =
        status("", with_default("github-copilot/gpt-4o"), {{"GITHUB_TOKEN", "a"}, {"GH_TOKEN", "b"}});
    EXPECT_EQ(env_source(copilot, "github-copilot"), "env: GH_TOKEN");
    EXPECT_EQ(copilot.exit, 0);

    const auto bedrock =
        status("", with_default("amazon-bedrock/x"),
               {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}});  // 1 in the reference
    EXPECT_EQ(bedrock.exit, 0);
    EXPECT_EQ(missing(bedrock), "[]");

    const Variables vertex{{"GOOGLE_CLOUD_PROJECT", "p"}, {"GOOGLE_CLOUD_LOCATION", "l"}};
    const auto google = status("", with_default("google-vertex/g"), vertex, "", {.google_login = true});
    EXPECT_EQ(effective(google, "google-vertex"), "env:<authenticated>");
    EXPECT_EQ(env_source(google, "google-vertex"), "gcloud adc");
    EXPECT_EQ(google.exit, 0);
    EXPECT_EQ(status("", with_default("google-vertex/g"), {{"GOOGLE_CLOUD_PROJECT", "p"}}, "",
                     {.google_login = true})
                  .exit,
              1);

    const auto unused = status("", "",
                               {{"MOONSHOT_API_KEY", "m"},
                                {"VENICE_API_KEY", "v"},
                                {"OPENCODE_ZEN_API_KEY", "o"},
                                {"ANTHROPIC_API_KEY", "k"}});
    EXPECT_EQ(auth_of(unused).at("providers").as_array().size(), 1u);

    const auto codex = status(
        R"({"profiles":{"c":{"type":"oauth","provider":"openai-codex","access":"a","refresh":"r","expires":@now+9h}}})",
        with_default("openai/gpt-5.2"));
    EXPECT_EQ(missing(codex), R"(["openai"])");
    EXPECT_EQ(codex.exit, 1);

    const auto local = status(
        "",
        R"({"agents":{"defaults":{"model":{"primary":"lmstudio/x"}}},"models":{"providers":{"lmstudio":{"baseUrl":"http://localhost:1234/v1","models":[]}}}})");  // 1 in the reference
    EXPECT_EQ(local.exit, 0);
    EXPECT_EQ(effective(local, "lmstudio"), "keyless:http://localhost:1234/v1");
    EXPECT_NE(local.text.find("- lmstudio/x (default) needs no key\n"), std::string::npos) << local.text;

    const auto qwen = status("", with_default("qwen/coder-model"), {{"QWEN_OAUTH_TOKEN", "q"}});
    EXPECT_EQ(qwen.document.at("resolvedDefault").as_string(), "qwen-portal/coder-model");
    EXPECT_EQ(effective(qwen, "qwen-portal"), "env:OAuth (env)");
    EXPECT_EQ(qwen.exit, 0);

    const auto alias = status(
        R"({"profiles":{"o":{"type":"api_key","provider":"openai","key":"k"}}})",
        with_default("mini", R"(,"models":{"openai/gpt-5-mini":{"alias":"mini"}})"));  // 1 in the reference
    EXPECT_EQ(alias.document.at("defaultModel").as_string(), "mini");
    EXPECT_EQ(alias.document.at("resolvedDefault").as_string(), "openai/gpt-5-mini");
    EXPECT_EQ(missing(alias), "[]");
    EXPECT_EQ(alias.exit, 0);

    const auto excluded = status(
        profiles(K),
        R"({"auth":{"profiles":{"anthropic:gone":{"provider":"anthropic","mode":"api_key"}}}})");  // 0 in the
                                                                                                   // reference
    EXPECT_EQ(excluded.exit, 1);
    EXPECT_NE(excluded.line.find("profile a:k: auth.profiles names other profiles"), std::string::npos);
    EXPECT_EQ(effective(excluded, "anthropic"), "missing:missing");
}

TEST(StatusReport, WritesTheCapturedDocument) {
    auto shown = status(R"({"version":1,"profiles":{
        "anthropic:default":{"type":"api_key","provider":"anthropic","key":"sk-ant-api03-dddddddddd"},
        "anthropic:work":{"type":"token","provider":"anthropic","token":"sk-ant-oat01-wwwwwwwwww","expires":@now+12h,"email":"w@example.com"}},
        "usageStats":{"anthropic:default":{"cooldownUntil":@now+4m}}})",
                        "", {{"OPENAI_API_KEY", "sk-proj-ZZZZZZZZZZZZ0042"}});
    EXPECT_EQ(shown.exit, 2);
    // What is ours and stands beside the reference's members.
    shown.document.erase("checks");
    shown.document.erase("resolved");
    for (auto& provider : shown.document.at("auth").at("providers").as_array()) {
        provider.as_object().erase("usable");
        provider.as_object().erase("candidates");
        provider.as_object().erase("truth");
    }
    shown.document.at("auth").as_object().erase("credentials");
    const auto mark = [](const char* secret) { return fingerprint(Secret(secret), "host"); };
    const std::string both = test::with_times(
        R"([{"profileId":"anthropic:default","provider":"anthropic","type":"api_key","status":"static","source":"store","label":"anthropic:default"},)"
        R"x({"profileId":"anthropic:work","provider":"anthropic","type":"token","status":"expiring","expiresAt":@now+12h,"remainingMs":43200000,"source":"store","label":"anthropic:work (w@example.com)"}])x");
    EXPECT_EQ(
        json::serialize(shown.document),
        test::with_times(
            R"({"configPath":"/home/u/.openclaw/openclaw.json","agentDir":"/home/u/.openclaw/agents/main/agent","defaultModel":"anthropic/claude-opus-4-5","resolvedDefault":"anthropic/claude-opus-4-5",)"
            R"("fallbacks":[],"imageModel":null,"imageFallbacks":[],"aliases":{},"allowed":[],"auth":{"storePath":"/home/u/.openclaw/agents/main/agent/auth-profiles.json",)"
            R"x("shellEnvFallback":{"enabled":false,"appliedKeys":[]},"providersWithOAuth":["anthropic (1)"],"missingProvidersInUse":[],"providers":[)x"
            R"({"provider":"anthropic","effective":{"kind":"profiles","detail":"~/.openclaw/agents/main/agent/auth-profiles.json"},"profiles":{"count":2,"oauth":0,"token":1,"apiKey":1,"labels":["anthropic:default=)" +
            mark("sk-ant-api03-dddddddddd") + R"( [cooldown 4m]","anthropic:work=token:)" +
            mark("sk-ant-oat01-wwwwwwwwww") +
            R"("]}},)"
            R"({"provider":"openai","effective":{"kind":"env","detail":")" +
            mark("sk-proj-ZZZZZZZZZZZZ0042") +
            R"("},"profiles":{"count":0,"oauth":0,"token":0,"apiKey":0,"labels":[]},"env":{"value":")" +
            mark("sk-proj-ZZZZZZZZZZZZ0042") +
            R"(","source":"env: OPENAI_API_KEY"}}],"unusableProfiles":[{"profileId":"anthropic:default","provider":"anthropic","kind":"cooldown","until":@now+4m,"remainingMs":240000}],)"
            R"("oauth":{"warnAfterMs":86400000,"profiles":)" +
            both + R"(,"providers":[{"provider":"anthropic","status":"expiring","profiles":)" + both +
            // The reference: a provider whose only key is in the environment is missing.
            R"(,"expiresAt":@now+12h,"remainingMs":43200000},{"provider":"openai","status":"static","profiles":[]}]}}})"));
}

TEST(StatusReport, ShowsModelsAsTheyAreWrittenAndResolvedBesideThem) {
    const auto shown =
        status(R"({"profiles":{
        "z:second":{"type":"api_key","provider":"anthropic","key":"sk-ant-api03-zzzzzzzzzz"},
        "a:first":{"type":"api_key","provider":"anthropic","key":"sk-ant-api03-aaaaaaaaaa"}}})",
               R"({"agents":{"defaults":{"model":{"primary":"opus","fallbacks":["Z.AI/glm-4.7","fast"]},
        "imageModel":{"primary":"google/gemini-3-pro","fallbacks":["OPUS"]},
        "models":{"anthropic/opus-4.5":{"alias":"Mine"},"OpenAI/gpt-5-mini":{"alias":"fast"}}}}})");
    const auto& document = shown.document;
    const auto text = [&](const json::object& from, std::string_view name) {
        return json::serialize(from.at(name));
    };
    EXPECT_EQ(text(document, "fallbacks"), R"(["Z.AI/glm-4.7","fast"])");
    EXPECT_EQ(text(document, "imageModel"), R"("google/gemini-3-pro")");
    EXPECT_EQ(text(document, "imageFallbacks"), R"(["OPUS"])");
    EXPECT_EQ(text(document, "aliases"), R"({"Mine":"anthropic/opus-4.5","fast":"OpenAI/gpt-5-mini"})");
    EXPECT_EQ(text(document, "allowed"), R"(["anthropic/opus-4.5","OpenAI/gpt-5-mini"])");
    const auto& resolved = document.at("resolved").as_object();
    EXPECT_EQ(text(resolved, "fallbacks"), R"(["zai/glm-4.7","openai/gpt-5-mini"])");
    EXPECT_EQ(text(resolved, "imageModel"), R"("google/gemini-3-pro-preview")");
    EXPECT_EQ(text(resolved, "imageFallbacks"), R"(["anthropic/claude-opus-4-5"])");
    EXPECT_EQ(text(resolved, "aliases"),
              R"({"Mine":"anthropic/claude-opus-4-5","fast":"openai/gpt-5-mini"})");
    EXPECT_EQ(text(resolved, "allowed"), R"(["anthropic/claude-opus-4-5","openai/gpt-5-mini"])");
    const auto& provider = document.at("auth").at("providers").as_array().at(0).as_object();
    const auto& labels = provider.at("profiles").at("labels").as_array();
    EXPECT_TRUE(labels.at(0).as_string().starts_with("z:second=")) << "in the order of the file";
    EXPECT_NE(shown.text.find(" | z:second=#"), std::string::npos) << shown.text;
}

TEST(StatusReport, WritesTheTextWithTheReferencesLabels) {
    const auto shown = status(
        profiles(K + "," + T("@now+12h")),
        R"({"agents":{"defaults":{"model":{"primary":"opus","fallbacks":["openai/gpt-5.2"]},"models":{"anthropic/claude-opus-4-5":{"alias":"Opus"},"openai/gpt-5.2":{}}}}})");
    const std::string expected[] = {
        "Config        : ~/.openclaw/openclaw.json\n",
        "Agent dir     : ~/.openclaw/agents/main/agent\n",
        "Default       : anthropic/claude-opus-4-5 (from opus)\n",
        "Fallbacks (1) : openai/gpt-5.2\n",
        "Image model   : -\n",
        "Image fallbacks (0): -\n",
        "Aliases (2)   : Opus -> anthropic/claude-opus-4-5, gpt -> openai/gpt-5.2\n",
        "Configured models (2): anthropic/claude-opus-4-5, openai/gpt-5.2\n\nAuth overview\n",
        "Auth store    : ~/.openclaw/agents/main/agent/auth-profiles.json\n",
        "Shell env     : off\nProviders w/ OAuth/tokens (1): anthropic (1)\n- anthropic "
        "effective=profiles:~/.openclaw/agents/main/agent/auth-profiles.json | profiles=2 (oauth=0, token=1, "
        "api_key=1) | a:k=#",
        "\n\nMissing auth\n- openai Run `openclaw models auth paste-api-key --provider openai`, or set "
        "OPENAI_API_KEY.\n",
        "\n\nOAuth/token status\n- anthropic\n  - a:t expiring expires in 12h\n",
        "\n\nNext request\n- anthropic/claude-opus-4-5 (default) uses profile a:t: the first ready one "
        "in order",
    };
    for (const auto& part : expected)
        EXPECT_NE(shown.text.find(part), std::string::npos) << part << "\nin\n" << shown.text;
}

TEST(StatusReport, SaysWhichOfAnAgentsChoicesAreItsOwn) {
    const auto shown = status(
        profiles(K),
        R"({"agents":{"defaults":{"model":{"primary":"zai/x","fallbacks":["openai/y"]}},"list":[{"id":"main"},{"id":"work","model":"anthropic/z"}]}})",
        {}, "work");
    EXPECT_EQ(json::serialize(shown.document.at("modelConfig")),
              R"({"defaultSource":"agent","fallbacksSource":"defaults"})");
    EXPECT_NE(shown.text.find("Default (agent): anthropic/z\n"), std::string::npos) << shown.text;
    EXPECT_NE(shown.text.find("Fallbacks (1) (defaults): openai/y\n"), std::string::npos);
}

// What rests for one model only rests for its requests, and is used by those of the next model.
TEST(StatusReport, CallsEffectiveWhatTheModelInUseWouldGet) {
    const auto store = R"({"profiles":{"openai:a":{"type":"api_key","provider":"openai","key":"sk-a"}},
        "usageStats":{"openai:a":{"models":{"gpt-5.2":{"lastFailureAt":@now-1m,"cooldownUntil":@now+4m}}}}})";
    const auto shown =
        status(store, with_default("openai/gpt-5.2", R"(,"imageModel":{"primary":"openai/x"})"),
               {{"OPENAI_API_KEY", "sk-env"}});
    const auto& provider = auth_of(shown).at("providers").as_array().at(0).as_object();
    EXPECT_EQ(provider.at("effective").at("kind").as_string(), "env");
    const auto& checks = shown.document.at("checks").as_array();
    EXPECT_EQ(checks.at(0).at("uses").at("place").as_string(), "OPENAI_API_KEY");
    EXPECT_EQ(checks.at(1).at("uses").at("profileId").as_string(), "openai:a");
    EXPECT_FALSE(status("", with_default("openai/gpt-5.2"))
                     .document.at("checks")
                     .as_array()
                     .at(0)
                     .as_object()
                     .contains("uses"));
}

TEST(StatusReport, KnowsTheRestsThatOnlyTheGatewayRemembers) {
    const auto store = store_of(R"({"profiles":{}})");
    const auto config = config_of(
        R"({"agents":{"defaults":{"model":{"primary":"openai/m"}}},"models":{"providers":{"openai":
            {"baseUrl":"https://api.openai.com/v1","apiKey":"sk-config","models":[]}}}})",
        {{"OPENAI_API_KEY", "sk-env"}});
    LiveRests live;
    live.update(credential_name("openai", Source::environment, "OPENAI_API_KEY"), [](UsageStats usage) {
        usage.last_failure = noon - std::chrono::minutes(1);
        usage.cooldown_until = noon + std::chrono::minutes(4);
        return usage;
    });
    for (const auto& [remembered, kind] :
         {std::pair<const LiveRests*, const char*>{nullptr, "env"}, {&live, "models.json"}}) {
        const StatusRequest request{.store = store,
                                    .config = *config,
                                    .agent = config->default_agent(),
                                    .store_file = test::main_store_file.string(),
                                    .fingerprint_key = "host",
                                    .surroundings = {},
                                    .now = noon,
                                    .live = remembered};
        const auto report = make_status_report(request);
        EXPECT_EQ(effective_json(report.providers.at(0), request).at("kind").as_string(), kind);
    }
}

}  // namespace
}  // namespace openclaw::auth
