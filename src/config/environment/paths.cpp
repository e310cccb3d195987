#include "config/environment/paths.h"

#include "base/text.h"
#include "config/environment/state_names.h"

namespace openclaw::config {
namespace {

constexpr std::array<std::string_view, 4> state_names = {".openclaw", old_state_names[0], old_state_names[1],
                                                         old_state_names[2]};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// ^[a-z0-9][a-z0-9_-]{0,63}$ of a text already in lower case.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && text[0] != '_' && text[0] != '-' &&
           std::ranges::all_of(text, is_name_character);
}

// The first of the variables that is not blank, trimmed.
std::string first_filled(const platform::Variables& variables,
                         std::initializer_list<std::string_view> names) {
    for (const auto name : names)
        if (const auto text = platform::text_of(variables, name); !text.empty()) return std::string(text);
    return {};
}

void set_if_blank(platform::Variables& variables, const std::string& name, const std::string& value) {
    auto& slot = variables[name];
    if (slot.blank()) slot = Secret(value);
}

Path find_config(platform::FileSystem& files, const Paths& paths) {
    std::vector<Path> folders = {paths.state};
    if (!paths.state_explicit) {
        folders.clear();
        for (const auto name : state_names) folders.push_back(paths.home / name);
    }
    for (const auto& folder : folders)
        for (const auto name : config_names)
            if (const auto info = files.info(folder / name); info || info.error().code != Code::not_found)
                return folder / name;  // also one that we may not look at: never pass over it silently
    return paths.state / config_names[0];
}

void find_state(platform::FileSystem& files, Paths& paths) {
    for (const auto name : state_names) {
        if (!platform::exists(files, paths.home / name)) continue;
        paths.state = paths.home / name;
        paths.state_legacy = name != state_names[0];
        return;
    }
    paths.state = paths.home / state_names[0];
}

}  // namespace

Path Paths::agent_folder(std::string_view agent_id) const {
    return state / "agents" / agent_id / "agent";
}
Path Paths::sessions_folder(std::string_view agent_id) const {
    return state / "agents" / agent_id / "sessions";
}
Path Paths::credentials_folder() const {
    return credentials_override.empty() ? state / "credentials" : credentials_override;
}
Path Paths::admin_socket() const {
    return state / "gateway.sock";
}
Path Paths::gateway_token_file() const {
    return state / "credentials" / "gateway-token";
}
std::string Paths::shortened(const Path& path) const {
    const std::string text = path.string(), start = home.string();
    if (start.size() < 2 || !text.starts_with(start)) return text;
    if (text.size() == start.size()) return "~";
    return text[start.size()] == '/' ? "~" + text.substr(start.size()) : text;
}

Result<void> apply_profile(const ProfileChoice& choice, platform::Variables& variables) {
    if (choice.name.empty()) return {};
    const auto home = first_filled(variables, {"HOME"});
    auto state = first_filled(variables, {"OPENCLAW_STATE_DIR"});
    if (home.empty() && state.empty()) return fail(Code::invalid_input, "HOME is not set");
    if (state.empty())
        state =
            home + (equal_ignoring_case(choice.name, "default") ? "/.openclaw" : "/.openclaw-" + choice.name);
    set_if_blank(variables, "OPENCLAW_PROFILE", choice.name);
    set_if_blank(variables, "OPENCLAW_STATE_DIR", state);
    set_if_blank(variables, "OPENCLAW_CONFIG_PATH", state + "/openclaw.json");
    if (choice.name == "dev") set_if_blank(variables, "OPENCLAW_GATEWAY_PORT", "19001");
    return {};
}

Result<Paths> resolve_paths(platform::FileSystem& files, const platform::Variables& variables,
                            const Path& working_folder) {
    Paths paths;
    paths.home = first_filled(variables, {"HOME"});
    const auto state = first_filled(variables, {"OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"});
    if (paths.home.empty() && !state.starts_with('/'))
        return hinted(fail(Code::invalid_input, "HOME is not set"),
                      "set HOME, or OPENCLAW_STATE_DIR to a full path");
    const auto place = [&](std::initializer_list<std::string_view> names) {
        const auto text = first_filled(variables, names);
        return text.empty() ? Path() : expanded(text, paths.home, working_folder);
    };
    paths.profile = first_filled(variables, {"OPENCLAW_PROFILE"});
    paths.state_explicit = !state.empty();
    if (paths.state_explicit)
        paths.state = expanded(state, paths.home, working_folder);
    else
        find_state(files, paths);
    paths.config_file = place({"OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH"});
    if (paths.config_file.empty()) paths.config_file = find_config(files, paths);
    paths.main_agent_override = place({"OPENCLAW_AGENT_DIR", "PI_CODING_AGENT_DIR"});
    paths.credentials_override = place({"OPENCLAW_OAUTH_DIR"});
    return paths;
}

Path expanded(std::string_view text, const Path& home, const Path& base) {
    text = trimmed(text);
    Path path(text);
    if (text == "~")
        path = home;
    else if (text.starts_with("~/") || text.starts_with("~\\"))
        path = home / text.substr(2);
    else if (path.is_relative())
        path = base / path;
    path = path.lexically_normal();
    return path.has_filename() ? path : path.parent_path();  // without a slash at the end
}

std::string normalised_agent_id(std::string_view id) {
    const auto lower = lowered(trimmed(id));
    if (lower.empty()) return "main";
    if (is_name(lower)) return lower;
    std::string out;
    bool in_run = false;
    for (const char c : lower) {
        const bool kept = is_name_character(c);
        if (kept || !in_run) out += kept ? c : '-';
        in_run = !kept;
    }
    const auto first = out.find_first_not_of('-');
    if (first == std::string::npos) return "main";
    out = out.substr(first, out.find_last_not_of('-') - first + 1);
    return out.substr(0, 64);
}

}  // namespace openclaw::config
