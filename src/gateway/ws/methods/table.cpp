#include "gateway/ws/methods/table.h"

#include <array>

#include "gateway/ws/methods/absent.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway {

namespace {

using namespace methods;
using access::Scope;
using enum access::Restricted;

// What the reference keeps for its scopes read and write, chat has for sessions of one's own.
constexpr auto to_see = access::Needs::one_of(Scope::read, Scope::chat);
constexpr auto to_talk = access::Needs::one_of(Scope::write, Scope::chat);

constexpr std::array method_table = {
    Method{.name = "health", .needed = Scope::read, .task_handler = health, .restricted = served},
    Method{.name = "status", .needed = Scope::read, .task_handler = status, .restricted = served},
    Method{.name = "logs.tail", .needed = Scope::read, .task_handler = logs_tail},
    Method{.name = "usage.status", .needed = Scope::read, .task_handler = usage_status, .restricted = served},
    Method{.name = "usage.cost", .needed = Scope::read, .task_handler = usage_cost, .restricted = served},
    Method{
        .name = "system-presence", .needed = Scope::read, .handler = system_presence, .restricted = served},
    Method{.name = "last-heartbeat", .needed = Scope::read, .handler = last_heartbeat, .restricted = served},
    Method{.name = "models.list", .needed = to_see, .handler = models_list, .restricted = served},
    Method{.name = "models.auth.cooldown.list", .needed = Scope::models, .task_handler = cooldown_list},
    Method{.name = "models.auth.cooldown.clear", .needed = Scope::models, .task_handler = cooldown_clear},
    Method{.name = "models.explain", .needed = Scope::models, .task_handler = models_explain},
    Method{.name = "models.check", .needed = Scope::models, .task_handler = models_check},
    Method{.name = "models.probe", .needed = Scope::models, .task_handler = models_probe},
    Method{.name = "agents.list", .needed = to_see, .handler = agents_list, .restricted = served},
    Method{
        .name = "agent.identity.get", .needed = to_see, .handler = agent_identity_get, .restricted = served},
    Method{.name = "sessions.list", .needed = to_see, .task_handler = sessions_list, .restricted = served},
    Method{.name = "sessions.describe",
           .needed = to_see,
           .task_handler = sessions_describe,
           .restricted = served},
    Method{.name = "sessions.subscribe",
           .needed = to_see,
           .task_handler = sessions_subscribe,
           .restricted = served},
    Method{
        .name = "sessions.preview", .needed = to_see, .task_handler = sessions_preview, .restricted = served},
    Method{.name = "sessions.messages.subscribe",
           .needed = to_see,
           .handler = sessions_messages_subscribe,
           .restricted = served},
    Method{.name = "sessions.messages.unsubscribe",
           .needed = to_see,
           .handler = sessions_messages_subscribe,
           .restricted = served},
    Method{.name = "sessions.resolve",
           .needed = to_see,
           .task_handler = sessions_resolve,
           .advertised = false,
           .restricted = served},
    Method{.name = "sessions.patch",
           .needed = Scope::admin,
           .task_handler = sessions_patch,
           .restricted = served},
    Method{.name = "sessions.reset",
           .needed = Scope::admin,
           .task_handler = sessions_reset,
           .restricted = served},
    Method{.name = "sessions.delete",
           .needed = Scope::admin,
           .task_handler = sessions_delete,
           .restricted = served},
    Method{.name = "chat.history", .needed = to_see, .task_handler = chat_history, .restricted = served},
    // What the newest web interface begins with; the rest of it is asked for by methods of its own.
    Method{.name = "chat.startup", .needed = to_see, .task_handler = chat_history, .restricted = served},
    Method{.name = "chat.send", .needed = to_talk, .handler = chat_send, .restricted = served},
    Method{.name = "chat.abort", .needed = to_talk, .handler = chat_abort, .restricted = served},
    Method{.name = "agent", .needed = to_talk, .task_handler = methods::agent, .restricted = served},
    Method{.name = "agent.wait", .needed = to_talk, .task_handler = agent_wait, .restricted = served},
    Method{.name = "config.get", .needed = Scope::read, .task_handler = config_get},
    Method{.name = "config.schema", .needed = Scope::admin, .handler = config_schema},
    Method{.name = "config.set", .needed = Scope::admin, .task_handler = config_set},
    Method{.name = "config.patch", .needed = Scope::admin, .task_handler = config_patch},
    Method{.name = "config.apply", .needed = Scope::admin, .task_handler = config_apply},
    Method{.name = "gateway.refresh",
           .needed = Scope::admin,
           .task_handler = gateway_refresh,
           .advertised = false},
    Method{.name = "gateway.lock", .needed = Scope::admin, .handler = gateway_lock, .advertised = false},
    Method{.name = "env.list", .needed = Scope::admin, .handler = env_list},
    Method{
        .name = "secrets.sources", .needed = Scope::admin, .handler = secrets_sources, .advertised = false},
    Method{.name = "node.list", .needed = Scope::read, .handler = node_list, .restricted = served},
    Method{.name = "cron.list", .needed = Scope::read, .handler = cron_list, .restricted = served},
    Method{.name = "cron.status", .needed = Scope::read, .handler = cron_status, .restricted = served},
    Method{
        .name = "channels.status", .needed = Scope::read, .handler = channels_status, .restricted = served},
    Method{.name = "commands.list", .needed = to_see, .handler = commands_list, .restricted = served},
    Method{.name = "question.list", .needed = Scope::read, .handler = question_list, .restricted = served},
    Method{.name = "exec.approval.list",
           .needed = Scope::approvals,
           .handler = approval_list,
           .restricted = served},
    Method{.name = "plugin.approval.list",
           .needed = Scope::approvals,
           .handler = approval_list,
           .restricted = served},
    Method{.name = "openclaw.approval.list",
           .needed = Scope::approvals,
           .handler = approval_list,
           .restricted = served},
    Method{.name = "skills.status", .needed = Scope::read, .handler = skills_status, .restricted = served},
    Method{.name = "exec.approvals.get", .needed = Scope::admin, .task_handler = exec_approvals_get},
    Method{.name = "device.pair.list",
           .needed = Scope::pairing,
           .task_handler = device_pair_list,
           .restricted = served},
    Method{.name = "device.pair.approve", .needed = Scope::pairing, .task_handler = device_pair_approve},
    Method{.name = "device.pair.reject", .needed = Scope::pairing, .handler = device_pair_reject},
    Method{.name = "device.pair.remove", .needed = Scope::pairing, .task_handler = device_pair_remove},
    Method{.name = "device.pair.rename", .needed = Scope::pairing, .task_handler = device_pair_rename},
    Method{.name = "device.token.rotate", .needed = Scope::pairing, .task_handler = device_token_rotate},
    Method{.name = "device.token.revoke", .needed = Scope::pairing, .task_handler = device_token_revoke},
    Method{
        .name = "node.pair.list", .needed = Scope::pairing, .handler = node_pair_list, .restricted = served},
};

constexpr std::array event_table = {
    Event{.name = "connect.challenge", .needed = access::open_to_all},
    Event{.name = "agent", .needed = to_see},
    Event{.name = "chat", .needed = to_see},
    Event{.name = "presence", .needed = Scope::read},
    Event{.name = "tick", .needed = access::open_to_all},
    Event{.name = "health", .needed = Scope::read},
    Event{.name = "models.probe", .needed = Scope::models},
    Event{.name = "device.pair.requested", .needed = Scope::pairing},
    Event{.name = "device.pair.resolved", .needed = Scope::pairing},
    Event{.name = "shutdown", .needed = access::open_to_all},
};

}  // namespace

Offer all_that_is_offered() {
    return {.methods = method_table, .events = event_table, .absent = all_absent()};
}

}  // namespace openclaw::gateway
