#include "gateway/http/completion_request.h"

#include <vector>

#include "base/text.h"
#include "config/environment/paths.h"

namespace openclaw::gateway {

namespace {

struct Entry {
    std::string role, name, text;
};

// A content is a text or a list of texts (refused_message).
std::string text_of(const json::value* content) {
    if (!content || content->is_null()) return {};
    if (content->is_string()) return std::string(content->get_string());
    std::vector<std::string> texts;
    for (const auto& part : content->get_array())
        if (auto text = string_at(part.get_object(), "text")) texts.emplace_back(*text);
    return joined(texts, "\n");
}

std::string agent_of(const net::Headers& headers, std::string_view model, std::string_view default_agent) {
    for (std::string_view name : {"x-openclaw-agent-id", "x-openclaw-agent"})
        if (auto value = headers.find(name); value && !trimmed(*value).empty())
            return config::normalised_agent_id(trimmed(*value));
    for (std::string_view prefix : {"openclaw:", "openclaw/", "agent:"})
        if (model.starts_with(prefix) && model.size() > prefix.size())
            return config::normalised_agent_id(model.substr(prefix.size()));
    return std::string(default_agent);
}

std::string rendered(const Entry& entry) {
    if (entry.role == "assistant") return "Assistant: " + entry.text;
    if (entry.role == "tool")
        return fmt::format("Tool:{}: {}", entry.name.empty() ? "unknown" : entry.name, entry.text);
    return "User: " + entry.text;
}

// Empty when the call stands alone.
std::string session_of(const net::Headers& headers, const json::object& body, const std::string& agent_id) {
    if (auto key = headers.find("x-openclaw-session-key"); key && !trimmed(*key).empty())
        return std::string(trimmed(*key));
    const auto user = trimmed(string_at(body, "user").value_or(""));
    return user.empty() ? std::string() : fmt::format("agent:{}:openai-user:{}", agent_id, user);
}

std::optional<std::string> named_model(std::string_view model) {
    if (model.starts_with("openclaw") || model.starts_with("agent:")) return std::nullopt;
    if (model.find('/') == std::string_view::npos) return std::nullopt;
    return std::string(model);
}

std::vector<std::string> stops_of(const json::object& body) {
    std::vector<std::string> stops;
    const auto* value = value_at(body, "stop");
    if (!value) return stops;
    if (value->is_string())
        stops.emplace_back(value->get_string());
    else if (value->is_array())
        for (const auto& item : value->get_array()) stops.emplace_back(item.get_string());
    return stops;
}

// Below 1 means "not set" to many clients.
std::optional<std::int64_t> tokens_of(const json::object& body) {
    for (const std::string_view name : {"max_completion_tokens", "max_tokens"})
        if (const auto tokens = integer_at(body, name); tokens && *tokens >= 1) return tokens;
    return std::nullopt;
}

// What a tool answered is shown to the model as the user's words: tools themselves are not passed on.
std::vector<providers::Message> as_messages(const std::vector<Entry>& entries) {
    std::vector<providers::Message> messages;
    for (const auto& entry : entries) {
        const auto role =
            entry.role == "assistant" ? providers::Message::Role::assistant : providers::Message::Role::user;
        auto text = entry.role == "tool" ? rendered(entry) : entry.text;
        if (!messages.empty() && messages.back().role == role)
            messages.back().append(text);
        else
            messages.push_back({role, std::move(text)});
    }
    return messages;
}

// The last entry of a user or a tool is the message; what came before is history above it.
std::string message_of(const std::vector<Entry>& entries) {
    auto current = entries.size();
    for (std::size_t i = 0; i < entries.size(); ++i)
        if (entries[i].role != "assistant") current = i;
    if (current == entries.size()) return {};
    if (current == 0) return entries[0].text;
    std::string text = "[Chat messages since your last reply - for context]\n";
    for (std::size_t i = 0; i < current; ++i) text += rendered(entries[i]) + "\n";
    return text + "\n[Current message - respond to this]\n" + rendered(entries[current]);
}

}  // namespace

std::expected<CompletionCall, CallRefusal> parse_completion(const net::Headers& headers,
                                                            const json::value& body, std::string id,
                                                            std::string_view default_agent) {
    const auto* object = body.if_object();
    if (!object) return std::unexpected(CallRefusal{"the body must be a JSON object", {}, "invalid_type"});
    const auto* messages = array_at(*object, "messages");
    if (!messages)
        return std::unexpected(CallRefusal{"`messages` must be an array", "messages", "invalid_type"});
    if (auto refusal = refused_parameter(*object)) return std::unexpected(std::move(*refusal));

    CompletionCall call;
    call.id = std::move(id);
    call.model = std::string(string_at(*object, "model").value_or("openclaw"));
    call.agent_id = agent_of(headers, call.model, default_agent);
    call.session_key = session_of(headers, *object, call.agent_id);
    call.in_session = !call.session_key.empty();
    call.named_model = named_model(call.model);
    call.wishes = {.tokens_max = tokens_of(*object),
                   .temperature = number_at(*object, "temperature"),
                   .stop = stops_of(*object)};
    call.stream = bool_at(*object, "stream").value_or(false);
    if (const auto* options = object_at(*object, "stream_options"))
        call.include_usage = bool_at(*options, "include_usage").value_or(false);

    std::vector<Entry> entries;
    std::vector<std::string> system;
    for (std::size_t at = 0; at < messages->size(); ++at) {
        if (auto refusal = refused_message((*messages)[at], at)) return std::unexpected(std::move(*refusal));
        const auto& message = (*messages)[at].get_object();
        const auto role = string_at(message, "role").value_or("");
        auto text = text_of(value_at(message, "content"));
        if (trimmed(text).empty()) continue;
        if (role == "system" || role == "developer")
            system.push_back(std::move(text));
        else
            entries.push_back(
                {std::string(role), std::string(string_at(message, "name").value_or("")), std::move(text)});
    }
    call.system = joined(system, "\n\n");
    call.message = message_of(entries);
    call.messages = as_messages(entries);
    if (call.message.empty())
        return std::unexpected(
            CallRefusal{"Missing user message in `messages`.", "messages", "invalid_value"});
    return call;
}

}  // namespace openclaw::gateway
