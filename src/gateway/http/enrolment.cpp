#include "gateway/http/enrolment.h"

#include <algorithm>

#include "access/enrolment/server_key.h"
#include "base/digest.h"

namespace openclaw::gateway {

namespace {

using access::Authorities;
using platform::Path;

constexpr std::size_t handout_bytes_max = 64u << 10;
constexpr std::string_view handout_prefix = "handout-", handout_ending = ".p12";

// Whose leaf it is: by serial, issuer and key, never by a name.
std::optional<access::CertificateRecord> record_of(const std::vector<access::CertificateRecord>& records,
                                                   const access::CertificateFacts& shown) {
    const auto is_it = [&](const access::IssuedLeaf& leaf) {
        return leaf.serial == shown.serial && leaf.public_key == shown.public_key;
    };
    for (const auto& record : records)
        if (std::ranges::any_of(record.leaves, is_it)) return record;
    return std::nullopt;
}

// A record that a try with this key has left before its answer was kept.
std::optional<access::CertificateRecord> record_with_key(
    const std::vector<access::CertificateRecord>& records, const std::string& public_key) {
    for (const auto& record : records)
        if (std::ranges::find(record.leaves, public_key, &access::IssuedLeaf::public_key) !=
            record.leaves.end())
            return record;
    return std::nullopt;
}

// Whether this very invitation has made that record: a certificate is made for what the invitation says, and
// for nothing that somebody was given before.
bool is_left_by(const access::Invitation& invitation, const access::CertificateRecord& record) {
    const auto& client = invitation.client;
    return record.made >= invitation.made && record.name == client.name && record.scopes == client.scopes &&
           record.limits == client.limits;
}

// Each renewal stays in the ledger until it has ended, so that there is no more than one in a twelfth of the
// time. The client may ask from two thirds on; an answer that was lost can be asked for again in time.
bool is_too_early(const access::CertificateRecord& record, TimePoint now) {
    const auto& last = record.leaves.back();
    return now < last.begins + (last.ends - last.begins) / 12;
}

}  // namespace

Path handout_file(const config::Paths& paths, const std::string& invitation) {
    return access::authority_folder(paths) /
           fmt::format("{}{}{}", handout_prefix, invitation, handout_ending);
}

Enrolment::Enrolment(Means means) : means_(std::move(means)) {}

void Enrolment::follow() {
    watcher_ = std::make_unique<net::FileWatcher>(
        means_.loop, [this](const Result<void>&) { means_.tasks.spawn(look()); });
    static_cast<void>(watcher_->watch({means_.invitations->path()}));
    // At once: who was invited before the start is not to be refused by the first handshakes.
    const auto looked = means_.invitations->look();
    static_cast<void>(looked);  // the same look, with what else has to be done, says it in the log
    means_.tasks.spawn(look());
}

net::Task<void> Enrolment::look() {
    const auto looked = co_await means_.loop.blocking<Result<void>>([this] {
        remove_old_handouts();
        return means_.invitations->look();
    });
    if (!looked)
        means_.log.warn("enrol", "nobody can join: {}; {}", looked.error().message, looked.error().hint);
}

void Enrolment::remove_old_handouts() const {
    const auto folder = access::authority_folder(means_.paths);
    const auto names = means_.files.list(folder);
    for (const auto& name : names ? *names : std::vector<std::string>()) {
        if (!name.starts_with(handout_prefix) || !name.ends_with(handout_ending)) continue;
        const auto id =
            name.substr(handout_prefix.size(), name.size() - handout_prefix.size() - handout_ending.size());
        const auto invitation = means_.invitations->find(id);
        if (!invitation || (*invitation && access::lets_in(**invitation, means_.clock.now()))) continue;
        static_cast<void>(means_.files.remove(folder / name));
    }
}

Authorities Enrolment::authorities(const config::Config& config) const {
    return Authorities(means_.authorities(config));
}

Result<Enrolment::Given> Enrolment::given(Authorities& authorities, const config::Config& config,
                                          std::string name, std::string certificate) const {
    Given given{.name = std::move(name), .certificate = std::move(certificate)};
    const auto shown = access::shown_certificate(means_.files, config);
    if (!shown) return std::unexpected(shown.error());
    if (!shown->of_our_authority) {
        given.server_key = shown->known_by;
        return given;
    }
    const auto roots = authorities.roots();
    if (!roots) return std::unexpected(roots.error());
    given.authority.emplace();
    for (const auto& root : roots->server) *given.authority += access::pem_of(root.certificate);
    return given;
}

Result<Enrolment::Given> Enrolment::join(const access::Invitation& invited, const std::string& request,
                                         const std::string& from, const config::Config& config) const {
    const auto public_key = access::public_key_of_request(request);
    if (!public_key) return std::unexpected(public_key.error());
    const auto key = sha256_hex(*public_key);
    const auto spent = means_.invitations->spend(invited.id, from, key, means_.clock.now());
    if (!spent) return std::unexpected(spent.error());
    auto authorities = this->authorities(config);
    if (!spent->answer.empty()) return given(authorities, config, spent->client.name, spent->answer);

    const auto records = authorities.ledger().records();
    if (!records) return std::unexpected(records.error());
    const auto before = record_with_key(*records, key);
    if (before && before->revoked) return fail(Code::denied, "the key is that of a client that was revoked");
    const auto issued = before && is_left_by(*spent, *before)
                            ? authorities.renew(before->id, *public_key, access::RenewedBy::owner)
                            : authorities.issue(spent->client, *public_key);
    if (!issued) return std::unexpected(issued.error());
    const auto pem = access::pem_of(issued->certificate);
    if (auto kept = means_.invitations->keep_answer(invited.id, issued->record.id, pem); !kept)
        return std::unexpected(kept.error());
    means_.log.info("enrol", "{} joined from {} by the invitation {}: {}", issued->record.name, from,
                    invited.id, issued->record.id);
    return given(authorities, config, issued->record.name, pem);
}

Result<access::CertificateRecord> Enrolment::renewable(access::Authorities& authorities,
                                                       const std::string& shown) const {
    const auto facts = access::read_certificate(shown);
    if (!facts) return fail(Code::not_found, "a certificate that can't be read");
    const auto records = authorities.ledger().records();
    if (!records) return std::unexpected(records.error());
    auto record = record_of(*records, *facts);
    if (!record) return fail(Code::not_found, "a certificate that isn't ours");
    const auto now = means_.clock.now();
    if (auto refusal = access::refusal_of_renewal(*record, now)) return std::unexpected(std::move(*refusal));
    if (is_too_early(*record, now)) return fail(Code::busy, "it was renewed not long ago");
    return std::move(*record);
}

Result<void> Enrolment::may_renew(const std::string& shown, const config::Config& config) const {
    auto authorities = this->authorities(config);
    const auto record = renewable(authorities, shown);
    return record ? Result<void>() : std::unexpected(record.error());
}

Result<Enrolment::Given> Enrolment::renew(const std::string& shown, const std::string& request,
                                          const config::Config& config) const {
    auto authorities = this->authorities(config);
    const auto record = renewable(authorities, shown);
    if (!record) return std::unexpected(record.error());
    const auto facts = access::read_certificate(shown);
    const auto public_key = access::public_key_of_request(request);
    if (!public_key) return std::unexpected(public_key.error());
    if (!facts || sha256_hex(*public_key) != facts->public_key)
        return fail(Code::invalid_input, "the request is for another key than the certificate");
    const auto issued = authorities.renew(record->id, *public_key, access::RenewedBy::client);
    if (!issued) return std::unexpected(issued.error());
    means_.log.info("enrol", "renewed the certificate of {} ({})", issued->record.name, issued->record.id);
    return given(authorities, config, issued->record.name, access::pem_of(issued->certificate));
}

Result<std::string> Enrolment::hand_out(const std::string& ticket) const {
    const auto found = means_.invitations->find_by_ticket(ticket, means_.clock.now());
    if (!found) return std::unexpected(found.error());
    const auto file = handout_file(means_.paths, found->id);
    auto bytes = means_.files.read(file, handout_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const auto fetched = means_.invitations->fetch(ticket, means_.clock.now());
    if (!fetched) return std::unexpected(fetched.error());
    static_cast<void>(means_.files.remove(file));
    means_.log.info("enrol", "the file of {} was fetched ({})", fetched->client.name, fetched->record);
    return bytes;
}

Result<std::string> Enrolment::server_root(const config::Config& config) const {
    auto authorities = this->authorities(config);
    auto roots = authorities.roots();
    if (!roots) return std::unexpected(roots.error());
    return roots->server.front().certificate;
}

}  // namespace openclaw::gateway
