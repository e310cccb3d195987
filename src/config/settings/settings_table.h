#pragma once

// The lines of the settings table, for settings.cpp alone.

#include <array>

#include "config/settings/settings.h"

namespace openclaw::config {

constexpr Setting on_off(std::string_view key, std::string_view fallback, std::string_view help) {
    return {.key = key, .type = SettingType::flag, .help = help, .default_json = fallback};
}
constexpr Setting count(std::string_view key, std::string_view fallback, std::string_view unit, double min,
                        std::string_view help) {
    return {.key = key,
            .type = SettingType::integer,
            .help = help,
            .default_json = fallback,
            .unit = unit,
            .min = min};
}
constexpr Setting decimal(std::string_view key, std::string_view fallback, std::string_view unit, double min,
                          std::string_view help) {
    return {.key = key,
            .type = SettingType::number,
            .help = help,
            .default_json = fallback,
            .unit = unit,
            .min = min};
}
constexpr Setting one_of(std::string_view key, std::string_view fallback, std::string_view choices,
                         std::string_view help) {
    return {
        .key = key, .type = SettingType::choice, .help = help, .default_json = fallback, .choices = choices};
}
constexpr Setting value(SettingType type, std::string_view key, std::string_view help,
                        std::string_view fallback = {}) {
    return {.key = key, .type = type, .help = help, .default_json = fallback};
}
constexpr Setting secret(std::string_view key, std::string_view help) {
    return {.key = key, .type = SettingType::text, .help = help, .secret = true};
}
// A secret that may stand elsewhere: {"source": "file", "provider": "vault", "id": "/a/b"}.
constexpr Setting referable(std::string_view key, std::string_view help) {
    auto setting = secret(key, help);
    setting.may_refer = true;
    return setting;
}
constexpr Setting carried(std::string_view key, std::string_view help) {
    return {.key = key,
            .type = SettingType::anything,
            .help = help,
            .reload = Reload::never,
            .effect = Effect::carried};
}
constexpr Setting refused(SettingType type, std::string_view key, std::string_view harmless,
                          std::string_view help, std::string_view instead) {
    return {.key = key,
            .type = type,
            .help = help,
            .effect = Effect::refused,
            .harmless = harmless,
            .instead = instead};
}
constexpr Setting restarting(Setting setting) {
    setting.reload = Reload::restart;
    return setting;
}
constexpr Setting at_most(Setting setting, double max) {
    setting.max = max;
    return setting;
}
constexpr Setting positive(Setting setting) {
    setting.min = 1e-9;
    return setting;
}

}  // namespace openclaw::config
