#pragma once

#include <span>
#include <string_view>

namespace openclaw::cli {

// What a client asks of the gateway over HTTP. No method: it speaks websocket, which is always there.
struct ClientRequest {
    std::string_view method = {}, path = {};
};

// A variable of the environment. The value may be a mark, see block.h.
struct ClientVariable {
    std::string_view name, value;
};

// A program that can be pointed at the gateway, and what it has to be told. Its text goes into a file where
// one is named, else it is commands for a shell, after the variables.
struct KnownClient {
    std::string_view name;     // "claude-code"
    std::string_view title;    // "Claude Code"
    std::string_view speaks;   // "OpenAI chat completions"
    ClientRequest needs;       // without it nothing of it works
    ClientRequest wants = {};  // without it something is missing:
    std::string_view missing = {};
    std::string_view limits = {};      // what of it is refused here
    std::string_view scopes = "chat";  // of a key that is made for it
    std::span<const ClientVariable> variables = {};
    std::string_view file = {};  // "~/.continue/config.yaml"
    std::string_view text = {};
    std::string_view with_authority = {};  // what to know where an authority has to be trusted
};

// In the order in which they are shown.
std::span<const KnownClient> known_clients();
const KnownClient* find_known_client(std::string_view name);

// Whether the gateway of this program answers it.
bool is_served(const ClientRequest& request);

}  // namespace openclaw::cli
