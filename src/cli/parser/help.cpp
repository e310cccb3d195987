#include "cli/parser/help.h"

#include "base/text.h"
#include "base/version.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t width = 98;

// The words in lines of at most `width` columns, those after the first indented. Line breaks stay.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t column) {
    std::string lines;
    for (const std::string_view paragraph : split(text, '\n')) {
        if (!lines.empty()) {
            lines += "\n" + std::string(indent, ' ');
            column = indent;
        }
        bool first = true;
        for (const std::string_view word : split(paragraph, ' ')) {
            if (!first && column + 1 + word.size() > width) {
                lines += "\n" + std::string(indent, ' ');
                column = indent;
                first = true;
            }
            if (!first) lines += ' ';
            lines += word;
            column += word.size() + (first ? 0 : 1);
            first = false;
        }
    }
    return lines;
}

// "  left   right", the right side wrapped and indented under itself.
std::string row(std::string_view left, std::string_view right, std::size_t left_width) {
    const std::size_t indent = left_width + 4;
    std::string text = fmt::format("  {:<{}}  ", left, left_width);
    if (left.size() > left_width) text += "\n" + std::string(indent, ' ');
    return text + wrapped(right, indent, indent) + "\n";
}

std::string options_block(std::string_view title, std::span<const Option> options, const Output& out) {
    std::size_t left = 0;
    for (const Option& option : options) {
        if (!option.hidden) left = std::max(left, std::min<std::size_t>(option_label(option).size(), 34));
    }
    std::string rows;
    for (const Option& option : options) {
        if (option.hidden) continue;
        std::string help(option.help);
        if (option.required) help += " (required)";
        rows += row(option_label(option), help, left);
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
        Entry entry = group ? Entry{first, group->summary, group->heading}
                            : Entry{std::string(command->name), command->summary, command->group};
        if (std::ranges::none_of(entries, [&](const Entry& other) { return other.name == entry.name; })) {
            entries.push_back(std::move(entry));
        }
    }
    return entries;
}

std::string entries_block(const std::vector<Entry>& entries, const Output& out) {
    std::size_t left = 0;
    std::vector<std::string_view> headings;
    for (const Entry& entry : entries) {
        left = std::max(left, entry.name.size());
        if (std::ranges::find(headings, entry.heading) == headings.end()) headings.push_back(entry.heading);
    }
    std::string text;
    for (const std::string_view heading : headings) {
        text += fmt::format("\n{}\n", bold(out, heading.empty() ? "Commands" : heading));
        for (const Entry& entry : entries) {
            if (entry.heading == heading) text += row(entry.name, entry.summary, left);
        }
    }
    return text;
}

std::string program_help(const CommandTable& table, const Output& out) {
    return fmt::format(
        "{} {}: a locked gateway for personal and small-team AI\n\n"
        "Usage: openclaw [OPTIONS] COMMAND\n{}{}\n"
        "`openclaw COMMAND --help` explains a command and shows an example.\n",
        bold(out, "openclaw"), version(), entries_block(entries_beneath("", table), out),
        options_block("Options", global_options(), out));
}

std::string group_help(std::string_view path, const CommandTable& table, const Output& out) {
    const Group* group = find_group(path, table);
    auto entries = entries_beneath(path, table);
    for (Entry& entry : entries) entry.heading = {};
    return fmt::format(
        "Usage: openclaw {} COMMAND [OPTIONS]\n\n{}\n{}\n"
        "`openclaw {} COMMAND --help` explains a command and shows an example.\n",
        path, group ? group->summary : "", entries_block(entries, out), path);
}

std::string command_help(const Command& command, const CommandTable& table, const Output& out) {
    std::string text = fmt::format("Usage: {}\n\n{}\n", usage_of(command), command.summary);
    if (!command.details.empty()) text += fmt::format("\n{}\n", wrapped(command.details, 0, 0));
    text += options_block("Options", command.options, out);
    text += fmt::format("\n{}\n  {}\n", bold(out, "Example"), command.example);
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
