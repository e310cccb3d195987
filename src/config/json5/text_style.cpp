#include "config/json5/text_style.h"

#include <cmath>

#include "base/text.h"

namespace openclaw::config {
namespace {

std::size_t line_start(std::string_view text, std::size_t offset) {
    const auto found = text.substr(0, offset).rfind('\n');
    return found == std::string_view::npos ? 0 : found + 1;
}

const Json5Node* first_string(const Json5Node& node) {
    if (node.kind == Json5Node::Kind::scalar) return node.scalar.is_string() ? &node : nullptr;
    for (const auto& member : node.members)
        if (const auto* found = first_string(member.value)) return found;
    for (const auto& element : node.elements)
        if (const auto* found = first_string(element)) return found;
    return nullptr;
}

const Json5Member* first_member(const Json5Node& node) {
    if (!node.members.empty()) return &node.members.front();
    for (const auto& element : node.elements)
        if (const auto* found = first_member(element)) return found;
    return nullptr;
}

std::string quoted(std::string_view text, char quote) {
    const auto json_text = json::serialize(json::string_view(text));
    if (quote == '"') return json_text;
    const auto inside = std::string_view(json_text).substr(1, json_text.size() - 2);
    std::string out(1, quote);
    for (std::size_t at = 0; at < inside.size(); ++at) {
        if (inside[at] == '\\' && inside[at + 1] == '"') continue;
        if (inside[at] == '\\')
            out += inside[at++];
        else if (inside[at] == quote)
            out += '\\';
        out += inside[at];
    }
    return out += quote;
}

std::string scalar(const json::value& value) {
    if (!value.is_double()) return json::serialize(value);
    const double number = value.get_double();
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    return format_json(value);
}

}  // namespace

TextStyle TextStyle::of(std::string_view text, const Json5Node& root) {
    TextStyle style;
    const auto line_end = text.find('\n');
    if (line_end != std::string_view::npos && line_end > 0 && text[line_end - 1] == '\r')
        style.line_break = "\r\n";
    if (const auto* found = first_string(root)) style.string_quote = text[found->begin];
    const auto* member = first_member(root);
    if (!member) return style;
    const char first = text[member->key_begin];
    style.key_quote = first == '"' || first == '\'' ? first : '\0';
    if (style.key_quote == '\'' && !first_string(root)) style.string_quote = '\'';
    const auto margin = margin_at(text, member->key_begin);
    if (!margin.empty() && line_start(text, member->key_begin) + margin.size() == member->key_begin)
        style.indent = margin;
    return style;
}

std::string TextStyle::key(std::string_view name) const {
    if (key_quote == '\0' && is_json5_identifier(name)) return std::string(name);
    return quoted(name, key_quote == '\0' ? string_quote : key_quote);
}

std::string TextStyle::string(std::string_view text) const {
    return quoted(text, string_quote);
}

std::string TextStyle::value(const json::value& value, std::string_view margin, bool on_one_line) const {
    const auto inner = std::string(margin) + indent;
    std::string out;
    const auto add = [&](std::string part) {
        if (!out.empty()) out += on_one_line ? ", " : ",";
        if (!on_one_line) out += line_break + inner;
        out += part;
    };
    if (const auto* object = value.if_object()) {
        for (const auto& [name, member] : *object)
            add(key(name) + ": " + this->value(member, inner, on_one_line));
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) add(this->value(element, inner, on_one_line));
    } else if (const auto* found = value.if_string()) {
        return string(*found);
    } else {
        return scalar(value);
    }
    const auto end = out.empty() || on_one_line ? std::string() : line_break + std::string(margin);
    return (value.is_object() ? "{" : "[") + out + end + (value.is_object() ? "}" : "]");
}

std::string_view margin_at(std::string_view text, std::size_t offset) {
    const auto start = line_start(text, offset);
    auto end = start;
    while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
    return text.substr(start, std::min(end, offset) - start);
}

}  // namespace openclaw::config
