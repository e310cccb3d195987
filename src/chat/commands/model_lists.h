#pragma once

#include <map>
#include <string>
#include <vector>

#include "chat/commands/command.h"

namespace openclaw::chat {

// Whether whoever asks may choose it: the config allows it, and so do his limits.
bool may_choose(const CommandContext& context, const auth::ModelPlan& plan, const auth::ModelRef& model);

// The models that a session may use, by provider: the allowlist, or without one the catalogue's models of
// providers that have a credential here, the default's always among them.
std::map<std::string, std::vector<auth::ModelRef>> usable_models(const CommandContext& context);

std::string provider_list(const CommandContext& context);                           // /models, /model list
std::string model_page(const CommandContext& context, std::string_view arguments);  // /models PROVIDER …
std::string model_status(const CommandContext& context);                            // /model status

}  // namespace openclaw::chat
