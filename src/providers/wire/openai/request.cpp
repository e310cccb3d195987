#include "base/text.h"
#include "providers/wire/body_text.h"
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

void append_message(std::string& out, std::string_view role, std::string_view text, bool marked) {
    if (out.back() != '[') out += ',';
    out.append(R"({"role":")").append(role).append(R"(","content":)");
    if (marked) out += R"([{"type":"text","text":)";
    append_json_string(out, text);
    if (marked) out += R"(,"cache_control":{"type":"ephemeral"}}])";
    out += '}';
}

std::string with_messages(const json::object& body, const CompletionRequest& request,
                          const Endpoint& endpoint) {
    std::vector<const Message*> told;
    std::size_t bytes = request.system.size() + 80;
    for (const auto& message : request.messages) {
        if (trimmed(message.text).empty()) continue;
        told.push_back(&message);
        bytes += message.text.size() + 40;
    }
    const bool marks = takes_cache_marks(request, endpoint);
    auto out = text_before_member(body, "messages", bytes);
    out += '[';
    if (!trimmed(request.system).empty())
        append_message(out, endpoint.system_role, request.system, marks && told.empty());
    for (const auto* message : told)
        append_message(out, role_name(message->role), message->text, marks && message == told.back());
    out += "]}";
    return out;
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
    if (credential.kind == auth::header_kind) return headers;  // it is among them
    if (credential.secret && !credential.secret->blank() && endpoint.auth_header != AuthHeader::none) {
        headers.set_secret("authorization", *credential.secret, "Bearer ");
    }
    return headers;
}

std::string body_for(const CompletionRequest& request, const Endpoint& endpoint, bool streamed) {
    json::object body{{"model", wire_model(request, endpoint)}, {"stream", streamed}};
    if (streamed) body["stream_options"] = json::object{{"include_usage", true}};
    if (endpoint.send_store) body["store"] = false;
    body[endpoint.tokens_max_field] = request.tokens_max;
    if (request.temperature) body["temperature"] = *request.temperature;
    if (!request.stop.empty()) body["stop"] = json::array(request.stop.begin(), request.stop.end());
    return with_messages(body, request, endpoint);
}

}  // namespace openclaw::providers::openai
