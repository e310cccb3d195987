// Probes: which requests are made, what each says, and that nothing else happens.
#include "credentials/probe.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"
#include "support/fake_clock.h"
#include "support/scripted_provider.h"
#include "support/store_builder.h"

namespace openclaw::credentials {
namespace {

using auth::FailureReason;
using test::fails;
using test::noon;
using test::says;

class ProbeWorld {
public:
    explicit ProbeWorld(const std::string& store_text, const std::string& config_text = "",
                        std::map<std::string, std::string> variables = {})
        : store(test::store_of(store_text)), config(test::config_of(config_text, std::move(variables))) {}

    std::vector<ProbeTarget> plan() const {
        const auth::StatusRequest request{.store = store,
                                          .config = *config,
                                          .agent = config->default_agent(),
                                          .store_file = test::main_store_file.string(),
                                          .fingerprint_key = "host",
                                          .surroundings = {},
                                          .now = noon};
        return plan_probes(auth::make_status_report(request), *config, options);
    }
    ProbeSummary run() {
        return loop.run_until(run_probes(
            {loop, clock, provider}, config, plan(), options,
            [this](const ProbeResult& result, std::size_t) { told.push_back(result); }, abort));
    }
    // "anthropic:work anthropic/claude-opus-4-5", one a line.
    std::vector<std::string> planned() const {
        std::vector<std::string> lines;
        for (const auto& target : plan())
            lines.push_back(fmt::format("{} {}/{} {}", target.label, target.provider, target.model,
                                        target.to_be_sent() ? "sent" : target.status));
        return lines;
    }

    auth::Store store;
    std::shared_ptr<const config::Config> config;
    net::Loop loop;
    test::FakeClock clock;
    test::ScriptedProvider provider{loop};
    ProbeOptions options;
    net::Abort abort;
    std::vector<ProbeResult> told;
};

std::string key(const std::string& id, const std::string& provider = "anthropic") {
    return fmt::format(R"("{}":{{"type":"api_key","provider":"{}","key":"sk-test-{}-0123456789"}})", id,
                       provider, id);
}
std::string profiles(const std::string& records, const std::string& more = "") {
    return R"({"version":1,"profiles":{)" + records + "}" + more + "}";
}

using Lines = std::vector<std::string>;
const std::string opus = "anthropic/claude-opus-4-5";

TEST(ProbePlan, AsksEveryCredentialOfEveryListedProviderOnce) {
    ProbeWorld world(
        profiles(key("anthropic:a") + "," + key("anthropic:b") + "," + key("foo:x", "corp")),
        R"({"models":{"providers":{"corp":{"baseUrl":"http://127.0.0.1:1/v1","apiKey":"conf-key-123",
                        "models":[{"id":"m1","name":"m1"},{"id":"m2","name":"m2"}]}}}})",
        {{"ANTHROPIC_API_KEY", "env-key-123"}});
    EXPECT_EQ(world.planned(),
              (Lines{"anthropic:a " + opus + " sent", "anthropic:b " + opus + " sent",
                     "env " + opus + " sent", "foo:x corp/m1 sent", "models.json corp/m1 sent"}));
    world.options.all_models = true;
    EXPECT_EQ(world.planned().size(), 7U);
    world.options.provider = "corp";
    EXPECT_EQ(world.planned(), (Lines{"foo:x corp/m1 sent", "foo:x corp/m2 sent", "models.json corp/m1 sent",
                                      "models.json corp/m2 sent"}));
    world.options.all_models = false;
    world.options.provider = {};
    world.options.profiles = {"anthropic:b"};
    EXPECT_EQ(world.planned(), (Lines{"anthropic:b " + opus + " sent"}));
}

TEST(ProbePlan, AsksWhatRestsAndReportsWhatCannotBeAsked) {
    ProbeWorld world(profiles(key("a:out") + "," + key("a:rest") +
                                  R"(,"a:blank":{"type":"api_key","provider":"anthropic","key":" "},
                                      "a:old":{"type":"token","provider":"anthropic","token":"t","expires":@now-1h})",
                              R"(,"order":{"anthropic":["a:rest","a:blank","a:old","a:gone"]},
                                  "usageStats":{"a:rest":{"cooldownUntil":@now+5m}})"));
    EXPECT_EQ(world.planned(), (Lines{"a:blank " + opus + " unknown", "a:gone " + opus + " unknown",
                                      "a:old " + opus + " unknown", "a:out " + opus + " unknown",
                                      "a:rest " + opus + " sent"}));
    std::map<std::string, std::string> errors;
    for (const auto& target : world.plan()) errors[target.label] = target.error;
    EXPECT_EQ(errors["a:out"], "Excluded by auth.order for this provider.");
    EXPECT_EQ(errors["a:blank"], "Auth profile credentials are missing or expired.");
    EXPECT_EQ(errors["a:old"], "Auth profile credentials are missing or expired.");
}

TEST(ProbePlan, SaysWhenNoModelIsKnown) {
    const ProbeWorld world(profiles(key("x:a", "nobody-knows-it")));
    const auto targets = world.plan();
    ASSERT_EQ(targets.size(), 1U);
    EXPECT_EQ(targets[0].status, "no_model");
    EXPECT_EQ(targets[0].error, "No model available for probe");
    EXPECT_EQ(requests_in(targets), 0U);
}

TEST(Probe, NamesEachFailureInTheReferencesWordAndInOurs) {
    struct Example {
        FailureReason reason;
        int status;
        std::string word, ours;
    };
    const Example examples[] = {
        {FailureReason::auth, 401, "auth", "auth"},
        {FailureReason::refused_use, 403, "auth", "refused_use"},
        {FailureReason::rate_limit, 429, "rate_limit", "rate_limit"},
        {FailureReason::overloaded, 529, "rate_limit", "overloaded"},
        {FailureReason::billing, 402, "billing", "billing"},
        {FailureReason::timeout, 0, "timeout", "timeout"},
        {FailureReason::format, 400, "format", "format"},
        {FailureReason::overflow, 400, "format", "overflow"},
        {FailureReason::network, 0, "unknown", "network"},
        {FailureReason::server_error, 500, "unknown", "server_error"},
        {FailureReason::model_not_found, 404, "unknown", "model_not_found"},
        {FailureReason::unknown, 0, "unknown", "unknown"},
    };
    for (const auto& example : examples) {
        SCOPED_TRACE(example.ours);
        ProbeWorld world(profiles(key("a:k")));
        world.provider.script("a:k", {fails(example.reason, example.status, "no, says the provider")});
        const auto summary = world.run();
        ASSERT_EQ(summary.results.size(), 1U);
        const auto& target = summary.results[0].target;
        EXPECT_EQ(target.status, example.word);
        EXPECT_EQ(target.reason, example.ours);
        EXPECT_EQ(target.error, example.status == 0
                                    ? "no, says the provider"
                                    : fmt::format("{} no, says the provider", example.status));
        EXPECT_EQ(world.provider.seen().size(), 1U);  // no second try
    }
}

TEST(Probe, SendsOneSmallRequestWithExactlyThatCredential) {
    ProbeWorld world(profiles(key("a:one") + "," + key("a:two")));
    world.provider.script("a:one", {fails(FailureReason::auth, 401)});
    world.provider.script("a:two", {says("OK")});
    world.options.tokens_max = 3;
    const auto summary = world.run();
    ASSERT_EQ(summary.results.size(), 2U);
    EXPECT_EQ(summary.results[0].target.status, "auth");
    EXPECT_EQ(summary.results[1].target.status, "ok");
    EXPECT_TRUE(summary.results[1].latency);
    EXPECT_EQ(world.provider.credentials_seen(), (Lines{"a:one", "a:two"}));
    for (const auto& seen : world.provider.seen()) EXPECT_EQ(seen.request.tokens_max, 3);
    EXPECT_EQ(world.told.size(), 2U);
    for (const auto& result : summary.results) EXPECT_FALSE(result.target.credential.secret);
}

TEST(Probe, AsksAtMostSoManyAtOnce) {
    std::string records;
    for (int i = 0; i < 9; ++i) records += (records.empty() ? "" : ",") + key(fmt::format("a:{}", i));
    ProbeWorld world(profiles(records));
    world.options.concurrency = 3;
    EXPECT_EQ(world.run().results.size(), 9U);
    EXPECT_LE(world.provider.most_at_once(), 3U);
}

TEST(Probe, GivesUpInTimeEvenWhenTheTransportDoesNot) {
    ProbeWorld world(profiles(key("a:k")));
    world.provider.script("a:k", {{.deltas = {}, .failure = {}, .waits = true}});
    world.options.timeout = Milliseconds(20);
    const auto summary = world.run();
    ASSERT_EQ(summary.results.size(), 1U);
    EXPECT_EQ(summary.results[0].target.status, "timeout");
    EXPECT_EQ(summary.results[0].target.error, "no answer within 20 ms");
}

TEST(Probe, StopsWhenNobodyWaitsAnyMore) {
    ProbeWorld world(profiles(key("a:1") + "," + key("a:2") + "," + key("a:3")));
    world.options.concurrency = 1;
    world.provider.script("a:1", {says("OK")});
    const auto abort = world.abort;
    const auto summary = world.loop.run_until(run_probes(
        {world.loop, world.clock, world.provider}, world.config, world.plan(), world.options,
        [abort](const ProbeResult&, std::size_t) { abort.request(); }, world.abort));
    EXPECT_EQ(summary.results.size(), 1U);
    EXPECT_EQ(world.provider.seen().size(), 1U);
}

TEST(Probe, WritesTheDocumentOfTheReference) {
    ProbeWorld world(profiles(key("a:k")), "", {{"ANTHROPIC_API_KEY", "env-key-123"}});
    world.provider.script("a:k", {fails(FailureReason::billing, 402, "Insufficient credits")});
    const auto document = summary_json(world.run());
    EXPECT_EQ(document.at("totalTargets").to_number<int>(), 2);
    EXPECT_EQ(json::serialize(document.at("options")),
              R"({"profileIds":[],"timeoutMs":8000,"concurrency":2,"maxTokens":8})");
    auto first = document.at("results").at(0).as_object();
    first.erase("latencyMs");
    EXPECT_EQ(
        json::serialize(first),
        R"({"provider":"anthropic","model":"anthropic/claude-opus-4-5","profileId":"a:k","label":"a:k",)"
        R"("source":"profile","mode":"api_key","status":"billing","error":"402 Insufficient credits",)"
        R"("reason":"billing"})");
    auto second = document.at("results").at(1).as_object();
    EXPECT_EQ(second.at("label").as_string(), "env");
    EXPECT_EQ(second.at("status").as_string(), "ok");
    EXPECT_EQ(second.at("place").as_string(), "ANTHROPIC_API_KEY");
    for (const auto* member : {"startedAt", "finishedAt", "durationMs"})
        EXPECT_TRUE(document.contains(member));
}

}  // namespace
}  // namespace openclaw::credentials
