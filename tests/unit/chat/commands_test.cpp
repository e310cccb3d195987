#include "chat/commands/command.h"

#include "chat_world.h"

namespace openclaw::chat {
namespace {

const char* const several_providers = R"({
    "agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5","fallbacks":["lab/tiny-1"]},
        "models":{"anthropic/claude-opus-4-5":{"alias":"opus"},"anthropic/claude-sonnet-4-5":{"alias":"sonnet"},
                  "lab/tiny-1":{"alias":"tiny"},"openai/gpt-5.2":{}}}},
    "models":{"providers":{"lab":{"baseUrl":"http://127.0.0.1:19200/lab/v1","api":"openai-completions",
        "apiKey":"lab-key-0123456789","models":[{"id":"tiny-1","name":"Tiny"}]}}}})";

struct World : ChatWorld {
    World() : ChatWorld(several_providers) {
        files.put(store_path, R"({"version":1,"profiles":{
            "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"},
            "anthropic:old":{"type":"token","provider":"anthropic","token":"sk-ant-old-0123456789","expires":1000},
            "anthropic:cool":{"type":"api_key","provider":"anthropic","key":"sk-ant-cool-0123456789"}},
            "usageStats":{"anthropic:cool":{"cooldownUntil":1769774640000,"errorCount":1,
                          "lastFailureAt":1769774340000}}})");
    }
};

TEST(ModelCommand, SuggestsTheNameThatWasMeant) {
    ChatWorld world;
    for (const auto& [typed, meant] : {std::pair{"/model sonet", "Did you mean sonnet?"},
                                       std::pair{"/model gpt-5.2", "Did you mean openai/gpt-5.2?"},
                                       std::pair{"/model sonet@anthropic:work", "Did you mean sonnet?"}}) {
        const auto outcome = world.say(typed);
        EXPECT_TRUE(outcome.text.starts_with("Unrecognized model")) << outcome.text;
        EXPECT_NE(outcome.text.find(meant), std::string::npos) << outcome.text;
    }
    EXPECT_TRUE(world.say("/model sonnet").text.starts_with("Model set to sonnet"));
}

TEST(Commands, SwitchTheModelAndTheCredential) {
    struct Case {
        const char *typed, *reply, *model, *pin;
    };
    for (const auto& [typed, reply, model, pin] :
         {Case{"/model sonnet", "Model set to sonnet (anthropic/claude-sonnet-4-5).", "claude-sonnet-4-5",
               ""},
          Case{"/tiny", "Model set to tiny (lab/tiny-1).", "tiny-1", ""},
          Case{"/model anthropic/claude-sonnet-4-5@anthropic:work",
               "Model set to anthropic/claude-sonnet-4-5. Auth profile set to anthropic:work.",
               "claude-sonnet-4-5", "anthropic:work"},
          Case{"/model opus", "Model reset to default (opus (anthropic/claude-opus-4-5)).", "", ""},
          Case{"/MODEL: opus", "Model reset to default (opus (anthropic/claude-opus-4-5)).", "", ""},
          Case{"/model default", "Model reset to default (anthropic/claude-opus-4-5).", "", ""},
          Case{"/model opus@anthropic:cool",
               "Model reset to default (opus (anthropic/claude-opus-4-5)). Auth profile set to "
               "anthropic:cool. It rests for 4m and is tried all the same.",
               "", "anthropic:cool"}}) {
        World world;
        EXPECT_EQ(world.say(typed).text, reply);
        EXPECT_EQ(string_at(world.session(), "modelOverride").value_or(""), model) << typed;
        EXPECT_EQ(world.pin(), pin) << typed;
        EXPECT_TRUE(world.provider.seen().empty());
    }
}

TEST(Commands, RefuseAModelOrACredentialThatCannotBeUsed) {
    struct Case {
        const char *typed, *reply;
    };
    for (const auto& [typed, reply] :
         {Case{"/model anthropic/claude-sonnet-4-5@anthropic:nope",
               "Auth profile \"anthropic:nope\" not found."},
          Case{"/model openai/gpt-5.2@anthropic:work",
               "Auth profile \"anthropic:work\" is for anthropic, not openai."},
          Case{"/model @anthropic:work", "Auth profile override requires a model selection."},
          Case{"/model list@anthropic:work", "Auth profile override requires a model selection."},
          Case{"/model opus@anthropic:old", "Auth profile \"anthropic:old\" can't be used: expired"},
          Case{"/model 2", "Numeric model selection is not supported in chat."},
          Case{"/model anthropic/claude-haiku-4-5", "Model \"anthropic/claude-haiku-4-5\" is not allowed."},
          Case{"/model sonet", "Model \"anthropic/sonet\" is not allowed. Did you mean sonnet?"},
          Case{"/model opus@anthropic:wrok",
               "Auth profile \"anthropic:wrok\" not found. Did you mean anthropic:work?"},
          Case{"/model openai/gpt-5.2",
               "Model \"openai/gpt-5.2\" can't be used: there is no usable credential"},
          Case{"/model sonnet please explain", "Use: /model"},
          Case{"/modle", "Unknown command /modle. Did you mean /model?"}}) {
        World world;
        EXPECT_TRUE(world.say(typed).text.starts_with(reply)) << typed << ": " << world.events.back().text;
        EXPECT_TRUE(world.session().empty()) << "nothing is written: " << typed;
    }
}

TEST(Commands, ShowTheModelItsFallbacksAndThePin) {
    World world;
    EXPECT_EQ(world.say("/model").text,
              "Current: anthropic/claude-opus-4-5\nFallbacks: lab/tiny-1\n\nSwitch: /model <provider/model>\n"
              "Browse: /models (providers) or /models <provider> (models)\nMore: /model status");
    world.say("/model opus@anthropic:work");
    EXPECT_NE(world.say("/model").text.find("\nPinned: anthropic:work (chosen by you)"), std::string::npos);
}

TEST(Commands, ListProvidersAndTheirModels) {
    World world;
    EXPECT_EQ(
        world.say("/model list").text,
        "Providers:\n- anthropic (2)\n- lab (1)\n- openai (1)\n\nUse: /models <provider>\nSwitch: /model "
        "<provider/model>");
    EXPECT_EQ(world.say("/models anthropic").text,
              "Models (anthropic) — showing 1-2 of 2 (page 1/1)\n- anthropic/claude-opus-4-5\n- "
              "anthropic/claude-sonnet-4-5\n\nSwitch: /model <provider/model>\nAll: /models anthropic all");
    EXPECT_EQ(world.say("/models anthropic 9").text,
              "Page out of range: 9 (valid: 1-1)\n\nTry: /models anthropic 1\nAll: /models anthropic all");
    EXPECT_EQ(
        world.say("/models anthropic limit=1 page=2").text,
        "Models (anthropic) — showing 2-2 of 2 (page 2/2)\n- anthropic/claude-sonnet-4-5\n\nSwitch: /model "
        "<provider/model>\nAll: /models anthropic all");
    EXPECT_EQ(world.say("/models nope").text.substr(0, 22), "Unknown provider: nope");
}

TEST(Commands, ShowEveryCredentialWithoutAnyOfItsCharacters) {
    World world;
    const auto text = world.say("/model status").text;
    for (const auto* part :
         {"Current: anthropic/claude-opus-4-5\nDefault: anthropic/claude-opus-4-5\nAgent: main\nAuth file: ",
          "[anthropic] endpoint: default auth: anthropic:work=#", "(next)", "anthropic:cool=#",
          "(cooldown 4m)", "anthropic:old=token:", "(expired", "  • anthropic/claude-opus-4-5 (opus)",
          "[lab] endpoint: http://127.0.0.1:19200/lab/v1 api: openai-completions auth: #",
          "[openai] endpoint: default auth: missing"})
        EXPECT_NE(text.find(part), text.npos) << part << "\n" << text;
    for (const auto* secret : {"sk-ant", "lab-key", "0123456789"})
        EXPECT_EQ(text.find(secret), text.npos) << text;
}

TEST(Commands, ShowTheStatusOfTheSession) {
    World world;
    world.say("hi");
    const auto text = world.say("/status").text;
    for (const auto* part :
         {"🦞 OpenClaw 2026.1.30\n🧠 Model: anthropic/claude-opus-4-5 · 🔑 api-key #", "(anthropic:work)",
          "\n🧮 Tokens: 10 in / 5 out\n📚 Context: 10/200k (0%) · 🧹 Compactions: 0\n🧵 Session: "
          "agent:main:main • "
          "updated just now\n⚙️ Runtime: direct · Think: off\n🪢 Queue: followup (depth 0)"})
        EXPECT_NE(text.find(part), text.npos) << part << "\n" << text;
    EXPECT_EQ(text.find("0123456789"), text.npos);
}

TEST(Commands, AreAnsweredWhileAReplyIsRunning) {
    World world;
    auto step = test::says("done");
    step.waits = true;
    world.provider.script("anthropic:work", {step});
    const auto run = world.start("hi"), next = world.start("and then");
    world.until([&] { return world.provider.waiting() == 1; });
    EXPECT_NE(world.say("/status").text.find("Queue: followup (depth 1)"), std::string::npos);
    world.say("/model sonnet");
    world.provider.release();
    EXPECT_EQ(world.outcome(run).model->model, "claude-opus-4-5");
    EXPECT_EQ(string_at(world.session(), "modelOverride"), "claude-sonnet-4-5")
        << "the turn takes nothing back";
    world.until([&] {
        if (world.provider.waiting() > 0) world.provider.release();
        return world.chat->find_run(world.me, next)->over();
    });
    EXPECT_EQ(world.outcome(next).model->model, "claude-sonnet-4-5");
}

TEST(Commands, AreRecognisedInEverySpelling) {
    struct Case {
        const char *message, *word, *arguments;
    };
    const auto no_alias = [](std::string_view) { return false; };
    for (const auto& [message, word, arguments] :
         {Case{"/model opus", "model", "opus"}, Case{"  /Model: Opus  ", "model", "Opus"},
          Case{"/model@bot opus", "model", "opus"}, Case{"/model", "model", ""},
          Case{"/help\nsecond line", "help", ""}, Case{"/nope x", "nope", "x"}}) {
        const auto found = recognise(message, no_alias);
        ASSERT_TRUE(found) << message;
        EXPECT_EQ(found->word, word);
        EXPECT_EQ(found->arguments, arguments) << message;
    }
    for (const auto* text : {"hello", "/etc/hosts", "/ model", "//x", "/", "a /model opus", "/1", "stop it"})
        EXPECT_FALSE(recognise(text, no_alias)) << text;
}

}  // namespace
}  // namespace openclaw::chat
