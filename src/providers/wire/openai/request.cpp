#include "base/text.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers::openai {
namespace {

std::string_view role_name(Message::Role role) {
    switch (role) {
        case Message::Role::user:
            return "user";
        case Message::Role::assistant:
            return "assistant";
    }
    return "user";
}

// OpenRouter hands cache marks on to Anthropic's models.
bool takes_cache_marks(const CompletionRequest& request, const Endpoint& endpoint) {
    return endpoint.provider == "openrouter" && request.model.model.starts_with("anthropic/");
}

json::array marked_content(const json::value& text) {
    return {json::object{
        {"type", "text"}, {"text", text}, {"cache_control", json::object{{"type", "ephemeral"}}}}};
}

json::array messages_of(const CompletionRequest& request, const Endpoint& endpoint) {
    json::array messages;
    if (!trimmed(request.system).empty()) {
        messages.push_back({{"role", endpoint.system_role}, {"content", wire_text(request.system)}});
    }
    for (const auto& message : request.messages) {
        if (trimmed(message.text).empty()) continue;
        messages.push_back({{"role", role_name(message.role)}, {"content", wire_text(message.text)}});
    }
    if (!messages.empty() && takes_cache_marks(request, endpoint)) {
        auto& content = messages.back().as_object()["content"];
        content = marked_content(content);
    }
    return messages;
}

// The router's own model is called openrouter/auto there; people write openrouter/auto for the pair.
std::string wire_model(const CompletionRequest& request, const Endpoint& endpoint) {
    if (endpoint.provider == "openrouter" && request.model.model == "auto") return "openrouter/auto";
    return request.model.model;
}

}  // namespace

net::Headers headers_for(const Endpoint& endpoint, const auth::Candidate& credential, bool streamed) {
    net::Headers headers{{"content-type", "application/json"},
                         {"accept", streamed ? "text/event-stream" : "application/json"},
                         {"user-agent", user_agent()}};
    if (endpoint.provider == "openrouter") headers.set("x-title", "openclaw");
    for (const auto& [name, value] : endpoint.headers.fields()) headers.set(name, value);
    if (credential.secret && !credential.secret->blank() && endpoint.auth_header != AuthHeader::none) {
        headers.set_secret("authorization", *credential.secret, "Bearer ");
    }
    return headers;
}

json::object body_for(const CompletionRequest& request, const Endpoint& endpoint, bool streamed) {
    json::object body{{"model", wire_model(request, endpoint)},
                      {"messages", messages_of(request, endpoint)},
                      {"stream", streamed}};
    if (streamed) body["stream_options"] = json::object{{"include_usage", true}};
    if (endpoint.send_store) body["store"] = false;
    body[endpoint.tokens_max_field] = request.tokens_max;
    if (request.temperature) body["temperature"] = *request.temperature;
    if (!request.stop.empty()) body["stop"] = json::array(request.stop.begin(), request.stop.end());
    return body;
}

}  // namespace openclaw::providers::openai
