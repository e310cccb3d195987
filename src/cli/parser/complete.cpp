#include "cli/parser/complete.h"

#include "base/text.h"
#include "cli/parser/parse.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view setting_value = "setting-value";

// Where the words before the last one have led.
struct Place {
    std::string path;
    const Option* waiting = nullptr;  // an option that still wants its value
    bool only_arguments = false;      // behind `--`, or behind the first positional argument
    bool no_options = false;          // behind `--`
    std::size_t arguments = 0;        // positional ones so far
    std::string last_argument = {};
};

Place place_of(std::span<const std::string> words, const CommandTable& table) {
    Place place;
    for (const std::string& word : words) {
        if (std::exchange(place.waiting, nullptr)) continue;
        if (word == "--") {
            place.only_arguments = place.no_options = true;
        } else if (word.starts_with("-") && !place.no_options) {
            if (word.find('=') != std::string::npos) continue;
            const Option* option = find_option(word, place.path, table);
            if (option && option->kind != OptionKind::flag) place.waiting = option;
        } else if (place.only_arguments) {
            ++place.arguments;
            place.last_argument = word;
        } else {
            const std::string longer = place.path.empty() ? word : place.path + " " + word;
            if (commands_beneath(longer, table).empty()) {
                place.only_arguments = true;
                ++place.arguments;
                place.last_argument = word;
            } else {
                place.path = longer;
            }
        }
    }
    return place;
}

std::vector<Suggestion> values_of(std::string_view completes, const NamesOf& names_of) {
    std::vector<Suggestion> found;
    if (completes.empty() || completes == "file") return found;
    if (completes.find('|') != std::string_view::npos) {
        for (const std::string_view value : split(completes, '|')) found.push_back({std::string(value), {}});
        return found;
    }
    for (std::string& name : names_of(completes)) found.push_back({std::move(name), {}});
    return found;
}

std::string_view completes(const Option& option) {
    return option.values.empty() ? option.completes : option.values;
}

// "alias model": what each positional argument completes to; the last goes for all that follow.
std::string_view kind_at(std::string_view completes, std::size_t argument) {
    const auto kinds = split(completes, ' ');
    return kinds[std::min(argument, kinds.size() - 1)];
}

void add_options(std::vector<Suggestion>& found, std::span<const Option> options) {
    for (const Option& option : options) {
        const Suggestion suggestion{std::string(option.name), std::string(option.help)};
        if (!option.hidden && std::ranges::find(found, suggestion.text, &Suggestion::text) == found.end()) {
            found.push_back(suggestion);
        }
    }
}

void add_words(std::vector<Suggestion>& found, std::string_view path, const CommandTable& table) {
    for (const Command* command : commands_beneath(path, table)) {
        if (command->hidden || command->name == path) continue;
        const std::string_view rest = path.empty() ? command->name : command->name.substr(path.size() + 1);
        const std::string word(split(rest, ' ').front());
        if (std::ranges::find(found, word, &Suggestion::text) != found.end()) continue;
        const bool whole = word.size() == rest.size();
        const Group* group = find_group(path.empty() ? word : fmt::format("{} {}", path, word), table);
        found.push_back({word, std::string(group ? group->summary : whole ? command->summary : "")});
    }
}

}  // namespace

std::vector<Suggestion> suggestions(std::span<const std::string> words, const CommandTable& table,
                                    const NamesOf& names_of) {
    if (words.empty()) return {};
    const std::string& typed = words.back();
    Place place = place_of(words.first(words.size() - 1), table);
    const Command* command = find_command(place.path, table);
    if (place.path == "help" && command) {
        place = place_of(words.subspan(1).first(words.size() - 2), table);
        command = nullptr;
    }

    std::vector<Suggestion> found;
    std::string in_front;  // "--agent=" of "--agent=wo"
    const auto equals = typed.find('=');
    if (place.waiting) {
        found = values_of(completes(*place.waiting), names_of);
    } else if (typed.starts_with("--") && equals != std::string::npos && !place.no_options) {
        in_front = typed.substr(0, equals + 1);
        const Option* option = find_option(typed.substr(0, equals), place.path, table);
        if (option) found = values_of(completes(*option), names_of);
    } else if (typed.starts_with("-") && !place.no_options) {
        if (command) add_options(found, command->options);
        add_options(found, global_options());
        if (words.size() == 1) add_options(found, program_options());
    } else {
        if (!place.only_arguments) add_words(found, place.path, table);
        if (command && place.arguments < command->arguments_max) {
            const auto kind = kind_at(command->completes, place.arguments);
            // What a setting may be depends on which one stands before it.
            const auto of =
                kind == setting_value ? fmt::format("{} {}", kind, place.last_argument) : std::string(kind);
            for (auto& value : values_of(of, names_of)) found.push_back(std::move(value));
        }
    }
    for (Suggestion& suggestion : found) suggestion.text.insert(0, in_front);
    std::erase_if(found, [&](const Suggestion& suggestion) { return !suggestion.text.starts_with(typed); });
    return found;
}

Result<std::string> completion_script(std::string_view shell) {
    // The shells split words at ':' and '=', which profile names and --option=value hold; the script works
    // on whole words and gives bash back only what it doesn't have yet.
    if (shell == "bash") {
        return R"(# openclaw completion for bash: source <(openclaw completion bash)
_openclaw() {
    local line="${COMP_LINE:0:COMP_POINT}" word before candidate
    word="${line##*[[:space:]]}"
    local words=(${line%"$word"})
    before="${word%"${COMP_WORDS[COMP_CWORD]}"}"
    [ "${COMP_WORDS[COMP_CWORD]}" = "=" ] || [ "${COMP_WORDS[COMP_CWORD]}" = ":" ] && before="$word"
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        COMPREPLY+=("${candidate#"$before"}")
    done < <("${words[0]}" __complete -- "${words[@]:1}" "$word" 2>/dev/null)
}
complete -o default -o nosort -F _openclaw openclaw 2>/dev/null || complete -o default -F _openclaw openclaw
)";
    }
    if (shell == "zsh") {
        return R"(#compdef openclaw
# openclaw completion for zsh: source <(openclaw completion zsh)
_openclaw() {
    local -a found
    local candidate help
    while IFS=$'\t' read -r candidate help; do
        found+=("${candidate//:/\\:}${help:+:$help}")
    done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
    if (( ${#found} )); then _describe -V openclaw found; else _files; fi
}
if [[ "${funcstack[1]}" == _openclaw ]]; then  # a file on fpath: this is the first Tab already
    _openclaw "$@"
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
    compdef _openclaw openclaw
fi
)";
    }
    if (shell == "fish") {
        return R"(# openclaw completion for fish: openclaw completion fish | source
function __openclaw_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l found ($words[1] __complete -- $words[2..-1] "$word" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$word"
    end
end
complete -c openclaw -f -k -a '(__openclaw_complete)'
)";
    }
    return hinted(fail(Code::invalid_input, "no completion for the shell '{}'", shell),
                  "the shells are bash, zsh and fish: `openclaw completion bash`");
}

}  // namespace openclaw::cli
