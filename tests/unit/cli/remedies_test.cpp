// Every command that an error, a hint or a finding names is one that the parser takes.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

// Adjacent string literals joined, so that a command broken over two lines is one text; comments dropped.
std::string literals_joined(const std::string& source) {
    std::string text;
    for (const auto line : split(source, '\n')) {
        if (!trimmed(line).starts_with("//")) text += std::string(trimmed(line)) + "\n";
    }
    return replaced(replaced(text, "\"\n\"", ""), "\\\"", "\"");
}

// "`openclaw agent --message "hi"`" as words; a placeholder of fmt stands for some name.
std::vector<std::string> words_of(std::string_view command) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false, placeholder = false;
    for (const char c : command) {
        if (c == '{')
            placeholder = true;
        else if (c == '}')
            word += std::exchange(placeholder, false) ? "1" : "}";
        else if (placeholder)
            continue;
        else if (c == '"' || c == '\'')
            quoted = !quoted;
        else if (c == ' ' && !quoted)
            words.push_back(std::exchange(word, {}));
        else
            word += c;
    }
    words.push_back(word);
    std::erase(words, "");
    return words;
}

// What stands in `text` between two of these marks and begins with our name.
std::vector<std::string> commands_in(const std::string& text, char mark) {
    std::vector<std::string> commands;
    const std::string opening = std::string(1, mark) + "openclaw ";
    for (std::size_t at = 0; (at = text.find(opening, at)) != std::string::npos;) {
        const auto end = text.find(mark, at + 1);
        if (end == std::string::npos) {
            ADD_FAILURE() << "no end: " << text.substr(at, 80);
            break;
        }
        commands.push_back(text.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return commands;
}

// Whether it could be judged: it isn't when the parser itself writes the name of the command into it.
bool check_command(const std::string& quoted, const fs::path& file) {
    const std::string command = quoted.substr(0, quoted.find(" > "));
    if (command.find("COMMAND") != std::string::npos || command.find("fmt::") != std::string::npos)
        return false;
    auto words = words_of(command);
    words.erase(words.begin());
    if (!words.empty() && words.front() == "1") return false;  // `openclaw {} --help`
    std::erase_if(words, [](const std::string& word) { return word == "..." || word == "…"; });
    // A sentence may name a command without what it needs: "`openclaw config set` changes ...".
    if (find_command(joined(words, " "), command_table())) return false;
    const auto invocation = parse(words, command_table());
    // What stands for a placeholder is no value of an option that knows a few only.
    if (!invocation && invocation.error().message.ends_with("doesn't know '1'")) return true;
    EXPECT_TRUE(invocation) << file.filename() << ": " << command << ": "
                            << (invocation ? "" : invocation.error().message);
    return true;
}

TEST(Remedies, AreCommandsThatTheParserTakes) {
    int found = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(OPENCLAW_SOURCE_FOLDER) / "src")) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
        const std::string text = literals_joined(content_of(entry.path()));
        for (const auto& command : commands_in(text, '`')) found += check_command(command, entry.path());
        if (entry.path().filename() != "remedy.cpp") continue;
        for (const auto& command : commands_in(text, '"')) found += check_command(command, entry.path());
    }
    EXPECT_GT(found, 10);
}

}  // namespace
}  // namespace openclaw::cli
