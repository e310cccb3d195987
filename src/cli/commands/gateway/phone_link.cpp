#include "cli/commands/gateway/phone_link.h"

#include "base/text.h"
#include "cli/output/qr_code.h"
#include "gateway/http/enrolment.h"
#include "store/replace_file.h"

namespace openclaw::cli {

namespace {

using access::Invitation;
using access::InvitationStep;

// What is at work while a phone is let in.
struct HandOver {
    Context& context;
    CertDesk& desk;
    access::Invitations invitations;
    access::Importer importer;
    Invitation invitation;
};

// The code in it stands behind '#': browsers keep that part to themselves.
std::string link_of(const GatewayDoor& door, std::string_view code) {
    return fmt::format("https://{}/enrol#{}", door.place(), code);
}

void show_link(Context& context, const GatewayDoor& door, const std::string& code) {
    context.out.line("Open once on the device, within 10 minutes:");
    const auto qr = QrCode::of(link_of(door, replaced(code, "-", "")));
    const auto columns = context.out.columns();
    constexpr int quiet_zone = 4;
    if (qr && columns && *columns >= static_cast<std::size_t>(qr->size() + 2 * quiet_zone))
        for (const auto& line : qr->lines()) context.out.line(line);
    context.out.line("  " + link_of(door, code));
    if (door.of_our_authority)
        context.out.line("It will warn once: it doesn't know this gateway's authority yet.");
    if (door.loopback_only)
        context.out.note(
            "note: the gateway listens on this machine alone; a phone reaches it once gateway.bind says "
            "otherwise");
}

Result<Invitation> as_it_stands(HandOver& hand_over) {
    const auto found = hand_over.invitations.find(hand_over.invitation.id);
    if (!found) return std::unexpected(found.error());
    if (!*found) return fail(Code::not_found, "the invitation is gone");
    return **found;
}

// Waits for the next step. `cancelled`: taken back; `timed_out`: its time has ended.
Result<Invitation> wait_past(HandOver& hand_over, InvitationStep step) {
    const auto waited = wait_for_invited(hand_over.context, hand_over.invitations, hand_over.invitation,
                                         [step](const Invitation& now) { return now.step != step; });
    if (!waited) return std::unexpected(waited.error());
    if (*waited == Waited::went_on) return as_it_stands(hand_over);
    const auto closed = hand_over.invitations.close(hand_over.invitation.id, InvitationStep::withdrawn);
    if (!closed) return std::unexpected(closed.error());
    if (closed->step == InvitationStep::spent) return closed;  // it was quicker than we
    if (*waited == Waited::interrupted) return fail(Code::cancelled, "the invitation is taken back");
    return fail(Code::timed_out, "the ten minutes have passed");
}

Result<void> compare_words(HandOver& hand_over, const Invitation& opened) {
    const auto question = fmt::format("Opened by {}. Does the device show \"{}\"? [y/N] ",
                                      printable(opened.from), opened.words);
    const auto answer = hand_over.context.terminal.ask_line(question);
    const auto said = answer ? lowered(trimmed(*answer)) : std::string();
    if (said == "y" || said == "yes") return {};
    if (auto closed = hand_over.invitations.close(opened.id, InvitationStep::refused); !closed)
        return std::unexpected(closed.error());
    if (!answer) return std::unexpected(answer.error());
    return hinted(fail(Code::denied, "somebody else may have opened the link: it opens nothing any more"),
                  "show the device a new one, out of sight of others");
}

// A certificate that nobody has is none that anybody should have.
Error take_back(HandOver& hand_over, const access::CertificateRecord& record, Error why) {
    const auto revoked = hand_over.desk.authorities.ledger().revoke(record.id, hand_over.context.clock.now());
    if (!revoked) return revoked.error();
    tell_gateway_of_certificates(hand_over.context, hand_over.desk);
    why.message += fmt::format("; nobody has fetched the file, and its certificate {} is revoked", record.id);
    return why;
}

// Key and certificate in one file, which lies there until it was fetched. Its password is told here alone.
Result<void> place_file(HandOver& hand_over, const access::IssuedCertificate& issued,
                        const net::PrivateKey& key, const platform::Path& path) {
    const auto file = client_file(issued, key, hand_over.importer);
    if (!file) return std::unexpected(file.error());
    if (auto written = store::replace_file(hand_over.context.files, path, file->bytes); !written)
        return written;
    const auto confirmed = hand_over.invitations.confirm(hand_over.invitation.id, issued.record.id);
    if (!confirmed) return std::unexpected(confirmed.error());
    tell_gateway_of_certificates(hand_over.context, hand_over.desk);
    hand_over.context.out.line(
        fmt::format("Password for the file: {}", std::string_view(revealed(*file->password))));
    return {};
}

Result<access::CertificateRecord> make_file(HandOver& hand_over, const platform::Path& path) {
    const auto key = net::PrivateKey::generate(key_kind_for(hand_over.importer));
    if (!key) return std::unexpected(key.error());
    auto issued = hand_over.desk.authorities.issue(hand_over.invitation.client, key->public_key());
    if (!issued) return std::unexpected(issued.error());
    if (auto placed = place_file(hand_over, *issued, *key, path); !placed)
        return std::unexpected(take_back(hand_over, issued->record, placed.error()));
    return std::move(issued->record);
}

Result<access::CertificateRecord> hand_over_file(HandOver& hand_over) {
    const auto opened = wait_past(hand_over, InvitationStep::open);
    if (!opened) return std::unexpected(opened.error());
    if (auto same = compare_words(hand_over, *opened); !same) return std::unexpected(same.error());
    const auto file = gateway::handout_file(hand_over.context.paths, hand_over.invitation.id);
    auto record = make_file(hand_over, file);
    if (!record) return record;
    const auto fetched = wait_past(hand_over, InvitationStep::confirmed);
    if (fetched && fetched->step == InvitationStep::spent) return record;
    static_cast<void>(hand_over.context.files.remove(file));  // the gateway does, too
    return std::unexpected(
        take_back(hand_over, *record,
                  fetched ? Error{Code::cancelled, "the invitation is taken back", {}} : fetched.error()));
}

}  // namespace

Exit hand_over_by_link(Context& context, CertDesk& desk, const access::NewClient& client,
                       const GatewayDoor& door, access::Importer importer) {
    access::Invitations invitations(context.files, desk.authorities.folder());
    const auto made = invitations.make(access::ClientKind::phone, client, {}, context.clock.now());
    if (!made) return report(context, made.error());
    show_link(context, door, made->code);
    HandOver hand_over{.context = context,
                       .desk = desk,
                       .invitations = access::Invitations(context.files, desk.authorities.folder()),
                       .importer = importer,
                       .invitation = made->invitation};
    const auto record = hand_over_file(hand_over);
    if (!record) return report(context, record.error());
    context.out.line(client_line(*record));
    return Exit::ok;
}

}  // namespace openclaw::cli
