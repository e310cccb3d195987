// What differs between this shell and the gateway.
#include "cli/gateway/gateway_view.h"

#include <gtest/gtest.h>

#include "auth/choice/remedy.h"
#include "auth/report/resolution_json.h"
#include "auth/rests/cooldown.h"
#include "base/text.h"
#include "support/config_builder.h"
#include "support/store_builder.h"

namespace openclaw::cli {
namespace {

using Variables = std::map<std::string, std::string>;

auth::Resolution resolved(const Variables& variables) {
    const auto store = test::store_of(R"({"profiles":{}})");
    return auth::resolve({.provider = "openai", .agent_id = "main", .model = {}, .pinned = {}}, store,
                         *test::config_of("", variables), test::noon);
}
std::string differences(const Variables& here, const Variables& there) {
    return joined(differences_in_gateway(auth::explained_json(resolved(here), "host"),
                                         auth::explained_json(resolved(there), "host")),
                  "\n");
}

TEST(GatewayView, SaysWhatOnlyOneOfThemSees) {
    const Variables none, key{{"OPENAI_API_KEY", "k1-0123456789"}},
        other{{"OPENAI_API_KEY", "k2-0123456789"}};
    EXPECT_EQ(differences(none, none), "");
    EXPECT_EQ(differences(key, key), "");
    EXPECT_EQ(differences(key, none),
              "uses nothing; no credential is usable there\n"
              "OPENAI_API_KEY (environment): set in your shell, not in the gateway");
    EXPECT_NE(differences(none, key).find("set in the gateway, not in your shell"), std::string::npos);
    EXPECT_NE(differences(key, other).find("another value in the gateway (#"), std::string::npos);
}

TEST(GatewayView, DoesNotCallASecretThatStandsElsewhereSetOnOneSide) {
    const auto explained = [](std::string_view reference, std::string_view fingerprint) {
        json::object candidate{{"place", "corp.apiKey"}, {"reason", "the vault is down"}};
        if (!reference.empty()) candidate["secretRef"] = json::object{{"source", reference}};
        if (!fingerprint.empty()) candidate["fingerprint"] = fingerprint;
        return json::object{{"chosen", candidate}, {"candidates", json::array{candidate}}};
    };
    const auto lines = [](const json::object& here, const json::object& there) {
        const auto all = differences_in_gateway(here, there);
        return joined(std::vector(std::next(all.begin()), all.end()), "\n");
    };
    EXPECT_EQ(lines(explained("exec", ""), explained("exec", "#1")), "");
    EXPECT_EQ(lines(explained("exec", "#1"), explained("exec", "")),
              "corp.apiKey: in the gateway: the vault is down");
    EXPECT_EQ(lines(explained("exec", "#1"), explained("exec", "#2")),
              "corp.apiKey: another value in the gateway (#1 here, #2 there)");
    EXPECT_EQ(lines(explained("", ""), explained("", "#1")),
              "corp.apiKey: set in the gateway, not in your shell");
}

auth::LiveRests resting_key() {
    auth::LiveRests live;
    live.update(auth::credential_name("openai", auth::Source::environment, "OPENAI_API_KEY"),
                [](auth::UsageStats before) {
                    const auto rules = auth::CooldownRules::from(*test::config_of("", {}), "openai");
                    return auth::after_failure(
                        std::move(before),
                        {.reason = auth::FailureReason::auth, .retry_after = {}, .status = 401, .text = "no"},
                        rules, test::noon);
                });
    return live;
}

TEST(GatewayView, SaysWhatRestsInItsMemory) {
    const auto live = resting_key();
    const auto store = test::store_of(R"({"profiles":{}})");
    const auto config = test::config_of("", {{"OPENAI_API_KEY", "k1-0123456789"}});
    const auto there =
        auth::resolve({.provider = "openai", .agent_id = "main", .model = {}, .pinned = {}, .live = &live},
                      store, *config, test::noon);
    const auto lines =
        differences_in_gateway(auth::explained_json(resolved({{"OPENAI_API_KEY", "k1-0123456789"}}), "host"),
                               auth::explained_json(there, "host"));
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[1],
              "OPENAI_API_KEY (environment): cooling for another 1 min after 401 auth; resting, tried on "
              "demand in 1 min");
}

TEST(GatewayView, SaysWhichModelsItJudgesOtherwise) {
    const auto here = [](const std::string& uses, int exit, const std::string& print) {
        auth::ModelCheck check{
            .model = {"openai", "gpt"}, .role = "default", .exit = exit, .reason = "r", .uses = uses};
        check.fingerprint = print;
        return std::vector{check};
    };
    const json::object there{
        {"checks", json::array{json::object{{"model", "openai/gpt"},
                                            {"role", "default"},
                                            {"exit", 0},
                                            {"reason", "said a second later"},
                                            {"uses", "OPENAI_API_KEY (environment): set"},
                                            {"fingerprint", "#1"}}}}};
    const std::string uses = "OPENAI_API_KEY (environment): set";
    EXPECT_EQ(joined(judged_otherwise(here(uses, 0, "#1"), there), "|"), "");
    EXPECT_EQ(joined(judged_otherwise(here(uses, 0, "#2"), there), "|"),
              "openai/gpt (default) uses OPENAI_API_KEY (environment): set #1");
    EXPECT_NE(joined(judged_otherwise(here("", 1, ""), there), "|"), "");
    EXPECT_EQ(joined(judged_otherwise(here(uses, 0, "#1"), json::object{}), "|"), "");
}

TEST(GatewayView, FindsInAMessageWhatIsSetHere) {
    const auto message = "there is no usable credential for openai" +
                         auth::looked_at(resolved({}), "auth-profiles.json") + " (run it)";
    const auto here = [&](const Variables& variables) {
        return joined(set_here_only(message, *test::config_of("", variables)), ",");
    };
    EXPECT_EQ(here({}), "");
    EXPECT_EQ(here({{"OPENAI_API_KEY", "k"}, {"GROQ_API_KEY", "k"}}), "OPENAI_API_KEY");
    EXPECT_EQ(auth::without_places(message), "there is no usable credential for openai (run it)");
}

}  // namespace
}  // namespace openclaw::cli
