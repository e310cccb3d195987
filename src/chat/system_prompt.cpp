#include "chat/system_prompt.h"

namespace openclaw::chat {

std::string system_prompt(const config::AgentEntry& agent, const std::string& extra) {
    auto prompt = agent.identity_name.empty()
                      ? std::string("You are a personal assistant")
                      : fmt::format("You are {}, a personal assistant", agent.identity_name);
    prompt +=
        ", reached through a self-hosted gateway called openclaw. Answer directly and plainly, in the "
        "language "
        "of the person who writes to you. You have no tools here: you cannot open files, run commands or "
        "look "
        "anything up. Say so when it matters, and say when you do not know.";
    if (!extra.empty()) prompt += "\n\n" + extra;
    return prompt;
}

}  // namespace openclaw::chat
