#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/authority/certificate.h"
#include "access/authority/ledger.h"
#include "access/authority/roots.h"
#include "auth/sealed/key_ring.h"
#include "config/config.h"

namespace openclaw::access {

// <state>/gateway/authority
platform::Path authority_folder(const config::Paths& paths);

// A client that is to have a certificate.
struct NewClient {
    std::string name;  // see check_client_name
    Scopes scopes;
    Limits limits = {};
    Milliseconds lifetime;
};

struct IssuedCertificate {
    CertificateRecord record;
    std::string certificate;  // DER: the client's own
    std::string authority;    // DER: the client root that signed it
};

// The certificate that the gateway itself shows.
struct ServerCertificate {
    std::string certificate;  // DER
    net::PrivateKey key;
    CertificateFacts facts;
    std::string pem;                    // with the server root behind it, for who pins that
    std::vector<std::string> left_out;  // names that the authority may not vouch for
    bool issued = false;                // just now
};

enum class RenewedBy {
    client,  // by the proof of a key whose certificate ended at most 30 days ago
    owner,   // at the keyboard
};
// Why a record's certificate can't be renewed by the client itself any more, or nothing.
std::optional<Error> refusal_of_renewal(const CertificateRecord& record, TimePoint now);

// The two authorities of this gateway: the server root, which devices trust, and the client root, which is
// installed nowhere. Reads files when asked and keeps none of their keys. Keys are files that only the owner
// can read, sealed where secrets are (`openclaw secrets seal`). Waits for disks, and for a key to be opened.
class Authorities {
public:
    struct Means {
        platform::FileSystem& files;
        const Clock& clock;
        platform::Path folder;
        std::shared_ptr<auth::sealed::KeyRing> keys;
    };
    explicit Authorities(Means means);
    static Means means_of(platform::FileSystem& files, const Clock& clock, const config::Config& config);

    // Whether they have been made.
    bool exist();
    // Makes what is missing of both. What is there stays: where something of theirs is damaged or gone, none
    // is made (`corrupt`). The server root may vouch for these names, and for addresses of private networks.
    // False: nothing was missing.
    Result<bool> make(const ServerNames& names);
    // `not_found` when they haven't been made; `corrupt` names the damaged file and its repair.
    Result<Roots> roots();
    // The server roots vouch for these names too from now on, with the key and the end that they have: pins
    // of the key hold, devices that trust the certificate need the new one. False: they did so already.
    Result<bool> permit(const ServerNames& names);
    // Makes successors whose time has come. True: something changed.
    Result<bool> care();

    // A new client. The record is on the disk before the certificate is given out.
    Result<IssuedCertificate> issue(const NewClient& client, const std::string& public_key);
    // Another leaf for the same record, for this key; `lifetime`: another one from now on.
    Result<IssuedCertificate> renew(const std::string& id, const std::string& public_key, RenewedBy by,
                                    std::optional<Milliseconds> lifetime = {});
    Ledger& ledger() { return ledger_; }

    // As it stands; `not_found` when there is none yet.
    Result<ServerCertificate> server_certificate();
    // Issues it when there is none, when names came or went, or when its end is near; the key stays.
    Result<ServerCertificate> ensure_server_certificate(const ServerNames& names);

    // What would keep a start from having both: a file that is damaged, or that can't be opened. Makes
    // nothing.
    Result<void> check();

    const platform::Path& folder() const { return means_.folder; }

private:
    Result<std::unique_ptr<platform::FileLock>> lock();
    Result<std::vector<Root>> read_roots(AuthorityKind kind);
    Result<void> make_generation(AuthorityKind kind, int generation, const ServerNames& permitted);
    Result<bool> make_first(AuthorityKind kind, const ServerNames& names);
    Result<Authority> signing(AuthorityKind kind, const Root& root);
    Result<net::PrivateKey> server_key();
    Result<void> write_certificate(const platform::Path& path, const std::string& pem);
    Result<ServerCertificate> issue_server_certificate(const Root& root, const ServerNames& names);
    Result<IssuedCertificate> sign(CertificateRecord record, const std::string& public_key);

    Means means_;
    Ledger ledger_;
};

// Where they stand for a config, with the one key ring of a process: opening a key may be slow.
using AuthoritiesOf = std::function<Authorities::Means(const config::Config& config)>;

}  // namespace openclaw::access
