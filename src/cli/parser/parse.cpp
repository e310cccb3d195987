#include "cli/parser/parse.h"

#include "base/nearest.h"
#include "base/text.h"
#include "config/environment/substitution.h"

namespace openclaw::cli {

namespace {

constexpr std::array globals = {
    Option{.name = "--profile", .value_name = "NAME", .help = "Use the state directory ~/.openclaw-NAME"},
    Option{.name = "--dev", .help = "The same as --profile dev, with port 19001", .kind = OptionKind::flag},
    Option{.name = "--no-color", .help = "Print without colours", .kind = OptionKind::flag},
    Option{.name = "--help", .help = "Show help", .kind = OptionKind::flag, .short_name = "-h"},
};

constexpr std::array of_the_program = {
    Option{.name = "--version", .help = "Show the version", .kind = OptionKind::flag, .short_name = "-V"}};

constexpr std::string_view profile_problems[] = {
    "--profile requires a value",
    "Invalid --profile (use letters, numbers, \"_\", \"-\" only)",
    "Cannot combine --dev with --profile",
};

bool is_beneath(std::string_view name, std::string_view path) {
    if (path.empty() || name == path) return true;
    return name.size() > path.size() && name.starts_with(path) && name[path.size()] == ' ';
}

bool is_number(std::string_view word) {
    return word.size() > 1 && word[0] == '-' &&
           (std::isdigit(static_cast<unsigned char>(word[1])) || word[1] == '.');
}

bool looks_like_option(std::string_view word) {
    return word.size() > 1 && word[0] == '-' && !is_number(word);
}

std::string label(const Option& option) {
    return option.value_name.empty() ? std::string(option.name)
                                     : fmt::format("{} <{}>", option.name, lowered(option.value_name));
}

// "file, systemd or keyring".
std::string any_of(std::vector<std::string> names) {
    const auto last = std::move(names.back());
    names.pop_back();
    return names.empty() ? last : fmt::format("{} or {}", joined(names, ", "), last);
}

// The program's name and the words of a command, as a person types them.
std::string spoken(std::string_view path) {
    return path.empty() ? "openclaw" : fmt::format("openclaw {}", path);
}

class Parser {
public:
    Parser(std::span<const std::string> words, const CommandTable& table) : words_(words), table_(table) {}

    Result<Invocation> run() {
        while (next_ < words_.size()) {
            const std::string& word = words_[next_++];
            if (word == "--") {
                positional_.insert(positional_.end(), words_.begin() + static_cast<std::ptrdiff_t>(next_),
                                   words_.end());
                break;
            }
            if (looks_like_option(word))
                take_option(word);
            else
                take_word(word);
        }
        return finish();
    }

private:
    void take_word(const std::string& word) {
        if (positional_.empty()) {
            const std::string longer = path_.empty() ? word : path_ + " " + word;
            if (!commands_beneath(longer, table_).empty()) {
                path_ = longer;
                return;
            }
            const Command* here = find_command(path_, table_);
            if (word == "help" && !path_.empty() && (!here || here->arguments_max == 0)) {
                help_ = true;
                return;
            }
            if (!here) note_problem(unknown_command(word));
        }
        positional_.push_back(word);
    }

    void take_option(const std::string& word) {
        const auto [name, inline_value] = split_option(word);
        if (path_.empty() && (name == "--version" || name == "-V" || name == "-v")) {
            version_ = true;
            return;
        }
        const Option* option = find_option(name, path_, table_);
        if (!option) return note_problem(unknown_option(name));
        if (option->kind == OptionKind::flag) {
            if (inline_value) {
                return note_problem(fail(Code::invalid_input, "option '{}' takes no value", name));
            }
            given_.emplace_back(option, std::string());
            return;
        }
        if (inline_value) {
            given_.emplace_back(option, *inline_value);
            return;
        }
        if (next_ >= words_.size() || is_known_option(words_[next_])) {
            return note_problem(missing_value(*option));
        }
        given_.emplace_back(option, words_[next_++]);
    }

    // "--name=value", or "-mvalue" where -m is known.
    std::pair<std::string, std::optional<std::string>> split_option(const std::string& word) const {
        if (word.starts_with("--")) {
            const auto equals = word.find('=');
            if (equals == std::string::npos) return {word, std::nullopt};
            return {word.substr(0, equals), word.substr(equals + 1)};
        }
        if (word.size() > 2 && find_option(word.substr(0, 2), path_, table_)) {
            return {word.substr(0, 2), word.substr(2)};
        }
        return {word, std::nullopt};
    }

    bool is_known_option(const std::string& word) const {
        if (word == "--") return true;
        return looks_like_option(word) && find_option(split_option(word).first, path_, table_) != nullptr;
    }

    std::unexpected<Error> missing_value(const Option& option) const {
        if (option.name == "--profile") return fail(Code::invalid_input, "{}", profile_problems[0]);
        auto problem = fail(Code::invalid_input, "option '{}' argument missing", label(option));
        if (next_ >= words_.size()) return problem;
        return hinted(std::move(problem), fmt::format("if the value is meant to be {0}, write {1}={0}",
                                                      words_[next_], option.name));
    }

    std::unexpected<Error> unknown_command(const std::string& word) const {
        if (const auto* entry = not_offered(word)) {
            return hinted(
                fail(Code::invalid_input, "`{}` is a command of the reference that this program doesn't have",
                     spoken(entry->name)),
                std::string(entry->meanwhile));
        }
        std::vector<std::string> known;
        for (const Command* command : commands_beneath(path_, table_)) {
            if (command->hidden || command->name == path_) continue;
            const auto rest = command->name.substr(path_.empty() ? 0 : path_.size() + 1);
            known.emplace_back(split(rest, ' ').front());
        }
        auto problem =
            fail(Code::invalid_input, "unknown command '{}'", path_.empty() ? word : path_ + " " + word);
        if (const auto meant = nearest(word, known)) {
            return hinted(std::move(problem), fmt::format("did you mean `{} {}`?", spoken(path_), *meant));
        }
        return hinted(std::move(problem), fmt::format("see `{} --help`", spoken(path_)));
    }

    const NotOffered* not_offered(const std::string& word) const {
        const auto asked = path_.empty() ? word : path_ + " " + word;
        const auto found = std::ranges::find(table_.not_offered, asked, &NotOffered::name);
        return found == table_.not_offered.end() ? nullptr : &*found;
    }

    std::unexpected<Error> unknown_option(std::string_view name) const {
        auto problem = fail(Code::invalid_input, "unknown option '{}'", name);
        // Only what would be taken here is proposed.
        std::vector<std::string> known;
        for (const Option& option : globals) known.emplace_back(option.name);
        if (path_.empty()) known.emplace_back(of_the_program.front().name);
        if (const Command* here = find_command(path_, table_)) {
            for (const Option& option : here->options) {
                if (!option.hidden) known.emplace_back(option.name);
            }
        }
        const auto owners = owners_of(name);
        if (!owners.empty()) {
            return hinted(std::move(problem), behind_the_name_of(owners));
        }
        if (const auto meant = nearest(name, known)) {
            return hinted(std::move(problem), fmt::format("did you mean {}?", *meant));
        }
        return hinted(std::move(problem), fmt::format("see `{} --help`", spoken(path_)));
    }

    static std::string behind_the_name_of(const std::vector<std::string>& owners) {
        return fmt::format("it stands behind the command's name: {}", joined(owners, " or "));
    }

    // The commands beneath what was typed that take such an option, a few of them.
    std::vector<std::string> owners_of(std::string_view name) const {
        constexpr std::size_t named_max = 3;
        std::vector<std::string> owners;
        for (const Command* command : commands_beneath(path_, table_)) {
            const bool takes = std::ranges::any_of(command->options, [&](const Option& option) {
                return !option.hidden && option.name == name;
            });
            if (takes && !command->hidden && owners.size() < named_max)
                owners.push_back(fmt::format("`{}`", spoken(command->name)));
        }
        return owners;
    }

    void note_problem(std::unexpected<Error> problem) {
        if (!problem_) problem_ = std::move(problem).error();
    }

    Result<Invocation> finish() {
        Invocation invocation;
        if (auto applied = apply_globals(invocation); !applied) return std::unexpected(applied.error());
        // Whatever else stands on the line, and whether or not help is asked for.
        if (!positional_.empty() && not_offered(positional_.front()))
            return unknown_command(positional_.front());
        if (help_) {
            invocation.kind = Invocation::Kind::help;
            invocation.help_about = path_;
            return invocation;
        }
        if (version_) {
            invocation.kind = Invocation::Kind::version;
            return invocation;
        }
        if (problem_) return std::unexpected(*problem_);
        invocation.command = find_command(path_, table_);
        if (!invocation.command) {  // a group alone, or nothing at all, shows what there is
            invocation.kind = Invocation::Kind::help;
            invocation.help_about = path_;
            return invocation;
        }
        if (auto checked = check_options(invocation); !checked) return std::unexpected(checked.error());
        if (auto checked = check_positional(*invocation.command); !checked) {
            return std::unexpected(checked.error());
        }
        invocation.arguments.positional_ = std::move(positional_);
        return invocation;
    }

    Result<void> apply_globals(Invocation& invocation) {
        bool dev = false;
        for (auto& [option, value] : given_) {
            if (option->name == "--help") help_ = true;
            if (option->name == "--no-color") invocation.colourless = true;
            if (option->name == "--dev") dev = true;
            if (option->name == "--profile") invocation.profile = value;
            if (option->name == "--profile" && !is_profile_name(value)) {
                return fail(Code::invalid_input, "{}",
                            value.empty() ? profile_problems[0] : profile_problems[1]);
            }
        }
        if (dev && !invocation.profile.empty() && invocation.profile != "dev") {
            return fail(Code::invalid_input, "{}", profile_problems[2]);
        }
        if (dev) invocation.profile = "dev";
        if (problem_ && is_profile_error(*problem_)) return std::unexpected(*problem_);
        return {};
    }

    static bool is_profile_name(std::string_view name) {
        if (name.empty() || name.size() > 64) return false;
        const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
        return plain(name.front()) &&
               std::ranges::all_of(name, [&](char c) { return plain(c) || c == '_' || c == '-'; });
    }

    Result<void> check_options(Invocation& invocation) {
        const Command& command = *invocation.command;
        auto& options = invocation.arguments.options_;
        for (auto& [option, value] : given_) {
            const auto same = [&](const Option& other) { return other.name == option->name; };
            if (std::ranges::any_of(globals, same)) continue;
            if (!std::ranges::any_of(command.options, same)) return unknown_option_of(command, option->name);
            if (auto known = check_value(*option, value); !known) return known;
            options[std::string(option->name)].push_back(std::move(value));
        }
        if (auto fit = check_company(command, invocation.arguments); !fit) return fit;
        for (const Option& option : command.options) {
            if (option.required && !options.contains(option.name)) {
                auto problem = fail(Code::invalid_input, "required option '{}' not specified", label(option));
                return hinted(std::move(problem), fmt::format("for example: `{}`", command.example));
            }
        }
        return {};
    }

    // Each option has what it needs beside it, and nothing that takes its effect away.
    static Result<void> check_company(const Command& command, const Arguments& given) {
        for (const Option& option : command.options) {
            if (!given.has(option.name)) continue;
            if (!option.needs.empty() && !given.has(option.needs))
                return hinted(
                    fail(Code::invalid_input, "{} has no effect without {}", option.name, option.needs),
                    fmt::format("add {}, or leave {} out", option.needs, option.name));
            if (!option.excludes.empty() && given.has(option.excludes))
                return hinted(
                    fail(Code::invalid_input, "{} has no effect beside {}", option.name, option.excludes),
                    fmt::format("leave {} or {} out", option.name, option.excludes));
        }
        return {};
    }

    static Result<void> check_value(const Option& option, std::string_view value) {
        if (option.values.empty()) return {};
        std::vector<std::string> known;
        for (const std::string_view each : split(option.values, '|')) known.emplace_back(each);
        if (std::ranges::find(known, value) != known.end()) return {};
        auto problem =
            fail(Code::invalid_input, "option '{}' doesn't know '{}'", label(option), printable(value));
        const auto meant = nearest(value, known);
        return hinted(std::move(problem),
                      meant ? fmt::format("did you mean {}?", *meant) : "choose " + any_of(known));
    }

    std::unexpected<Error> unknown_option_of(const Command& command, std::string_view name) const {
        auto problem = fail(Code::invalid_input, "unknown option '{}'", name);
        if (const auto owners = owners_of(name); !owners.empty())
            return hinted(std::move(problem), behind_the_name_of(owners));
        return hinted(std::move(problem), fmt::format("{} has no such option; see `{} --help`",
                                                      spoken(command.name), spoken(command.name)));
    }

    Result<void> check_positional(const Command& command) const {
        const std::size_t count = positional_.size();
        if (count > command.arguments_max) {
            if (command.arguments_max == 0 && is_group(command.name))
                return unknown_command(positional_.front());
            return hinted(
                fail(Code::invalid_input, "too many arguments for '{}'. Expected {} argument{} but got {}.",
                     command.name, command.arguments_max, command.arguments_max == 1 ? "" : "s", count),
                fmt::format("see `{} --help`", spoken(command.name)));
        }
        if (count < command.arguments_min) {
            const auto names = split(command.arguments, ' ');
            std::string name = lowered(names[std::min(count, names.size() - 1)]);
            std::erase_if(name, [](char c) { return c == '.' || c == '[' || c == ']'; });
            return hinted(fail(Code::invalid_input, "missing required argument '{}'", name),
                          fmt::format("for example: `{}`", command.example));
        }
        return {};
    }

    bool is_group(std::string_view name) const { return commands_beneath(name, table_).size() > 1; }

    std::span<const std::string> words_;
    const CommandTable& table_;
    std::size_t next_ = 0;
    std::string path_;
    std::vector<std::pair<const Option*, std::string>> given_;
    std::vector<std::string> positional_;
    std::optional<Error> problem_;
    bool help_ = false;
    bool version_ = false;
};

bool carries_secret(std::string_view option) {
    return option == "--token" || option == "--password" || option.ends_with("-token") ||
           option.ends_with("-password") || option.ends_with("-api-key");
}

}  // namespace

Result<Invocation> parse(std::span<const std::string> words, const CommandTable& table) {
    return Parser(words, table).run();
}

bool is_profile_error(const Error& error) {
    return std::ranges::find(profile_problems, error.message) != std::end(profile_problems);
}

std::span<const Option> global_options() {
    return globals;
}

std::span<const Option> program_options() {
    return of_the_program;
}

std::vector<const Command*> commands_beneath(std::string_view path, const CommandTable& table) {
    std::vector<const Command*> found;
    for (const Command* command : table.commands) {
        if (is_beneath(command->name, path)) found.push_back(command);
    }
    return found;
}

const Command* find_command(std::string_view name, const CommandTable& table) {
    const auto found = std::ranges::find(table.commands, name, &Command::name);
    return found == table.commands.end() ? nullptr : *found;
}

const Group* find_group(std::string_view name, const CommandTable& table) {
    const auto found = std::ranges::find(table.groups, name, &Group::name);
    return found == table.groups.end() ? nullptr : &*found;
}

const Option* find_option(std::string_view name, std::string_view path, const CommandTable& table) {
    const auto matches = [&](const Option& option) {
        return option.name == name || (!option.short_name.empty() && option.short_name == name);
    };
    if (const auto found = std::ranges::find_if(globals, matches); found != globals.end()) return &*found;
    if (path.empty()) return nullptr;  // an option of a command follows at least its first word
    if (const Command* here = find_command(path, table)) {
        if (const auto found = std::ranges::find_if(here->options, matches); found != here->options.end())
            return &*found;
    }
    for (const Command* command : commands_beneath(path, table)) {
        const auto found = std::ranges::find_if(command->options, matches);
        if (found != command->options.end()) return &*found;
    }
    return nullptr;
}

namespace {

// The command that the words name, whatever options stand between them.
std::string command_named(std::span<const std::string> words, const CommandTable& table) {
    std::string path;
    for (const std::string& word : words) {
        const auto longer = path.empty() ? word : path + " " + word;
        if (!commands_beneath(longer, table).empty()) path = longer;
    }
    return path;
}

bool is_reference(std::string_view value) {
    return value == "-" || config::is_sole_reference(value);
}

}  // namespace

std::vector<SecretWord> secret_words(std::span<const std::string> words, const CommandTable& table) {
    const auto path = command_named(words, table);
    std::vector<SecretWord> found;
    for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
        const auto equals = words[i].find('=');
        const std::string name = words[i].substr(0, equals);
        if (!name.starts_with("--")) continue;
        const Option* option = find_option(name, path, table);
        if (!carries_secret(name) && !(option && option->secret)) continue;
        const std::string_view value = equals != std::string::npos
                                           ? std::string_view(words[i]).substr(equals + 1)
                                       : i + 1 < words.size() ? std::string_view(words[i + 1])
                                                              : std::string_view();
        if (is_reference(value)) continue;
        if (equals != std::string::npos)
            found.push_back({i, equals + 1, name});
        else if (i + 1 < words.size())
            found.push_back({i + 1, 0, name});
    }
    return found;
}

}  // namespace openclaw::cli
