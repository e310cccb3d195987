// What the reference's clients ask for and this gateway has not: they are told what to do instead.
#include "gateway/ws/methods/absent.h"

#include <algorithm>

namespace openclaw::gateway::methods {

namespace {

constexpr std::string_view
    no_jobs = "this gateway runs no jobs; have the host's cron send messages with `agent`",
    no_nodes = "this gateway has no companion devices",
    no_channels = "this gateway has no chat channels; talk to an agent with `agent` or `chat.send`",
    no_usage = "what was used is not summed up by sessions; ask for `usage.cost`",
    no_tools = "agents have no tools here";

constexpr Absent absent[] = {
    {"system.info", access::Scope::read, "ask for `status` or `health`"},
    {"diagnostics.stability", access::Scope::read, "ask for `status`, or read the log with `logs.tail`"},
    {"cron.get", access::Scope::read, no_jobs},
    {"cron.runs", access::Scope::read, no_jobs},
    {"cron.add", access::Scope::admin, no_jobs},
    {"cron.update", access::Scope::admin, no_jobs},
    {"cron.remove", access::Scope::admin, no_jobs},
    {"cron.run", access::Scope::admin, no_jobs},
    {"node.pair.approve", access::Scope::pairing, no_nodes},
    {"node.pair.reject", access::Scope::pairing, no_nodes},
    {"node.describe", access::Scope::read, no_nodes},
    {"node.invoke", access::Scope::write, no_nodes},
    {"plugins.list", access::Scope::read, "this gateway loads no plugins"},
    {"channels.pairing.list", access::Scope::pairing, no_channels},
    {"tasks.list", access::Scope::read, no_jobs},
    {"approval.history", access::Scope::approvals, no_tools},
    {"webSearch.status", access::Scope::read, no_tools},
    {"diagnostics.lanes", access::Scope::read, "ask for `status`"},
    {"themes.list", access::Scope::read, "the built-in themes need nothing of this gateway"},
    {"sessions.usage", access::Scope::read, no_usage},
    {"models.authStatus", access::Scope::read, "`openclaw models status` says how each credential stands"},
    {"tts.status", access::Scope::read, "this gateway doesn't speak"},
    {"skills.search", access::Scope::read, no_tools},
    {"skills.library.list", access::Scope::read, no_tools},
    {"skills.install", access::Scope::admin, no_tools},
    {"skills.update", access::Scope::admin, no_tools},
    {"exec.approvals.set", access::Scope::admin, no_tools},
    {"channels.logout", access::Scope::admin, no_channels},
    {"send", access::Scope::write, no_channels},
    {"wake", access::Scope::write, "this gateway starts no turns by itself; send a message with `agent`"},
    {"set-heartbeats", access::Scope::admin, "this gateway starts no turns by itself"},
    {"sessions.compact", access::Scope::admin, "begin a new conversation with `sessions.reset`"},
    {"secrets.reload", access::Scope::admin, "secrets are read again by themselves when they change"},
    {"update.run", access::Scope::admin, "update the program on the gateway's host"},
};

}  // namespace

std::span<const Absent> all_absent() {
    return absent;
}

}  // namespace openclaw::gateway::methods
