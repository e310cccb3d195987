#include "access/authority/authorities.h"

#include <algorithm>

#include "access/authority/lasting_folder.h"
#include "access/authority/record_json.h"
#include "auth/sealed/secret_file.h"
#include "base/digest.h"
#include "base/random.h"
#include "store/replace_file.h"

// An authority is two files, of which the key is written first: a certificate without its key is never seen,
// and a key that no certificate names has signed nothing.
namespace openclaw::access {

namespace {

using namespace authority_times;
using platform::Path;

constexpr std::size_t certificate_bytes_max = 256u << 10;
constexpr Milliseconds lock_wait = std::chrono::seconds(10);
constexpr std::string_view server_certificate_file = "server.crt", server_key_file = "server.key";

std::unexpected<Error> damaged(Error cause, const Path& path) {
    return hinted(fail(Code::corrupt, "{}: {}", path.string(), cause.message), std::string(ledger_repair));
}

std::unexpected<Error> none_yet() {
    return hinted(fail(Code::not_found, "this gateway has no authorities yet"),
                  "run `openclaw gateway cert add NAME`, which makes them");
}

// One of a kind, so that the roots of two gateways, or of two generations, are never taken for each other.
std::string root_name(AuthorityKind kind, const ServerNames& names) {
    const auto host = names.dns.empty() ? std::string("gateway") : names.dns.front();
    return fmt::format("OpenClaw {} {} {}", host.substr(0, 30),
                       kind == AuthorityKind::server ? "gateway" : "clients", random_hex(4));
}

Result<void> check_lifetime(Milliseconds lifetime) {
    if (lifetime >= lifetime_min && lifetime <= lifetime_max) return {};
    return fail(Code::invalid_input, "a certificate lasts from an hour to ten years");
}

IssuedLeaf leaf_of(const CertificateFacts& facts, const Root& root) {
    return {.serial = facts.serial,
            .issuer_key = root.facts.public_key,
            .public_key = facts.public_key,
            .begins = facts.begins,
            .ends = facts.ends};
}

std::string shown_pem(std::string_view leaf, std::string_view root) {
    return pem_of(leaf) + pem_of(root);
}

}  // namespace

Path authority_folder(const config::Paths& paths) {
    return paths.state / "gateway" / "authority";
}

std::optional<Error> refusal_of_renewal(const CertificateRecord& record, TimePoint now) {
    if (record.revoked) return Error{Code::denied, "it was revoked", "ask for a new invitation"};
    if (!record.leaves.empty() && now <= record.leaves.back().ends + renewable_after_end) return std::nullopt;
    return Error{Code::denied, "it ended more than 30 days ago", "ask for a new invitation"};
}

Authorities::Authorities(Means means)
    : means_(std::move(means)), ledger_(means_.files, means_.folder / "ledger.json") {}

Authorities::Means Authorities::means_of(platform::FileSystem& files, const Clock& clock,
                                         const config::Config& config) {
    return {.files = files,
            .clock = clock,
            .folder = authority_folder(config.paths()),
            .keys = std::make_shared<auth::sealed::KeyRing>(files, auth::sealed::places_of(config))};
}

Result<std::unique_ptr<platform::FileLock>> Authorities::lock() {
    // The folder itself may be there again: who was seen is noted in it.
    const bool restoring = platform::exists(means_.files, means_.folder.string() + ".incoming") && !exist();
    if (restoring)
        return hinted(fail(Code::corrupt, "restoring the authorities was interrupted"),
                      "run `openclaw gateway cert restore FILE` again");
    if (auto made = make_lasting_folder(means_.files, means_.folder); !made)
        return failed(made.error(), "making the folder of the authorities");
    return means_.files.lock(means_.folder / "authority.flock", lock_wait);
}

Result<std::vector<Root>> Authorities::read_roots(AuthorityKind kind) {
    std::vector<Root> found;
    const auto names = means_.files.list(means_.folder);
    if (!names && names.error().code == Code::not_found) return found;
    if (!names) return failed(names.error(), "reading the authorities");
    for (const auto& name : *names) {
        const auto generation = generation_of(kind, name);
        if (!generation) continue;
        const auto path = means_.folder / name;
        const auto text = means_.files.read(path, certificate_bytes_max);
        if (!text) return failed(text.error(), "reading an authority");
        const auto certificates = certificates_of(*text);
        if (!certificates) return damaged(certificates.error(), path);
        const auto facts = read_certificate(certificates->front());
        if (!facts) return damaged(facts.error(), path);
        if (!facts->authority) return damaged(Error{{}, "it is not an authority's certificate", {}}, path);
        found.push_back({*generation, certificates->front(), *facts});
    }
    return found;
}

bool Authorities::exist() {
    return platform::exists(means_.files, means_.folder / root_file(AuthorityKind::server, 1, "crt")) &&
           platform::exists(means_.files, means_.folder / root_file(AuthorityKind::client, 1, "crt"));
}

Result<void> Authorities::write_certificate(const Path& path, const std::string& pem) {
    return store::replace_file(means_.files, path, pem);
}

Result<void> Authorities::make_generation(AuthorityKind kind, int generation, const ServerNames& permitted) {
    const auto key = net::PrivateKey::generate(net::KeyKind::p256);
    if (!key) return std::unexpected(key.error());
    const auto now = means_.clock.now();
    auto root = make_root({.common_name = root_name(kind, permitted),
                           .begins = now - begins_before,
                           .ends = now + root_lifetime,
                           .permitted = kind == AuthorityKind::server ? permitted : ServerNames()},
                          *key);
    if (!root) return std::unexpected(root.error());
    const auto written = key->write_pem([&](std::string_view pem) {
        return auth::sealed::write_secret_file(
            means_.files, means_.folder / root_file(kind, generation, "key"), pem, *means_.keys);
    });
    if (!written) return failed(written.error(), "writing an authority's key");
    return write_certificate(means_.folder / root_file(kind, generation, "crt"), pem_of(*root));
}

// What was issued in an authority's name says that there was one.
Result<bool> Authorities::make_first(AuthorityKind kind, const ServerNames& names) {
    const auto roots = read_roots(kind);
    if (!roots) return std::unexpected(roots.error());
    if (!roots->empty()) return false;
    const auto records = ledger_.records();
    if (!records) return std::unexpected(records.error());
    const bool was_there = kind == AuthorityKind::server
                               ? platform::exists(means_.files, means_.folder / server_certificate_file)
                               : !records->empty();
    if (was_there)
        return damaged(Error{{}, "it is gone, but not what it has signed", {}},
                       means_.folder / root_file(kind, 1, "crt"));
    if (kind == AuthorityKind::client)
        if (auto begun = ledger_.begin(); !begun) return std::unexpected(begun.error());
    if (auto made = make_generation(kind, 1, permitted_for(names)); !made)
        return std::unexpected(made.error());
    return true;
}

Result<bool> Authorities::make(const ServerNames& names) {
    if (exist()) return false;
    const auto locked = lock();
    if (!locked) return std::unexpected(locked.error());
    const auto server = make_first(AuthorityKind::server, names);
    if (!server) return failed(server.error(), "making the server root");
    const auto client = make_first(AuthorityKind::client, names);
    if (!client) return failed(client.error(), "making the client root");
    return *server || *client;
}

Result<Roots> Authorities::roots() {
    Roots found;
    for (const auto kind : {AuthorityKind::server, AuthorityKind::client}) {
        auto roots = read_roots(kind);
        if (!roots) return std::unexpected(roots.error());
        if (roots->empty()) return none_yet();
        auto& living = kind == AuthorityKind::server ? found.server : found.client;
        living = signing_first(std::move(*roots), kind, means_.clock.now());
        if (living.empty())
            return hinted(fail(Code::unavailable, "the {} has ended", name_of(kind)),
                          "make new authorities with `openclaw gateway cert replace`");
    }
    return found;
}

Result<Authority> Authorities::signing(AuthorityKind kind, const Root& root) {
    const auto path = means_.folder / root_file(kind, root.generation, "key");
    const auto pem = auth::sealed::read_secret_file(means_.files, path, *means_.keys);
    if (!pem && pem.error().code == Code::not_found) return damaged(Error{{}, "it is gone", {}}, path);
    if (!pem) return failed(pem.error(), "reading an authority's key");
    auto key = net::PrivateKey::from_pem(*pem);
    if (!key) return damaged(key.error(), path);
    if (sha256_hex(key->public_key()) != root.facts.public_key)
        return damaged(Error{{}, "it is not the key of the certificate beside it", {}}, path);
    return Authority{root.certificate, std::move(*key)};
}

Result<bool> Authorities::permit(const ServerNames& names) {
    const auto locked = lock();
    if (!locked) return std::unexpected(locked.error());
    auto roots = read_roots(AuthorityKind::server);
    if (!roots) return std::unexpected(roots.error());
    if (roots->empty()) return none_yet();
    bool changed = false;
    for (const auto& root : *roots) {
        const auto sorted = sorted_by(root.facts.permitted, names);
        if (sorted.others.empty() || root.facts.ends <= means_.clock.now()) continue;
        const auto authority = signing(AuthorityKind::server, root);
        if (!authority) return std::unexpected(authority.error());
        auto permitted = root.facts.permitted;
        for (const auto& name : sorted.others) {
            const bool address = std::ranges::find(names.addresses, name) != names.addresses.end();
            (address ? permitted.addresses : permitted.dns).push_back(name);
        }
        const auto again = make_root({.common_name = root.facts.common_name,
                                      .begins = root.facts.begins,
                                      .ends = root.facts.ends,
                                      .permitted = std::move(permitted)},
                                     authority->key);
        if (!again) return std::unexpected(again.error());
        const auto path = means_.folder / root_file(AuthorityKind::server, root.generation, "crt");
        if (auto written = write_certificate(path, pem_of(*again)); !written)
            return std::unexpected(written.error());
        changed = true;
    }
    return changed;
}

Result<bool> Authorities::care() {
    const auto locked = lock();
    if (!locked) return std::unexpected(locked.error());
    bool changed = false;
    for (const auto kind : {AuthorityKind::server, AuthorityKind::client}) {
        const auto roots = read_roots(kind);
        if (!roots) return std::unexpected(roots.error());
        if (roots->empty() || !needs_successor(*roots, means_.clock.now())) continue;
        const auto& newest = std::ranges::max(*roots, {}, &Root::generation);
        // A clock that was never set must not make authorities that begin in the past of the others.
        if (means_.clock.now() < newest.facts.begins) continue;
        if (auto made = make_generation(kind, newest.generation + 1, newest.facts.permitted); !made)
            return failed(made.error(), "making the successor of the {}", name_of(kind));
        changed = true;
    }
    return changed;
}

// The leaf is made first and handed out last: in between the record reaches the disk.
Result<IssuedCertificate> Authorities::sign(CertificateRecord record, const std::string& public_key) {
    const auto living = roots();
    if (!living) return std::unexpected(living.error());
    const auto& root = living->client.front();
    const auto span = leaf_span(means_.clock.now(), record.lifetime, root.facts);
    if (!span) return std::unexpected(span.error());
    const auto authority = signing(AuthorityKind::client, root);
    if (!authority) return std::unexpected(authority.error());
    auto leaf = make_leaf({.common_name = record.name,
                           .public_key = public_key,
                           .begins = span->begins,
                           .ends = span->ends,
                           .names = {},
                           .uri = "openclaw:client:" + record.id},
                          *authority);
    if (!leaf) return std::unexpected(leaf.error());
    const auto facts = read_certificate(*leaf);
    if (!facts) return std::unexpected(facts.error());
    record.leaves.push_back(leaf_of(*facts, root));
    return IssuedCertificate{std::move(record), std::move(*leaf), root.certificate};
}

Result<IssuedCertificate> Authorities::issue(const NewClient& client, const std::string& public_key) {
    if (auto sound = check_client_name(client.name); !sound) return std::unexpected(sound.error());
    if (auto sound = check_lifetime(client.lifetime); !sound) return std::unexpected(sound.error());
    if (auto sound = check_limits(client.limits); !sound) return std::unexpected(sound.error());
    const auto now = means_.clock.now();
    auto issued = sign({.id = new_record_id(),
                        .name = client.name,
                        .scopes = client.scopes,
                        .limits = client.limits,
                        .made = now,
                        .lifetime = client.lifetime},
                       public_key);
    if (!issued) return issued;
    if (auto noted = ledger_.add(issued->record, now); !noted) return std::unexpected(noted.error());
    return issued;
}

Result<IssuedCertificate> Authorities::renew(const std::string& id, const std::string& public_key,
                                             RenewedBy by, std::optional<Milliseconds> lifetime) {
    const auto now = means_.clock.now();
    auto record = ledger_.find(id, now);
    if (!record) return std::unexpected(record.error());
    if (record->revoked || by == RenewedBy::client) {
        auto refusal = refusal_of_renewal(*record, now);
        if (refusal && by == RenewedBy::owner)
            refusal->hint = fmt::format("make it anew: `openclaw gateway cert add {}`", record->name);
        if (refusal) return failed(*refusal, "renewing the certificate of \"{}\"", record->name);
    }
    if (lifetime) record->lifetime = *lifetime;
    if (auto sound = check_lifetime(record->lifetime); !sound) return std::unexpected(sound.error());
    auto issued = sign(*record, public_key);
    if (!issued) return issued;
    auto noted = ledger_.add_leaf(record->id, issued->record.leaves.back(), record->lifetime, now);
    if (!noted) return std::unexpected(noted.error());
    issued->record = std::move(*noted);
    return issued;
}

Result<net::PrivateKey> Authorities::server_key() {
    const auto path = means_.folder / server_key_file;
    const auto pem = auth::sealed::read_secret_file(means_.files, path, *means_.keys);
    if (pem) {
        auto key = net::PrivateKey::from_pem(*pem);
        return key ? key : damaged(key.error(), path);
    }
    if (pem.error().code != Code::not_found) return failed(pem.error(), "reading the gateway's key");
    auto key = net::PrivateKey::generate(net::KeyKind::p256);
    if (!key) return key;
    const auto written = key->write_pem([&](std::string_view text) {
        return auth::sealed::write_secret_file(means_.files, path, text, *means_.keys);
    });
    if (!written) return failed(written.error(), "writing the gateway's key");
    return key;
}

Result<void> Authorities::check() {
    const auto living = roots();
    if (!living && living.error().code == Code::not_found) return {};
    if (!living) return std::unexpected(living.error());
    if (!platform::exists(means_.files, means_.folder / server_key_file)) return {};
    if (auto key = server_key(); !key) return std::unexpected(key.error());
    if (server_certificate()) return {};
    if (auto authority = signing(AuthorityKind::server, living->server.front()); !authority)
        return std::unexpected(authority.error());
    return {};
}

Result<ServerCertificate> Authorities::server_certificate() {
    const auto path = means_.folder / server_certificate_file;
    auto text = means_.files.read(path, certificate_bytes_max);
    if (!text) return failed(text.error(), "reading the gateway's certificate");
    const auto certificates = certificates_of(*text);
    if (!certificates) return damaged(certificates.error(), path);
    auto facts = read_certificate(certificates->front());
    if (!facts) return damaged(facts.error(), path);
    auto key = server_key();
    if (!key) return std::unexpected(key.error());
    if (sha256_hex(key->public_key()) != facts->public_key)
        return damaged(Error{{}, "the key beside it is another one", {}}, path);
    return ServerCertificate{certificates->front(), std::move(*key), std::move(*facts), std::move(*text), {}};
}

// Always for the key that is there, so that pins of it hold.
Result<ServerCertificate> Authorities::issue_server_certificate(const Root& root, const ServerNames& names) {
    const auto span = leaf_span(means_.clock.now(), server_lifetime, root.facts);
    if (!span) return std::unexpected(span.error());
    auto key = server_key();
    if (!key) return std::unexpected(key.error());
    const auto authority = signing(AuthorityKind::server, root);
    if (!authority) return std::unexpected(authority.error());
    auto leaf = make_leaf({.common_name = names.dns.empty() ? "localhost" : names.dns.front(),
                           .public_key = key->public_key(),
                           .begins = span->begins,
                           .ends = span->ends,
                           .names = names},
                          *authority);
    if (!leaf) return std::unexpected(leaf.error());
    auto facts = read_certificate(*leaf);
    if (!facts) return std::unexpected(facts.error());
    auto pem = shown_pem(*leaf, root.certificate);
    if (auto written = write_certificate(means_.folder / server_certificate_file, pem); !written)
        return failed(written.error(), "writing the gateway's certificate");
    return ServerCertificate{std::move(*leaf), std::move(*key), std::move(*facts), std::move(pem), {}, true};
}

Result<ServerCertificate> Authorities::ensure_server_certificate(const ServerNames& names) {
    const auto locked = lock();
    if (!locked) return std::unexpected(locked.error());
    const auto living = roots();
    if (!living) return std::unexpected(living.error());
    const auto& root = living->server.front();
    auto sorted = sorted_by(root.facts.permitted, names);
    // One that is damaged is made again: all that it says is known.
    auto certificate = server_certificate();
    const bool good = certificate && is_signed_by(certificate->certificate, root.certificate) &&
                      certificate->pem == shown_pem(certificate->certificate, root.certificate) &&
                      why_issue(certificate->facts, sorted.permitted, means_.clock.now()).empty();
    if (!good) certificate = issue_server_certificate(root, sorted.permitted);
    if (certificate) certificate->left_out = std::move(sorted.others);
    return certificate;
}

}  // namespace openclaw::access
