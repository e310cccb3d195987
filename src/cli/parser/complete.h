#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parser/command.h"

namespace openclaw::cli {

struct Suggestion {
    std::string text;
    std::string help;
    bool operator==(const Suggestion&) const = default;
};

// The names of a kind ("agent", "provider", "profile", "model", "alias", "setting-value gateway.bind") that
// exist on this host.
using NamesOf = std::function<std::vector<std::string>(std::string_view kind)>;

// What may stand in the place of the last word, which may be half typed. Empty: the shell offers files.
std::vector<Suggestion> suggestions(std::span<const std::string> words, const CommandTable& table,
                                    const NamesOf& names_of);

// A script for "bash", "zsh" or "fish" that asks `openclaw __complete` on each Tab.
Result<std::string> completion_script(std::string_view shell);

}  // namespace openclaw::cli
