#pragma once

#include "gateway/ws/call.h"
#include "gateway/ws/method.h"

// The handlers that table.cpp lists; one file each group.
namespace openclaw::gateway::methods {

// overview.cpp
net::Task<Reply> health(Call call);
net::Task<Reply> status(Call call);
Reply system_presence(Call& call);
Reply last_heartbeat(Call& call);

// catalogue.cpp
Reply models_list(Call& call);
Reply agents_list(Call& call);
Reply agent_identity_get(Call& call);
Reply commands_list(Call& call);

// devices.cpp
net::Task<Reply> device_pair_list(Call call);
net::Task<Reply> device_pair_approve(Call call);
Reply device_pair_reject(Call& call);
net::Task<Reply> device_pair_remove(Call call);
net::Task<Reply> device_pair_rename(Call call);
net::Task<Reply> device_token_rotate(Call call);
net::Task<Reply> device_token_revoke(Call call);

// sessions.cpp
net::Task<Reply> sessions_list(Call call);
net::Task<Reply> sessions_describe(Call call);
net::Task<Reply> sessions_subscribe(Call call);
Reply sessions_messages_subscribe(Call& call);
net::Task<Reply> sessions_preview(Call call);
net::Task<Reply> sessions_resolve(Call call);

// sessions_change.cpp
net::Task<Reply> sessions_patch(Call call);
net::Task<Reply> sessions_reset(Call call);
net::Task<Reply> sessions_delete(Call call);

// chat.cpp
Reply chat_send(Call& call);
net::Task<Reply> chat_history(Call call);
Reply chat_abort(Call& call);

// agent.cpp
net::Task<Reply> agent(Call call);
net::Task<Reply> agent_wait(Call call);

// config.cpp
net::Task<Reply> config_get(Call call);
Reply config_schema(Call& call);
Reply env_list(Call& call);
Reply secrets_sources(Call& call);

// config_change.cpp
net::Task<Reply> config_set(Call call);
net::Task<Reply> config_patch(Call call);
net::Task<Reply> config_apply(Call call);

// logs.cpp
net::Task<Reply> logs_tail(Call call);

// cooldowns.cpp
net::Task<Reply> cooldown_list(Call call);
net::Task<Reply> cooldown_clear(Call call);

// credentials.cpp
net::Task<Reply> models_explain(Call call);
net::Task<Reply> models_check(Call call);
net::Task<Reply> models_probe(Call call);

// lock.cpp
Reply gateway_lock(Call& call);

// usage.cpp
net::Task<Reply> usage_status(Call call);
net::Task<Reply> usage_cost(Call call);

// refresh.cpp
net::Task<Reply> gateway_refresh(Call call);

// empty.cpp: features that this gateway doesn't have, in the shapes that clients read at their start
Reply node_list(Call& call);
Reply cron_list(Call& call);
Reply cron_status(Call& call);
Reply channels_status(Call& call);
Reply question_list(Call& call);
Reply approval_list(Call& call);
Reply skills_status(Call& call);
net::Task<Reply> exec_approvals_get(Call call);
Reply node_pair_list(Call& call);

}  // namespace openclaw::gateway::methods
