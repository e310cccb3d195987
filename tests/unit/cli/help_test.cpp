#include "cli/parser/help.h"

#include <gmock/gmock.h>

#include "base/text.h"
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
            EXPECT_THAT(text, Not(HasSubstr(word)));
        else
            EXPECT_THAT(text, HasSubstr("\n  " + word + " "));
    }
}

TEST(Help, ShowsUsageOptionsAndExampleOfEachCommand) {
    const FakeOutput out;
    for (const Command* command : all_commands()) {
        const std::string text = help_text(command->name, command_table(), out);
        EXPECT_THAT(text, HasSubstr("Usage: openclaw " + std::string(command->name)));
        EXPECT_THAT(text, HasSubstr(std::string(command->example)));
        for (const Option& option : command->options) {
            if (!option.hidden) EXPECT_THAT(text, HasSubstr(option_label(option))) << command->name;
        }
    }
}

TEST(Help, KeepsLinesWithinAHundredColumns) {
    const FakeOutput out;
    for (const Command* command : all_commands()) {
        for (const auto line : split(help_text(command->name, command_table(), out), '\n')) {
            if (line.find(command->example) != std::string_view::npos) continue;
            EXPECT_LE(line.size(), 100u) << line;
        }
    }
}

}  // namespace
}  // namespace openclaw::cli
