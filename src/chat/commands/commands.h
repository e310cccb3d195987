#pragma once

#include "chat/commands/command.h"

namespace openclaw::chat {

extern const Command help_command, model_command, models_command, new_command, reset_command, status_command,
    stop_command;

}  // namespace openclaw::chat
