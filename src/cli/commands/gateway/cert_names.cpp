#include <algorithm>

#include "access/authority/server_names.h"
#include "access/network.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/secrets/sealing.h"

namespace openclaw::cli {

namespace {

json::object names_json(const access::ServerNames& names, const std::vector<std::string>& added) {
    return {{"dns", json::value_from(names.dns)},
            {"addresses", json::value_from(names.addresses)},
            {"added", json::value_from(added)}};
}

Exit show_names(Context& context, const Arguments& arguments, CertDesk& desk) {
    const auto added = desk.authorities.ledger().server_names();
    if (!added) return report(context, added.error());
    const auto names = access::server_names_here(*added);
    if (arguments.has("--json")) {
        context.out.json(names_json(names, *added));
        return Exit::ok;
    }
    for (const auto* list : {&names.dns, &names.addresses})
        for (const auto& name : *list)
            context.out.line(std::ranges::find(*added, name) == added->end() ? name : name + " (added)");
    return Exit::ok;
}

Exit run_list(Context& context, const Arguments& arguments) {
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    return show_names(context, arguments, **desk);
}

// Devices that trust the root as it is would refuse a certificate that names more than it may vouch for.
Result<void> widen_root(Context& context, const Arguments& arguments, CertDesk& desk,
                        const std::string& name) {
    const bool address = access::AddressBytes::parse(name).has_value();
    const access::ServerNames names{.dns = address ? std::vector<std::string>() : std::vector{name},
                                    .addresses = address ? std::vector{name} : std::vector<std::string>()};
    const auto roots = desk.authorities.roots();
    if (!roots && roots.error().code == Code::not_found) return {};
    if (!roots) return std::unexpected(roots.error());
    const bool permitted = std::ranges::all_of(roots->server, [&](const access::Root& root) {
        return access::sorted_by(root.facts.permitted, names).others.empty();
    });
    if (permitted) return {};
    auto meant = confirm(
        context, arguments, fmt::format("devices that trust this gateway's root need it again for {}", name),
        fmt::format("Devices that trust this gateway's root need it again for {}. Go on?", name));
    if (!meant) return meant;
    const auto changed = desk.authorities.permit(names);
    if (!changed) return std::unexpected(changed.error());
    context.out.note(
        "Take the root to each device again: `openclaw gateway cert root --out root.crt`. Pins of its key "
        "hold.");
    return {};
}

Exit run_add(Context& context, const Arguments& arguments) {
    const auto name = access::parse_server_name(arguments.positional().front());
    if (!name) return report(context, name.error());
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    if (auto widened = widen_root(context, arguments, **desk, *name); !widened)
        return report(context, widened.error());
    const auto added = (*desk)->authorities.ledger().add_server_name(*name);
    if (!added) return report(context, added.error());
    if (auto ready = ensure_authorities(context, **desk); !ready) return report(context, ready.error());
    tell_gateway_of_certificates(context, **desk);
    return show_names(context, arguments, **desk);
}

Exit run_remove(Context& context, const Arguments& arguments) {
    const auto name = access::parse_server_name(arguments.positional().front());
    if (!name) return report(context, name.error());
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    const auto removed = (*desk)->authorities.ledger().remove_server_name(*name);
    if (!removed) return report(context, removed.error());
    if (!*removed)
        return report(context, hinted(fail(Code::not_found, "\"{}\" wasn't added", *name),
                                      "see `openclaw gateway cert names list`")
                                   .error());
    if ((*desk)->authorities.exist())
        if (auto ready = ensure_authorities(context, **desk); !ready) return report(context, ready.error());
    tell_gateway_of_certificates(context, **desk);
    return show_names(context, arguments, **desk);
}

constexpr Option list_options[] = {json_option};
constexpr Option add_options[] = {yes_option, json_option};

}  // namespace

const Command gateway_cert_names_list{
    .name = "gateway cert names list",
    .summary = "Show the names and addresses in the gateway's certificate",
    .options = list_options,
    .example = "openclaw gateway cert names list",
    .run = run_list,
};

const Command gateway_cert_names_add{
    .name = "gateway cert names add",
    .summary = "Let the gateway be reached by another name or address",
    .arguments = "NAME",
    .options = add_options,
    .example = "openclaw gateway cert names add nas.example.com --yes",
    .run = run_add,
    .arguments_min = 1,
    .arguments_max = 1,
    .noted = Noted::with_subject,
};

const Command gateway_cert_names_remove{
    .name = "gateway cert names remove",
    .summary = "Take a name back that was added",
    .arguments = "NAME",
    .options = list_options,
    .example = "openclaw gateway cert names remove nas.example.com",
    .run = run_remove,
    .arguments_min = 1,
    .arguments_max = 1,
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
