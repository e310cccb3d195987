#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/authority/authorities.h"
#include "auth/sealed/protection.h"

namespace openclaw::access {

// What a backup holds: certificates and the ledger as they stand; keys encrypted with a key
// made of the passphrase (Argon2id), each bound to all the rest, so that nothing in it can be exchanged.
struct BackupContent {
    struct File {
        std::string name;  // "client-root.crt"
        std::string text;
    };
    TimePoint made;
    std::vector<File> files;
    std::vector<std::string> key_names;  // "client-root.key"
};

// The text of a backup file, which was opened again and looked at.
Result<std::string> make_backup(const Authorities::Means& means, const Secret& passphrase,
                                const auth::sealed::PassphraseCost& cost);

// Opened with its passphrase, and sound: every authority has its key, and the ledger can be read.
class Backup {
public:
    // `denied`: the passphrase is another one, or something was altered. `corrupt`: it isn't a backup, or not
    // a whole one.
    static Result<Backup> open(std::string_view text, const Secret& passphrase);

    TimePoint made() const { return content_.made; }
    const std::vector<CertificateRecord>& records() const { return records_; }
    const CertificateFacts& server_root() const { return server_root_; }
    // Puts it in place of what is there, which is kept beside it, and says where. Interrupted, it is run
    // again.
    Result<std::optional<platform::Path>> restore(const Authorities::Means& means) const;

private:
    Backup() = default;
    BackupContent content_;
    std::vector<net::PrivateKey> keys_;  // of content_.key_names
    std::vector<CertificateRecord> records_;
    CertificateFacts server_root_;
};

// A restore that was interrupted isn't gone on with: what it had written is moved aside too.
Result<void> give_up_restoring(const Authorities::Means& means);
// Moves what is there aside, so that new authorities can be made. Nothing: there was nothing.
Result<std::optional<platform::Path>> set_authorities_aside(const Authorities::Means& means);

}  // namespace openclaw::access
