#include "base/broken_text.h"
#include "base/text.h"
#include "providers/wire/anthropic/messages.h"
#include "providers/wire/body_text.h"

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

constexpr std::string_view cache_mark = R"(,"cache_control":{"type":"ephemeral"})";

void append_block(std::string& out, std::string_view text, bool marked) {
    out += R"({"type":"text","text":)";
    append_json_string(out, text);
    if (marked) out += cache_mark;
    out += '}';
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

// The body's text. Messages of one role in a row are blocks of one message. The last, when it is a question,
// is where what the provider keeps of the conversation ends.
std::string with_messages(const json::object& body, const CompletionRequest& request) {
    std::vector<const Message*> told;
    std::size_t bytes = 0;
    for (const auto& message : request.messages) {
        if (trimmed(message.text).empty()) continue;
        told.push_back(&message);
        bytes += message.text.size() + 80;
    }
    auto out = text_before_member(body, "messages", bytes);
    out += '[';
    for (std::size_t i = 0; i < told.size(); ++i) {
        const bool begins = i == 0 || told[i]->role != told[i - 1]->role;
        const bool is_last = i + 1 == told.size();
        out += begins ? R"({"role":")" : ",";
        if (begins) out.append(role_name(told[i]->role)).append(R"(","content":[)");
        append_block(out, told[i]->text, is_last && told[i]->role == Message::Role::user);
        if (is_last || told[i + 1]->role != told[i]->role) out += is_last ? "]}" : "]},";
    }
    out += "]}";
    return out;
}

}  // namespace

net::Headers headers_for(const Endpoint& endpoint, const auth::Candidate& credential, bool streamed) {
    net::Headers headers{{"content-type", "application/json"},
                         {"accept", streamed ? "text/event-stream" : "application/json"},
                         {"anthropic-version", "2023-06-01"},
                         {"user-agent", user_agent()}};
    for (const auto& [name, value] : endpoint.headers.fields()) headers.set(name, value);
    if (credential.kind == auth::header_kind) return headers;  // it is among them
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

std::string body_for(const CompletionRequest& request, bool streamed) {
    json::object body{
        {"model", request.model.model}, {"max_tokens", request.tokens_max}, {"stream", streamed}};
    if (!trimmed(request.system).empty())
        body["system"] = json::array{json::object{{"type", "text"},
                                                  {"text", well_formed(request.system)},
                                                  {"cache_control", {{"type", "ephemeral"}}}}};
    if (request.temperature) body["temperature"] = *request.temperature;
    if (!request.stop.empty()) body["stop_sequences"] = json::array(request.stop.begin(), request.stop.end());
    return with_messages(body, request);
}

}  // namespace openclaw::providers::anthropic
