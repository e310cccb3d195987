#include "chat/commands/commands.h"

namespace openclaw::chat {
namespace {

// The chat itself ends the runs before it asks for this answer.
CommandReply run_stop(const CommandContext&, std::string_view) {
    return {.text = "⚙️ Agent was aborted."};
}

}  // namespace

const Command stop_command{.name = "stop",
                           .alias = "",
                           .arguments = "",
                           .summary = "end the running answer and drop what waits",
                           .run = run_stop};

}  // namespace openclaw::chat
