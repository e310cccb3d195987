#include "config/settings/secrets.h"

#include "base/text.h"
#include "config/environment/substitution.h"
#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/looks_secret.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

using Literals = std::set<std::string, std::less<>>;

void collect(const json::value& value, const std::string& path, bool is_secret, Literals& found) {
    if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object) {
            const auto below = joined_path(path, std::string_view(key));
            const bool scalar = !member.is_object() && !member.is_array();
            collect(member, below, is_secret || (scalar && is_secret_path(below, key)), found);
        }
    } else if (const auto* array = value.if_array()) {
        for (std::size_t at = 0; at < array->size(); ++at)
            collect((*array)[at], joined_path(path, at), is_secret, found);
    } else if (const auto* text = value.if_string()) {
        const std::string_view literal = *text;
        // A literal that merely contains a reference still holds the rest.
        const bool refers = is_sole_reference(literal) || names_variable(path, literal);
        if (!trimmed(literal).empty() && !refers && (is_secret || has_user_info(literal)))
            found.emplace(literal);
    }
}

struct Hole {
    std::size_t begin, end;
};

void find_holes(const Json5Node& node, const Literals& blanked, std::vector<Hole>& holes) {
    for (const auto& member : node.members) find_holes(member.value, blanked, holes);
    for (const auto& element : node.elements) find_holes(element, blanked, holes);
    const auto* text = node.kind == Json5Node::Kind::scalar ? node.scalar.if_string() : nullptr;
    if (text && blanked.contains(std::string_view(*text))) holes.push_back({node.begin, node.end});
}

}  // namespace

bool names_variable(std::string_view path, std::string_view text) {
    return path.ends_with(".apiKey") && text.contains('_') &&
           text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

bool is_secret_path(std::string_view path, std::string_view key) {
    const auto* setting = setting_of_path(path);
    if (setting && setting->type != SettingType::anything) return setting->secret;
    return names_secret(key);  // channels, plugins, anything that the table doesn't know
}

bool has_user_info(std::string_view text) {
    return without_user_info(text) != text;
}

std::string without_user_info(std::string_view text) {
    std::string out;
    for (;;) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) return out.append(text);
        const auto host = scheme + 3;
        const auto end = std::min(text.find_first_of("/?# \t\r\n", host), text.size());
        const auto user = text.substr(host, end - host).rfind('@');
        out.append(text.substr(0, host));
        if (user != std::string_view::npos) out.append("<set>@");
        const auto rest = user == std::string_view::npos ? host : host + user + 1;
        out.append(text.substr(rest, end - rest));
        text.remove_prefix(end);
    }
}

Literals literal_secrets(const json::object& document) {
    Literals found;
    collect(json::value(document), "", false, found);
    return found;
}

std::optional<std::string> without_old_secrets(std::string_view text, const Literals& kept,
                                               const Literals& retired) {
    auto root = parse_json5_tree(text);
    if (!root) return std::nullopt;
    auto blanked = retired;
    if (const auto value = to_value(*root); value.is_object())
        for (auto& literal : literal_secrets(value.get_object()))
            if (!kept.contains(literal)) blanked.insert(literal);
    std::vector<Hole> holes;
    find_holes(*root, blanked, holes);
    std::string out;
    std::size_t at = 0;
    for (const auto& [begin, end] : holes) {
        out.append(text.substr(at, begin - at)).append("\"<removed>\"");
        at = end;
    }
    out.append(text.substr(at));
    // A comment may quote what was retired.
    for (const auto& literal : retired)
        if (literal.size() >= 8) out = replaced(std::move(out), literal, "<removed>");
    return out;
}

}  // namespace openclaw::config
