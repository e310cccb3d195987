#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"
#include "cli/output/age.h"

namespace openclaw::cli {

namespace {

using auth::sealed::Count;
using auth::sealed::KeyDocument;

json::object key_json(const KeyDocument& keys, const Result<auth::sealed::DataKey>& opened, TimePoint now) {
    const auto& entry = *keys.find_current();
    const auto& protection = entry.wraps.front().protection;
    json::object object{{"id", entry.id},
                        {"createdAt", to_ms(entry.created)},
                        {"ageMs", (now - entry.created).count()},
                        {"keptIn", auth::sealed::name_of(protection.method)},
                        {"opensHere", opened.has_value()}};
    if (protection.method == auth::sealed::Method::file) object["keyFile"] = protection.key_file;
    if (!opened) object["problem"] = opened.error().message;
    return object;
}

json::array files_json(const std::vector<Count>& counts) {
    json::array files;
    for (const auto& count : counts) {
        json::array damaged;
        for (const auto& holder : count.unopened)
            damaged.push_back(json::object{{"profileId", holder.record}, {"field", holder.field}});
        files.push_back(json::object{{"file", count.file.string()},
                                     {"sealed", count.sealed},
                                     {"plain", count.plain},
                                     {"unopened", std::move(damaged)}});
    }
    return files;
}

void print_key(Context& context, const KeyDocument& keys, const Result<auth::sealed::DataKey>& opened) {
    Output& out = context.out;
    const auto& entry = *keys.find_current();
    out.line(fmt::format("Key: {}, {}, made {}", entry.id,
                         auth::sealed::describe(entry.wraps.front().protection),
                         age(context.clock.now() - entry.created)));
    if (opened) out.line("It opens what is sealed.");
    if (keys.keys.size() > 1)
        out.note(
            "warning: a re-key was interrupted; `openclaw secrets rekey` brings it to its end, with this "
            "key");
    if (!keys.active)
        out.note(
            "warning: unsealing was interrupted; `openclaw secrets unseal --yes` brings it to its end, "
            "`openclaw secrets seal` takes it back");
    if (opened) return;
    out.line("Not opened here: " + opened.error().message + ".");
    if (!opened.error().hint.empty()) out.note("hint: " + opened.error().hint);
    out.note(
        "If the key is lost, so are the sealed secrets: remove each with `openclaw models auth remove "
        "PROFILE`, delete credentials/sealing.json, and paste them again.");
}

void print_files(Context& context, const std::vector<Count>& counts, bool opens) {
    for (const auto& count : counts) {
        if (count.sealed + count.plain == 0) continue;
        context.out.line(fmt::format("{}: {} sealed, {} in plain", context.paths.shortened(count.file),
                                     count.sealed, count.plain));
        if (opens && !count.unopened.empty())
            context.out.note(
                fmt::format("warning: {} of them can't be opened: {}", count.unopened.size(), count.problem));
    }
}

Exit run_status(Context& context, const Arguments& arguments) {
    const auto sealing = open_sealing(context, arguments, {.ask = !arguments.has("--json")});
    if (!sealing) return report(context, sealing.error());
    auto& keys = (*sealing)->keys;
    const auto document = keys.document();
    if (!document) return report(context, document.error());
    const auto opened = keys.current();
    const auto counts = auth::sealed::count_estate((*sealing)->estate, opened.has_value());
    if (!counts) return report(context, counts.error());
    if (arguments.has("--json")) {
        context.out.json(
            json::object{{"sealed", document->has_value()},
                         {"key", *document ? json::value(key_json(**document, opened, context.clock.now()))
                                           : json::value()},
                         {"rekeyInterrupted", *document && (*document)->keys.size() > 1},
                         {"unsealInterrupted", *document && !(*document)->active},
                         {"files", files_json(*counts)}});
        return Exit::ok;
    }
    if (*document)
        print_key(context, **document, opened);
    else
        context.out.line("Nothing is sealed: secrets stand in plain, in files that only you can read.");
    print_files(context, *counts, opened.has_value());
    if (const auto& problem = keys.places().passphrase_problem; !problem.empty())
        context.out.note("warning: " + problem);
    return Exit::ok;
}

constexpr Option status_options[] = {key_file_option, passphrase_file_option, json_option};

}  // namespace

const Command secrets_status{
    .name = "secrets status",
    .summary = "Show what is sealed, with which key, and whether it can be opened here",
    .options = status_options,
    .example = "openclaw secrets status",
    .run = run_status,
};

}  // namespace openclaw::cli
