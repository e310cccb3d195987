#include "chat/sessions/session_rights.h"

#include <algorithm>

#include "base/text.h"
#include "chat/sessions/session_entry.h"
#include "config/agents.h"

namespace openclaw::chat {
namespace {

using access::Principal;
using access::Scope;

constexpr std::string_view client_prefix = "client:";

// Whose a session is before it begins.
Maker reserved_for(const SessionKey& key, const config::Config& config) {
    if (key.text == "global" || key.text == "unknown" || key == main_session(config.default_agent().id))
        return std::string();
    const auto prefix = fmt::format("agent:{}:{}", key.agent_id, client_prefix);
    return key.text.starts_with(prefix) ? Maker(key.text.substr(prefix.size())) : std::nullopt;
}

// What can stand in a session's key as it is: keys know no capitals.
bool is_plain_id(std::string_view id) {
    const auto plain = [marks = std::string_view("_-.:@+")](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || marks.contains(c);
    };
    return !id.empty() && id.size() <= 128 && std::ranges::all_of(id, plain);
}

bool is_within_limits(const Principal& who, const SessionKey& key) {
    return who.limits().allow_session(key.text, key.agent_id);
}

std::unexpected<Error> outside_limits(const Principal& who, std::string_view what) {
    return hinted(fail(Code::denied, "{} may not use {}", who.shown(), shortened(printable(what), 200)),
                  "name a session or an agent that this client is allowed");
}

}  // namespace

Maker maker_of(const json::object* record, const SessionKey& key, const config::Config& config) {
    if (record != nullptr) return maker_in(*record);
    return reserved_for(key, config);
}

std::string maker_to_note(const Principal& who, const SessionKey& key, const config::Config& config) {
    if (auto reserved = reserved_for(key, config)) return *reserved;
    return who.is_admin_by_proof() ? std::string() : who.id();
}

bool is_own(const Principal& who, const Maker& maker) {
    if (!maker) return true;
    return maker->empty() ? who.is_admin_by_proof() : *maker == who.id();
}

bool may_see(const Principal& who, const SessionKey& key, const Maker& maker) {
    if (!is_within_limits(who, key)) return false;
    return who.may(Scope::read) || (who.may(Scope::chat) && is_own(who, maker));
}

Result<void> may_talk(const Principal& who, const SessionKey& key, const Maker& maker) {
    if (!is_within_limits(who, key)) return outside_limits(who, key.text);
    if (who.may(Scope::chat) && (is_own(who, maker) || who.may(Scope::models))) return {};
    if (!who.may(Scope::chat))
        return hinted(fail(Code::denied, "{} may not send messages", who.shown()),
                      "have the scope `chat` added to this client");
    return hinted(fail(Code::denied, "the session {} was not begun by {}", key.text, who.shown()),
                  "use a session key of your own, or have the scope `models` added to this client");
}

Error pin_refusal(const Principal& who) {
    return {Code::denied, fmt::format("{} may not choose the credential that answers", who.shown()),
            "leave out `@` and what follows, or have the scope `models` added to this client"};
}

const std::string& default_agent_for(const Principal& who, const config::Config& config) {
    const auto& usual = config.default_agent().id;
    if (who.limits().allow_agent(usual)) return usual;
    for (const auto& agent : config.agents())
        if (who.limits().allow_agent(agent.id)) return agent.id;
    return usual;
}

std::optional<std::string> own_main_key(const Principal& who) {
    const bool talks_anywhere = who.is_admin_by_proof() || who.may(Scope::models);
    if (talks_anywhere || !who.may(Scope::chat) || !is_plain_id(who.id())) return std::nullopt;
    return fmt::format("{}{}", client_prefix, who.id());
}

SessionKey main_session_for(const Principal& who, const std::string& agent_id) {
    const auto own = own_main_key(who);
    return own ? SessionKey{fmt::format("agent:{}:{}", agent_id, *own), agent_id} : main_session(agent_id);
}

Result<SessionKey> session_for(const Principal& who, std::string_view text, const config::Config& config) {
    auto key = resolve_session_key(text, config, default_agent_for(who, config));
    const bool named = lowered(trimmed(text)).starts_with("agent:");
    if (key && key->is_main() && !named) key = main_session_for(who, key->agent_id);
    const bool unknown = !key && key.error().code == Code::not_found;
    if (unknown && who.limits().agents) return outside_limits(who, text);
    if (key && !is_within_limits(who, *key)) return outside_limits(who, text);
    return key;
}

Result<const config::AgentEntry*> agent_for(const Principal& who, std::string_view id,
                                            const config::Config& config) {
    const auto* agent = config.find_agent(id);
    if (agent && who.limits().allow_agent(agent->id)) return agent;
    if (who.limits().agents) return outside_limits(who, fmt::format("the agent {}", id));
    return fail(Code::not_found, "{}", config::unknown_agent(id, config));
}

}  // namespace openclaw::chat
