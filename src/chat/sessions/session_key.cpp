#include "chat/sessions/session_key.h"

#include "base/nearest.h"
#include "base/text.h"

namespace openclaw::chat {
namespace {

constexpr std::size_t key_bytes_max = 512;

struct KeyParts {
    std::string_view agent, rest;
};

// agent:<id>:<rest>
std::optional<KeyParts> split_key(std::string_view key) {
    constexpr std::string_view prefix = "agent:";
    if (!key.starts_with(prefix)) return std::nullopt;
    const auto colon = key.find(':', prefix.size());
    if (colon == key.npos || colon + 1 >= key.size()) return std::nullopt;
    return KeyParts{key.substr(prefix.size(), colon - prefix.size()), key.substr(colon + 1)};
}

std::unexpected<Error> unknown_agent(const std::string& id, const config::Config& config) {
    std::vector<std::string> known;
    for (const auto& agent : config.agents()) known.push_back(agent.id);
    const auto near = nearest(id, known);
    return hinted(
        fail(Code::not_found, "no agent {}", id),
        near ? fmt::format("did you mean {}?", *near) : fmt::format("configured: {}", joined(known, ", ")));
}

}  // namespace

bool SessionKey::is_group() const {
    return text.find(":group:") != text.npos || text.find(":channel:") != text.npos;
}

bool SessionKey::is_thread() const {
    return text.find(":thread:") != text.npos || text.find(":topic:") != text.npos;
}

SessionKey main_session(const std::string& agent_id) {
    return {"agent:" + agent_id + ":main", agent_id};
}

SessionKey stored_session(std::string_view key, const std::string& agent_id) {
    const auto parts = split_key(key);
    return {std::string(key), parts ? config::normalised_agent_id(parts->agent) : agent_id};
}

Result<SessionKey> resolve_session_key(std::string_view text, const config::Config& config,
                                       const std::string& default_agent) {
    const auto key = lowered(trimmed(text));
    if (key.size() > key_bytes_max)
        return fail(Code::invalid_input, "the session key is longer than {} bytes", key_bytes_max);
    for (const char c : key)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return fail(Code::invalid_input, "the session key holds a control character");
    if (!is_utf8(key)) return fail(Code::invalid_input, "the session key is not UTF-8");

    const auto configured_main = lowered(config.text("session.mainKey").value_or("main"));
    const auto is_main_word = [&](std::string_view word) {
        return word.empty() || word == "main" || word == configured_main;
    };
    if (is_main_word(key)) return main_session(default_agent);
    if (key == "global" || key == "unknown") return SessionKey{key, config.default_agent().id};
    const auto parts = split_key(key);
    if (!parts) return SessionKey{fmt::format("agent:{}:{}", default_agent, key), default_agent};
    const auto agent = config::normalised_agent_id(parts->agent);
    if (config.find_agent(agent) == nullptr) return unknown_agent(agent, config);
    if (is_main_word(parts->rest)) return main_session(agent);
    return SessionKey{fmt::format("agent:{}:{}", agent, parts->rest), agent};
}

}  // namespace openclaw::chat
