#include "chat/commands/commands.h"

namespace openclaw::chat {
namespace {

CommandReply run_help(const CommandContext&, std::string_view) {
    std::string text = "ℹ️ Help\n";
    for (const auto* command : all_commands()) {
        text += fmt::format("\n/{}", command->name);
        if (!command->arguments.empty()) text += fmt::format(" {}", command->arguments);
        if (!command->alias.empty()) text += fmt::format(" (/{})", command->alias);
        text += fmt::format(" - {}", command->summary);
    }
    return {.text = text + "\n\nAnything else is a message to the model."};
}

}  // namespace

const Command help_command{
    .name = "help", .alias = "commands", .arguments = "", .summary = "this list", .run = run_help};

}  // namespace openclaw::chat
