#include "base/text.h"
#include "providers/wire/anthropic/messages.h"

namespace openclaw::providers::anthropic {
namespace {

constexpr std::string_view setup_token_mark = "sk-ant-oat";
constexpr std::string_view api_key_mark = "sk-ant-api";

bool travels_as_bearer(const Endpoint& endpoint, const auth::Candidate& credential) {
    if (endpoint.auth_header == AuthHeader::bearer) return true;
    if (credential.secret->contains(setup_token_mark)) return true;
    if (credential.secret->starts_with(api_key_mark)) return false;
    return credential.kind == "token" || credential.kind == "oauth";
}

json::object text_block(std::string_view text) {
    return {{"type", "text"}, {"text", wire_text(text)}};
}

void mark_for_cache(json::object& block) {
    block["cache_control"] = json::object{{"type", "ephemeral"}};
}

std::string_view role_name(Message::Role role) {
    switch (role) {
        case Message::Role::user:
            return "user";
        case Message::Role::assistant:
            return "assistant";
    }
    return "user";
}

json::array messages_of(const CompletionRequest& request) {
    json::array messages;
    std::optional<Message::Role> last;
    for (const auto& message : request.messages) {
        if (trimmed(message.text).empty()) continue;
        if (last != message.role) {
            messages.push_back(json::object{{"role", role_name(message.role)}, {"content", json::array()}});
        }
        last = message.role;
        messages.back().as_object()["content"].as_array().push_back(text_block(message.text));
    }
    if (last == Message::Role::user) {
        mark_for_cache(messages.back().as_object()["content"].as_array().back().as_object());
    }
    return messages;
}

}  // namespace

net::Headers headers_for(const Endpoint& endpoint, const auth::Candidate& credential, bool streamed) {
    net::Headers headers{{"content-type", "application/json"},
                         {"accept", streamed ? "text/event-stream" : "application/json"},
                         {"anthropic-version", "2023-06-01"},
                         {"user-agent", user_agent()}};
    for (const auto& [name, value] : endpoint.headers.fields()) headers.set(name, value);
    if (!credential.secret || endpoint.auth_header == AuthHeader::none) return headers;
    if (!travels_as_bearer(endpoint, credential)) {
        headers.set_secret("x-api-key", *credential.secret);
        return headers;
    }
    headers.set_secret("authorization", *credential.secret, "Bearer ");
    if (endpoint.provider == "anthropic") {
        const auto betas = headers.find("anthropic-beta");
        headers.set("anthropic-beta",
                    betas ? fmt::format("{},oauth-2025-04-20", *betas) : "oauth-2025-04-20");
    }
    return headers;
}

json::object body_for(const CompletionRequest& request, bool streamed) {
    json::object body{{"model", request.model.model},
                      {"max_tokens", request.tokens_max},
                      {"messages", messages_of(request)},
                      {"stream", streamed}};
    if (!trimmed(request.system).empty()) {
        auto block = text_block(request.system);
        mark_for_cache(block);
        body["system"] = json::array{std::move(block)};
    }
    if (request.temperature) body["temperature"] = *request.temperature;
    if (!request.stop.empty()) body["stop_sequences"] = json::array(request.stop.begin(), request.stop.end());
    return body;
}

}  // namespace openclaw::providers::anthropic
