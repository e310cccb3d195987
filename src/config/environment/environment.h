#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"

namespace openclaw::config {

// Where a variable's value comes from, strongest first.
enum class VariableSource { process, working_folder_file, state_file, legacy_file, config, login_shell };

// "process", ".env in the working folder", ...: for people.
std::string_view describe(VariableSource source);
// "process", "cwdEnv", "stateEnv", "legacyEnv", "config", "loginShell": for --json.
std::string_view name_of(VariableSource source);

struct Variable {
    std::string name;
    Secret value;
    VariableSource source = VariableSource::process;
    std::string place;  // the file, or the config path ("env.vars.OPENAI_API_KEY"); empty for the process
};

// Every variable that matters with its origin and what it shadows: one value for the whole program,
// built once by load_environment (environment_sources.h); nothing else asks the system.
class Environment {
public:
    Environment() = default;
    explicit Environment(std::vector<Variable> strongest_first);

    // The winning value, trimmed of nothing; empty optional when unset. A blank value counts as set here.
    std::optional<std::string_view> find(std::string_view name) const;
    // The winning value trimmed, or nothing when unset or blank: what keys are read with. `KEY=` in the
    // process or a file gives way to the config and the login shell, not to other files.
    std::optional<std::string_view> find_filled(std::string_view name) const;
    const Variable* variable(std::string_view name) const;                 // the winner
    std::vector<const Variable*> candidates(std::string_view name) const;  // winner first, then shadowed
    std::vector<std::string> names() const;                                // sorted, unique
    bool is_true(std::string_view name) const;                             // true, 1, yes, on
    std::optional<bool> flag(std::string_view name) const;  // also false, 0, no, off; else nothing

    // The winners whose names begin so, sorted.
    std::vector<const Variable*> starting_with(std::string_view prefix) const;

private:
    std::span<const Variable> of(std::string_view name) const;

    std::vector<Variable> variables_;  // sorted by name; within a name strongest first
};

// NAME_1 to NAME_64 as far as they are set, by number; one that isn't written plainly ("_07") is none.
std::vector<std::pair<int, const Variable*>> numbered_variables(const Environment& environment,
                                                                std::string_view name);

}  // namespace openclaw::config
