#include "cli/commands/commands.h"
#include "cli/commands/migrate/migration.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

Exit run_migrate(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    Migration migration(context, arguments, *config);
    if (auto found = migration.find(); !found) return report(context, found.error());
    if (auto imported = migration.import(); !imported) return report(context, imported.error());
    migration.copy_files();
    arguments.has("--json") ? migration.tell_json() : migration.tell_text();
    return migration.exit();
}

constexpr Option options[] = {
    {.name = "--from",
     .value_name = "PATH",
     .help = "A state directory or database of another OpenClaw (default: what is found here)",
     .completes = "file"},
    {.name = "--dry-run", .help = "Say what would be done, and change nothing", .kind = OptionKind::flag},
    {.name = "--agent",
     .value_name = "ID",
     .help = "Only this agent's credentials; for a single file: import them for this agent",
     .completes = "agent"},
    {.name = "--include",
     .value_name = "PROGRAMS",
     .help = "Also the logins of these programs: claude-code,codex",
     .kind = OptionKind::repeated,
     .completes = "claude-code|codex"},
    {.name = "--rename-conflicts",
     .help = "Import what clashes with a stored name under another name",
     .kind = OptionKind::flag},
    {.name = "--again",
     .help = "Also import what was imported once and removed here since",
     .kind = OptionKind::flag},
    json_option,
};

}  // namespace

const Command migrate{
    .name = "migrate",
    .summary = "Import credentials of older and newer versions and of other programs",
    .options = options,
    .example = "openclaw migrate --from ~/backup/.openclaw --dry-run",
    .run = run_migrate,
    .group = heading::settings,
    .details =
        "Copies, reads back and compares; nothing that is stored is replaced and no source is changed. "
        "A second run imports nothing twice. Ends with 1 when something could not be imported.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
