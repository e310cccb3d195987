#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat/commands/command.h"

namespace openclaw::chat {

// The models that a session may use, by provider: the allowlist, or without one the catalogue's models of
// providers that have a credential here, the default's always among them.
std::map<std::string, std::vector<auth::ModelRef>> usable_models(const CommandContext& context);

std::string provider_list(const CommandContext& context);                           // /models, /model list
std::string model_page(const CommandContext& context, std::string_view arguments);  // /models PROVIDER …
std::string model_status(const CommandContext& context);                            // /model status

}  // namespace openclaw::chat
