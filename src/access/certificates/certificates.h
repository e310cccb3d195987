#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "access/certificate_judge.h"
#include "access/certificates/chain.h"
#include "access/certificates/record.h"
#include "access/certificates/revocation_lists.h"
#include "base/clock.h"

namespace openclaw::access {

// The gateway's own authority for clients, as it stands on disk.
struct OwnAuthority {
    std::vector<std::string>
        roots;  // DER: the client root and, when there is one, its successor or predecessor
    std::vector<CertificateRecord> records;
};

// Whose certificates count. Made from files and settings (client_trust.h), never changed.
struct ClientTrust {
    std::optional<OwnAuthority> own = {};
    std::string own_problem = {};               // why the own authority can't be used, though it is there
    std::vector<std::string> authorities = {};  // DER, of gateway.tls.clientCa
    std::vector<std::string> pins = {};         // SHA-256 of a SubjectPublicKeyInfo, hex
    bool lists_wanted = false;                  // gateway.tls.clientCrl names some
    RevocationLists lists = {};
    Scopes foreign_scopes = {};  // gateway.tls.clientScopes

    bool empty() const { return !own && own_problem.empty() && authorities.empty() && pins.empty(); }
    std::string written() const;  // everything that decides, to be told apart from other rules by
    std::string summary() const;  // for the log: "3 of our own authority, 1 foreign authority, 2 pinned keys"
};

// Judges the certificates of clients. Own ones strictly by our records: by the authority's key, serial and
// public key, never by name and never by a hash of the whole, of which others that verify as well can be
// made. Foreign ones by their authority, names, dates, and lists of what is revoked; pinned ones by their
// key.
//
// What a certificate must look like, whoever issued it: clientAuth is named in its extended key usage (none
// at all, or "any", isn't enough: it might be anybody's web server or mail); where there is a key usage it
// allows digitalSignature; it is no authority; keys of RSA have 2,048 to 8,192 bits, those of elliptic curves
// 256 or more (Ed25519 is fine); nothing in the chain is signed with SHA-1. From any thread.
class Certificates final : public CertificateJudge {
public:
    // Null: nobody's count. What `before` has found out of chains stays known where it depends on nothing
    // that has changed: whether a chain holds hangs on authorities and pins, not on records and lists.
    static std::shared_ptr<const Certificates> from(ClientTrust trust, const Certificates* before = nullptr);
    ~Certificates() override;
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    CertificateVerdict judge(const net::PeerCertificate& shown, TimePoint now) const override;
    CertificateVerdict judge(std::span<const std::string> chain, TimePoint now) const override;
    const std::vector<std::string>& issuers() const override { return anchors_.names(); }
    const std::string& problem() const override { return trust_.own_problem; }
    const std::string& digest() const override { return digest_; }
    const ClientTrust& trust() const { return trust_; }
    bool can_count() const override {
        return !trust_.authorities.empty() || !trust_.pins.empty() ||
               (trust_.own && !trust_.own->records.empty());
    }

private:
    struct Known;
    class Memory;
    struct Issued {
        const CertificateRecord* record;
        const IssuedLeaf* leaf;
        std::shared_ptr<const Identity> identity;
    };
    Certificates(ClientTrust trust, const Certificates* before);
    bool knows_the_same_chains_as(const ClientTrust& trust) const;
    CertificateVerdict judge(std::span<const std::string> chain, std::string digest, TimePoint now) const;
    std::shared_ptr<const Known> examined(std::span<const std::string> chain, std::string digest) const;
    void judge_own(CertificateVerdict& verdict, const ExaminedChain& chain, TimePoint now) const;
    void judge_foreign(CertificateVerdict& verdict, const Known& known, TimePoint now) const;

    const ClientTrust trust_;
    const std::string digest_;
    const Anchors anchors_;
    std::unordered_map<std::string, Issued> issued_;  // by issuer's key, serial and public key
    std::unordered_set<std::string> revoked_keys_;
    const std::shared_ptr<Memory> memory_;
};

}  // namespace openclaw::access
