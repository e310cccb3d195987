#include "cli/parser/complete.h"

#include <gmock/gmock.h>

namespace openclaw::cli {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Exit nothing(Context&, const Arguments&) {
    return Exit::ok;
}

constexpr Option status_options[] = {
    {.name = "--agent", .value_name = "ID", .help = "of this agent", .completes = "agent"},
    {.name = "--json", .help = "JSON", .kind = OptionKind::flag},
    {.name = "--level", .value_name = "L", .help = "how much", .completes = "off|low"},
    {.name = "--key-file", .value_name = "FILE", .help = "from", .completes = "file"},
    {.name = "--secret-thing", .help = "old", .kind = OptionKind::flag, .hidden = true},
};
constexpr Command status{.name = "models status",
                         .summary = "State",
                         .arguments = "",
                         .options = status_options,
                         .example = "",
                         .run = nothing};
constexpr Command set{.name = "models set",
                      .summary = "Choose",
                      .arguments = "MODEL",
                      .options = {},
                      .example = "",
                      .run = nothing,
                      .arguments_max = 1,
                      .completes = "model"};
constexpr Command name_it{.name = "models name",
                          .summary = "Name",
                          .arguments = "NAME MODEL",
                          .options = {},
                          .example = "",
                          .run = nothing,
                          .arguments_max = 2,
                          .completes = "alias model"};
constexpr Command hidden{.name = "__x",
                         .summary = "",
                         .arguments = "",
                         .options = {},
                         .example = "",
                         .run = nothing,
                         .hidden = true};
constexpr std::array<const Command*, 4> commands = {&status, &set, &name_it, &hidden};
constexpr std::array groups = {Group{"models", "Models", {}}};

std::vector<std::string> offered(std::vector<std::string> words) {
    const auto names_of = [](std::string_view kind) -> std::vector<std::string> {
        if (kind == "agent") return {"main", "work"};
        if (kind == "alias") return {"fast"};
        if (kind == "model") return {"demo/first", "openai/gpt"};
        return {};
    };
    std::vector<std::string> texts;
    for (const auto& each : suggestions(words, CommandTable{commands, groups}, names_of))
        texts.push_back(each.text);
    return texts;
}

TEST(Completion, OffersTheNextWordOfACommand) {
    EXPECT_THAT(offered({""}), ElementsAre("models"));
    EXPECT_THAT(offered({"mod"}), ElementsAre("models"));
    EXPECT_THAT(offered({"models", ""}), ElementsAre("status", "set", "name"));
    EXPECT_THAT(offered({"models", "st"}), ElementsAre("status"));
    EXPECT_THAT(offered({"nope", ""}), IsEmpty());
}

TEST(Completion, OffersOptionsOnceADashIsTyped) {
    EXPECT_THAT(offered({"models", "status", "--"}), Contains("--agent"));
    EXPECT_THAT(offered({"models", "status", "--"}), Contains("--help"));
    EXPECT_THAT(offered({"models", "status", "--"}), Not(Contains("--secret-thing")));
    EXPECT_THAT(offered({"models", "status", "--j"}), ElementsAre("--json"));
}

TEST(Completion, OffersTheNamesThatAnOptionOrArgumentTakes) {
    EXPECT_THAT(offered({"models", "status", "--agent", ""}), ElementsAre("main", "work"));
    EXPECT_THAT(offered({"models", "--agent", "w"}), ElementsAre("work"));
    EXPECT_THAT(offered({"models", "status", "--agent=w"}), ElementsAre("--agent=work"));
    EXPECT_THAT(offered({"models", "status", "--level", ""}), ElementsAre("off", "low"));
    EXPECT_THAT(offered({"models", "set", "demo/"}), ElementsAre("demo/first"));
    EXPECT_THAT(offered({"models", "status", "--key-file", ""}), IsEmpty());
}

TEST(Completion, GoesOnBehindAnOptionsValue) {
    EXPECT_THAT(offered({"models", "--agent", "work", "s"}), ElementsAre("status", "set"));
    EXPECT_THAT(offered({"--profile", "models", "m"}), ElementsAre("models"));
}

TEST(Completion, HasAScriptForThreeShells) {
    for (const char* shell : {"bash", "zsh", "fish"}) EXPECT_TRUE(completion_script(shell)) << shell;
    // A file on zsh's path is read at the first Tab, which wants its answer from that reading.
    const auto zsh = completion_script("zsh").value();
    EXPECT_NE(zsh.find("_openclaw \"$@\""), std::string::npos);
    EXPECT_NE(zsh.find("autoload -Uz compinit"), std::string::npos);
    EXPECT_EQ(completion_script("tcsh").error().code, Code::invalid_input);
}

TEST(Completion, OffersForEachArgumentWhatBelongsInItsPlace) {
    EXPECT_THAT(offered({"models", "name", ""}), ElementsAre("fast"));
    EXPECT_THAT(offered({"models", "name", "x", ""}), ElementsAre("demo/first", "openai/gpt"));
    EXPECT_THAT(offered({"models", "name", "x", "y", ""}), IsEmpty());
    EXPECT_THAT(offered({"models", "set", "x", ""}), IsEmpty());
}

}  // namespace
}  // namespace openclaw::cli
