#pragma once

#include <string>

namespace openclaw::chat {

// Where a message comes from: a conversation that takes slash commands, or a caller who can't type any (one
// message of the command line, an application).
enum class Surface { conversation, elsewhere };

// What a person does next, in words that work where the person is.
std::string choose_another_model(Surface surface);
std::string choose_larger_window(Surface surface);
std::string start_afresh(Surface surface);
// Takes a person's choice of credential back: `choice` is what stands behind /model.
std::string change_session_model(Surface surface, const std::string& choice);

}  // namespace openclaw::chat
