#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

json::object json_of(const Context& context, const auth::Repair& repair) {
    json::array lost;
    for (const auto& record : repair.salvage.lost)
        lost.push_back(json::object{{"profileId", printable(record.id)}, {"problem", record.problem}});
    json::array parts;
    for (const auto& part : repair.salvage.lost_parts) parts.emplace_back(printable(part));
    json::object object{{"file", context.paths.shortened(repair.file)},
                        {"byte", repair.salvage.byte},
                        {"line", repair.salvage.line},
                        {"kept", repair.salvage.served()},
                        {"lost", std::move(lost)},
                        {"lostParts", std::move(parts)}};
    if (repair.aside) object["setAside"] = context.paths.shortened(*repair.aside);
    return object;
}

void print(Context& context, const auth::Repair& repair) {
    const auto file = context.paths.shortened(repair.file);
    context.out.line(fmt::format("{} is {}.", file, repair.salvage.summary()));
    for (const auto& record : repair.salvage.lost)
        context.out.line(fmt::format("- lost: {}: {}", printable(record.id), record.problem));
    if (!repair.aside) {
        context.out.line(
            "Nothing was changed: without --dry-run the file is set aside and the intact records are kept.");
        return;
    }
    context.out.line("The damaged file, with its secrets, is now " + context.paths.shortened(*repair.aside) +
                     "; delete it once nothing in it is needed.");
    context.out.line(fmt::format("{} was written anew; records kept: {}.", file, repair.salvage.served()));
}

// Records that say too little, in a file that is sound: to repair it would be to lose them.
void note_unusable(Context& context, auth::ProfileStore& store) {
    const auto profiles = store.load();
    if (!profiles) return;
    for (const auto& record : (*profiles)->damaged)
        context.out.note(fmt::format(
            "note: the record of {} is no use as it is ({}); `openclaw models auth remove {}` drops it",
            printable(record.id.text), record.problem, printable(record.id.text)));
}

// Opens the store itself: a store in which nothing is intact can't be loaded, but it can be set aside.
Exit run(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto agent = find_agent(**config, arguments);
    if (!agent) return report(context, agent.error());
    auth::ProfileStore store(context.files, auth::store_folders(**config, **agent));
    const auto repairs = store.repair(context.clock.now(), arguments.has("--dry-run"));
    if (!repairs) return report(context, repairs.error());
    if (arguments.has("--json")) {
        json::array files;
        for (const auto& repair : *repairs) files.push_back(json_of(context, repair));
        context.out.json(json::object{
            {"agentId", (*agent)->id}, {"dryRun", arguments.has("--dry-run")}, {"files", std::move(files)}});
        return Exit::ok;
    }
    if (repairs->empty()) context.out.line("Nothing to repair: the credential files are sound.");
    for (const auto& repair : *repairs) print(context, repair);
    if (repairs->empty()) note_unusable(context, store);
    return Exit::ok;
}

constexpr Option options[] = {{.name = "--dry-run",
                               .help = "Say what would be kept and lost, change nothing",
                               .kind = OptionKind::flag},
                              agent_option,
                              json_option};

}  // namespace

const Command models_auth_repair{
    .name = "models auth repair",
    .summary = "Set a damaged credential file aside and keep its intact records",
    .options = options,
    .example = "openclaw models auth repair --dry-run",
    .run = run,
    .details =
        "The damaged file is copied as it is to auth-profiles.json.damaged-<time>, readable by you alone. "
        "The file that the agent inherits from is repaired too.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
