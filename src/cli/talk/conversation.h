#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cli/gateway/gateway_client.h"
#include "net/loop/abort.h"
#include "net/loop/loop.h"

namespace openclaw::chat {
class Chat;
}

namespace openclaw::cli {

// One message to an agent. Which session: its key, its id, or the main one of an agent (empty: default).
struct SayRequest {
    std::string message;
    std::string session_key, session_id, agent_id;
    bool commands = true;  // a message that is a slash command is one
    std::optional<Milliseconds> timeout;
};

struct Reply {
    std::string text;
    bool aborted = false;
    json::object payload;                   // what `agent --json` prints
    std::vector<std::string> notices = {};  // beside the reply: who was refused before, which model answered
};

// New text of the reply, as it arrives.
using OnText = std::function<void(std::string_view)>;

// Somebody to talk to: through the gateway, or in this process.
class Conversation {
public:
    virtual ~Conversation() = default;
    // Returns when the reply is over. `abort` ends it early; what had arrived is in the answer.
    virtual net::Task<Result<Reply>> say(SayRequest request, OnText on_text, net::Abort abort) = 0;
};

// Connects for each message, so that a gateway may restart meanwhile.
std::unique_ptr<Conversation> conversation_through_gateway(net::Loop& loop, GatewayTarget target,
                                                           Milliseconds connect_timeout);
std::unique_ptr<Conversation> conversation_in_process(chat::Chat& chat);

}  // namespace openclaw::cli
