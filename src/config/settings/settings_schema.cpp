#include "config/settings/settings_schema.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/text.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

// The table's lines as the tree that their keys describe.
struct Node {
    std::string name = {};
    const Setting* setting = nullptr;
    std::vector<Node> members = {};
    std::unique_ptr<Node> any = {}, element = {};

    Node& member(std::string_view wanted) {
        for (auto& node : members)
            if (node.name == wanted) return node;
        return members.emplace_back(Node{.name = std::string(wanted)});
    }
    Node& below(std::string_view part) {
        if (part == "*") return made(any);
        const bool is_list = part.ends_with("[]");
        auto& named = member(is_list ? part.substr(0, part.size() - 2) : part);
        return is_list ? made(named.element) : named;
    }

private:
    static Node& made(std::unique_ptr<Node>& node) {
        if (!node) node = std::make_unique<Node>();
        return *node;
    }
};

// What a form has a place for: neither what does nothing here nor what programs note for themselves.
bool is_offered(const Setting& setting) {
    const bool note = setting.key == "$schema" || setting.key == "meta" || setting.key == "wizard";
    return setting.effect == Effect::full && !note;
}

Node tree() {
    Node root;
    for (const auto& setting : all_settings()) {
        if (!is_offered(setting)) continue;
        auto* here = &root;
        for (const auto part : split(setting.key, '.')) here = &here->below(part);
        here->setting = &setting;
    }
    return root;
}

// "customBindHost" -> "Custom Bind Host".
std::string label_of(std::string_view key) {
    std::string_view name;
    for (const auto part : split(key, '.'))
        if (part != "*") name = part;
    if (name.ends_with("[]")) name.remove_suffix(2);
    std::string label;
    bool was_lower = false;
    for (const char c : name) {
        const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
        if (upper && was_lower) label += ' ';
        label += label.empty() && lower ? static_cast<char>(c - 'a' + 'A') : c;
        was_lower = !upper;
    }
    return label;
}

json::array choices_of(const Setting& setting) {
    json::array list;
    for (const auto choice : split(setting.choices, '|'))
        if (!choice.empty()) list.emplace_back(json::string_view(choice));
    return list;
}

json::object of_type(std::string_view type) {
    return {{"type", json::string_view(type)}};
}

json::object either(std::initializer_list<json::object> forms) {
    json::array list;
    for (const auto& form : forms) list.push_back(form);
    return {{"anyOf", std::move(list)}};
}

json::object number(const Setting& setting) {
    auto schema = of_type(setting.type == SettingType::number ? "number" : "integer");
    const bool is_port = setting.type == SettingType::port;
    const double min = is_port ? 1 : setting.min, max = is_port ? 65535 : setting.max;
    if (min > 0 && min < 1)
        schema["exclusiveMinimum"] = 0;
    else if (min > -1e300)
        schema["minimum"] = min;
    if (max < 1e300) schema["maximum"] = max;
    return schema;
}

// A text, or {source: "file", provider: "vault", id: "/a/b"}. Not as one of two forms: whoever can make a
// field for a text shall make one.
json::object text_or_reference() {
    return {{"type", json::array{"string", "object"}},
            {"properties",
             json::object{
                 {"source", of_type("string")}, {"provider", of_type("string")}, {"id", of_type("string")}}},
            {"required", json::array{"source", "id"}}};
}

json::object scalar(const Setting& setting) {
    switch (setting.type) {
        case SettingType::flag:
            return of_type("boolean");
        case SettingType::integer:
        case SettingType::number:
        case SettingType::port:
            return number(setting);
        case SettingType::choice:
            return {{"type", "string"}, {"enum", choices_of(setting)}};
        case SettingType::flag_or_choice:
            return either({of_type("boolean"), {{"type", "string"}, {"enum", choices_of(setting)}}});
        case SettingType::duration:
            return either({of_type("string"), of_type("number")});
        case SettingType::texts:
            return {{"type", "array"}, {"items", of_type("string")}};
        case SettingType::object:
            return of_type("object");
        case SettingType::list:
            return {{"type", "array"}, {"items", json::object{}}};
        case SettingType::text_or_object:
            return either({of_type("string"), of_type("object")});
        case SettingType::anything:
            return {};
        case SettingType::text:
        case SettingType::filled_text:
        case SettingType::url:
        case SettingType::socket_url:
        case SettingType::place:
        case SettingType::model:
            break;
    }
    return setting.may_refer ? text_or_reference() : of_type("string");
}

void describe(json::object& schema, const Setting& setting) {
    schema["title"] = label_of(setting.key);
    if (!setting.help.empty()) schema["description"] = json::string_view(setting.help);
    if (!setting.default_json.empty())
        schema["default"] = json::parse(json::string_view(setting.default_json));
}

json::object schema_of(const Node& node);

json::object container(const Node& node) {
    auto schema = of_type("object");
    json::object properties;
    for (const auto& member : node.members) properties[member.name] = schema_of(member);
    if (!properties.empty()) schema["properties"] = std::move(properties);
    if (node.any) schema["additionalProperties"] = schema_of(*node.any);
    return schema;
}

json::object schema_of(const Node& node) {
    const bool holds_members = !node.members.empty() || node.any;
    json::object schema;
    if (node.element)
        schema = {{"type", "array"}, {"items", schema_of(*node.element)}};
    else if (holds_members)
        schema = container(node);
    else if (node.setting)
        schema = scalar(*node.setting);
    // Not as one of two forms: whoever can make fields for an object shall make them.
    if (holds_members && node.setting && node.setting->type == SettingType::text_or_object)
        schema["type"] = json::array{"object", "string"};
    if (node.setting) describe(schema, *node.setting);
    return schema;
}

}  // namespace

json::object settings_schema() {
    auto root = tree();
    auto schema = container(root);
    // Agents may stand by id as well; what one has is the same.
    auto& agents = schema["properties"].at("agents").at("properties").as_object();
    auto& entry = agents.at("entries").at("additionalProperties").as_object();
    for (const auto& [key, value] : agents.at("list").at("items").as_object()) entry.emplace(key, value);
    schema["$schema"] = "http://json-schema.org/draft-07/schema#";
    return schema;
}

json::object settings_hints() {
    constexpr int order_step = 10;
    json::object hints;
    int order = 0;
    for (const auto& setting : all_settings()) {
        if (!is_offered(setting)) continue;
        const std::string section(setting.key.substr(0, setting.key.find_first_of(".[")));
        if (!hints.contains(section))
            hints[section] = json::object{
                {"label", label_of(section)}, {"group", label_of(section)}, {"order", order += order_step}};
        if (!hints.contains(setting.key)) hints[setting.key] = json::object{{"label", label_of(setting.key)}};
        auto& hint = hints[setting.key].as_object();
        if (!setting.help.empty()) hint["help"] = json::string_view(setting.help);
        if (setting.secret) hint["sensitive"] = true;
    }
    return hints;
}

}  // namespace openclaw::config
