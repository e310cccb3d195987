#include "chat/remedies.h"

#include <fmt/format.h>

namespace openclaw::chat {

namespace {

constexpr auto models_on_the_command_line = "`openclaw models set` (`openclaw models list --all` shows them)";

}  // namespace

std::string choose_another_model(Surface surface) {
    return surface == Surface::conversation
               ? std::string("choose another model with /model")
               : fmt::format("choose another model with {}", models_on_the_command_line);
}

std::string choose_larger_window(Surface surface) {
    return surface == Surface::conversation
               ? std::string("choose a model with a larger window with /model")
               : fmt::format("choose a model with a larger window with {}", models_on_the_command_line);
}

std::string start_afresh(Surface surface) {
    return surface == Surface::conversation ? "send /new to start afresh"
                                            : "start afresh under another session key (--session-key)";
}

std::string change_session_model(Surface surface, const std::string& choice) {
    return surface == Surface::conversation
               ? fmt::format("send `/model {}`", choice)
               : fmt::format("open this session with `openclaw chat` and send /model {}", choice);
}

}  // namespace openclaw::chat
