#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/parser/exit.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {
namespace {

// The words of an example line, up to the first pipe or redirection; quotes group.
std::vector<std::string> words_of(std::string_view line) {
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    bool open = false;
    for (const char c : line) {
        if (quote != 0) {
            if (c == quote)
                quote = 0;
            else
                word += c;
        } else if (c == '\'' || c == '"') {
            quote = c;
            open = true;
        } else if (c == ' ') {
            if (open || !word.empty()) words.push_back(std::exchange(word, {}));
            open = false;
        } else if (c == '|' || c == '>' || c == '<') {
            return words;
        } else {
            word += c;
        }
    }
    if (open || !word.empty()) words.push_back(word);
    return words;
}

// What can be tried without doing it changes something; `security audit --fix` changes modes of files only.
TEST(CommandTable, NotesInTheAuditLogWhatChangesSomething) {
    for (const Command* command : all_commands()) {
        const bool changes =
            std::ranges::find(command->options, "--dry-run", &Option::name) != command->options.end();
        if (changes && command->name != "security audit")
            EXPECT_NE(command->noted, Noted::no) << command->name;
        for (const auto* verb :
             {" rotate", " revoke", " approve", " reject", " create", " paste-api-key", " paste-token"})
            if (command->name.ends_with(verb)) EXPECT_NE(command->noted, Noted::no) << command->name;
    }
}

TEST(CommandTable, HasAnExampleThatParsesToItsOwnCommand) {
    for (const Command* command : all_commands()) {
        ASSERT_NE(command->example.find("openclaw "), std::string_view::npos) << command->name;
        auto words = words_of(command->example.substr(command->example.find("openclaw ")));
        words.erase(words.begin());
        const auto invocation = parse(words, command_table());
        ASSERT_TRUE(invocation) << command->example << ": " << invocation.error().message;
        EXPECT_EQ(invocation->command, command) << command->example;
    }
}

TEST(CommandTable, NamesEachCommandOnceAndExplainsIt) {
    std::set<std::string_view> names;
    for (const Command* command : all_commands()) {
        EXPECT_TRUE(names.insert(command->name).second) << command->name;
        EXPECT_NE(command->run, nullptr) << command->name;
        EXPECT_FALSE(command->summary.empty()) << command->name;
        EXPECT_FALSE(command->summary.ends_with('.')) << command->name;
        EXPECT_EQ(command->arguments.empty(), command->arguments_max == 0) << command->name;
    }
}

// A terminal's width decides where a line ends.
TEST(CommandTable, BreaksNoLineInsideAParagraphOfItsExplanations) {
    for (const Command* command : all_commands())
        for (std::string_view rest = command->details; rest.contains('\n');) {
            rest.remove_prefix(rest.find('\n'));
            EXPECT_TRUE(rest.starts_with("\n\n") || rest.starts_with("\n ") || rest.starts_with("\n-"))
                << command->name << ": " << rest.substr(0, 40);
            rest.remove_prefix(std::min(rest.size(), std::max<std::size_t>(1, rest.find_first_not_of('\n'))));
        }
}

TEST(CommandTable, ExplainsEveryWordThatCommandsStartWith) {
    for (const Command* command : all_commands()) {
        if (command->hidden) continue;
        const auto words = split(command->name, ' ');
        std::string prefix;
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            prefix += (i ? " " : "") + std::string(words[i]);
            EXPECT_TRUE(find_group(prefix, command_table()) || find_command(prefix, command_table()))
                << prefix;
        }
        if (words.size() == 1)
            EXPECT_TRUE(!command->group.empty() || find_group(command->name, command_table()));
    }
}

// A parser that meets an option before the command's last word must know whether a value follows.
TEST(CommandTable, GivesAnOptionTheSameKindInAllCommandsOfOneFirstWord) {
    std::map<std::pair<std::string, std::string_view>, bool> is_flag;
    for (const Command* command : all_commands()) {
        for (const Option& option : command->options) {
            const bool flag = option.kind == OptionKind::flag;
            EXPECT_EQ(flag, option.value_name.empty()) << command->name << " " << option.name;
            const std::pair key(std::string(split(command->name, ' ').front()), option.name);
            EXPECT_EQ(is_flag.emplace(key, flag).first->second, flag) << command->name << " " << option.name;
            for (const Option& global : global_options())
                EXPECT_NE(option.name, global.name) << command->name;
        }
    }
}

TEST(CommandTable, MarksOptionsThatCarrySecrets) {
    for (const Command* command : all_commands()) {
        for (const Option& option : command->options) {
            if (option.kind == OptionKind::flag) continue;
            std::vector<std::string> words;
            for (const auto word : split(command->name, ' ')) words.emplace_back(word);
            words.insert(words.end(), {std::string(option.name), "x"});
            EXPECT_EQ(option.secret, !secret_words(words, command_table()).empty())
                << command->name << " " << option.name;
        }
    }
}

TEST(ExitStatuses, AreExplainedOnceEach) {
    std::set<int> seen;
    for (const ExitMeaning& meaning : exit_meanings())
        EXPECT_TRUE(seen.insert(static_cast<int>(meaning.exit)).second);
    for (const Code code : {Code::invalid_input, Code::denied, Code::unavailable, Code::busy, Code::corrupt,
                            Code::no_space, Code::cancelled}) {
        EXPECT_TRUE(seen.contains(static_cast<int>(exit_of(code))));
    }
}

}  // namespace
}  // namespace openclaw::cli
