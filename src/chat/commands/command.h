#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "auth/choice/resolver.h"
#include "auth/models/model_ref.h"
#include "auth/profiles/profile.h"
#include "chat/sessions/session_entry.h"
#include "chat/sessions/session_key.h"
#include "config/config.h"
#include "net/loop/task.h"

namespace openclaw::chat {

// What a slash command may look at, as it was when the command came.
struct CommandContext {
    const access::Principal& asked_by;
    const config::Config& config;
    const config::AgentEntry& agent;
    const SessionKey& key;
    json::object record;  // of the session; empty when it doesn't exist yet
    SessionEntry entry;   // the same, read
    const auth::Store& store;
    std::string store_file;  // for people
    TimePoint now;
    std::string version, fingerprint_key;
    std::size_t queued = 0;  // messages that wait in this session
    // The resolution for a provider, with a profile pinned and locked when one is given.
    std::function<auth::Resolution(const auth::ProviderId& provider,
                                   const std::optional<auth::ProfileId>& locked)>
        resolve;
};

// What a command does: an answer, and a change to the session's record that is made before it is shown.
struct CommandReply {
    std::string text;
    std::function<void(json::object&)> change = {};
    bool fresh_session = false;     // the session starts afresh, after `change`
    std::string then_message = {};  // goes to the model next
};

struct Command {
    std::string_view name;  // without the slash
    std::string_view alias;
    std::string_view arguments;
    std::string_view summary;
    CommandReply (*run)(const CommandContext& context, std::string_view arguments);
};

std::span<const Command* const> all_commands();  // in the order of /help

// What a message asks of us. Only its first line counts: "/cmd args", "/cmd: args", "/cmd@name args".
struct Recognised {
    const Command* command = nullptr;  // null: an unknown word, or one of the two below
    std::string word;                  // as typed, lower case
    std::string arguments;
    bool stop = false;  // /stop, or one of the abort words as the whole message
};
// Nothing for text that goes to the model, paths such as /etc/hosts among it. `is_alias` tells model
// aliases, which work as commands.
std::optional<Recognised> recognise(std::string_view message,
                                    const std::function<bool(std::string_view)>& is_alias);

CommandReply unknown_command(std::string_view word);

}  // namespace openclaw::chat
