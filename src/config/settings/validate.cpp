#include "config/settings/validate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/duration.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/environment/known_variables.h"
#include "config/json5/key_path.h"
#include "config/settings/newer_settings.h"
#include "config/settings/page_origin.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

constexpr std::size_t problems_max = 50, carried_max = 200;

// scheme://host[:port]/..., without blanks. Nothing more is promised here: the client parses it again.
bool is_address(std::string_view text, std::initializer_list<std::string_view> schemes) {
    for (const auto scheme : schemes) {
        if (!lowered(text.substr(0, scheme.size())).starts_with(scheme)) continue;
        const auto rest = text.substr(scheme.size());
        auto host = rest.substr(0, rest.find_first_of("/?#"));
        if (const auto user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
        if (host.empty() || text.find_first_of(" \t\r\n") != std::string_view::npos) return false;
        const auto colon = host.ends_with(']') ? std::string_view::npos : host.rfind(':');
        if (colon == std::string_view::npos) return true;
        unsigned port = 0;
        const auto digits = host.substr(colon + 1);
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        return colon > 0 && problem == std::errc() && end == digits.data() + digits.size() && port > 0 &&
               port < 65536;
    }
    return false;
}

std::string choices_text(std::string_view choices) {
    std::vector<std::string> quoted;
    for (const auto choice : split(choices, '|')) quoted.push_back(fmt::format("\"{}\"", choice));
    return joined(quoted, ", ");
}

class Validator {
public:
    Findings run(const json::object& document) {
        members(document, "", "");
        return std::move(findings_);
    }

private:
    void problem(const std::string& path, std::string message, std::string hint = {}) {
        if (findings_.problems.size() < problems_max)
            findings_.problems.push_back({path, std::move(message), std::move(hint)});
    }

    void members(const json::object& object, const std::string& pattern, const std::string& path) {
        for (const auto& [key, value] : object) {
            const auto below =
                pattern.empty() ? std::string(key) : fmt::format("{}.{}", pattern, std::string_view(key));
            const auto here = joined_path(path, std::string_view(key));
            if (is_known(below))
                check(value, below, here);
            else if (is_known(pattern + ".*"))
                check(value, pattern + ".*", here);
            else if (const auto newer = newer_member(pattern, below); !newer.empty())
                carry_newer(value, newer, here);
            else
                unknown(key, pattern, here);
        }
    }

    static std::string newer_member(const std::string& pattern, const std::string& below) {
        if (newer_knows(below)) return below;
        return newer_knows(pattern + ".*") ? pattern + ".*" : std::string();
    }

    void carry_newer(const json::value& value, const std::string& pattern, const std::string& path) {
        carry(path, "a setting of a newer version of the reference");
        look_below(value, pattern, path);
    }

    // What is kept is kept as it is; only names that no version has are mistakes.
    void look_below(const json::value& value, const std::string& pattern, const std::string& path) {
        if (!newer_knows_below(pattern)) return;
        if (const auto* array = value.if_array())
            for (std::size_t at = 0; at < array->size(); ++at)
                look_below((*array)[at], pattern + "[]", joined_path(path, at));
        const auto* object = value.if_object();
        if (!object) return;
        for (const auto& [key, member] : *object) {
            const auto below = fmt::format("{}.{}", pattern, std::string_view(key));
            const auto here = joined_path(path, std::string_view(key));
            if (const auto newer = newer_member(pattern, below); !newer.empty())
                look_below(member, newer, here);
            else
                unknown(key, pattern, here);
        }
    }

    static bool is_known(const std::string& pattern) {
        return find_setting(pattern) || has_settings_below(pattern);
    }

    void unknown(std::string_view key, const std::string& pattern, const std::string& path) {
        auto names = setting_names_below(pattern);
        const auto ours = names.size();
        for (auto& name : newer_names_below(pattern))
            if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
        std::string hint;
        if (const auto moved = moved_setting(path))
            hint = fmt::format("it is {} now", *moved);
        else if (const auto name = nearest(key, names))
            hint = fmt::format("did you mean {}?", joined_path(path_above(path, key), *name));
        else if (const auto elsewhere = same_name_elsewhere(key); !elsewhere.empty())
            hint = fmt::format("did you mean {}?", elsewhere);
        else if (names.resize(ours); !names.empty() && names.size() <= 10)
            hint = fmt::format("known here: {}", joined(names, ", "));
        else
            hint = "see `openclaw config --help` and docs/settings.md";
        problem(path, "unknown key", std::move(hint));
    }

    static std::string path_above(const std::string& path, std::string_view key) {
        const auto size = joined_path("", key).size();
        return path.size() > size ? path.substr(0, path.size() - size - 1) : std::string();
    }

    // The only setting whose last name is this one.
    static std::string same_name_elsewhere(std::string_view key) {
        std::string found;
        const auto end = "." + std::string(key);
        for (const auto& setting : all_settings()) {
            if (!setting.key.ends_with(end) || setting.effect != Effect::full) continue;
            if (!found.empty()) return {};
            found = setting.key;
        }
        return found;
    }

    void check(const json::value& value, const std::string& pattern, const std::string& path) {
        const auto* setting = find_setting(pattern);
        if (setting && setting->effect == Effect::carried) return carry(path, setting->help);
        if (setting && setting->effect == Effect::refused) return refuse(*setting, value, path);
        if (setting && setting->type == SettingType::anything) return;
        const bool deeper = has_settings_below(pattern);
        if (!setting || setting->type == SettingType::list ||
            ((setting->type == SettingType::text_or_object || setting->type == SettingType::object) &&
             deeper))
            return container(setting, value, pattern, path);
        scalar(*setting, value, path);
    }

    void container(const Setting* setting, const json::value& value, const std::string& pattern,
                   const std::string& path) {
        if (setting && setting->type == SettingType::text_or_object && value.is_string()) return;
        if (has_settings_below(pattern + "[]") || (setting && setting->type == SettingType::list)) {
            const auto* array = value.if_array();
            if (!array) return expected(path, "a list", value);
            for (std::size_t at = 0; at < array->size(); ++at)
                check((*array)[at], pattern + "[]", joined_path(path, at));
            return;
        }
        const auto* object = value.if_object();
        if (!object) return expected(path, "an object", value);
        members(*object, pattern, path);
    }

    void carry(const std::string& path, std::string_view help) {
        if (findings_.carried.size() < carried_max)
            findings_.carried.push_back(
                {path, "kept for the reference; has no effect here", std::string(help)});
    }

    void refuse(const Setting& setting, const json::value& value, const std::string& path) {
        const auto harmless =
            setting.harmless.empty() ? json::value() : json::parse(json::string_view(setting.harmless));
        if (value != harmless) problem(path, "has no effect here", std::string(setting.instead));
    }

    void expected(const std::string& path, std::string_view what, const json::value& found,
                  std::string hint = {}) {
        problem(path, fmt::format("expected {}, found {}", what, kind_name(found)), std::move(hint));
    }

    void scalar(const Setting& setting, const json::value& value, const std::string& path) {
        switch (setting.type) {
            case SettingType::flag:
                if (!value.is_bool()) expected(path, "true or false", value);
                return;
            case SettingType::flag_or_choice:
                if (!value.is_bool()) choice(setting, value, path);
                return;
            case SettingType::choice:
                return choice(setting, value, path);
            case SettingType::integer:
            case SettingType::number:
            case SettingType::port:
                return number(setting, value, path);
            case SettingType::duration:
                return duration(value, path);
            case SettingType::texts:
                return texts(value, path);
            default:
                return text(setting, value, path);
        }
    }

    void choice(const Setting& setting, const json::value& value, const std::string& path) {
        const auto* found = value.if_string();
        if (!found) return expected(path, "one of " + choices_text(setting.choices), value);
        std::vector<std::string> names;
        for (const auto name : split(setting.choices, '|')) names.emplace_back(name);
        const std::string_view word = *found;
        if (std::ranges::find(names, word) != names.end()) return;
        const auto near = nearest(word, names);
        problem(path,
                fmt::format("expected one of {}, found \"{}\"", choices_text(setting.choices),
                            printable(shortened(word, 40))),
                near ? fmt::format("did you mean \"{}\"?", *near) : std::string());
    }

    void number(const Setting& setting, const json::value& value, const std::string& path) {
        const bool whole = setting.type != SettingType::number;
        if (!value.is_number()) return expected(path, whole ? "a whole number" : "a number", value);
        const auto found = value.to_number<double>();
        if (!std::isfinite(found) || (whole && std::trunc(found) != found))
            return problem(path, fmt::format("expected {}, found {}",
                                             whole ? "a whole number" : "a finite number", found));
        const double min = setting.type == SettingType::port ? 1 : setting.min;
        const double max = setting.type == SettingType::port ? 65535 : setting.max;
        if (found >= min && found <= max) return;
        const auto unit = setting.unit.empty() ? std::string() : " " + std::string(setting.unit);
        if (max > 1e300)
            problem(path, min > 0 && min < 1
                              ? fmt::format("expected more than 0{}, found {}", unit, found)
                              : fmt::format("expected at least {}{}, found {}", min, unit, found));
        else
            problem(path, fmt::format("expected {} to {}{}, found {}", min, max, unit, found));
    }

    void duration(const json::value& value, const std::string& path) {
        if (value.is_number() && value.to_number<double>() >= 0) return;
        const auto* text = value.if_string();
        if (!text) return expected(path, "a duration such as \"30m\"", value);
        if (const auto parsed = parse_duration(*text, std::chrono::minutes(1)); !parsed)
            problem(path, parsed.error().message, "write \"90s\", \"30m\", \"1.5h\" or \"2d\"");
    }

    void texts(const json::value& value, const std::string& path) {
        const auto* array = value.if_array();
        if (!array) return expected(path, "a list of strings", value);
        for (std::size_t at = 0; at < array->size(); ++at)
            if (!(*array)[at].is_string()) expected(joined_path(path, at), "a string", (*array)[at]);
    }

    // Its shape; what the source's own rules say about the id is for whoever resolves it.
    void reference(const json::object& object, const std::string& path) {
        for (const auto& [key, value] : object) {
            const auto here = joined_path(path, std::string_view(key));
            if (key != "source" && key != "provider" && key != "id")
                problem(here, "unknown key", "a reference has source, provider and id");
            else if (!value.is_string())
                expected(here, "a string", value);
        }
        const auto source = string_at(object, "source").value_or("");
        if (source != "env" && source != "file" && source != "exec" && source != "store" &&
            source != "sealed")
            problem(joined_path(path, "source"), "expected one of \"env\", \"file\", \"exec\"",
                    "a reference is written {source: \"file\", provider: \"vault\", id: \"/a/b\"}");
        if (trimmed(string_at(object, "id").value_or("")).empty())
            problem(joined_path(path, "id"), "is missing", {});
    }

    void text(const Setting& setting, const json::value& value, const std::string& path) {
        const auto* found = value.if_string();
        const bool is_model = setting.type == SettingType::model;
        if (setting.may_refer && value.is_object()) return reference(value.get_object(), path);
        if (!found)
            return expected(path, is_model ? "a model such as \"anthropic/claude-opus-4-5\"" : "a string",
                            value);
        const std::string_view word = *found;
        if (setting.secret && is_placeholder(word))
            return problem(path, "holds a placeholder, not a secret",
                           "what is shown in place of a secret was written back; set the secret again");
        const bool needs_content = setting.type == SettingType::filled_text ||
                                   setting.type == SettingType::url ||
                                   setting.type == SettingType::socket_url || is_model;
        if (needs_content && trimmed(word).empty()) return problem(path, "is blank");
        if (setting.type == SettingType::url && !is_address(word, {"http://", "https://"}))
            problem(path, "is no address of the form http(s)://host[:port]/path");
        if (setting.type == SettingType::socket_url &&
            !is_address(word, {"ws://", "wss://", "http://", "https://"}))
            problem(path, "is no address of the form ws(s)://host[:port]");
    }

    Findings findings_;
};

// The last part of a path as it was written: "lab" of "models.providers.lab".
std::string last_part(const std::string& path) {
    const auto parts = parse_key_path(path);
    return parts && !parts->empty() ? parts->back() : path;
}

// An argument of a command that a person copies into a shell.
std::string in_shell(std::string_view text) {
    const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("-_.:@/+=,").contains(c);
    });
    return plain ? std::string(text) : "'" + replaced(std::string(text), "'", "'\\''") + "'";
}

bool is_known_provider(std::string_view name) {
    return std::ranges::any_of(known_variables(), [&](const auto& variable) {
        return !variable.provider.empty() && equal_ignoring_case(variable.provider, name);
    });
}

// What the table can't say: members that must be there.
void check_required(const json::object& document, std::vector<Problem>& problems) {
    const auto need = [&](const json::object& object, const std::string& path,
                          std::initializer_list<std::string_view> names) {
        for (const auto name : names)
            if (!object.contains(name)) problems.push_back({joined_path(path, name), "is missing", {}});
    };
    // One setting can't be set before the other: the command that sets both.
    const auto hint = [&](std::size_t from, const std::string& command) {
        for (; from < problems.size(); ++from)
            problems[from].hint = fmt::format("set it as a whole: `openclaw {}`", command);
    };
    const auto each = [&](std::string_view path, const auto& visit) {
        const auto* found = find_value(document, *parse_key_path(path));
        if (const auto* object = found ? found->if_object() : nullptr)
            for (const auto& [key, value] : *object)
                if (value.is_object()) visit(value.get_object(), joined_path(path, std::string_view(key)));
    };
    each("models.providers", [&](const json::object& provider, const std::string& path) {
        // Where a provider that is known anyway answers is known too, and a key or a time limit may stand
        // alone.
        const auto name = last_part(path);
        const bool describes =
            provider.contains("baseUrl") || provider.contains("models") || provider.contains("api");
        const auto from = problems.size();
        if (describes && !is_known_provider(name)) need(provider, path, {"baseUrl", "models"});
        hint(from, fmt::format("models providers add {} --base-url {}", in_shell(name),
                               in_shell(string_at(provider, "baseUrl").value_or("URL"))));
        const auto* models = array_at(provider, "models");
        for (std::size_t at = 0; models && at < models->size(); ++at)
            if (const auto* model = (*models)[at].if_object()) {
                const auto first = problems.size();
                const auto place = joined_path(path + ".models", at);
                need(*model, place, {"id", "name"});
                hint(first,
                     fmt::format(R"(config set {} '{{"id": "MODEL", "name": "MODEL"}}')", in_shell(place)));
            }
    });
    each("auth.profiles", [&](const json::object& profile, const std::string& path) {
        const auto from = problems.size();
        need(profile, path, {"provider", "mode"});
        hint(from, fmt::format(R"(config set {} '{{"provider": "anthropic", "mode": "api_key"}}')",
                               in_shell(path)));
    });
    each("secrets.providers", [&](const json::object& source, const std::string& path) {
        const auto from = problems.size();
        need(source, path, {"source"});
        const auto kind = string_at(source, "source").value_or("");
        if (kind == "file") need(source, path, {"path"});
        if (kind == "exec" && !source.contains("pluginIntegration")) need(source, path, {"command"});
        hint(from, fmt::format(R"(config set {} '{}')", in_shell(path),
                               kind == "exec" ? R"({"source": "exec", "command": "/usr/bin/pass"})"
                                              : R"({"source": "file", "path": "/run/secrets/keys.json"})"));
    });
    const auto* list = find_value(document, {"agents", "list"});
    const auto* agents = list ? list->if_array() : nullptr;
    for (std::size_t at = 0; agents && at < agents->size(); ++at)
        if (const auto* agent = (*agents)[at].if_object()) {
            const auto from = problems.size();
            need(*agent, joined_path("agents.list", at), {"id"});
            hint(from, "agents add work --workspace ~/work");
        }
}

// What no page and no host will ever match is of no use, and looks as if it were.
void check_origins(const json::object& document, std::vector<Problem>& warnings) {
    const std::string place = "gateway.controlUi.allowedOrigins";
    const auto* list = find_value(document, *parse_key_path(place));
    const auto* origins = list ? list->if_array() : nullptr;
    for (std::size_t at = 0; origins && at < origins->size(); ++at) {
        const auto* text = (*origins)[at].if_string();
        if (!text || page_origin(*text) || host_name(*text)) continue;
        warnings.push_back(
            {joined_path(place, at), "matches no page and no host",
             "write a page's origin as https://app.example.com (scheme, name, port where it "
             "isn't the usual one, no path, no *), a name of this host as gateway.example.com"});
    }
}

// A rule that is about a chat channel is about nobody here: only what could forbid an answer of this gateway
// is a promise that isn't kept.
bool forbids_answers_here(const json::object& rule) {
    if (string_at(rule, "action").value_or("") != "deny") return false;
    const auto* match = object_at(rule, "match");
    const auto channel = match ? string_at(*match, "channel") : std::nullopt;
    return !channel || equal_ignoring_case(*channel, "webchat");
}

void check_send_policy(const json::object& document, std::vector<Problem>& problems) {
    const auto* found = find_value(document, {"session", "sendPolicy"});
    const auto* policy = found ? found->if_object() : nullptr;
    if (!policy) return;
    const auto refuse = [&](const std::string& path) {
        problems.push_back({path, "forbids answers, which is not done here",
                            "remove it; who may talk to an agent is decided by the gateway's lock"});
    };
    if (string_at(*policy, "default").value_or("") == "deny") refuse("session.sendPolicy.default");
    const auto* rules = array_at(*policy, "rules");
    for (std::size_t at = 0; rules && at < rules->size(); ++at)
        if (const auto* rule = (*rules)[at].if_object(); rule && forbids_answers_here(*rule))
            refuse(joined_path("session.sendPolicy.rules", at));
}

// The sections that decide something here.
bool is_section_of_ours(std::string_view key) {
    constexpr std::array<std::string_view, 7> sections{"agents", "auth",    "gateway", "logging",
                                                       "models", "secrets", "session"};
    return std::ranges::find(sections, key) != sections.end();
}

}  // namespace

std::vector<Problem> find_misplaced(const json::object& document) {
    std::vector<Problem> found;
    for (const auto& [from, to] : moved_settings()) {
        const auto* kept = setting_of_path(from);
        if (kept && kept->effect == Effect::carried && find_value(document, *parse_key_path(from)))
            found.push_back({std::string(from), "has another name now", fmt::format("it is {} now", to)});
    }
    for (const auto& [section, value] : document) {
        const auto* kept = find_setting(section);
        if (!kept || kept->effect != Effect::carried || !value.is_object()) continue;
        for (const auto& [key, member] : value.get_object())
            if (member.is_object() && is_section_of_ours(key))
                found.push_back({joined_path(section, key), "has no effect here",
                                 fmt::format("it is a section of its own: move it out of {}",
                                             std::string_view(section))});
    }
    return found;
}

Findings validate(const json::object& document) {
    auto findings = Validator().run(document);
    check_required(document, findings.problems);
    check_send_policy(document, findings.problems);
    check_origins(document, findings.warnings);
    return findings;
}

namespace {

// What stands in place of a secret wherever one is shown: those that may be part of a text, and the others.
constexpr std::array<std::string_view, 3> shown_anywhere{"__OPENCLAW_REDACTED__", "<set>", "<removed>"};
constexpr std::array<std::string_view, 2> shown_alone{"[secret]", "[redacted]"};
constexpr std::string_view shown_reference = "<from ${";

}  // namespace

bool is_shown_text(std::string_view text) {
    const auto holds = [&](std::string_view mark) { return text.contains(mark); };
    return std::ranges::any_of(shown_anywhere, holds) || holds(shown_reference) ||
           std::ranges::find(shown_alone, text) != shown_alone.end();
}

bool is_placeholder(std::string_view text) {
    text = trimmed(text);
    if (std::ranges::find(shown_anywhere, text) != shown_anywhere.end() ||
        std::ranges::find(shown_alone, text) != shown_alone.end())
        return true;
    if (text.starts_with(shown_reference) && text.ends_with("}>")) return true;
    // "#3fa9c1d2", as a secret is shown everywhere.
    if (text.size() == 9 && text.front() == '#' &&
        text.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos)
        return true;
    if (text.size() < 3) return false;
    for (const std::string_view mark : {"*", "•", "…"}) {
        if (text.size() % mark.size() != 0) continue;
        bool only = true;
        for (std::size_t at = 0; only && at < text.size(); at += mark.size())
            only = text.substr(at, mark.size()) == mark;
        if (only) return true;
    }
    return false;
}

std::string_view kind_name(const json::value& value) {
    switch (value.kind()) {
        case json::kind::null:
            return "null";
        case json::kind::bool_:
            return "true or false";
        case json::kind::int64:
        case json::kind::uint64:
        case json::kind::double_:
            return "a number";
        case json::kind::string:
            return "a string";
        case json::kind::array:
            return "a list";
        case json::kind::object:
            return "an object";
    }
    return "something else";
}

}  // namespace openclaw::config
