// What `models status` says is known of each credential.
#include "auth/report/truth.h"

#include <gtest/gtest.h>

#include "auth/report/status_report.h"
#include "auth/rests/cooldown.h"
#include "auth/rests/live_rests.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::auth {
namespace {

using test::noon;

struct Shown {
    StatusReport report;
    json::object document;
    std::string text;
};

Shown status(const std::string& records, const std::string& usage = "", const std::string& config_text = "",
             const std::map<std::string, std::string>& variables = {}, std::size_t shown_max = 20) {
    const auto store =
        test::store_of(R"({"version":1,"profiles":{)" + records + R"(},"usageStats":{)" + usage + "}}");
    const auto config = test::config_of(config_text, variables);
    const StatusRequest request{.store = store,
                                .config = *config,
                                .agent = config->default_agent(),
                                .store_file = test::main_store_file.string(),
                                .fingerprint_key = "host",
                                .surroundings = {},
                                .now = noon,
                                .shown_max = shown_max};
    auto report = make_status_report(request);
    auto document = status_json(report, request);
    auto text = joined(status_text(report, request), "\n");
    return {std::move(report), std::move(document), std::move(text)};
}

const ProviderStatus& provider(const Shown& shown, std::string_view id) {
    return *std::ranges::find(shown.report.providers, id, [](const ProviderStatus& entry) {
        return std::string_view(entry.resolution.provider);
    });
}

// "proven: last worked 3 h ago" of the one stored profile.
std::string said(const Shown& shown) {
    for (const auto& status : shown.report.providers)
        if (!status.profiles.empty())
            return fmt::format("{}: {}", words_of(status.profiles.front().truth.word),
                               status.profiles.front().truth.text);
    return "nothing";
}

const std::string key = R"("a:k":{"type":"api_key","provider":"anthropic","key":"kkkkkkkkkkkk"})";
const std::string login =
    R"("a:k":{"type":"oauth","provider":"anthropic","access":"aaaaaaaa","refresh":"r","expires":@now-2h})";

std::string token(const std::string& members, const std::string& secret = "sk-ant-oat01-tttttttt") {
    return R"("a:k":{"type":"token","provider":"anthropic","token":")" + secret + "\"" + members + "}";
}
std::string used(const std::string& members) {
    return R"("a:k":{)" + members + "}";
}

const std::string refusal =
    R"("lastFailureAt":@now-2m,"lastFailure":{"reason":"auth","status":401,"text":"401 invalid x-api-key"})";

TEST(Truth, SaysWhatIsKnownOfACredentialInOneWordAndWhy) {
    struct Example {
        std::string records, usage, said;
        int exit;
    };
    const Example examples[] = {
        {key, "", "unproven: never used", 0},
        {key, used(R"("lastUsed":@now-3h)"), "proven: last worked 3 h ago", 0},
        {key, used(refusal), "refused: last refused 2 min ago: 401 invalid x-api-key", 1},
        {key, used(R"("lastUsed":@now-3h,)" + refusal),
         "refused: last refused 2 min ago: 401 invalid x-api-key; last worked 3 h ago", 1},
        {key, used(R"("lastUsed":@now-1m,)" + refusal),
         "proven: last worked 1 min ago; last refused 2 min ago: 401 invalid x-api-key", 0},
        {key,
         used(
             R"("cooldownUntil":@now+4m,"lastFailureAt":@now-1m,"lastFailure":{"reason":"rate_limit","status":429,"text":"slow down"})"),
         "resting: rests for another 4 min (rate limit); last refused 1 min ago: 429 slow down", 1},
        {key,
         used(
             R"("models":{"claude-haiku-4-5":{"cooldownUntil":@now+4m,"lastFailureAt":@now-1m,"lastFailure":{"reason":"rate_limit","status":429,"text":"slow down"}}})"),
         "unproven: has not worked yet; rests for another 4 min for claude-haiku-4-5 (rate limit); last "
         "refused 1 "
         "min ago for claude-haiku-4-5: 429 slow down",
         0},
        {token(R"(,"expires":@now-1h)"), "", "expired: expired 1 h ago; never used", 1},
        {token(R"(,"expires":@now+12h)"), "", "expiring: expires in 12 h; never used", 2},
        {token(R"(,"expires":@now+12h)"), used(R"("lastUsed":@now-3h)"),
         "expiring: expires in 12 h; last worked 3 h ago", 2},
        {token(R"(,"expires":@now+12h)"), used(refusal),
         "refused: last refused 2 min ago: 401 invalid x-api-key; expires in 12 h", 1},
        {token(R"(,"expires":@now+72h)"), "", "unproven: never used; expires in 3 d", 0},
        {token(""), "",
         "unknown: never used; when it ends is not known (a setup token lasts one year; when it was entered "
         "was not recorded)",
         0},
        {token("", "other-token"), "", "unknown: never used; when it ends is not known", 0},
        {token(R"(,"addedAt":@now-10d)", "other-token"), used(R"("lastUsed":@now-3h)"),
         "proven: last worked 3 h ago; when it ends is not known, entered 10 d ago", 0},
        {login, "", "expired: access token ended 2 h ago, refresh token present; never used", 0},
        {R"("a:k":{"type":"api_key","provider":"anthropic","key":" "})", "", "unusable: the key is blank", 1},
        {R"("a:k":{"type":"api_key","provider":"anthropic","keyRef":{"source":"env","provider":"default","id":"NOT_THERE"}})",
         "", "unavailable: env NOT_THERE: not set", 1},
    };
    for (const auto& example : examples) {
        SCOPED_TRACE(example.said);
        const auto shown = status(example.records, example.usage);
        EXPECT_EQ(said(shown), example.said);
        EXPECT_EQ(shown.report.exit(), example.exit) << shown.report.check_line();
        EXPECT_NE(shown.text.find("a:k " + example.said), std::string::npos) << shown.text;
        const auto& member = shown.document.at("auth").at("credentials").at(0).as_object();
        EXPECT_TRUE(example.said.ends_with(std::string(member.at("text").as_string())));
    }
}

TEST(Truth, TurnsAtTheMomentThatACredentialEnds) {
    const std::string oauth =
        R"("a:k":{"type":"oauth","provider":"anthropic","access":"aaaaaaaa","refresh":"R","expires":@now+E})";
    const auto login_that_ends = [&](const std::string& in, const std::string& refresh) {
        return replaced(replaced(oauth, "+E", in), "\"R\"", "\"" + refresh + "\"");
    };
    struct Case {
        std::string records, said;
    };
    for (const auto& [records, text] : std::vector<Case>{
             {token(R"(,"expires":@now+0ms)"), "expired: expired less than 1 s ago; never used"},
             {token(R"(,"expires":@now+1ms)"), "expiring: expires in less than 1 s; never used"},
             {token(R"(,"expires":@now+24h)"), "expiring: expires in 24 h; never used"},
             {token(R"(,"expires":@now+86401s)"), "unproven: never used; expires in 24 h"},
             {login_that_ends("+1ms", "r"), "unproven: never used; access token ends in less than 1 s"},
             {login_that_ends("+0ms", "r"),
              "expired: access token ended less than 1 s ago, refresh token present; never used"},
             {login_that_ends("-2h", ""), "expired: expired 2 h ago; never used"},
             {login_that_ends("+2h", ""), "expiring: expires in 2 h; never used"}})
        EXPECT_EQ(said(status(records)), text) << records;
}

TEST(Truth, SaysARestOrARefusalBeforeAWarning) {
    const std::string ends_soon = token(R"(,"expires":@now+12h)");
    const std::string limit =
        R"("lastFailureAt":@now-1m,"lastFailure":{"reason":"rate_limit","status":429,"text":"slow down"})";
    EXPECT_EQ(said(status(ends_soon, used(R"("cooldownUntil":@now+4m,)" + limit))),
              "resting: rests for another 4 min (rate limit); last refused 1 min ago: 429 slow down; expires "
              "in 12 h");
    EXPECT_EQ(said(status(ends_soon, used(R"("cooldownUntil":@now-1s,)" + limit))),
              "on trial: its rest is over, the next request tries it; last refused 1 min ago: 429 slow down; "
              "expires in 12 h");
    const std::string ended = token(R"(,"expires":@now-1h)");
    EXPECT_EQ(said(status(ended, used(R"("cooldownUntil":@now+4m,)" + limit))),
              "expired: expired 1 h ago; rests for another 4 min (rate limit); last refused 1 min ago: 429 "
              "slow down");
}

TEST(Truth, NamesThreeModelsThatRestAndCountsTheOthers) {
    const auto resting = [](int models) {
        std::string text;
        for (int i = 1; i <= models; ++i)
            text += fmt::format(R"({}"m{}":{{"cooldownUntil":@now+4m,"lastFailureAt":@now-1m}})",
                                i > 1 ? "," : "", i);
        return said(status(key, used(R"("lastUsed":@now-3h,"models":{)" + text + "}")));
    };
    EXPECT_TRUE(resting(3).contains("m3")) << resting(3);
    EXPECT_FALSE(resting(3).contains("more models")) << resting(3);
    EXPECT_TRUE(resting(5).contains("2 more models rest")) << resting(5);
    EXPECT_FALSE(resting(5).contains("m4")) << resting(5);
}

TEST(Truth, SaysWhichWordCameLast) {
    EXPECT_EQ(said(status(key, used(R"("lastUsed":@now-2m,)" + refusal))),
              "refused: last refused 2 min ago: 401 invalid x-api-key; last worked 2 min ago")
        << "of two at once the refusal counts";
}

TEST(Truth, OfAProviderWithoutAnythingUsableIsThatOfTheNearest) {
    const auto word = [](const std::string& records, const std::string& usage = "",
                         const std::string& config = "") {
        const auto shown = status(records, usage, config);
        const auto& truth = provider(shown, "anthropic").truth;
        return std::string(name_of(truth.word)) + " " + (truth.until ? "until" : "") +
               (truth.ends ? "ends" : "") + (truth.excluded.empty() ? "" : "excluded");
    };
    const std::string second =
        R"(,"a:2":{"type":"token","provider":"anthropic","token":"t","expires":@now-1h})";
    EXPECT_EQ(word(key + second, used(R"("cooldownUntil":@now+4m,"lastFailureAt":@now-1m)")),
              "resting until");
    EXPECT_EQ(word(key + second,
                   used(R"("disabledUntil":@now+5h,"disabledReason":"billing","lastFailureAt":@now-1m)")),
              "resting until");
    EXPECT_EQ(word(token(R"(,"expires":@now-1h)")), "expired ends");
    EXPECT_EQ(word(R"("a:k":{"type":"api_key","provider":"anthropic","key":" "})"), "unusable ");
    EXPECT_EQ(
        word(
            key, "",
            R"({"auth":{"order":{"anthropic":["a:gone"]},"profiles":{"a:gone":{"provider":"anthropic","mode":"api_key"}}}})")
            .substr(0, 7),
        "missing");
    EXPECT_EQ(word(R"("o:k":{"type":"api_key","provider":"openai","key":"k"})"), "missing ");
}

TEST(Truth, WarnsNearTheEndThatTheIssuerDocuments) {
    struct Example {
        std::string added;
        std::string said;
        int exit;
    };
    const Example examples[] = {
        {"@now-10d", "unproven: never used; entered 10 d ago, a setup token lasts one year", 0},
        {"@now-334d", "unproven: never used; entered 334 d ago, a setup token lasts one year", 0},
        {"@now-335d", "expiring: entered 335 d ago, a setup token lasts one year; never used", 2},
        {"@now-400d", "expiring: entered 400 d ago, a setup token lasts one year: replace it; never used", 2},
    };
    for (const auto& example : examples) {
        SCOPED_TRACE(example.added);
        const auto shown = status(token(R"(,"addedAt":)" + example.added));
        EXPECT_EQ(said(shown), example.said);
        EXPECT_EQ(shown.report.exit(), example.exit);
        const auto& member = shown.document.at("auth").at("credentials").at(0).as_object();
        EXPECT_TRUE(member.at("endIsEstimated").as_bool());
        EXPECT_TRUE(member.contains("enteredAt"));
    }
    const auto near = status(token(R"(,"addedAt":@now-340d)"));
    EXPECT_EQ(near.report.check_line(),
              "check: anthropic/claude-opus-4-5 (default): profile a:k is the last usable one: entered 340 d "
              "ago, and a setup token lasts one year");
}

TEST(Truth, OfAProviderIsThatOfWhatItsNextRequestUses) {
    const auto word = [](const Shown& shown) {
        return std::string(name_of(provider(shown, "anthropic").truth.word));
    };
    EXPECT_EQ(word(status(key, used(R"("lastUsed":@now-3h)"))), "proven");
    EXPECT_EQ(word(status(key, used(R"("cooldownUntil":@now+4m)"))), "resting");
    EXPECT_EQ(word(status(token(R"(,"expires":@now-1h)"))), "expired");
    EXPECT_EQ(word(status("")), "missing");
    EXPECT_EQ(word(status("", "", "", {{"ANTHROPIC_API_KEY", "k"}})), "unknown");
    // The token has ended; the key in the environment is what is used, and of that nothing is known.
    EXPECT_EQ(word(status(token(R"(,"expires":@now-1h)"), "", "", {{"ANTHROPIC_API_KEY", "k"}})), "unknown");
    const auto excluded = status(
        key, "", R"({"auth":{"profiles":{"anthropic:gone":{"provider":"anthropic","mode":"api_key"}}}})");
    EXPECT_NE(said(excluded).find("no request uses it: auth.profiles names other profiles"),
              std::string::npos);
}

TEST(Truth, ListsWhatAPersonShouldKnowFirstAndCountsTheRest) {
    std::string records, usage;
    for (int i = 100; i < 150; ++i) {
        records +=
            fmt::format("{}\"a:{}\":{{\"type\":\"api_key\",\"provider\":\"anthropic\",\"key\":\"k{}\"}}",
                        records.empty() ? "" : ",", i, i);
        if (i == 149) usage = R"("a:149":{)" + refusal + "}";
    }
    const auto shown = status(records, usage, "", {}, 3);
    EXPECT_NE(shown.text.find("  - a:149 refused"), std::string::npos) << shown.text;
    EXPECT_NE(shown.text.find("and 47 more (`--all-profiles` shows them): 47 unproven"), std::string::npos);
    EXPECT_EQ(shown.text.find("a:120"), std::string::npos);
    EXPECT_EQ(shown.document.at("auth").at("credentials").as_array().size(), 50U);
    EXPECT_EQ(shown.document.at("auth").at("providers").at(0).at("profiles").at("labels").as_array().size(),
              50U);
}

TEST(Truth, ChecksEachModelAgainstItsOwnRest) {
    const auto shown = status(
        key,
        used(
            R"("models":{"claude-opus-4-5":{"cooldownUntil":@now+10m,"lastFailureAt":@now-1m,"lastFailure":{"reason":"rate_limit","status":429,"text":"x"}}})"),
        R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5","fallbacks":["anthropic/claude-haiku-4-5"]}}}})");
    ASSERT_EQ(shown.report.checks.size(), 2U);
    EXPECT_EQ(shown.report.checks[1].exit, 0);
}

// A variable has no record in a file; the gateway remembers how it fared.
StatusReport with_memory(const LiveRests& live, const std::string& variable = "kkkkkkkkkkkk") {
    const auto store = test::store_of(R"({"profiles":{}})");
    const auto config = test::config_of("", {{"ANTHROPIC_API_KEY", variable}});
    return make_status_report({.store = store,
                               .config = *config,
                               .agent = config->default_agent(),
                               .store_file = test::main_store_file.string(),
                               .fingerprint_key = "host",
                               .surroundings = {.fingerprint_key = "host"},
                               .now = noon,
                               .live = &live});
}

TEST(Truth, OfAVariableIsWhatTheGatewayRemembersOfIt) {
    const auto name = credential_name("anthropic", Source::environment, "ANTHROPIC_API_KEY");
    const auto print = credential_print(Secret("kkkkkkkkkkkk"), "host");
    const auto ago = [](std::chrono::minutes span) { return noon - span; };
    const auto text_of = [](const StatusReport& report) {
        const auto& truth = report.providers.front().truth;
        return words_of(truth.word) + ": " + truth.text;
    };
    LiveRests live;
    EXPECT_EQ(text_of(with_memory(live)),
              "unknown: ANTHROPIC_API_KEY (environment): no record is kept of it");

    live.update(name, [&](UsageStats before) {
        return after_success(std::move(before), ago(std::chrono::minutes(60)), {.credential = print});
    });
    EXPECT_EQ(text_of(with_memory(live)), "proven: ANTHROPIC_API_KEY (environment): last worked 1 h ago");
    EXPECT_EQ(with_memory(live).exit(), 0);

    const FailureEvent no{.reason = FailureReason::auth,
                          .retry_after = {},
                          .status = 401,
                          .text = "401 invalid x-api-key",
                          .credential = print};
    const auto rules = CooldownRules::from(*test::config_of("", {}), "anthropic");
    live.update(name, [&](UsageStats before) {
        return after_failure(std::move(before), no, rules, ago(std::chrono::minutes(0)));
    });
    const auto refused = with_memory(live);
    EXPECT_EQ(text_of(refused).substr(0, 9), "resting: ");
    EXPECT_EQ(refused.exit(), 1) << refused.check_line();
    EXPECT_EQ(text_of(with_memory(live, "another-key")),
              "unknown: ANTHROPIC_API_KEY (environment): no record is kept of it")
        << "what is remembered is about the key that was sent";

    // The same as another process of ours gets it.
    const auto told = remembered_from(parse_json(json::serialize(remembered_json(live)), 4096)->as_object());
    EXPECT_EQ(text_of(with_memory(told)), text_of(refused));
    EXPECT_EQ(with_memory(told).check_line(), refused.check_line());
    EXPECT_EQ(json::serialize(remembered_json(live)).find("kkkkkkkk"), std::string::npos);
}

TEST(Truth, SaysWhenNoRequestCanBeSentWhateverTheCredential) {
    const auto store = test::store_of(R"({"profiles":{}})");
    const auto config = test::config_of(R"({"agents":{"defaults":{"model":{"primary":"amazon-bedrock/x"}}}})",
                                        {{"AWS_ACCESS_KEY_ID", "a"}, {"AWS_SECRET_ACCESS_KEY", "b"}});
    StatusRequest request{.store = store,
                          .config = *config,
                          .agent = config->default_agent(),
                          .store_file = test::main_store_file.string(),
                          .fingerprint_key = "host",
                          .surroundings = {},
                          .now = noon};
    EXPECT_EQ(make_status_report(request).exit(), 0);
    request.unsendable = [](const ModelRef& model) { return "nobody speaks to " + model.provider.text(); };
    const auto report = make_status_report(request);
    EXPECT_EQ(report.exit(), 0) << "it is about credentials";
    EXPECT_EQ(report.check_line(),
              "check: amazon-bedrock/x (default): nobody speaks to amazon-bedrock; its credential: "
              "AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY");
    EXPECT_EQ(report.checks.front().uses, "") << "no request, so it carries nothing";
    EXPECT_NE(joined(status_text(report, request), "\n").find("- amazon-bedrock/x (default) nobody speaks"),
              std::string::npos);
}

}  // namespace
}  // namespace openclaw::auth
