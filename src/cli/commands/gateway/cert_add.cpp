#include "access/limits_json.h"
#include "base/day.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/inviting.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

constexpr Milliseconds usual_lifetime = std::chrono::days(365);

struct Wanted {
    access::NewClient client;
    std::optional<access::Importer> importer;
    platform::Path path;
};

Result<Wanted> wanted_by(Context& context, const Arguments& arguments) {
    auto client = client_asked_for(arguments, usual_lifetime);
    if (!client) return std::unexpected(client.error());
    const auto importer = importer_asked_for(arguments);
    if (!importer) return std::unexpected(importer.error());
    const auto path = free_output_path(context, arguments, client->name + (*importer ? ".p12" : ".pem"));
    if (!path) return std::unexpected(path.error());
    return Wanted{.client = std::move(*client), .importer = *importer, .path = *path};
}

Exit show_plan(Context& context, const Arguments& arguments, CertDesk& desk, const Wanted& wanted) {
    const auto standing = desk.authorities.ledger().find(wanted.client.name, context.clock.now());
    if (standing && access::stands(*standing, context.clock.now()))
        return report(context, hinted(fail(Code::busy, "there is a client \"{}\" already", standing->name),
                                      "choose another name")
                                   .error());
    if (arguments.has("--json"))
        context.out.json(json::object{{"dryRun", true},
                                      {"name", wanted.client.name},
                                      {"makesAuthorities", !desk.authorities.exist()},
                                      {"scopes", json::value_from(wanted.client.scopes.names())},
                                      {"limits", access::limits_json(wanted.client.limits)},
                                      {"file", wanted.path.string()}});
    else
        context.out.line(fmt::format("Would make {} for {}: {}, until {}. Nothing was changed.",
                                     context.paths.shortened(wanted.path), wanted.client.name,
                                     scopes_text(wanted.client.scopes),
                                     day_of(context.clock.now() + wanted.client.lifetime)));
    return Exit::ok;
}

Exit run_add(Context& context, const Arguments& arguments) {
    const auto wanted = wanted_by(context, arguments);
    if (!wanted) return report(context, wanted.error());
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    if (arguments.has("--dry-run")) return show_plan(context, arguments, **desk, *wanted);
    if (auto ready = ensure_authorities(context, **desk); !ready) return report(context, ready.error());
    const auto key = net::PrivateKey::generate(key_kind_for(wanted->importer));
    if (!key) return report(context, key.error());
    auto place = NewFile::reserve(context.files, wanted->path);
    if (!place) return report(context, place.error());
    const auto issued = (*desk)->authorities.issue(wanted->client, key->public_key());
    if (!issued) return report(context, issued.error());
    const auto file = client_file(*issued, *key, wanted->importer);
    const auto written = file ? place->write(file->bytes) : Result<void>(std::unexpected(file.error()));
    if (!written) {
        // A key that nobody has shall let nobody in.
        const auto revoked = (*desk)->authorities.ledger().revoke(issued->record.id, context.clock.now());
        if (!revoked) context.out.note("warning: its record stays: " + revoked.error().message);
        return report(context, written.error());
    }
    tell_gateway_of_certificates(context, **desk);
    show_client_file(context, arguments, *issued, *file, wanted->path);
    note_without_tls(context, **desk);
    return Exit::ok;
}

constexpr Option add_options[] = {
    importer_option,
    client_option::scopes,
    client_option::agents,
    client_option::sessions,
    client_option::models,
    days_option,
    out_option,
    dry_run_option,
    json_option,
};

}  // namespace

const Command gateway_cert_add{
    .name = "gateway cert add",
    .summary = "Give a client a certificate, with its key in one file",
    .arguments = "NAME",
    .options = add_options,
    .example = "openclaw gateway cert add phone --for iphone",
    .run = run_add,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "Makes the gateway's two authorities where there are none. The file holds a key: take it to the "
        "client on a way that nobody else reads, and remove it. A program that can make its own key gets "
        "its certificate without one leaving it.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
