#pragma once

#include <cstdint>
#include <string_view>

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

}  // namespace openclaw::access
