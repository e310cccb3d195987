#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/inviting.h"
#include "cli/commands/gateway/phone_link.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

Result<void> check_name(access::Authorities& authorities, const std::string& name, TimePoint now) {
    const auto found = authorities.ledger().find(name, now);
    if (!found && found.error().code != Code::not_found) return std::unexpected(found.error());
    if (!found || !access::stands(*found, now)) return {};
    return hinted(fail(Code::busy, "there is a client \"{}\" already", printable(name)),
                  "choose another name");
}

// Who invites learns now that nobody would answer the door.
void note_closed_door(Context& context, const GatewayDoor& door) {
    if (door.loopback_only)
        context.out.note(
            "note: the gateway listens on this machine alone; others reach it once gateway.bind says "
            "otherwise, or through a tunnel");
    const auto health =
        gateway::ask_local_gateway(client_host(context), "health", {}, std::chrono::seconds(2));
    if (!health)
        context.out.note(fmt::format("note: no gateway answers the code yet: {}", health.error().message));
}

json::object invitation_shown(const access::Invitations::Made& made, const GatewayDoor& door) {
    return {{"id", made.invitation.id},
            {"name", made.invitation.client.name},
            {"code", made.code},
            {"host", door.place()},
            {"command", fmt::format("openclaw gateway join {} {}", door.place(), made.code)},
            {"expiresAt", iso_time(made.invitation.ends)}};
}

Exit tell_end(Context& context, access::Invitations& invitations, const access::Invitation& invitation,
              Waited waited) {
    const bool interrupted = waited == Waited::interrupted;
    const auto closed = invitations.close(invitation.id, access::InvitationStep::withdrawn);
    if (!closed) return report(context, closed.error());
    if (closed->step == access::InvitationStep::spent)
        return report(context,
                      {Code::unavailable,
                       fmt::format("the code was used from {}, but no certificate came of it", closed->from),
                       "the gateway's log says why"});
    if (interrupted) {
        context.out.note("The invitation is taken back.");
        return Exit::cancelled;
    }
    return report(context, {Code::timed_out, "nobody has used the code, and it has ended",
                            "invite again when the other machine is at hand"});
}

Exit wait_for_computer(Context& context, access::Authorities& authorities, access::Invitations& invitations,
                       const access::Invitation& invitation) {
    const auto waited = wait_for_invited(context, invitations, invitation,
                                         [](const access::Invitation& now) { return !now.record.empty(); });
    if (!waited) return report(context, waited.error());
    if (*waited != Waited::went_on) return tell_end(context, invitations, invitation, *waited);
    const auto joined = invitations.find(invitation.id);
    if (!joined || !*joined) return report(context, {Code::not_found, "the invitation is gone", {}});
    const auto record = authorities.ledger().find((*joined)->record, context.clock.now());
    if (!record) return report(context, record.error());
    context.out.line(fmt::format("Joined from {}. {}", printable((*joined)->from), client_line(*record)));
    return Exit::ok;
}

Exit invite_computer(Context& context, const Arguments& arguments, access::Authorities& authorities,
                     const access::NewClient& client, const GatewayDoor& door) {
    access::Invitations invitations(context.files, access::authority_folder(context.paths));
    const auto made = invitations.make(access::ClientKind::computer, client, door.pin, context.clock.now());
    if (!made) return report(context, made.error());
    if (arguments.has("--json")) {
        context.out.json(invitation_shown(*made, door));
        return Exit::ok;
    }
    context.out.line("On the other machine, within 10 minutes:");
    context.out.line(fmt::format("  openclaw gateway join {} {}", door.place(), made->code));
    note_closed_door(context, door);
    if (arguments.has("--no-wait")) return Exit::ok;
    return wait_for_computer(context, authorities, invitations, made->invitation);
}

Exit run_invite(Context& context, const Arguments& arguments) {
    const auto client =
        client_asked_for(arguments, arguments.has("--for") ? phone_lifetime : computer_lifetime);
    if (!client) return report(context, client.error());
    const auto importer = importer_asked_for(arguments);
    if (!importer) return report(context, importer.error());
    const auto host = host_asked_for(arguments);
    if (!host) return report(context, host.error());
    const auto desk = open_cert_desk(context);
    if (!desk) return report(context, desk.error());
    if (auto tls = check_tls(*(*desk)->config); !tls) return report(context, tls.error());
    if (auto ready = ensure_authorities(context, **desk); !ready) return report(context, ready.error());
    const auto door = gateway_door(context, *(*desk)->config, *host);
    if (!door) return report(context, door.error());
    auto& authorities = (*desk)->authorities;
    if (auto fine = check_name(authorities, client->name, context.clock.now()); !fine)
        return report(context, fine.error());
    note_unnamed_host(context, *door);
    if (*importer) return hand_over_by_link(context, **desk, *client, *door, **importer);
    return invite_computer(context, arguments, authorities, *client, *door);
}

constexpr Option options[] = {
    client_option::scopes,
    client_option::agents,
    client_option::sessions,
    client_option::models,
    days_option,
    {.name = "--for",
     .value_name = "DEVICE",
     .help = "A phone or browser, which gets its certificate by a link",
     .values = "iphone|mac|android|windows|firefox|linux"},
    client_option::host,
    {.name = "--no-wait", .help = "Print the code and go", .kind = OptionKind::flag, .excludes = "--for"},
    {.name = "--json",
     .help = "Print the code as JSON and go",
     .kind = OptionKind::flag,
     .excludes = "--for"},
};

}  // namespace

const Command gateway_cert_invite{
    .name = "gateway cert invite",
    .summary = "Let another computer get a certificate by a code, once and within 10 minutes",
    .arguments = "NAME",
    .options = options,
    .example = "openclaw gateway cert invite laptop --scopes read,write",
    .run = run_invite,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "The other computer runs `openclaw gateway join` with the code. Its key is made there and never "
        "leaves it. Ctrl-C takes the invitation back.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
