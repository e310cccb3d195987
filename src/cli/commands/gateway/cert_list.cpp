#include <array>
#include <map>

#include "access/authority/record_json.h"
#include "access/authority/sightings.h"
#include "base/day.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/output/age.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

using access::CertificateRecord;
using access::Sighting;

struct Findings {
    access::Roots roots;
    std::optional<Error> problem;  // of the authorities; the records are shown all the same
    std::vector<CertificateRecord> records;
    std::map<std::string, Sighting> seen;  // by record: the last time, since the first
    std::optional<access::CertificateFacts> server;
};

std::string_view state_of(const CertificateRecord& record, TimePoint now) {
    if (record.revoked) return "revoked";
    return access::stands(record, now) ? "stands" : "ended";
}

std::map<std::string, Sighting> last_seen(const std::vector<Sighting>& sightings) {
    std::map<std::string, Sighting> seen;
    for (const auto& sighting : sightings) {
        const auto [place, added] = seen.emplace(sighting.who, sighting);  // the newest comes first
        if (!added) place->second.first = std::min(place->second.first, sighting.first);
    }
    return seen;
}

Result<Findings> look(Context& context, CertDesk& desk) {
    Findings found;
    auto records = desk.authorities.ledger().records();
    if (!records) return std::unexpected(records.error());
    found.records = std::move(*records);
    auto roots = desk.authorities.roots();
    if (roots)
        found.roots = std::move(*roots);
    else if (roots.error().code != Code::not_found)
        found.problem = roots.error();
    if (const auto text = context.files.read(desk.means.folder / "server.crt", 256u << 10))
        if (const auto certificates = access::certificates_of(*text))
            if (auto facts = access::read_certificate(certificates->front()))
                found.server = std::move(*facts);
    if (const auto seen = access::Sightings::read(context.files, desk.means.folder / "seen.json"))
        found.seen = last_seen(*seen);
    return found;
}

json::array roots_json(const std::vector<access::Root>& roots) {
    json::array list;
    for (const auto& root : roots)
        list.push_back(json::object{{"name", root.facts.common_name},
                                    {"endsAt", to_ms(root.facts.ends)},
                                    {"sha256", root.facts.fingerprint},
                                    {"publicKeySha256", root.facts.public_key}});
    return list;
}

json::object client_json(const CertificateRecord& record, const Findings& found, TimePoint now) {
    auto object = access::record_json(record);
    object["state"] = state_of(record, now);
    const auto seen = found.seen.find(record.id);
    if (seen == found.seen.end()) return object;
    object["firstSeenAt"] = to_ms(seen->second.first);
    object["lastSeenAt"] = to_ms(seen->second.last);
    object["lastAddress"] = seen->second.address;
    return object;
}

json::object findings_json(const Findings& found, TimePoint now) {
    json::array clients;
    for (const auto& record : found.records) clients.push_back(client_json(record, found, now));
    json::object result{{"serverRoots", roots_json(found.roots.server)},
                        {"clientRoots", roots_json(found.roots.client)},
                        {"server", nullptr},
                        {"problem", nullptr},
                        {"clients", std::move(clients)}};
    if (found.problem) result["problem"] = found.problem->message;
    if (!found.server) return result;
    json::array names = json::value_from(found.server->names.dns).as_array();
    for (const auto& address : found.server->names.addresses) names.emplace_back(address);
    result["server"] = json::object{{"names", std::move(names)},
                                    {"endsAt", to_ms(found.server->ends)},
                                    {"sha256", found.server->fingerprint},
                                    {"publicKeySha256", found.server->public_key}};
    return result;
}

void print(Context& context, const Findings& found) {
    const auto now = context.clock.now();
    if (!found.roots.server.empty())
        context.out.line(fmt::format(
            "Authorities: {} and {}, until {}", found.roots.server.front().facts.common_name,
            found.roots.client.front().facts.common_name, day_of(found.roots.server.front().facts.ends)));
    if (found.server)
        context.out.line(fmt::format("This gateway: {} until {}", names_text(found.server->names),
                                     day_of(found.server->ends)));
    if (found.records.empty())
        return context.out.line("No client has a certificate. `openclaw gateway cert add NAME` makes one.");
    std::vector<std::vector<std::string>> rows{{"CLIENT", "STATE", "UNTIL", "MAY", "SEEN"}};
    for (const auto& record : found.records) {
        const auto seen = found.seen.find(record.id);
        rows.push_back(
            {record.name, std::string(state_of(record, now)),
             record.leaves.empty() ? "" : day_of(record.leaves.back().ends), scopes_text(record.scopes),
             seen == found.seen.end()
                 ? "never"
                 : fmt::format("{} from {}", age(now - seen->second.last), printable(seen->second.address))});
    }
    constexpr std::array<std::size_t, 5> least{12, 11, 10, 10, 5};
    for (const auto& line : table(rows, least, context.out.columns())) context.out.line(line);
}

Exit run_list(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    const auto found = look(context, **desk);
    if (!found) return report(context, found.error());
    if (arguments.has("--json"))
        context.out.json(findings_json(*found, context.clock.now()));
    else
        print(context, *found);
    return found->problem ? report(context, *found->problem) : Exit::ok;
}

Exit run_root(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    const auto roots = (*desk)->authorities.roots();
    if (!roots) return report(context, roots.error());
    std::string pem;
    for (const auto& root : roots->server) pem += access::pem_of(root.certificate);
    if (!arguments.has("--out")) {
        context.out.text(pem);
    } else {
        const auto path = free_output_path(context, arguments, "");
        if (!path) return report(context, path.error());
        if (auto written = write_new_file(context.files, *path, pem); !written)
            return report(context, written.error());
        context.out.line("File: " + context.paths.shortened(*path));
    }
    for (const auto& root : roots->server)
        context.out.note(fmt::format("{}, SHA-256 {}, until {}", root.facts.common_name,
                                     root.facts.fingerprint, day_of(root.facts.ends)));
    return Exit::ok;
}

Exit run_revoke(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    auto& ledger = (*desk)->authorities.ledger();
    auto record = ledger.find(arguments.positional().front(), context.clock.now());
    if (!record) return report(context, record.error());
    const bool before = record->revoked.has_value();
    const bool dry = arguments.has("--dry-run");
    if (!before && !dry) {
        record = ledger.revoke(record->id, context.clock.now());
        if (!record) return report(context, record.error());
        tell_gateway_of_certificates(context, **desk);
    }
    if (arguments.has("--json"))
        context.out.json(json::object{
            {"id", record->id}, {"name", record->name}, {"changed", !before && !dry}, {"dryRun", dry}});
    else
        context.out.line(
            before ? fmt::format("{} was revoked on {}.", record->name, day_of(*record->revoked))
            : dry  ? fmt::format("Would revoke {} ({}). Nothing was changed.", record->name, record->id)
                   : fmt::format("{} lets nobody in any more ({}).", record->name, record->id));
    return Exit::ok;
}

constexpr Option list_options[] = {json_option};
constexpr Option root_options[] = {out_option};
constexpr Option revoke_options[] = {dry_run_option, json_option};

}  // namespace

const Command gateway_cert_list{
    .name = "gateway cert list",
    .summary = "Show the clients that have certificates, and since when each was seen",
    .options = list_options,
    .example = "openclaw gateway cert list --json",
    .run = run_list,
};

const Command gateway_cert_root{
    .name = "gateway cert root",
    .summary = "Print the root that devices have to trust to recognise this gateway",
    .options = root_options,
    .example = "openclaw gateway cert root --out root.crt",
    .run = run_root,
    .details = "It is no secret. It can vouch for this gateway's names and for private networks only.",
};

const Command gateway_cert_revoke{
    .name = "gateway cert revoke",
    .summary = "Let a client in no more, whatever certificates it has",
    .arguments = "NAME",
    .options = revoke_options,
    .example = "openclaw gateway cert revoke phone",
    .run = run_revoke,
    .arguments_min = 1,
    .arguments_max = 1,
    .details = "By name or by id. It can't be taken back; a new client may have the name.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
