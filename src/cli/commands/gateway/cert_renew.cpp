#include "base/day.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/models/agent_credentials.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t request_bytes_max = 16u << 10;

// For a key of the client's own: its request names it.
Exit renew_by_request(Context& context, const Arguments& arguments, CertDesk& desk,
                      const access::CertificateRecord& record, std::optional<Milliseconds> lifetime) {
    const auto text = context.files.read(*arguments.text("--request"), request_bytes_max);
    if (!text) return report(context, text.error());
    const auto key = access::public_key_of_request(*text);
    if (!key) return report(context, key.error());
    const auto path = free_output_path(context, arguments, record.name + ".crt");
    if (!path) return report(context, path.error());
    auto place = NewFile::reserve(context.files, *path);
    if (!place) return report(context, place.error());
    const auto issued = desk.authorities.renew(record.id, *key, access::RenewedBy::owner, lifetime);
    if (!issued) return report(context, issued.error());
    const ClientFile file(access::pem_of(issued->certificate));
    if (auto written = place->write(file.bytes); !written) return report(context, written.error());
    tell_gateway_of_certificates(context, desk);
    if (arguments.has("--json")) {
        show_client_file(context, arguments, *issued, file, *path);
    } else {
        context.out.line(
            fmt::format("{}: until {}.", record.name, day_of(issued->record.leaves.back().ends)));
        context.out.line("File: " + context.paths.shortened(*path));
    }
    return Exit::ok;
}

Exit make_file(Context& context, const Arguments& arguments, CertDesk& desk,
               const access::CertificateRecord& record, std::optional<Milliseconds> lifetime) {
    const auto importer = importer_asked_for(arguments);
    if (!importer) return report(context, importer.error());
    const auto path = free_output_path(context, arguments, record.name + (*importer ? ".p12" : ".pem"));
    if (!path) return report(context, path.error());
    const auto key = net::PrivateKey::generate(key_kind_for(*importer));
    if (!key) return report(context, key.error());
    auto place = NewFile::reserve(context.files, *path);
    if (!place) return report(context, place.error());
    const auto issued =
        desk.authorities.renew(record.id, key->public_key(), access::RenewedBy::owner, lifetime);
    if (!issued) return report(context, issued.error());
    const auto file = client_file(*issued, *key, *importer);
    if (!file) return report(context, file.error());
    if (auto written = place->write(file->bytes); !written) return report(context, written.error());
    tell_gateway_of_certificates(context, desk);
    show_client_file(context, arguments, *issued, *file, *path);
    return Exit::ok;
}

Exit run_renew(Context& context, const Arguments& arguments) {
    const auto lifetime = lifetime_asked_for(arguments);
    if (!lifetime) return report(context, lifetime.error());
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    const auto record =
        (*desk)->authorities.ledger().find(arguments.positional().front(), context.clock.now());
    if (!record) return report(context, record.error());
    if (arguments.has("--request")) return renew_by_request(context, arguments, **desk, *record, *lifetime);
    return make_file(context, arguments, **desk, *record, *lifetime);
}

constexpr Option renew_options[] = {
    importer_option,
    {.name = "--request",
     .value_name = "FILE",
     .help = "For the key of this request (PKCS#10, PEM) instead of a new one",
     .completes = "file",
     .excludes = "--for"},
    days_option,
    out_option,
    json_option,
};
constexpr Option export_options[] = {
    {.name = "--for",
     .value_name = "WHAT",
     .help = "Make a file that this can import",
     .required = true,
     .values = importer_option.values},
    out_option,
    json_option,
};

}  // namespace

const Command gateway_cert_renew{
    .name = "gateway cert renew",
    .summary = "Give a client another certificate before its own ends",
    .arguments = "NAME",
    .options = renew_options,
    .example = "openclaw gateway cert renew phone --for iphone",
    .run = run_renew,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "Its scopes stay, and it is the same client. The key is a new one, in the file; what was issued "
        "before is good until its own end. Clients that joined by themselves renew by themselves.",
    .noted = Noted::with_subject,
};

const Command gateway_cert_export{
    .name = "gateway cert export",
    .summary = "Make the file of a client again, for another program or device of the same person",
    .arguments = "NAME",
    .options = export_options,
    .example = "openclaw gateway cert export phone --for mac",
    .run = run_renew,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "Keys aren't kept, so the file holds a new one, with a certificate of its own.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
