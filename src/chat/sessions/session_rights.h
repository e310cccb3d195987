#pragma once

#include <optional>
#include <string>

#include "access/principal.h"
#include "base/json.h"
#include "chat/sessions/session_key.h"

namespace openclaw::chat {

// Who began a session, by its record: the id of a principal, or nothing for the gateway's own people (the
// owner, and who has the gateway's secret), to whom every session belongs that doesn't say whose it is.
// Nobody at all where there is no such session.
using Maker = std::optional<std::string>;

// Some are somebody's before they begin, so that nobody waits in them for what others will say: the main
// session of the default agent, "global" and "unknown" are the gateway's own, "agent:main:client:<id>" is
// that client's.
Maker maker_of(const json::object* record, const SessionKey& key, const config::Config& config);
inline Maker maker_of(const std::optional<json::object>& record, const SessionKey& key,
                      const config::Config& config) {
    return maker_of(record ? &*record : nullptr, key, config);
}
// What the record of a session that he begins says of it; a record that is there keeps what it says.
std::string maker_to_note(const access::Principal& who, const SessionKey& key, const config::Config& config);

// Whether it was begun by him. Others' sessions want the scope models (which admin has) besides chat. What
// isn't there is nobody's, and so anybody's to begin.
bool is_own(const access::Principal& who, const Maker& maker);

// What follows is all that a principal may do with a session. Outside his limits it is nothing, whatever his
// scopes. To see it is to read it, to find it in lists, and to be told what happens in it.
bool may_see(const access::Principal& who, const SessionKey& key, const Maker& maker);
// To send messages and commands, and to stop what goes on. `denied`, with what would help.
Result<void> may_talk(const access::Principal& who, const SessionKey& key, const Maker& maker);
// To choose the credential that answers, instead of having it chosen.
inline bool may_pin(const access::Principal& who) {
    return who.may(access::Scope::models);
}

Error pin_refusal(const access::Principal& who);

// The agent that is meant where none is named: the default one, for who may not use it the first that he may.
const std::string& default_agent_for(const access::Principal& who, const config::Config& config);
// The session that is meant where none is named: the agent's main one; for who may not talk in those of
// others one of his own, "agent:main:client:crt_…", of which `own_main_key` is what follows the agent.
SessionKey main_session_for(const access::Principal& who, const std::string& agent_id);
std::optional<std::string> own_main_key(const access::Principal& who);
// What he may write for a session (session_key.h), with his own default agent and, for the bare word "main",
// his own main session. `denied` outside his limits, which says nothing about whether it exists.
Result<SessionKey> session_for(const access::Principal& who, std::string_view text,
                               const config::Config& config);
// An agent that he names. `denied` outside his limits, `not_found` within them.
Result<const config::AgentEntry*> agent_for(const access::Principal& who, std::string_view id,
                                            const config::Config& config);

}  // namespace openclaw::chat
