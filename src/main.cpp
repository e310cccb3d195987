// Builds the parts and hands each what it needs; the only file that sees everything.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "auth/sealed/key_ring.h"
#include "auth/sealed/records.h"
#include "base/random.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/commands/audit/noting.h"
#include "cli/output/output.h"
#include "cli/parser/command.h"
#include "cli/parser/help.h"
#include "cli/parser/parse.h"
#include "config/files/load.h"
#include "platform/environment.h"
#include "platform/groups.h"
#include "platform/process_hardening.h"

namespace {

using namespace openclaw;

// Secrets given as arguments work, but anybody on this host could have read them until now.
void wipe_secret_arguments(std::span<const std::string> words, char** argv, cli::Output& out) {
    for (const cli::SecretWord& secret : cli::secret_words(words, cli::command_table())) {
        platform::wipe_argument(argv[secret.position + 1] + secret.offset);
        out.note(fmt::format(
            "warning: other users could read the value of {} in the process list until now; use a "
            "file, standard input or an environment variable",
            secret.option));
    }
}

// What the system's libraries read themselves; everything else is known from the copy taken at the start,
// and /proc/PID/environ shows its name alone.
bool stays_in_process(std::string_view name) {
    constexpr std::array kept = {"COLUMNS",        "DBUS_SESSION_BUS_ADDRESS",
                                 "HOME",           "INVOCATION_ID",
                                 "JOURNAL_STREAM", "LANG",
                                 "LANGUAGE",       "LINES",
                                 "LOGNAME",        "NOTIFY_SOCKET",
                                 "PATH",           "SHELL",
                                 "SSL_CERT_DIR",   "SSL_CERT_FILE",
                                 "TERM",           "TERMINFO",
                                 "TMPDIR",         "TZ",
                                 "USER",           "XDG_RUNTIME_DIR",
                                 "WATCHDOG_PID",   "WATCHDOG_USEC",
                                 "LISTEN_FDS",     "LISTEN_PID"};
    return name.starts_with("LC_") || std::ranges::find(kept, name) != kept.end();
}

bool filled(const platform::Variables& variables, const char* name) {
    const auto found = variables.find(name);
    return found != variables.end() && !found->second.blank();
}

bool wants_colours(const platform::Variables& variables, int descriptor) {
    if (filled(variables, "NO_COLOR")) return false;
    const auto forced = platform::text_of(variables, "FORCE_COLOR");
    if (!trimmed(forced).empty()) return trimmed(forced) != "0";
    return ::isatty(descriptor) != 0 && platform::text_of(variables, "TERM") != "dumb";
}

std::optional<std::size_t> columns_of(const platform::Terminal& terminal) {
    if (!terminal.output_is_terminal()) return std::nullopt;
    return static_cast<std::size_t>(std::max(terminal.columns(), 1));
}

// Differs between hosts and users, stays the same over restarts and is no secret.
std::string fingerprint_key(platform::FileSystem& files) {
    constexpr std::size_t machine_id_max = 64;
    const auto machine = files.read("/etc/machine-id", machine_id_max);
    char host[256] = {};
    if (!machine) ::gethostname(host, sizeof host - 1);
    return fmt::format("{}:{}", machine ? trimmed(*machine) : std::string_view(host), ::getuid());
}

cli::Exit finish(cli::DescriptorOutput& out, cli::Exit exit) {
    out.flush();
    if (!out.problem() || exit != cli::Exit::ok) return exit;
    out.error(*out.problem());
    return cli::exit_of(out.problem()->code);
}

cli::Exit run_command(const cli::Invocation& invocation, platform::Variables variables, cli::Output& out) {
    const auto failure = [&](const Error& error) {
        out.error(error);
        return cli::exit_of(error.code);
    };
    for (const auto& [name, value] : variables) {
        if (!stays_in_process(name)) platform::wipe_from_process(name);
    }
    if (auto applied = config::apply_profile({invocation.profile}, variables); !applied)
        return failure(applied.error());
    const auto files = platform::system_files();
    const auto processes = platform::system_processes();
    const auto terminal = platform::system_terminal();
    const SystemClock clock;
    std::error_code no_folder;
    const platform::Path working_folder = std::filesystem::current_path(no_folder);
    const auto paths = config::resolve_paths(*files, variables, working_folder);
    if (!paths) return failure(paths.error());
    config::LoginShell login_shell(*processes, variables);
    const auto keys = std::make_shared<auth::sealed::KeyRing>(
        *files, auth::sealed::places_of(*paths, variables, ::getuid()));
    const config::LoadRequest load_request{
        .files = *files,
        .variables = variables,
        .paths = *paths,
        .working_folder = working_folder,
        .login_shell = &login_shell,
        .user_id = ::getuid(),
        .group_is_shared = platform::group_has_others,
        .unseal = [keys](const std::string& text,
                         const std::string& path) { return keys->open(text, {.record = {}, .field = path}); },
        .seal_new =
            [keys](json::object& before, json::object& after) {
                using namespace auth::sealed;
                return seal_new(spots_in_config(after), plain_secrets(spots_in_config(before)), *keys);
            }};
    cli::Context context{
        .files = *files,
        .processes = *processes,
        .terminal = *terminal,
        .clock = clock,
        .out = out,
        .variables = variables,
        .paths = *paths,
        .fingerprint_key = fingerprint_key(*files),
        .user_id = ::getuid(),
        .random = random_fraction,
        .load_config = [&] { return config::load_config(load_request); },
        .config_writer = [&] { return config::ConfigWriter(load_request, clock, std::string(version())); },
        .loaded = {}};
    const auto exit = invocation.command->run(context, invocation.arguments);
    cli::note_in_audit_log(context, *invocation.command, invocation.arguments, exit);
    return exit;
}

cli::Exit run(int argc, char** argv) {
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    platform::Variables variables = platform::take_environment();
    const bool colourless = std::ranges::find(words, "--no-color") != words.end();
    cli::DescriptorOutput early(STDOUT_FILENO, STDERR_FILENO,
                                {.colours = false,
                                 .error_colours = !colourless && wants_colours(variables, STDERR_FILENO),
                                 .columns = {},
                                 .profile = {}});
    wipe_secret_arguments(words, argv, early);
    const cli::CommandTable table = cli::command_table();
    const auto invocation = cli::parse(words, table);
    if (!invocation && cli::is_profile_error(invocation.error())) {
        early.note("[openclaw] " + invocation.error().message);
        return cli::Exit::attention;
    }
    if (!invocation) {
        early.error(invocation.error());
        return cli::Exit::error;
    }
    platform::add_home(variables);
    cli::DescriptorOutput out(
        STDOUT_FILENO, STDERR_FILENO,
        {.colours = !invocation->colourless && wants_colours(variables, STDOUT_FILENO),
         .error_colours = !invocation->colourless && wants_colours(variables, STDERR_FILENO),
         .columns = columns_of(*platform::system_terminal()),
         .profile = lowered(invocation->profile) == "default" ? "" : invocation->profile});
    switch (invocation->kind) {
        case cli::Invocation::Kind::version:
            out.line(version());
            return finish(out, cli::Exit::ok);
        case cli::Invocation::Kind::help:
            out.text(cli::help_text(invocation->help_about, table, out));
            return finish(out, cli::Exit::ok);
        case cli::Invocation::Kind::run:
            break;
    }
    return finish(out, run_command(*invocation, std::move(variables), out));
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    platform::harden_process();
    return static_cast<int>(run(argc, argv));
}
