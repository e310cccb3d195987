#pragma once

#include "auth/choice/resolver.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

enum class SourceCommands { run, ask_gateway, leave };  // what becomes of references to commands

// What a decision looks at besides store, config and environment. References to files are read; of those to
// commands a running gateway of this host tells how they went, unless they are to be run here and now.
auth::Surroundings surroundings_of(Context& context, const auth::Store& store, const config::Config& config,
                                   SourceCommands commands = SourceCommands::ask_gateway);

constexpr Option allow_exec_option{
    .name = "--allow-exec",
    .help = "Run the commands that references lead to, to see whether they give a secret",
    .kind = OptionKind::flag};
inline SourceCommands source_commands(const Arguments& arguments) {
    return arguments.has("--allow-exec") ? SourceCommands::run : SourceCommands::ask_gateway;
}

}  // namespace openclaw::cli
