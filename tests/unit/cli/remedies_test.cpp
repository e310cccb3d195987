// Every command that an error, a hint or a finding names is one that the parser takes (promise 9).
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "cli/parse.h"

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

TEST(Remedies, AreCommandsThatTheParserTakes) {
    int found = 0;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(OPENCLAW_SOURCE_FOLDER) / "src")) {
        if (entry.path().extension() != ".cpp" && entry.path().extension() != ".h") continue;
        const std::string text = literals_joined(content_of(entry.path()));
        for (std::size_t at = 0; (at = text.find("`openclaw ", at)) != std::string::npos;) {
            const std::size_t end = text.find('`', at + 1);
            ASSERT_NE(end, std::string::npos) << entry.path();
            const std::string quoted = text.substr(at + 1, end - at - 1);
            const std::string command = quoted.substr(0, quoted.find(" > "));
            at = end + 1;
            if (command.find("COMMAND") != std::string::npos || command.find("fmt::") != std::string::npos)
                continue;
            auto words = words_of(command);
            words.erase(words.begin());
            if (!words.empty() && words.front() == "1")
                continue;  // `openclaw {} --help`: named by the parser itself
            std::erase_if(words, [](const std::string& word) { return word == "..." || word == "…"; });
            // A sentence may name a command without what it needs: "`openclaw config set` changes ...".
            if (find_command(joined(words, " "), command_table())) continue;
            const auto invocation = parse(words, command_table());
            EXPECT_TRUE(invocation) << entry.path().filename() << ": " << command << ": "
                                    << (invocation ? "" : invocation.error().message);
            ++found;
        }
    }
    EXPECT_GT(found, 10);
}

}  // namespace
}  // namespace openclaw::cli
