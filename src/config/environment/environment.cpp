#include "config/environment/environment.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"
#include "config/environment/known_variables.h"

namespace openclaw::config {

std::string_view describe(VariableSource source) {
    switch (source) {
        case VariableSource::process:
            return "process environment";
        case VariableSource::working_folder_file:
            return ".env in the working folder";
        case VariableSource::state_file:
            return ".env in the state directory";
        case VariableSource::legacy_file:
            return ".env in the legacy state directory";
        case VariableSource::config:
            return "config";
        case VariableSource::login_shell:
            return "login shell";
    }
    return "";
}

std::string_view name_of(VariableSource source) {
    switch (source) {
        case VariableSource::process:
            return "process";
        case VariableSource::working_folder_file:
            return "cwdEnv";
        case VariableSource::state_file:
            return "stateEnv";
        case VariableSource::legacy_file:
            return "legacyEnv";
        case VariableSource::config:
            return "config";
        case VariableSource::login_shell:
            return "loginShell";
    }
    return "";
}

Environment::Environment(std::vector<Variable> strongest_first) {
    std::vector<std::size_t> order(strongest_first.size());
    std::iota(order.begin(), order.end(), std::size_t());
    std::ranges::sort(
        order, {}, [&](std::size_t at) { return std::pair(std::string_view(strongest_first[at].name), at); });
    variables_.reserve(order.size());
    for (const auto at : order) variables_.push_back(std::move(strongest_first[at]));
}

std::span<const Variable> Environment::of(std::string_view name) const {
    const auto found = std::ranges::equal_range(
        variables_, name, {}, [](const Variable& variable) { return std::string_view(variable.name); });
    return {found.begin(), found.end()};
}

std::optional<std::string_view> Environment::find(std::string_view name) const {
    const auto* winner = variable(name);
    return winner ? std::optional(winner->value.reveal()) : std::nullopt;
}

std::optional<std::string_view> Environment::find_filled(std::string_view name) const {
    const auto text = trimmed_wide(find(name).value_or(std::string_view()));
    return text.empty() ? std::nullopt : std::optional(text);
}

// A blank variable of the process or of a file counts as set and hides the files behind it; the config and
// the login shell fill it nevertheless.
const Variable* Environment::variable(std::string_view name) const {
    const auto all = of(name);
    if (all.empty()) return nullptr;
    if (!all.front().value.blank()) return &all.front();
    const auto fills = [](const Variable& variable) {
        return variable.source >= VariableSource::config && !variable.value.blank();
    };
    const auto filled = std::ranges::find_if(all, fills);
    return filled != all.end() ? &*filled : &all.front();
}

std::vector<const Variable*> Environment::candidates(std::string_view name) const {
    std::vector<const Variable*> found;
    const auto* winner = variable(name);
    if (winner) found.push_back(winner);
    for (const auto& candidate : of(name))
        if (&candidate != winner) found.push_back(&candidate);
    return found;
}

std::vector<std::string> Environment::names() const {
    std::vector<std::string> names;
    for (const auto& variable : variables_)
        if (names.empty() || names.back() != variable.name) names.push_back(variable.name);
    return names;
}

std::vector<const Variable*> Environment::starting_with(std::string_view prefix) const {
    std::vector<const Variable*> found;
    const auto name_of_one = [](const Variable& variable) { return std::string_view(variable.name); };
    auto at = std::ranges::lower_bound(variables_, prefix, {}, name_of_one);
    for (; at != variables_.end() && at->name.starts_with(prefix); ++at)
        if (found.empty() || found.back()->name != at->name) found.push_back(variable(at->name));
    return found;
}

std::optional<bool> Environment::flag(std::string_view name) const {
    const auto value = find_filled(name);
    if (!value) return std::nullopt;
    const auto text = lowered(*value);
    if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "0" || text == "no" || text == "off") return false;
    return std::nullopt;
}

bool Environment::is_true(std::string_view name) const {
    return flag(name).value_or(false);
}

std::vector<std::pair<int, const Variable*>> numbered_variables(const Environment& environment,
                                                                std::string_view name) {
    std::vector<std::pair<int, const Variable*>> found;
    for (const auto* variable : environment.starting_with(fmt::format("{}_", name)))
        if (const auto number = pool_number(std::string_view(variable->name).substr(name.size())))
            found.emplace_back(*number, variable);
    std::ranges::sort(found);
    return found;
}

}  // namespace openclaw::config
