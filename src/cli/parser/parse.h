#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/parser/command.h"

namespace openclaw::cli {

// What a command line asks for.
struct Invocation {
    enum class Kind { run, help, version } kind = Kind::run;
    const Command* command = nullptr;  // what runs
    std::string help_about;            // a command, a group, or "" for the whole program
    Arguments arguments;
    std::string profile;  // of --profile or --dev, checked; "" for none
    bool colourless = false;
};

// Decides what the words after the program's name mean. Options of a command may stand before its last
// words too (`models --agent work status`); --profile, --dev, --no-color and --help stand anywhere before
// `--`. A value is the next word or follows `=`; a word that is itself an option of the command is never
// taken as a value unless it follows `=`.
Result<Invocation> parse(std::span<const std::string> words, const CommandTable& table);

// A bad --profile has an exit status of its own.
bool is_profile_error(const Error& error);

// Options that every command has.
std::span<const Option> global_options();
// What the program takes without a command besides those.
std::span<const Option> program_options();

// The commands that begin with these words ("" for all).
std::vector<const Command*> commands_beneath(std::string_view path, const CommandTable& table);
const Command* find_command(std::string_view name, const CommandTable& table);
const Group* find_group(std::string_view name, const CommandTable& table);
// The option by its long or short name, among those of the commands beneath `path` and the global ones.
const Option* find_option(std::string_view name, std::string_view path, const CommandTable& table);

// The positions (in `words`) that hold secrets given as arguments, so that they can be wiped before
// anything else happens, and the option that carried each.
struct SecretWord {
    std::size_t position;
    std::size_t offset;  // of the value within the word, behind "--token="
    std::string option;
};
std::vector<SecretWord> secret_words(std::span<const std::string> words, const CommandTable& table);

}  // namespace openclaw::cli
