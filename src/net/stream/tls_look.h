#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// What a certificate says of itself, whoever signed it.
struct CertificateLook {
    std::string fingerprint;  // SHA-256, lower-case hex
    TimePoint begins, ends;
    std::string weak_key;  // "RSA with 1024 bits"; empty: nobody breaks it today
};
// The first certificate of a PEM text; `corrupt` when there is none that can be read.
Result<CertificateLook> look_at_certificate(std::string_view pem);

// What a server shows to everybody who begins TLS with it.
struct TlsLook {
    std::string version;  // "TLSv1.3"
    CertificateLook certificate;
    bool asks_for_certificate = false;
};
struct TlsLookedAt {
    TlsLook look;
    std::unique_ptr<Stream> stream;  // encrypted, but to whom isn't known: nothing secret may go there
};
// Begins TLS without judging the other side's certificate. For looking at servers, never for talking to one.
Task<Result<TlsLookedAt>> look_at_tls(std::unique_ptr<Stream> stream, Milliseconds deadline);

}  // namespace openclaw::net
