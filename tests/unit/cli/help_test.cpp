#include "cli/parser/help.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/output/table.h"
#include "cli/parser/parse.h"
#include "support/fake_output.h"

namespace openclaw::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Help, ShowsEveryVisibleFirstWordUnderAHeading) {
    const FakeOutput out;
    const std::string text = help_text("", command_table(), out);
    for (const Command* command : all_commands()) {
        const std::string word(split(command->name, ' ').front());
        if (command->hidden)
            EXPECT_THAT(text, Not(HasSubstr("\n  " + word + " ")));
        else
            EXPECT_THAT(text, HasSubstr("\n  " + word + " "));
    }
}

TEST(Help, ShowsUsageOptionsAndExampleOfEachCommand) {
    const FakeOutput out;
    for (const Command* command : all_commands()) {
        const std::string text = help_text(command->name, command_table(), out);
        EXPECT_THAT(text, HasSubstr("Usage: openclaw " + std::string(command->name)));
        // Broken over lines, it is still one command that a shell takes.
        EXPECT_THAT(replaced(text, " \\\n      ", " "), HasSubstr(std::string(command->example)));
        for (const Option& option : command->options) {
            if (!option.hidden) EXPECT_THAT(text, HasSubstr(option_label(option))) << command->name;
        }
    }
}

// A word that is wider than the line stands alone in it; nothing else is too wide.
void expect_within(std::string_view text, std::size_t columns) {
    for (auto line : split(text, '\n')) {
        EXPECT_TRUE(is_utf8(line)) << line;
        if (width_of(line) <= columns) continue;
        if (line.starts_with("Usage: ")) continue;  // one line, for those who look for it
        const auto begin = line.find_first_not_of(' ');
        EXPECT_LE(split(trimmed(line.substr(begin)), ' ').size(), 3u) << columns << ": " << line;
    }
}

TEST(Help, FollowsTheWidthOfTheTerminalAndIsEightyColumnsWideInAPipe) {
    std::vector<std::string> pages{"", "models", "models auth"};
    for (const Command* command : all_commands()) pages.emplace_back(command->name);
    for (const auto& page : pages) {
        FakeOutput out;
        expect_within(help_text(page, command_table(), out), 80);
        for (const std::size_t columns : {40u, 60u, 80u, 100u}) {
            out.terminal_columns = columns;
            expect_within(help_text(page, command_table(), out), columns);
        }
    }
}

TEST(Help, CutsNoWordAndNoCharacter) {
    static constexpr Option options[] = {
        {.name = "--größe", .value_name = "ZAHL", .help = "Wieviel heißes Wasser übrigbleiben möge"}};
    static constexpr Command brew{.name = "brew",
                                  .summary = "Ein Käffchen größter Güte",
                                  .options = options,
                                  .example = "openclaw brew"};
    static constexpr std::array commands{&brew};
    FakeOutput out;
    for (const std::size_t columns : {1u, 24u, 37u, 41u}) {
        out.terminal_columns = columns;
        const auto text = help_text("brew", {.commands = commands, .groups = {}}, out);
        for (const auto word : {"Wieviel", "heißes", "übrigbleiben", "möge", "--größe ZAHL", "Käffchen"})
            EXPECT_THAT(text, HasSubstr(word)) << columns;
    }
}

TEST(Help, BeginsWithFirstStepsAndNamesTheVersionOption) {
    const FakeOutput out;
    const auto text = help_text("", command_table(), out);
    for (const auto step : {"First steps", "openclaw models auth add", "openclaw chat", "--version"})
        EXPECT_THAT(text, HasSubstr(step));
    EXPECT_THAT(text, Not(HasSubstr("\nCommands\n"))) << "a heading that no command asked for";
    EXPECT_THAT(text, Not(HasSubstr("explain error")));
}

TEST(Help, ListsTheValuesOfAnOptionAndWhatItNeeds) {
    const FakeOutput out;
    EXPECT_THAT(help_text("gateway run", command_table(), out), HasSubstr("token, password"));
    EXPECT_THAT(help_text("models status", command_table(), out), HasSubstr("with --probe"));
    EXPECT_THAT(help_text("models providers add", command_table(), out), HasSubstr("anthropic-messages"));
}

}  // namespace
}  // namespace openclaw::cli
