#include "cli/commands/connect/block.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace openclaw::cli {

namespace {

struct Mark {
    std::string_view name, value;
};
using Marks = std::array<Mark, 6>;

// JSON, JSON5, YAML, TOML and curl's options have these escapes in common.
std::string escaped(std::string_view text) {
    const auto quoted = json::serialize(json::string(text));
    return quoted.substr(1, quoted.size() - 2);
}

// Nothing where a mark of it stands for nothing. What was put in is not looked at again.
template <class Escape>
std::optional<std::string> filled(std::string_view text, const Marks& marks, Escape escape) {
    std::string result;
    while (!text.empty()) {
        const auto mark =
            std::ranges::find_if(marks, [&](const Mark& each) { return text.starts_with(each.name); });
        if (mark == marks.end()) {
            result += text.front();
            text.remove_prefix(1);
            continue;
        }
        if (mark->value.empty()) return std::nullopt;
        result += escape(mark->value);
        text.remove_prefix(mark->name.size());
    }
    return result;
}

}  // namespace

Block block_for(const KnownClient& client, const BlockFacts& facts, std::string_view key) {
    const Marks marks{{{"@BASE@", facts.base},
                       {"@SOCKET@", facts.socket},
                       {"@KEY@", key},
                       {"@MODEL@", facts.model},
                       {"@CA@", facts.ca},
                       {"@PIN@", facts.pin}}};
    Block block;
    for (const auto& [name, value] : client.variables)
        if (auto text = filled(value, marks, [](std::string_view each) { return std::string(each); }))
            block.variables.emplace_back(name, std::move(*text));
    if (client.text.empty()) return block;
    auto lines = split(client.text, '\n');
    lines.pop_back();  // behind the last line's end stands nothing
    for (const auto line : lines)
        if (const auto text = filled(line, marks, escaped)) block.text += *text + "\n";
    return block;
}

std::string pasted(const Block& block) {
    std::string text;
    for (const auto& [name, value] : block.variables)
        text += "export " + name + "=" + shell_quoted(value) + "\n";
    return text + block.text;
}

std::string shell_quoted(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_-./:@%+,").contains(c);
    };
    if (!text.empty() && std::ranges::all_of(text, plain)) return std::string(text);
    return "'" + replaced(std::string(text), "'", "'\\''") + "'";
}

}  // namespace openclaw::cli
