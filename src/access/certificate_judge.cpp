#include "access/certificate_judge.h"

namespace openclaw::access {

std::string_view text_of(CertificateFault fault) {
    using enum CertificateFault;
    switch (fault) {
        case unreadable:
            return "it can't be read";
        case unknown_authority:
            return "no authority of ours has signed it, or a certificate in between is missing";
        case false_signature:
            return "its signature is false";
        case self_signed:
            return "it has signed itself, or an authority that isn't ours has";
        case signed_by_a_leaf:
            return "it was signed by a certificate that may sign no others";
        case authority_itself:
            return "it is the certificate of an authority";
        case not_for_clients:
            return "its extended key usage doesn't name clientAuth";
        case key_not_for_signing:
            return "its key usage doesn't allow digitalSignature";
        case too_weak:
            return "its key or a signature is too weak";
        case unknown_extension:
            return "it has a critical extension that isn't known here";
        case name_not_permitted:
            return "its authority may not vouch for its names";
        case without_name:
            return "its subject is empty";
        case several_names:
            return "its subject has more than one common name";
        case not_a_chain:
            return "its chain doesn't hold";
        case without_record:
            return "it is our authority's, but no record knows it";
        case revoked:
            return "it is revoked";
        case not_yet_valid:
            return "it isn't valid yet";
        case ended:
            return "it has ended";
        case list_missing:
            return "there is no usable revocation list of its issuer";
        case list_of_the_future:
            return "the revocation list of its issuer isn't valid yet";
        case list_ended:
            return "the revocation list of its issuer has ended";
    }
    return "unknown";
}

bool CertificateVerdict::is_out_of_time() const {
    return identity && (fault == CertificateFault::ended || fault == CertificateFault::not_yet_valid);
}

bool CertificateVerdict::is_ours_but_not_now() const {
    return ours && (is_out_of_time() || fault == CertificateFault::revoked);
}

}  // namespace openclaw::access
