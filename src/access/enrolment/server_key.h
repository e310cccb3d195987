#pragma once

#include <string>
#include <string_view>

#include "access/authority/certificate.h"
#include "config/config.h"
#include "platform/file_system.h"

namespace openclaw::access {

// What the gateway shows to its clients, and by what they can know it.
struct ShownCertificate {
    CertificateFacts facts;  // of its own certificate
    // SHA-256 of a public key, hex: of the authority at the end of what is shown, which outlives
    // certificates; of the certificate's own where no authority is shown.
    std::string known_by;
    bool of_our_authority = false;  // and no file that the config names
};
// `not_found` when the gateway has no certificate yet.
Result<ShownCertificate> shown_certificate(platform::FileSystem& files, const config::Config& config);

// The same for the text of a PEM file.
Result<ShownCertificate> shown_certificate_in(std::string_view pem);

}  // namespace openclaw::access
