#include "config/settings/settings_page.h"

#include "base/text.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

std::string_view type_name(const Setting& setting) {
    switch (setting.type) {
        case SettingType::flag:
            return "true or false";
        case SettingType::integer:
            return "whole number";
        case SettingType::number:
            return "number";
        case SettingType::text:
        case SettingType::filled_text:
            return "text";
        case SettingType::choice:
            return "one of";
        case SettingType::flag_or_choice:
            return "true, false or";
        case SettingType::duration:
            return "duration";
        case SettingType::url:
        case SettingType::socket_url:
            return "address";
        case SettingType::port:
            return "port";
        case SettingType::place:
            return "path";
        case SettingType::model:
            return "model";
        case SettingType::texts:
            return "list of texts";
        case SettingType::object:
            return "object";
        case SettingType::list:
            return "list";
        case SettingType::text_or_object:
            return "text or object";
        case SettingType::anything:
            return "any";
    }
    return "";
}

std::string_view reload_name(const Setting& setting) {
    if (setting.effect != Effect::full) return "–";
    switch (setting.reload) {
        case Reload::at_once:
            return "at once";
        case Reload::restart:
            return "restart";
        case Reload::never:
            return "–";
    }
    return "";
}

std::string type_cell(const Setting& setting) {
    std::string out(type_name(setting));
    std::vector<std::string> choices;
    for (const auto choice : split(setting.choices, '|'))
        if (!choice.empty()) choices.push_back(fmt::format("`{}`", choice));
    if (!choices.empty()) out += " " + joined(choices, ", ");
    if (!setting.unit.empty()) out += fmt::format(" ({})", setting.unit);
    if (setting.secret) out += setting.may_refer ? ", secret or reference" : ", secret";
    return out;
}

std::string row(const Setting& setting) {
    const auto fallback =
        setting.default_json.empty() ? std::string() : fmt::format("`{}`", setting.default_json);
    return fmt::format("| `{}` | {} | {} | {} | {} |\n", setting.key, type_cell(setting), fallback,
                       reload_name(setting), setting.help);
}

constexpr std::string_view introduction = R"(# Settings

The settings of `openclaw.json`, made from the table in src/config/settings/settings.cpp: change them there, then run
`openclaw __reference settings > docs/settings.md`. `*` stands for any name, `[]` for the elements of a list. A key that
neither this page nor the newest reference (2026.9.6, data/newer_settings.txt) knows is an error; what only the latter knows
is kept, without effect, and `openclaw config validate` names it. "Takes effect" says when a running gateway follows a change: at once, or after a restart.

The file is JSON5: comments, trailing commas and unquoted keys are fine. `$include` names files to merge in, `${NAME}` a
variable. `openclaw config set` changes only the bytes that it must.
)";

}  // namespace

std::string settings_page() {
    std::string out(introduction);
    std::string section;
    std::string carried =
                    "\n## Kept for the reference\n\nAccepted and left alone; without effect here. What they "
                    "forbid doesn't happen: no tool\nruns, no channel listens, no plugin is loaded, no "
                    "device is paired.\n\n",
                refused =
                    "\n## Refused\n\nThey would promise what this program doesn't do, so any value but the "
                    "harmless one is an error.\n\n"
                    "| key | accepted | instead |\n| --- | --- | --- |\n";
    for (const auto& setting : all_settings()) {
        if (setting.effect == Effect::carried)
            carried += fmt::format("- `{}`: {}\n", setting.key, setting.help);
        if (setting.effect == Effect::refused)
            refused +=
                fmt::format("| `{}` | {} | {} |\n", setting.key,
                            setting.harmless.empty() ? "nothing" : fmt::format("`{}`", setting.harmless),
                            setting.instead);
        if (setting.effect != Effect::full) continue;
        const auto name = setting.key.substr(0, setting.key.find_first_of(".["));
        const auto group = name == setting.key ? "general" : std::string(name);
        if (section != group) {
            section = group;
            out += fmt::format(
                "\n## {}\n\n| key | type | default | takes effect | meaning |\n| --- | --- | --- | --- | --- "
                "|\n",
                group);
        }
        out += row(setting);
    }
    return out + carried + refused;
}

}  // namespace openclaw::config
