#pragma once

#include <openssl/x509.h>

#include "net/stream/server_pin.h"

// Pins between OpenSSL and us, for .cpp files only.
namespace openclaw::net {

CertificateHashes hashes_of(const X509* certificate);

// Judges a chain by pins alone. Where one fits the server's own certificate, its key is proven by the
// handshake and nothing else counts, neither name nor dates; where one fits an authority of the chain, that
// is the only one that is trusted, and name and dates count.
bool chain_fits(X509_STORE_CTX* chain, const std::vector<ServerPin>& pins, PinCheck& check);

}  // namespace openclaw::net
