#include "config/environment/login_shell.h"

#include "base/text.h"
#include "config/environment/known_variables.h"

namespace openclaw::config {
namespace {

// A shell's start files need to know who and where they are; they need no key of ours.
constexpr std::array<std::string_view, 12> handed_on = {
    "HOME", "USER",   "LOGNAME", "SHELL",           "PATH",     "LANG",
    "TERM", "TMPDIR", "TZ",      "XDG_RUNTIME_DIR", "HOSTNAME", "DISPLAY"};

}  // namespace

LoginShell::LoginShell(platform::Processes& processes, const platform::Variables& variables)
    : processes_(processes), variables_(variables) {}

const LoginShell::Reported& LoginShell::ask(Milliseconds deadline) {
    if (!reported_) reported_ = run(deadline);
    return *reported_;
}

LoginShell::Reported LoginShell::run(Milliseconds deadline) const {
    platform::ProcessRequest request;
    request.deadline = deadline;
    for (const auto& [name, value] : variables_)
        if (std::ranges::find(handed_on, name) != handed_on.end() || name.starts_with("LC_"))
            request.environment[name] = std::string(platform::text_of(variables_, name));
    const auto shell = platform::text_of(variables_, "SHELL");
    request.arguments = {shell.empty() ? "/bin/sh" : std::string(shell), "-l", "-c", "env -0"};
    auto result = processes_.run(request);
    if (!result) return {{}, result.error().message};
    if (result->exit_status != 0)
        return {{}, fmt::format("{} ended with status {}", request.arguments[0], result->exit_status)};
    return {parse_login_shell_output(result->output.reveal()), {}};
}

std::vector<Variable> parse_login_shell_output(std::string_view output) {
    std::vector<Variable> found;
    while (!output.empty()) {
        const auto end = std::min(output.find('\0'), output.size());
        const auto line = output.substr(0, end);
        output.remove_prefix(std::min(end + 1, output.size()));
        const auto equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        const auto name = line.substr(0, equals);
        const auto* pool = find_pool_of(name);
        const auto* known = pool ? pool : find_known_variable(name);
        const auto value = line.substr(equals + 1);
        if (!known || !known->from_login_shell || trimmed(value).empty()) continue;
        found.push_back({std::string(name), Secret(value), VariableSource::login_shell, {}});
    }
    return found;
}

}  // namespace openclaw::config
