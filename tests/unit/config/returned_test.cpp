#include "config/files/returned.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "config/json5/editor.h"
#include "config/json5/json5.h"
#include "config_fixture.h"

namespace openclaw::config {
namespace {

using test::ConfigFixture;

json::object document(std::string_view json5) {
    return parse_json5(json5).value().get_object();
}

const json::value mark(json::string_view(redacted_text.data(), redacted_text.size()));

// What a file means, and what becomes of what is sent back for it.
struct Returned : ConfigFixture {
    std::string file;

    explicit Returned(std::string text) : file(std::move(text)) { put_config(file); }

    ShownConfig shown() { return shown_to_clients(*load()); }
    // As the editor sees it: includes merged, references unresolved.
    json::object stands() {
        const auto read = [this](const Path& path) { return files.read(path, 1 << 20); };
        return read_with_includes("/home/u/.openclaw/openclaw.json", read).value().value;
    }
    Result<json::object> back(json::object sent) {
        return document_meant(std::move(sent), stands(), shown());
    }
    Result<json::object> patch(std::string_view text, std::set<std::string> replaced = {}) {
        return document_patched(document(text), stands(), shown(), replaced);
    }
};

json::value& at(json::object& object, std::initializer_list<std::string_view> path) {
    json::value* here = &object.at(*path.begin());
    for (const auto* part = path.begin() + 1; part != path.end(); ++part)
        here = here->is_array() ? &here->get_array().at(std::stoul(std::string(*part)))
                                : &here->get_object().at(*part);
    return *here;
}

constexpr auto with_secrets = R"({
  gateway: {auth: {token: "tk-0123456789abcdef-secret"}, customBindHost: "${LAB_HOST}"},
  models: {providers: {
    lab: {baseUrl: "https://joe:hunter2secret@lab.example/v1", apiKey: "${LAB_KEY}",
          headers: {"X-Team": "blue"}, models: [{id: "a", name: "A"}, {id: "b", name: "B"}]},
    far: {baseUrl: "https://far.example/v1", apiKey: "sk-far-0123456789abcdef", models: []}}},
  messages: {responsePrefix: "hi"},
})";

Returned world_with_secrets() {
    Returned world(with_secrets);
    world.set("LAB_HOST", "10.1.2.3");
    world.set("LAB_KEY", "sk-lab-0123456789abcdef");
    return world;
}

TEST(Returned, MeansWhatStandsThereWhenItComesBackAsItWasShown) {
    auto world = world_with_secrets();
    const auto shown = world.shown();
    EXPECT_EQ(world.back(shown.in_effect), world.stands());
    EXPECT_EQ(world.back(shown.written), world.stands());
    const auto text = json::serialize(shown.in_effect) + json::serialize(shown.written) + *shown.text;
    for (const auto* secret : {"tk-0123456789abcdef", "hunter2secret", "sk-lab-0123", "sk-far-0123"})
        EXPECT_EQ(text.find(secret), std::string::npos) << secret;
    EXPECT_EQ(shown.written.at("gateway").at("auth").at("token"), mark);
}

TEST(Returned, ChangesOnlyWhatTheClientChanged) {
    auto world = world_with_secrets();
    for (auto sent : {world.shown().in_effect, world.shown().written}) {
        at(sent, {"messages", "responsePrefix"}) = "ho";
        at(sent, {"gateway", "auth"}).get_object()["mode"] = "token";
        auto expected = world.stands();
        at(expected, {"messages", "responsePrefix"}) = "ho";
        at(expected, {"gateway", "auth"}).get_object()["mode"] = "token";
        EXPECT_EQ(world.back(sent), expected);
    }
}

TEST(Returned, TakesTheMarkOfEitherVersionForASecretThatStandsThere) {
    auto world = world_with_secrets();
    for (const std::string_view text : {"__OPENCLAW_REDACTED__", "<set>"}) {
        auto sent = world.shown().in_effect;
        at(sent, {"models", "providers", "far", "apiKey"}) = text;
        at(sent, {"models", "providers", "lab", "apiKey"}) = text;
        EXPECT_EQ(world.back(sent), world.stands()) << text;
    }
}

TEST(Returned, LeavesAMarkWhereNoSecretStandsForTheWriterToRefuse) {
    auto world = world_with_secrets();
    auto sent = world.shown().in_effect;
    at(sent, {"messages", "responsePrefix"}) = mark;
    auto back = world.back(sent);
    ASSERT_TRUE(back);
    EXPECT_EQ(at(*back, {"messages", "responsePrefix"}), mark);
    // A secret doesn't move to where another name sends it.
    auto& providers = at(sent, {"models", "providers"}).get_object();
    providers["new"] = providers.at("far");
    back = world.back(sent);
    ASSERT_TRUE(back);
    EXPECT_EQ(at(*back, {"models", "providers", "new", "apiKey"}), mark);
}

TEST(Returned, TakesMembersAwayThatAreNotSentBack) {
    auto world = world_with_secrets();
    auto sent = world.shown().in_effect;
    at(sent, {"models", "providers"}).get_object().erase("far");
    auto expected = world.stands();
    at(expected, {"models", "providers"}).get_object().erase("far");
    EXPECT_EQ(world.back(sent), expected);
}

constexpr auto with_lists = R"({channels: {accounts: [
  {id: "one", url: "https://one.example", token: "tk-one-0123456789abcdef"},
  {id: "two", url: "https://two.example", token: "tk-two-0123456789abcdef"}]},
  plugins: {run: ["--token", "tk-run-0123456789abcdef", "--verbose"]}})";

TEST(Returned, GivesAListsSecretsToTheElementsOfTheirIdAndToNoOther) {
    Returned world(with_lists);
    auto sent = world.shown().in_effect;
    auto& accounts = at(sent, {"channels", "accounts"}).get_array();
    std::swap(accounts[0], accounts[1]);
    accounts[0].get_object()["url"] = "https://second.example";
    auto back = world.back(sent);
    ASSERT_TRUE(back);
    EXPECT_EQ(at(*back, {"channels", "accounts", "0", "token"}), "tk-two-0123456789abcdef");
    EXPECT_EQ(at(*back, {"channels", "accounts", "1", "token"}), "tk-one-0123456789abcdef");

    at(sent, {"channels", "accounts", "0"}).get_object()["id"] = "three";
    back = world.back(sent);
    ASSERT_TRUE(back);
    EXPECT_EQ(at(*back, {"channels", "accounts", "0", "token"}), mark);
}

TEST(Returned, KeepsAnOptionsSecretBehindThatOption) {
    Returned world(with_lists);
    auto sent = world.shown().in_effect;
    at(sent, {"plugins", "run"}).get_array().emplace_back("--json");
    auto back = world.back(sent);
    ASSERT_TRUE(back);
    EXPECT_EQ(at(*back, {"plugins", "run", "1"}), "tk-run-0123456789abcdef");
    EXPECT_EQ(at(*back, {"plugins", "run", "3"}), "--json");
}

TEST(Returned, LeavesWhatOtherFilesBringWhereItStands) {
    Returned world(R"({agents: {$include: "./agents.json5", defaults: {model: "openai/gpt-5.2"}}})");
    world.files.put("/home/u/.openclaw/agents.json5", R"({list: [{id: "main", name: "${WHO}"}]})");
    world.set("WHO", "Ada");
    auto written = world.shown().written;
    EXPECT_EQ(world.back(written), world.stands());
    EXPECT_EQ(world.back(world.shown().in_effect), world.stands());
    at(written, {"agents", "defaults", "model"}) = "openai/gpt-4.1";
    auto back = world.back(written);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(at(*back, {"agents", "defaults", "model"}), "openai/gpt-4.1");
    EXPECT_EQ(at(*back, {"agents", "list", "0", "name"}), "${WHO}");
}

TEST(Returned, ChoosesNoFilesFromAfar) {
    Returned world(R"({agents: {$include: "./agents.json5"}})");
    world.files.put("/home/u/.openclaw/agents.json5", R"({list: [{id: "main"}]})");
    for (const auto* text : {R"({agents: {$include: "/etc/shadow"}})", R"({$include: "./agents.json5"})",
                             R"({agents: {$include: "./agents.json5"}, messages: {$include: "./x"}})"}) {
        const auto back = world.back(document(text));
        ASSERT_FALSE(back) << text;
        EXPECT_EQ(back.error().code, Code::invalid_input);
        EXPECT_FALSE(world.patch(text)) << text;
    }
}

// What a client gets to see of any of these and sends back as it is changes nothing.
TEST(Returned, LeavesConfigsOfManyKindsAsTheyAre) {
    std::ifstream stock(OPENCLAW_TEST_DATA "/newest_state/openclaw.json");
    std::stringstream newest;
    newest << stock.rdbuf();
    ASSERT_FALSE(newest.str().empty());
    for (
        const std::string& text : {
            newest.str(),
            std::string("{}"),
            std::string("// nothing but this\n{\n}\n"),
            std::string(R"({env: {vars: {A_TOKEN: "tk-0123456789abcdef", B: "${LAB_HOST}/x"}}})"),
            std::string(R"({gateway: {auth: {password: "${LAB_KEY}"}, port: 1.9e4}})"),
            std::string(R"({gateway: {auth: {token: {source: "env", provider: "default", id: "LAB_KEY"}}}})"),
            std::string(R"({secrets: {providers: {v: {source: "exec", command: "/usr/bin/pass",
                 args: ["--token", "tk-0123456789abcdef", "-u", "joe:hunter2hunter2"], env: {K: "s3cret-s3cret"}}}}})"),
            std::string(
                R"({models: {providers: {lab: {baseUrl: "http://h/v1?key=AIzaSyA0123456789abcdefghijklmnopqrstuv",
                 apiKey: {source: "file", provider: "v", id: "/lab"}, headers: {Authorization: "Basic am9lOmh1bnRlcjI="},
                 models: ["m", {id: "n", name: "N"}]}}}})"),
            std::string(
                R"({channels: {x: {tokens: ["tk-one-0123456789abcdef", "tk-two-0123456789abcdef"]}}})"),
            std::string(R"({tools: {list: [[1, null, {deep: [{}]}], "", "<set>"]}})"),
        }) {
        Returned world(text);
        world.set("LAB_HOST", "10.1.2.3");
        world.set("LAB_KEY", "sk-lab-0123456789abcdef");
        const auto shown = world.shown();
        for (const auto& sent : {shown.in_effect, shown.written}) {
            const auto back = world.back(sent);
            ASSERT_TRUE(back) << text;
            EXPECT_TRUE(same_value(*back, world.stands())) << text << json::serialize(*back);
        }
    }
}

TEST(Patch, MergesObjectsAndTakesAwayWhatIsNull) {
    auto world = world_with_secrets();
    const auto after = world.patch(
        R"({messages: {responsePrefix: null}, gateway: {port: 19000}, models: {providers: {far: null}}})");
    ASSERT_TRUE(after) << after.error().message;
    auto expected = world.stands();
    at(expected, {"messages"}).get_object().erase("responsePrefix");
    at(expected, {"gateway"}).get_object()["port"] = 19000;
    at(expected, {"models", "providers"}).get_object().erase("far");
    EXPECT_EQ(*after, expected);
}

TEST(Patch, KeepsSecretsThatItNamesAsTheyWereShown) {
    auto world = world_with_secrets();
    const auto after = world.patch(
        R"({models: {providers: {far: {baseUrl: "https://f.example", apiKey: "__OPENCLAW_REDACTED__"}}}})");
    ASSERT_TRUE(after);
    EXPECT_EQ(after->at("models").at("providers").at("far").at("apiKey"), "sk-far-0123456789abcdef");
    EXPECT_EQ(after->at("models").at("providers").at("far").at("baseUrl"), "https://f.example");
}

TEST(Patch, ChangesAListsElementByItsIdAndAddsNewOnes) {
    auto world = world_with_secrets();
    const auto after = world.patch(
        R"({models: {providers: {lab: {models: [{id: "b", name: "Bee"}, {id: "c", name: "C"}]}}}})");
    ASSERT_TRUE(after) << after.error().message;
    EXPECT_EQ(after->at("models").at("providers").at("lab").at("models"),
              parse_json5(R"([{id: "a", name: "A"}, {id: "b", name: "Bee"}, {id: "c", name: "C"}])").value());
    const auto twice = world.patch(R"({models: {providers: {lab: {models: [{id: "b"}, {id: "b"}]}}}})");
    EXPECT_FALSE(twice);
}

TEST(Patch, LosesNoElementOfAListThatItDoesNotName) {
    Returned world(R"({gateway: {trustedProxies: ["10.0.0.1", "10.0.0.2"]},
                       models: {providers: {lab: {baseUrl: "http://h", models: [{id: "a", name: "A"}]}}}})");
    for (const auto* text :
         {R"({gateway: {trustedProxies: ["10.0.0.1"]}})", R"({gateway: {trustedProxies: null}})",
          R"({gateway: {trustedProxies: "10.0.0.1"}})", R"({models: {providers: 7}})"}) {
        const auto after = world.patch(text);
        ASSERT_FALSE(after) << text;
        EXPECT_NE(after.error().message.find("would remove entries"), std::string::npos);
    }
    EXPECT_TRUE(world.patch(R"({gateway: {trustedProxies: ["10.0.0.2", "10.0.0.1", "10.0.0.3"]}})"));
    const auto named =
        world.patch(R"({gateway: {trustedProxies: ["10.0.0.9"]}, models: {providers: {lab: {models: []}}}})",
                    {"gateway.trustedProxies", "models.providers.lab.models"});
    ASSERT_TRUE(named) << named.error().message;
    EXPECT_EQ(named->at("gateway").at("trustedProxies"), json::array{"10.0.0.9"});
}

TEST(Shown, HasAMarkWhereASecretThatStandsElsewhereCanNotBeHad) {
    Returned world(R"({gateway: {auth: {token: {source: "store", id: "GATEWAY"}}}})");
    const auto shown = world.shown();
    EXPECT_EQ(shown.in_effect.at("gateway").at("auth").at("token"), mark);
    EXPECT_EQ(world.back(shown.in_effect), world.stands());
    EXPECT_EQ(world.back(shown.written), world.stands());
}

}  // namespace
}  // namespace openclaw::config
