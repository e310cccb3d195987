#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::config {

enum class SettingType : std::uint8_t {
    flag,
    integer,
    number,
    text,
    filled_text,  // not blank
    choice,
    flag_or_choice,
    duration,    // "30m", "1.5h"; a bare number in the setting's unit
    url,         // http or https, with a host
    socket_url,  // ws or wss, with a host
    port,
    place,  // a path; "~" stands for home
    model,  // "provider/model", or an alias
    texts,  // a list of texts
    object,
    list,
    text_or_object,
    anything,
};

// When a change in the file takes effect in a running gateway.
enum class Reload : std::uint8_t { at_once, restart, never };

// What a setting does here.
enum class Effect : std::uint8_t {
    full,
    carried,  // the reference's; accepted and kept, without effect here
    refused,  // would promise a protection, or an opening, that isn't there: only the harmless value passes
};

// One key of the config. In `key`, "*" stands for any name and "[]" for the elements of a list.
struct Setting {
    std::string_view key;
    SettingType type = SettingType::anything;
    std::string_view help;
    std::string_view default_json = {};  // "18789", "\"loopback\""; empty: none
    std::string_view unit = {};          // "ms", "h"
    std::string_view choices = {};       // "token|password"
    double min = -1e308, max = 1e308;
    Reload reload = Reload::at_once;
    Effect effect = Effect::full;
    bool secret = false;
    bool may_refer = false;          // of a secret: an object may say where it stands (docs/secrets.md)
    std::string_view harmless = {};  // of a refused setting: the JSON that is accepted nevertheless
    std::string_view instead = {};   // of a refused setting: what to do instead
};

// The one table: every key that means something here, in the order of docs/settings.md. What a newer version
// of the reference knows beside it is kept (newer_settings.h); everything else is a mistake.
std::span<const Setting> all_settings();

// By pattern ("models.providers.*.baseUrl"); null when the table has no such line.
const Setting* find_setting(std::string_view pattern);
// Whether lines exist below this pattern.
bool has_settings_below(std::string_view pattern);
// The names that may follow: "port", "bind", ...; without "*".
std::vector<std::string> setting_names_below(std::string_view pattern);

// The pattern of a real path: "models.providers.corp.baseUrl" -> "models.providers.*.baseUrl"; the
// deepest known part counts for what lies inside `anything`. For what only a newer version knows, a carried
// one of no key in particular. Nothing when the path is unknown.
const Setting* setting_of_path(std::string_view path);

// A removed or misplaced key and its place now: "agent.model" -> "agents.defaults.model.primary".
struct MovedSetting {
    std::string_view from, to;
};
std::span<const MovedSetting> moved_settings();
std::optional<std::string_view> moved_setting(std::string_view path);

}  // namespace openclaw::config
