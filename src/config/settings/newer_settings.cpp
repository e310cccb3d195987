#include "config/settings/newer_settings.h"

#include <algorithm>

namespace openclaw::config {
namespace {

struct Section {
    std::string_view name;
    std::string_view keys;  // the rest of each key, a line each; an empty line is the section itself
};

#include "newer_settings_table.inc"

constexpr std::string_view older_agent = "agents.list[]", newer_agent = "agents.entries.*";

// Names of sections, and what is left of a pattern below one.
struct Place {
    std::string_view keys;
    std::string rest;
};

std::string as_written_there(std::string_view pattern) {
    if (!pattern.starts_with(older_agent)) return std::string(pattern);
    return std::string(newer_agent).append(pattern.substr(older_agent.size()));
}

Place place_of(std::string_view pattern) {
    const auto written = as_written_there(pattern);
    const auto dot = std::min(written.find('.'), written.size());
    const auto found = std::ranges::find(sections, written.substr(0, dot), &Section::name);
    return {found == std::end(sections) ? std::string_view() : found->keys,
            dot == written.size() ? std::string() : written.substr(dot + 1)};
}

// Where a line that starts with this text begins; npos when none does.
std::size_t find_line(std::string_view keys, const std::string& start, std::size_t from = 0) {
    for (auto at = keys.find(start, from); at != std::string_view::npos; at = keys.find(start, at + 1))
        if (at == 0 || keys[at - 1] == '\n') return at;
    return std::string_view::npos;
}

}  // namespace

bool newer_knows(std::string_view pattern) {
    const auto [keys, rest] = place_of(pattern);
    return find_line(keys, rest + "\n") != std::string_view::npos;
}

bool newer_knows_below(std::string_view pattern) {
    const auto [keys, rest] = place_of(pattern);
    if (rest.empty()) return keys.size() > 1;
    return find_line(keys, rest + ".") != std::string_view::npos ||
           find_line(keys, rest + "[]") != std::string_view::npos;
}

std::vector<std::string> newer_names_below(std::string_view pattern) {
    std::vector<std::string> names;
    if (pattern.empty()) {
        for (const auto& section : sections) names.emplace_back(section.name);
        return names;
    }
    const auto [keys, rest] = place_of(pattern);
    const auto start = rest.empty() ? std::string() : rest + ".";
    for (std::size_t at = find_line(keys, start); at < keys.size(); at = find_line(keys, start, at + 1)) {
        const auto below = keys.substr(at + start.size());
        const auto name = below.substr(0, below.find_first_of(".[\n"));
        if (!name.empty() && name != "*" && std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    }
    return names;
}

}  // namespace openclaw::config
