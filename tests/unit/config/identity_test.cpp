#include <gtest/gtest.h>

#include "config/identity_file.h"
#include "config_fixture.h"

namespace openclaw::config {
namespace {

TEST(Identity, IsReadFromTheLinesThatPeopleAndAgentsWrite) {
    struct Case {
        std::string markdown;
        Identity identity;
    };
    const Case cases[] = {
        {"# IDENTITY.md - Who Am I?\n- **Name:** Clawd\n- **Emoji:** 🦞\n",
         {.name = "Clawd", .theme = "", .emoji = "🦞", .avatar = ""}},
        {"Name: Plain\r\n* **Avatar**: a/b.png\r\n",
         {.name = "Plain", .theme = "", .emoji = "", .avatar = "a/b.png"}},
        // Creature and vibe stand for a theme that isn't there.
        {"- **Creature:** lobster\n- **Vibe:** sharp\n",
         {.name = "", .theme = "lobster", .emoji = "", .avatar = ""}},
        {"- **Vibe:** sharp\n- theme: calm\n", {.name = "", .theme = "calm", .emoji = "", .avatar = ""}},
        // What was never filled in is no answer.
        {"- **Name:** *(pick something you like)*\n- **Emoji:**\n- **Vibe:** _(?)_\n", {}},
        {"Name: First\nName: Second\n", {.name = "First", .theme = "", .emoji = "", .avatar = ""}},
        {"Name: with: colons\n", {.name = "with: colons", .theme = "", .emoji = "", .avatar = ""}},
        {"", {}},
        {"::::\n- :\n:Name\n", {}},
    };
    for (const auto& test : cases) EXPECT_EQ(parse_identity(test.markdown), test.identity) << test.markdown;
    EXPECT_LE(parse_identity("Name: " + std::string(100'000, 'x')).name.size(), 600u);
    EXPECT_EQ(parse_identity("Name: a\x1b[31mred").name.find('\x1b'), std::string::npos);
}

TEST(Identity, ComesFromTheConfigBeforeTheFile) {
    test::MemoryFileSystem files;
    files.put("/w/IDENTITY.md", "Name: File\nEmoji: 🦀\n");
    AgentEntry agent;
    agent.workspace = "/w";
    EXPECT_EQ(shown_identity(files, agent).identity.name, "File");
    EXPECT_EQ(shown_identity(files, agent).source, "identity");
    agent.identity_name = "Config";
    const auto both = shown_identity(files, agent);
    EXPECT_EQ(both.identity.name, "Config");
    EXPECT_EQ(both.identity.emoji, "🦀");
    EXPECT_EQ(both.source, "config");
    agent.workspace = "/nowhere";
    agent.identity_name.clear();
    EXPECT_EQ(shown_identity(files, agent).source, "");
}

}  // namespace
}  // namespace openclaw::config
