// The agents in openclaw.json, changed.
#include "config/agent_entries.h"

#include <gtest/gtest.h>

#include "support/config_builder.h"

namespace openclaw::config {
namespace {

using test::config_of;

json::object document_of(const std::string& text) {
    return parse_json(text)->as_object();
}
const NewAgent work{.id = "work", .name = "Work", .workspace = "/w"};

TEST(AgentEntries, MakeAnIdOfANameThatIsFree) {
    const auto config = config_of(R"({"agents":{"list":[{"id":"main"},{"id":"work"}]}})");
    EXPECT_EQ(*new_agent_id("Night Shift", *config), "night-shift");
    EXPECT_EQ(new_agent_id("", *config).error().message, "an agent needs a name");
    EXPECT_EQ(new_agent_id("MAIN", *config).error().message, "\"main\" is reserved. Choose another name.");
    EXPECT_EQ(new_agent_id("Work", *config).error().message, "Agent \"work\" already exists.");
}

TEST(AgentEntries, BringTheMainAgentAlongWithTheFirst) {
    json::object document;
    ASSERT_TRUE(add_agent(document, work));
    EXPECT_EQ(document, document_of(R"({"agents":{"list":[{"id":"main"},
        {"id":"work","name":"Work","workspace":"/w"}]}})"));
    const NewAgent lab{.id = "lab",
                       .name = "lab",
                       .workspace = "/l",
                       .agent_folder = "/elsewhere",
                       .model = "openai/gpt-5.2"};
    ASSERT_TRUE(add_agent(document, lab));
    EXPECT_EQ(document.at("agents").at("list").at(2),
              *parse_json(R"({"id":"lab","name":"lab","workspace":"/l","agentDir":"/elsewhere",
                  "model":"openai/gpt-5.2"})"));
}

TEST(AgentEntries, RefuseAnIdThatSomebodyTookMeanwhileAndAListThatIsNone) {
    auto document = document_of(R"({"agents":{"list":[{"id":"WORK"}]}})");
    EXPECT_EQ(add_agent(document, work).error().message, "Agent \"work\" already exists.");
    document = document_of(R"({"agents":{"list":{}}})");
    EXPECT_EQ(add_agent(document, work).error().message, "agents.list in the config is no list");
    document = document_of(R"({"agents":[]})");
    EXPECT_EQ(add_agent(document, work).error().code, Code::invalid_input);
}

TEST(AgentEntries, LetAnyAgentButMainBeDeleted) {
    const auto config = config_of(R"({"agents":{"list":[{"id":"main"},{"id":"work"}]}})");
    EXPECT_EQ((*deletable_agent(*config, " Work "))->id, "work");
    EXPECT_EQ(deletable_agent(*config, "Main").error().message, "\"main\" cannot be deleted.");
    const auto unknown = deletable_agent(*config, "wrok");
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, Code::not_found);
    EXPECT_EQ(unknown.error().hint, "did you mean work?");
}

TEST(AgentEntries, GoWithEverythingThatNamesThem) {
    auto document = document_of(
        R"({"agents":{"list":[{"id":"main"},{"id":"Work"},"odd"]},
            "bindings":[{"agentId":"work"},{"agentId":"main"},{"agentId":5},7],
            "tools":{"agentToAgent":{"allow":["WORK","main","work"]}}})");
    const auto pruned = remove_agent(document, "work");
    EXPECT_EQ(pruned.bindings, 1u);
    EXPECT_EQ(pruned.allowances, 2u);
    EXPECT_EQ(document, document_of(
                            R"({"agents":{"list":[{"id":"main"},"odd"]},
            "bindings":[{"agentId":"main"},{"agentId":5},7],
            "tools":{"agentToAgent":{"allow":["main"]}}})"));
    json::object empty;
    EXPECT_EQ(remove_agent(empty, "work").bindings, 0u);
    EXPECT_TRUE(empty.empty());
}

TEST(AgentEntries, KeepOfAnIdentityWhatIsNotGiven) {
    auto document = document_of(R"({"agents":{"list":[{"id":"work","identity":{"name":"Old","mine":1}}]}})");
    const auto after =
        put_identity(document, "work", {.name = "", .theme = "owl", .emoji = "", .avatar = ""});
    ASSERT_TRUE(after);
    EXPECT_EQ(*after, document_of(R"({"name":"Old","mine":1,"theme":"owl"})"));
    // Of an agent that is there without an entry.
    json::object empty;
    ASSERT_TRUE(put_identity(empty, "main", {.name = "Clawd", .theme = "", .emoji = "", .avatar = ""}));
    EXPECT_EQ(empty, document_of(R"({"agents":{"list":[{"id":"main","identity":{"name":"Clawd"}}]}})"));
    document = document_of(R"({"agents":{"list":[{"id":"work","identity":"Clawd"}]}})");
    EXPECT_FALSE(put_identity(document, "work", {.name = "x", .theme = "", .emoji = "", .avatar = ""}));
}

TEST(AgentEntries, CountTheRulesThatLeadToAnAgent) {
    const auto config =
        config_of(R"({"bindings":[{"agentId":"WORK"},{"agentId":"main"},{"agentId":"work"},{}]})");
    EXPECT_EQ(count_bindings(*config, "work"), 2u);
    EXPECT_EQ(count_bindings(*config_of("{}"), "work"), 0u);
}

TEST(AgentEntries, StayInTheMapThatIsThere) {
    auto document = document_of(R"({"agents":{"entries":{"main":{"name":"m"}},"ownership":"explicit"}})");
    ASSERT_TRUE(add_agent(document, work));
    EXPECT_EQ(document, document_of(R"({"agents":{"entries":{"main":{"name":"m"},
        "work":{"name":"Work","workspace":"/w"}},"ownership":"explicit"}})"));
    EXPECT_EQ(add_agent(document, work).error().message, "Agent \"work\" already exists.");
    ASSERT_TRUE(put_identity(document, "work", {.name = "W", .theme = {}, .emoji = {}, .avatar = {}}));
    EXPECT_EQ(document.at("agents").at("entries").at("work").at("identity"), *parse_json(R"({"name":"W"})"));
    remove_agent(document, "work");
    EXPECT_EQ(document,
              document_of(R"({"agents":{"entries":{"main":{"name":"m"}},"ownership":"explicit"}})"));
}

TEST(AgentEntries, BringTheMainAgentAlongIntoAnEmptyMapToo) {
    auto document = document_of(R"({"agents":{"entries":{}}})");
    ASSERT_TRUE(add_agent(document, work));
    EXPECT_EQ(document,
              document_of(R"({"agents":{"entries":{"main":{},"work":{"name":"Work","workspace":"/w"}}}})"));
}

TEST(AgentEntries, AreFoundInTheMapUnderAnySpelling) {
    auto document = document_of(R"({"agents":{"entries":{"Night Shift":{"name":"n"}}}})");
    EXPECT_FALSE(add_agent(document, {.id = "night-shift", .name = "x", .workspace = "/w"}));
    remove_agent(document, "night-shift");
    EXPECT_EQ(document, document_of(R"({"agents":{"entries":{}}})"));
    document = document_of(R"({"agents":{"entries":[]}})");
    EXPECT_EQ(add_agent(document, work).error().message, "agents.entries in the config is no object");
}

}  // namespace
}  // namespace openclaw::config
