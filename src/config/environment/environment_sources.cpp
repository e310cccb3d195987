#include "config/environment/environment_sources.h"

#include <charconv>

#include "base/text.h"
#include "config/environment/dotenv.h"
#include "config/environment/known_variables.h"
#include "config/environment/substitution.h"
#include "config/json5/key_path.h"

namespace openclaw::config {
namespace {

class EnvironmentLoader {
public:
    explicit EnvironmentLoader(const EnvironmentRequest& request) : request_(request) {}

    LoadedEnvironment load() {
        if (request_.config) referenced_ = referenced_variables(json::value(*request_.config));
        for (const auto& [name, value] : request_.variables) add({name, value, VariableSource::process, {}});
        add_place("the process environment");
        read_working_folder_file();
        read_file(request_.paths.state / ".env", VariableSource::state_file);
        const auto legacy = request_.paths.home / ".clawdbot" / ".env";
        if (!request_.paths.state_explicit && request_.paths.state != request_.paths.home / ".clawdbot")
            read_file(legacy, VariableSource::legacy_file);
        read_config();
        ask_login_shell();
        add_alias();
        result_.environment = Environment(std::move(variables_));
        return std::move(result_);
    }

private:
    void add_place(const std::string& place) {
        result_.places += (result_.places.empty() ? "" : ", ") + place;
    }

    void add(Variable variable) {
        if (is_read_without_quotes(variable.name))
            if (auto inner = unquoted(variable.value)) {
                variable.value = std::move(*inner);
                result_.warnings.push_back(
                    {{},
                     fmt::format("{} ({}): a pair of quotes is part of the value; it is taken off",
                                 printable(variable.name),
                                 variable.place.empty() ? describe(variable.source) : variable.place),
                     "set it without quotes; docker's --env-file, for one, keeps them"});
            }
        variables_.push_back(std::move(variable));
    }

    // What a credential may stand in, or what the config asks for. A password may well have quotes.
    bool is_read_without_quotes(std::string_view name) const {
        return (is_sensitive_variable(name) && !lowered(name).contains("pass")) ||
               std::ranges::find(referenced_, name) != referenced_.end();
    }

    static std::optional<Secret> unquoted(const Secret& value) {
        const auto text = value.trimmed();
        for (const std::string_view quote : {"\"", "'", "`"}) {
            if (!text.starts_with(quote)) continue;
            const auto pieces = text.split(quote);
            const Secret mark(quote);
            if (pieces.size() == 1 && mark.followed_by(pieces[0]).followed_by(mark) == text) return pieces[0];
        }
        return std::nullopt;
    }

    void warn(const Path& file, std::string message, std::string hint = {}) {
        result_.warnings.push_back(
            {{}, fmt::format("{}: {}", request_.paths.shortened(file), message), std::move(hint)});
    }

    // Absent is normal; everything else that keeps a file from being read is worth a word.
    std::optional<Dotenv> parse(const Path& file) {
        result_.files.push_back(file);
        const auto text = platform::read_if_exists(request_.files, file, dotenv_bytes_max);
        if (!text) {
            result_.warnings.push_back(
                {{}, text.error().message, "its variables are not used", text.error().code});
            return std::nullopt;
        }
        if (!*text) return std::nullopt;
        auto entries = parse_dotenv(**text);
        if (!entries) {
            warn(file, entries.error().message, "its variables are not used");
            return std::nullopt;
        }
        for (const auto line : entries->unread_lines)
            warn(file, fmt::format("line {} is no NAME=value", line));
        for (const auto line : entries->open_quotes)
            warn(file, fmt::format("line {} opens a quote that is never closed", line),
                 "its value is taken to the end of the line, with the quote");
        for (const auto line : entries->long_quotes)
            warn(file, fmt::format("line {} opens a quote that is closed lines later", line),
                 "what looks like variables in between is taken for a part of its value");
        for (const auto line : entries->cut_values)
            warn(file, fmt::format("the value in line {} ends at a # with no blank before it", line),
                 "if the # belongs to the value, put quotes around it");
        return std::move(*entries);
    }

    void read_file(const Path& file, VariableSource source) {
        add_place(request_.paths.shortened(file));
        auto entries = parse(file);
        if (!entries) return;
        for (auto& entry : entries->entries)
            add({std::move(entry.name), std::move(entry.value), source, file.string()});
    }

    void read_working_folder_file() {
        if (request_.working_folder.empty()) return;
        const auto file = request_.working_folder / ".env";
        if (file == request_.paths.state / ".env") return;
        auto entries = parse(file);
        if (!entries) return;
        std::vector<std::string> ignored;
        for (auto& entry : entries->entries) {
            if (is_sensitive_variable(entry.name))
                ignored.push_back(entry.name);
            else if (std::ranges::find(referenced_, entry.name) != referenced_.end())
                add({std::move(entry.name), std::move(entry.value), VariableSource::working_folder_file,
                     file.string()});
        }
        if (!ignored.empty())
            warn(file, fmt::format("ignored {}", printable(joined(ignored, ", "))),
                 fmt::format("a .env in the working folder may not set these; put them into {}",
                             request_.paths.shortened(request_.paths.state / ".env")));
    }

    // `env.vars` and the other members of `env`, which win; blank ones don't count.
    void read_config() {
        const auto* env = request_.config ? object_at(*request_.config, "env") : nullptr;
        add_place("the config's env");
        if (!env) return;
        const Environment so_far(variables_);
        Substitution substitution{so_far, result_.places};
        const auto add_all = [&](const json::object& entries, const std::string& path, bool inner) {
            for (const auto& [key, value] : entries) {
                if (!inner && (key == "vars" || key == "shellEnv")) continue;
                const auto* text = value.if_string();
                if (!text || trimmed(*text).empty()) continue;
                const auto place = joined_path(path, std::string_view(key));
                Secret resolved(substitution.text(*text, place));
                add({std::string(key), std::move(resolved), VariableSource::config, place});
            }
        };
        add_all(*env, "env", false);
        if (const auto* vars = object_at(*env, "vars")) add_all(*vars, "env.vars", true);
        result_.problems = std::move(substitution.problems);
    }

    bool shell_is_enabled(const Environment& so_far) const {
        if (so_far.is_true("OPENCLAW_DEFER_SHELL_ENV_FALLBACK")) return false;
        if (so_far.is_true("OPENCLAW_LOAD_SHELL_ENV")) return true;
        const auto* env = request_.config ? object_at(*request_.config, "env") : nullptr;
        const auto* shell = env ? object_at(*env, "shellEnv") : nullptr;
        return shell && bool_at(*shell, "enabled").value_or(false);
    }

    Milliseconds shell_deadline(const Environment& so_far) const {
        const auto* env = request_.config ? object_at(*request_.config, "env") : nullptr;
        const auto* shell = env ? object_at(*env, "shellEnv") : nullptr;
        auto wanted = shell ? integer_at(*shell, "timeoutMs") : std::nullopt;
        if (!wanted) {
            const auto text = so_far.find_filled("OPENCLAW_SHELL_ENV_TIMEOUT_MS").value_or("");
            std::int64_t number{};
            const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (!text.empty() && problem == std::errc() && end == text.data() + text.size()) wanted = number;
        }
        return Milliseconds(std::clamp<std::int64_t>(wanted.value_or(15'000), 0, 120'000));
    }

    void ask_login_shell() {
        if (!request_.login_shell) return;
        const Environment so_far(variables_);
        if (!shell_is_enabled(so_far)) return;
        const auto missing = [&](const KnownVariable& known) {
            return known.from_login_shell && !so_far.find_filled(known.name);
        };
        if (std::ranges::none_of(known_variables(), missing)) return;
        add_place("the login shell");
        const auto& answer = request_.login_shell->ask(shell_deadline(so_far));
        if (!answer.failure.empty())
            result_.warnings.push_back({{},
                                        "asking the login shell failed: " + answer.failure,
                                        "check $SHELL, or set env.shellEnv.enabled to false",
                                        Code::unavailable});
        for (const auto& variable : answer.variables) add(variable);
    }

    // The second spelling of Z.AI's key stands in for the first.
    void add_alias() {
        const Environment so_far(variables_);
        const auto* other = so_far.variable("Z_AI_API_KEY");
        if (!other || other->value.blank() || so_far.find_filled("ZAI_API_KEY")) return;
        std::erase_if(variables_, [](const Variable& variable) { return variable.name == "ZAI_API_KEY"; });
        auto alias = *other;
        alias.name = "ZAI_API_KEY";
        variables_.push_back(std::move(alias));
    }

    const EnvironmentRequest& request_;
    std::vector<std::string> referenced_;  // by the config
    std::vector<Variable> variables_;
    LoadedEnvironment result_;
};

}  // namespace

LoadedEnvironment load_environment(const EnvironmentRequest& request) {
    return EnvironmentLoader(request).load();
}

}  // namespace openclaw::config
