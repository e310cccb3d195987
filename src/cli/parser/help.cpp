#include "cli/parser/help.h"

#include "base/text.h"
#include "base/version.h"
#include "cli/output/table.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t width_in_a_pipe = 80, width_min = 24, width_max = 100;
constexpr std::size_t left_max = 34;

// Room for a line: what the terminal has, within what reads well.
std::size_t room(const Output& out) {
    return std::clamp(out.columns().value_or(width_in_a_pipe), width_min, width_max);
}

// "  left   right", the right side wrapped and indented under itself.
std::string row(std::string_view left, std::string_view right, std::size_t left_width, const Output& out) {
    const std::size_t indent = left_width + 4;
    std::string text = fmt::format("  {:<{}}  ", left, left_width);
    if (left.size() > left_width) {
        text.resize(2 + left.size());
        text += "\n" + std::string(indent, ' ');
    }
    return text + wrapped(right, room(out), indent, indent) + "\n";
}

// Half of a narrow terminal belongs to what is explained.
std::size_t left_width(std::size_t widest, const Output& out) {
    return std::min({widest, left_max, room(out) / 2 - 4});
}

std::string options_block(std::string_view title, std::span<const Option> options, const Output& out) {
    std::size_t widest = 0;
    for (const Option& option : options) {
        if (!option.hidden) widest = std::max(widest, option_label(option).size());
    }
    std::string rows;
    for (const Option& option : options) {
        if (!option.hidden)
            rows += row(option_label(option), option_help(option), left_width(widest, out), out);
    }
    return rows.empty() ? "" : fmt::format("\n{}\n{}", bold(out, title), rows);
}

struct Entry {
    std::string name;
    std::string_view summary;
    std::string_view heading;
};

// What a level of the command tree shows: its commands, and its groups by their name alone at the top.
std::vector<Entry> entries_beneath(std::string_view path, const CommandTable& table) {
    std::vector<Entry> entries;
    for (const Command* command : commands_beneath(path, table)) {
        if (command->hidden || command->name == path) continue;
        const std::string first(split(command->name, ' ').front());
        const Group* group = path.empty() ? find_group(first, table) : nullptr;
        const bool deeper = path.empty() && command->name != first;
        if (deeper && !group) continue;  // beneath a command, whose own help shows it
        Entry entry = group ? Entry{first, group->summary, group->heading}
                            : Entry{std::string(command->name), command->summary, command->group};
        if (std::ranges::none_of(entries, [&](const Entry& other) { return other.name == entry.name; })) {
            entries.push_back(std::move(entry));
        }
    }
    return entries;
}

std::string entries_block(const std::vector<Entry>& entries, const Output& out) {
    std::size_t widest = 0;
    std::vector<std::string_view> headings;
    for (const Entry& entry : entries) {
        widest = std::max(widest, entry.name.size());
        if (std::ranges::find(headings, entry.heading) == headings.end()) headings.push_back(entry.heading);
    }
    std::string text;
    for (const std::string_view heading : headings) {
        text += fmt::format("\n{}\n", bold(out, heading.empty() ? "Commands" : heading));
        for (const Entry& entry : entries) {
            if (entry.heading == heading)
                text += row(entry.name, entry.summary, left_width(widest, out), out);
        }
    }
    return text;
}

// A command line that can be copied: broken at spaces, each line but the last ending in a backslash.
std::string example_block(std::string_view example, const Output& out) {
    auto lines = wrapped(example, room(out) - 2, 6, 2);
    return fmt::format("\n{}\n  {}\n", bold(out, "Example"), replaced(std::move(lines), "\n", " \\\n"));
}

// Where somebody begins who has nothing yet.
constexpr std::array first_steps = {
    std::pair{"openclaw models auth add", "Store a key of a provider"},
    std::pair{"openclaw gateway", "Run the gateway; it stays in this terminal"},
    std::pair{"openclaw chat", "Talk to it, in another one"},
};

std::string first_steps_block(const Output& out) {
    std::string text = fmt::format("\n{}\n", bold(out, "First steps"));
    const auto left = left_width(std::string_view(first_steps.front().first).size(), out);
    for (const auto& [command, what] : first_steps) text += row(command, what, left, out);
    return text;
}

std::string program_help(const CommandTable& table, const Output& out) {
    std::vector<Option> options(global_options().begin(), global_options().end());
    options.insert(options.end(), program_options().begin(), program_options().end());
    const auto what = fmt::format("openclaw {}: a locked gateway for personal and small-team AI", version());
    return fmt::format(
        "{}\n\nUsage: openclaw [OPTIONS] COMMAND\n{}{}{}\n{}\n",
        replaced(wrapped(what, room(out), 0, 0), "openclaw ", bold(out, "openclaw") + " "),
        first_steps_block(out), entries_block(entries_beneath("", table), out),
        options_block("Options", options, out),
        wrapped("`openclaw COMMAND --help` explains a command and shows an example.", room(out), 0, 0));
}

std::string group_help(std::string_view path, const CommandTable& table, const Output& out) {
    const Group* group = find_group(path, table);
    auto entries = entries_beneath(path, table);
    for (Entry& entry : entries) entry.heading = {};
    const auto more =
        fmt::format("`openclaw {} COMMAND --help` explains a command and shows an example.", path);
    return fmt::format("Usage: openclaw {} COMMAND [OPTIONS]\n\n{}\n{}\n{}\n", path,
                       wrapped(group ? group->summary : "", room(out), 0, 0), entries_block(entries, out),
                       wrapped(more, room(out), 0, 0));
}

std::string command_help(const Command& command, const CommandTable& table, const Output& out) {
    std::string text =
        fmt::format("Usage: {}\n\n{}\n", usage_of(command), wrapped(command.summary, room(out), 0, 0));
    if (!command.details.empty()) text += fmt::format("\n{}\n", wrapped(command.details, room(out), 0, 0));
    text += options_block("Options", command.options, out);
    text += example_block(command.example, out);
    auto entries = entries_beneath(command.name, table);
    for (Entry& entry : entries) entry.heading = "See also";
    return text + entries_block(entries, out);
}

}  // namespace

std::string option_label(const Option& option) {
    std::string text = option.short_name.empty() ? std::string() : fmt::format("{}, ", option.short_name);
    text += option.name;
    if (!option.value_name.empty()) text += fmt::format(" {}", option.value_name);
    return text;
}

std::string option_help(const Option& option) {
    std::string text(option.help);
    std::vector<std::string> values;
    for (const std::string_view value : split(option.values, '|'))
        if (!value.empty()) values.emplace_back(value);
    if (!values.empty()) text += ": " + joined(values, ", ");
    if (!option.needs.empty()) text += fmt::format("; with {}", option.needs);
    if (option.required) text += " (required)";
    return text;
}

std::string usage_of(const Command& command) {
    const auto visible = [](const Option& option) { return !option.hidden; };
    std::string text = fmt::format("openclaw {}", command.name);
    if (std::ranges::any_of(command.options, visible)) text += " [OPTIONS]";
    if (!command.arguments.empty()) text += fmt::format(" {}", command.arguments);
    return text;
}

std::string help_text(std::string_view about, const CommandTable& table, const Output& out) {
    if (about.empty()) return program_help(table, out);
    if (const Command* command = find_command(about, table)) return command_help(*command, table, out);
    return group_help(about, table, out);
}

}  // namespace openclaw::cli
