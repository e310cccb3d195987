#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/text.h"
#include "chat/commands/commands.h"

namespace openclaw::chat {
namespace {

constexpr std::array table{&new_command,    &reset_command,  &stop_command, &model_command,
                           &models_command, &status_command, &help_command};

const Command* find_command(std::string_view word) {
    for (const auto* command : table)
        if (command->name == word || (!command->alias.empty() && command->alias == word)) return command;
    return nullptr;
}

bool is_command_word(std::string_view word) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    };
    return !word.empty() && word.front() >= 'a' && word.front() <= 'z' && std::ranges::all_of(word, fits);
}

bool is_abort_word(std::string_view text) {
    constexpr std::array<std::string_view, 6> words{"stop", "esc", "abort", "wait", "exit", "interrupt"};
    return std::ranges::any_of(words, [&](auto word) { return equal_ignoring_case(text, word); });
}

}  // namespace

std::span<const Command* const> all_commands() {
    return table;
}

std::optional<Recognised> recognise(std::string_view message,
                                    const std::function<bool(std::string_view)>& is_alias) {
    const auto text = trimmed(message);
    if (is_abort_word(text)) return Recognised{.word = "stop", .arguments = {}, .stop = true};
    if (!text.starts_with('/')) return std::nullopt;
    const auto line = text.substr(1, text.find('\n') - 1);
    const auto end = std::min(line.find_first_of(" \t:@"), line.size());
    Recognised found{.word = lowered(line.substr(0, end)), .arguments = {}};
    if (!is_command_word(found.word)) return std::nullopt;
    auto rest = line.substr(end);
    if (rest.starts_with('@')) rest = rest.substr(std::min(rest.find_first_of(" \t:"), rest.size()));
    if (rest.starts_with(':')) rest.remove_prefix(1);
    found.arguments = std::string(trimmed(rest));
    found.command = find_command(found.word);
    found.stop = found.command == &stop_command;
    if (found.command == nullptr && is_alias(found.word)) {
        found.command = &model_command;
        found.arguments = std::string(trimmed(line));
    }
    // /new takes the rest of the message as well.
    if ((found.command == &new_command || found.command == &reset_command) && text.find('\n') != text.npos)
        found.arguments += text.substr(text.find('\n'));
    return found;
}

CommandReply unknown_command(std::string_view word) {
    std::vector<std::string> known;
    for (const auto* command : table) known.emplace_back(command->name);
    const auto near = nearest(word, known);
    return {.text = fmt::format("Unknown command /{}.{} /help lists all commands.", word,
                                near ? fmt::format(" Did you mean /{}?", *near) : "")};
}

}  // namespace openclaw::chat
