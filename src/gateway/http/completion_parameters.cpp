#include "gateway/http/completion_parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

bool is_whole(const json::value& value) {
    if (value.is_int64() || value.is_uint64()) return true;
    return value.is_double() && std::isfinite(value.get_double()) &&
           std::trunc(value.get_double()) == value.get_double();
}
bool is_flag(const json::value& value) {
    return value.is_bool();
}
bool is_text(const json::value& value) {
    return value.is_string();
}
bool is_number(const json::value& value) {
    return value.is_number();
}
bool is_object(const json::value& value) {
    return value.is_object();
}
bool is_list(const json::value& value) {
    return value.is_array();
}
bool is_text_or_object(const json::value& value) {
    return value.is_string() || value.is_object();
}
bool is_texts(const json::value& value) {
    return value.is_array() &&
           std::ranges::all_of(value.get_array(), [](const json::value& each) { return each.is_string(); });
}
bool is_text_or_texts(const json::value& value) {
    return value.is_string() || is_texts(value);
}

// What of the right type a turn can honour.
bool any(const json::value&) {
    return true;
}
bool none(const json::value&) {
    return false;
}
bool empty(const json::value& value) {
    return value.is_array() ? value.get_array().empty() : value.is_object() && value.get_object().empty();
}
bool off(const json::value& value) {
    return !value.get_bool();
}
bool zero(const json::value& value) {
    return value.to_number<double>() == 0;
}
bool one(const json::value& value) {
    return value.to_number<double>() == 1;
}
bool up_to_four(const json::value& value) {
    return value.is_string() || value.get_array().size() <= 4;
}
bool without_tools(const json::value& value) {
    return value.is_string() && (value.get_string() == "none" || value.get_string() == "auto");
}
bool plain_text(const json::value& value) {
    return string_at(value.get_object(), "type") == "text";
}
bool text_alone(const json::value& value) {
    return value.get_array().size() == 1 && value.get_array()[0].get_string() == "text";
}
bool usual_tier(const json::value& value) {
    return value.get_string() == "auto" || value.get_string() == "default";
}
bool medium(const json::value& value) {
    return value.get_string() == "medium";
}

struct Parameter {
    std::string_view name;
    std::string_view type;  // "a whole number"
    bool (*is_type)(const json::value&);
    bool (*honoured)(const json::value&);  // asked for values of the type alone
    std::string_view honours = {};         // what is; empty: nothing but leaving it out
};

constexpr std::string_view no_tools = "tools are not passed on to the model";

constexpr std::array parameters{
    Parameter{"model", "a string", is_text, any},
    Parameter{"stream", "true or false", is_flag, any},
    Parameter{"stream_options", "an object", is_object, any},
    Parameter{"max_tokens", "a whole number", is_whole, any},
    Parameter{"max_completion_tokens", "a whole number", is_whole, any},
    Parameter{"temperature", "a number", is_number, any},
    Parameter{"stop", "a string or a list of strings", is_text_or_texts, up_to_four, "at most 4 of them"},
    Parameter{"user", "a string", is_text, any},
    Parameter{"metadata", "an object", is_object, any},
    Parameter{"n", "a whole number", is_whole, one, "1, one answer"},
    Parameter{"tools", "a list", is_list, empty, no_tools},
    Parameter{"functions", "a list", is_list, empty, no_tools},
    Parameter{"tool_choice", "a string or an object", is_text_or_object, without_tools, no_tools},
    Parameter{"function_call", "a string or an object", is_text_or_object, without_tools, no_tools},
    Parameter{"parallel_tool_calls", "true or false", is_flag, any},
    Parameter{"response_format", "an object", is_object, plain_text, "{\"type\":\"text\"}"},
    Parameter{"modalities", "a list of strings", is_texts, text_alone, "[\"text\"]"},
    Parameter{"audio", "an object", is_object, none},
    Parameter{"web_search_options", "an object", is_object, none},
    Parameter{"top_p", "a number", is_number, one, "1"},
    Parameter{"presence_penalty", "a number", is_number, zero, "0"},
    Parameter{"frequency_penalty", "a number", is_number, zero, "0"},
    Parameter{"logit_bias", "an object", is_object, empty, "an empty one"},
    Parameter{"logprobs", "true or false", is_flag, off, "false"},
    Parameter{"top_logprobs", "a whole number", is_whole, zero, "0"},
    Parameter{"seed", "a whole number", is_whole, none},
    Parameter{"reasoning_effort", "a string", is_text, none},
    Parameter{"verbosity", "a string", is_text, medium, "\"medium\""},
    Parameter{"service_tier", "a string", is_text, usual_tier, "\"auto\""},
    Parameter{"store", "true or false", is_flag, off, "false"},
};

CallRefusal wrong_type(std::string name, std::string_view type) {
    return {fmt::format("`{}` must be {}", name, type), std::move(name), "invalid_type"};
}

CallRefusal not_honoured(const Parameter& parameter) {
    if (parameter.honours == no_tools)
        return {fmt::format("`{}` is not supported here: {}", parameter.name, no_tools),
                std::string(parameter.name), "unsupported_parameter"};
    if (parameter.honours.empty())
        return {fmt::format("`{}` is not supported here; leave it out", parameter.name),
                std::string(parameter.name), "unsupported_parameter"};
    return {
        fmt::format("this value of `{}` is not supported here, only {}", parameter.name, parameter.honours),
        std::string(parameter.name), "unsupported_value"};
}

std::optional<CallRefusal> refused_content(const json::value& content, const std::string& name) {
    if (content.is_null() || content.is_string()) return std::nullopt;
    if (!content.is_array()) return wrong_type(name, "a string or a list of parts");
    const auto& parts = content.get_array();
    for (std::size_t at = 0; at < parts.size(); ++at) {
        const auto here = fmt::format("{}[{}]", name, at);
        const auto* part = parts[at].if_object();
        if (!part) return wrong_type(here, "an object");
        const auto* type = value_at(*part, "type");
        if (!type || !type->is_string()) return wrong_type(here + ".type", "a string");
        if (type->get_string() != "text" && type->get_string() != "input_text")
            return CallRefusal{
                fmt::format("`{}` is not supported here: only text is passed on to the model", here),
                here + ".type", "unsupported_value"};
        if (!string_at(*part, "text")) return wrong_type(here + ".text", "a string");
    }
    return std::nullopt;
}

}  // namespace

std::optional<CallRefusal> refused_parameter(const json::object& body) {
    for (const auto& parameter : parameters) {
        const auto* value = value_at(body, parameter.name);
        if (!value || value->is_null()) continue;
        if (!parameter.is_type(*value)) return wrong_type(std::string(parameter.name), parameter.type);
        if (!parameter.honoured(*value)) return not_honoured(parameter);
    }
    const auto* options = object_at(body, "stream_options");
    const auto* usage = options ? value_at(*options, "include_usage") : nullptr;
    if (usage && !usage->is_null() && !usage->is_bool())
        return wrong_type("stream_options.include_usage", "true or false");
    return std::nullopt;
}

std::optional<CallRefusal> refused_message(const json::value& message, std::size_t at) {
    const auto here = fmt::format("messages[{}]", at);
    const auto* object = message.if_object();
    if (!object) return wrong_type(here, "an object");
    const std::vector<std::string> roles{"system", "developer", "user", "assistant", "tool"};
    const auto role = string_at(*object, "role");
    if (!role) return wrong_type(here + ".role", "a string");
    if (std::ranges::find(roles, *role) == roles.end())
        return CallRefusal{fmt::format("`{}.role` must be one of {}", here, joined(roles, ", ")),
                           here + ".role", "invalid_value"};
    for (const std::string_view name : {"tool_calls", "function_call", "audio"})
        if (const auto* value = value_at(*object, name); value && !value->is_null() && !empty(*value))
            return CallRefusal{
                fmt::format("`{}.{}` is not supported here: {}", here, name,
                            name == "audio" ? "only text is passed on to the model" : no_tools),
                fmt::format("{}.{}", here, name), "unsupported_parameter"};
    if (const auto* content = value_at(*object, "content"))
        return refused_content(*content, here + ".content");
    return std::nullopt;
}

}  // namespace openclaw::gateway
