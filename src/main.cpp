// Builds the parts and hands each what it needs; the only file that sees everything.
#include <unistd.h>

#include <csignal>

#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "platform/environment.h"
#include "platform/process_hardening.h"

namespace {

using namespace openclaw;

// Secrets given as arguments work, but anybody on this host could have read them until now.
void wipe_secret_arguments(std::span<const std::string> words, char** argv, cli::Output& out) {
    std::vector<std::string> told;
    for (const cli::SecretWord& secret : cli::secret_words(words)) {
        platform::wipe_argument(argv[secret.position + 1] + secret.offset);
        if (std::ranges::find(told, secret.option) != told.end()) continue;
        told.push_back(secret.option);
        out.note(fmt::format(
            "warning: {0} showed its value in the process list until now; use {0}-file FILE ('-' reads "
            "standard input) or an environment variable",
            secret.option));
    }
}

bool wants_colours(const platform::Variables& variables) {
    const auto filled = [&](const char* name) {
        const auto found = variables.find(name);
        return found != variables.end() && !found->second.blank();
    };
    if (filled("NO_COLOR")) return false;
    return filled("FORCE_COLOR") || ::isatty(STDOUT_FILENO) != 0;
}

cli::Exit finish(cli::DescriptorOutput& out, cli::Exit exit) {
    out.flush();
    if (!out.problem() || exit != cli::Exit::ok) return exit;
    out.error(*out.problem());
    return cli::exit_of(out.problem()->code);
}

cli::Exit run(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    cli::DescriptorOutput early(STDOUT_FILENO, STDERR_FILENO, {});
    wipe_secret_arguments(words, argv, early);
    const cli::CommandTable table = cli::command_table();
    const auto invocation = cli::parse(words, table);
    if (!invocation) {
        early.error(invocation.error());
        return cli::is_profile_error(invocation.error()) ? cli::Exit::attention : cli::Exit::error;
    }
    const platform::Variables variables = platform::take_environment();
    cli::DescriptorOutput out(
        STDOUT_FILENO, STDERR_FILENO,
        {.colours = !invocation->colourless && wants_colours(variables), .profile = invocation->profile});
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
    const auto files = platform::system_files();
    const auto processes = platform::system_processes();
    const auto terminal = platform::system_terminal();
    const SystemClock clock;
    cli::Context context{.files = *files,
                         .processes = *processes,
                         .terminal = *terminal,
                         .clock = clock,
                         .out = out,
                         .variables = variables,
                         .paths = {},
                         .fingerprint_key = {},
                         .load_config = {},
                         .loaded = {}};
    return finish(out, invocation->command->run(context, invocation->arguments));
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);
    platform::harden_process();
    return static_cast<int>(run(argc, argv));
}
