#include "gateway/ws/methods/table.h"

#include <array>

#include "gateway/ws/methods/absent.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway {

namespace {

using namespace methods;

constexpr std::array method_table = {
    Method{.name = "health", .needed = access::Scope::read, .task_handler = health},
    Method{.name = "status", .needed = access::Scope::read, .task_handler = status},
    Method{.name = "logs.tail", .needed = access::Scope::read, .task_handler = logs_tail},
    Method{.name = "system-presence", .needed = access::Scope::read, .handler = system_presence},
    Method{.name = "last-heartbeat", .needed = access::Scope::read, .handler = last_heartbeat},
    Method{.name = "models.list", .needed = access::Scope::read, .handler = models_list},
    Method{
        .name = "models.auth.cooldown.list", .needed = access::Scope::admin, .task_handler = cooldown_list},
    Method{
        .name = "models.auth.cooldown.clear", .needed = access::Scope::admin, .task_handler = cooldown_clear},
    Method{.name = "models.explain", .needed = access::Scope::admin, .task_handler = models_explain},
    Method{.name = "models.check", .needed = access::Scope::admin, .task_handler = models_check},
    Method{.name = "models.probe", .needed = access::Scope::admin, .task_handler = models_probe},
    Method{.name = "agents.list", .needed = access::Scope::read, .handler = agents_list},
    Method{.name = "agent.identity.get", .needed = access::Scope::read, .handler = agent_identity_get},
    Method{.name = "sessions.list", .needed = access::Scope::read, .task_handler = sessions_list},
    Method{.name = "sessions.describe", .needed = access::Scope::read, .task_handler = sessions_describe},
    Method{.name = "sessions.subscribe", .needed = access::Scope::read, .task_handler = sessions_subscribe},
    Method{.name = "sessions.preview", .needed = access::Scope::read, .task_handler = sessions_preview},
    Method{.name = "sessions.resolve",
           .needed = access::Scope::read,
           .task_handler = sessions_resolve,
           .advertised = false},
    Method{.name = "sessions.patch", .needed = access::Scope::admin, .task_handler = sessions_patch},
    Method{.name = "sessions.reset", .needed = access::Scope::admin, .task_handler = sessions_reset},
    Method{.name = "sessions.delete", .needed = access::Scope::admin, .task_handler = sessions_delete},
    Method{.name = "chat.history", .needed = access::Scope::read, .task_handler = chat_history},
    Method{.name = "chat.send", .needed = access::Scope::write, .handler = chat_send},
    Method{.name = "chat.abort", .needed = access::Scope::write, .handler = chat_abort},
    Method{.name = "agent", .needed = access::Scope::write, .task_handler = methods::agent},
    Method{.name = "agent.wait", .needed = access::Scope::write, .task_handler = agent_wait},
    Method{.name = "config.get", .needed = access::Scope::read, .handler = config_get},
    Method{.name = "gateway.refresh",
           .needed = access::Scope::admin,
           .task_handler = gateway_refresh,
           .advertised = false},
    Method{.name = "env.list", .needed = access::Scope::admin, .handler = env_list},
    Method{.name = "secrets.sources",
           .needed = access::Scope::admin,
           .handler = secrets_sources,
           .advertised = false},
    Method{.name = "node.list", .needed = access::Scope::read, .handler = node_list},
    Method{.name = "cron.list", .needed = access::Scope::read, .handler = cron_list},
    Method{.name = "cron.status", .needed = access::Scope::read, .handler = cron_status},
    Method{.name = "channels.status", .needed = access::Scope::read, .handler = channels_status},
};

constexpr std::array event_table = {
    Event{.name = "connect.challenge", .needed = access::open_to_all},
    Event{.name = "agent", .needed = access::Scope::read},
    Event{.name = "chat", .needed = access::Scope::read},
    Event{.name = "presence", .needed = access::Scope::read},
    Event{.name = "tick", .needed = access::open_to_all},
    Event{.name = "health", .needed = access::Scope::read},
    Event{.name = "models.probe", .needed = access::Scope::admin},
    Event{.name = "shutdown", .needed = access::open_to_all},
};

}  // namespace

Offer all_that_is_offered() {
    return {.methods = method_table, .events = event_table, .absent = all_absent()};
}

}  // namespace openclaw::gateway
