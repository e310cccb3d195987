#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "base/clock.h"

namespace openclaw::access {

// Why a certificate lets nobody in. For our log, one sentence each; a stranger learns none of them.
enum class CertificateFault : std::uint8_t {
    unreadable,
    unknown_authority,  // or a certificate between it and ours is missing
    false_signature,
    self_signed,
    signed_by_a_leaf,
    authority_itself,  // shows the certificate of an authority
    not_for_clients,   // clientAuth isn't named in its extended key usage
    key_not_for_signing,
    too_weak,
    unknown_extension,   // one that is critical
    name_not_permitted,  // by its authority's name constraints
    without_name,        // its authority tells its clients apart by name
    several_names,
    not_a_chain,     // anything else that OpenSSL has against it
    without_record,  // of our own authority, and unknown to our ledger
    revoked,
    not_yet_valid,
    ended,
    list_missing,  // of revoked certificates, where one is asked for
    list_of_the_future,
    list_ended,
};
std::string_view text_of(CertificateFault fault);

// What is found about a certificate at a moment.
struct CertificateVerdict {
    std::optional<CertificateFault> fault = {};          // none: whoever holds its key is let in
    std::shared_ptr<const Identity> identity = nullptr;  // whose it is, or would be; null: nobody's we know
    std::string detail = {};  // for the log: of the certificate, or OpenSSL's words
    bool ours = false;        // issued by us, and in our ledger
    std::string name = {};    // of our record
    TimePoint at = {};        // since when it has ended or is revoked, from when on it is valid

    bool stands() const { return !fault && identity; }
    // We issued it, and it doesn't count now: who proves its key may be told so.
    bool is_ours_but_not_now() const;
    // It proves nothing, and is held against nobody either: ended, or not valid yet.
    bool is_out_of_time() const;
};

// Whose certificates count, as the doorman asks for it (certificates/certificates.h). Never changed.
class CertificateJudge {
public:
    virtual ~CertificateJudge() = default;
    virtual CertificateVerdict judge(const net::PeerCertificate& shown, TimePoint now) const = 0;
    // What is being shown in a handshake. `chain`: DER, the client's own first.
    virtual CertificateVerdict judge(std::span<const std::string> chain, TimePoint now) const = 0;
    // Subject names, DER, of the authorities whose certificates are wanted.
    virtual const std::vector<std::string>& issuers() const = 0;
    // Whether anybody's could be let in: false where there is but an own authority that can't be used or
    // hasn't issued anything.
    virtual bool can_count() const = 0;
    virtual const std::string& problem() const = 0;  // why our own authority can't be used, or ""
    virtual const std::string& digest() const = 0;   // of everything that decides
};

}  // namespace openclaw::access
