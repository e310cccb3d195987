#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/stream/private_key.h"

// Certificates as values: DER in a string. Nothing here knows of files.
namespace openclaw::access {

// Names that a server goes by. Addresses as literals ("192.168.1.20", "fd00::1").
struct ServerNames {
    std::vector<std::string> dns = {}, addresses = {};
    bool operator==(const ServerNames&) const = default;
};

// What a certificate says, as far as this program asks.
struct CertificateFacts {
    std::string serial = {};       // hex, lower case, no leading zeros
    std::string common_name = {};  // "" when it has none
    std::string public_key = {};   // SHA-256 of the SubjectPublicKeyInfo, hex
    std::string fingerprint = {};  // SHA-256 of the whole, hex; for people and pins
    TimePoint begins{}, ends{};
    ServerNames names = {};
    std::vector<std::string> uris = {};
    ServerNames permitted = {};  // name constraints of an authority: a name with all beneath, "10.0.0.0/8"
    bool authority = false;
};
// `corrupt` when it can't be read.
Result<CertificateFacts> read_certificate(std::string_view der);

std::string pem_of(std::string_view der);
// All certificates of a PEM text, as DER, at most 16. `corrupt` when one can't be read, or there is none.
Result<std::vector<std::string>> certificates_of(std::string_view pem);

// An authority that signs: its certificate and the key to it.
struct Authority {
    std::string certificate;  // DER
    net::PrivateKey key;
};

struct RootRequest {
    std::string common_name;
    TimePoint begins, ends;
    ServerNames permitted = {};  // empty: it isn't constrained
};
Result<std::string> make_root(const RootRequest& request, const net::PrivateKey& key);

struct LeafRequest {
    std::string common_name;
    std::string public_key;  // SubjectPublicKeyInfo, DER
    TimePoint begins, ends;
    ServerNames names = {};  // a server's; empty: a client's
    std::string uri = {};    // a client's: "openclaw:client:crt_…"
};
// Refused: keys that some clients can't use or that are weak; ends after the authority's.
Result<std::string> make_leaf(const LeafRequest& request, const Authority& authority);

// Whether the certificate was signed by that authority's key.
bool is_signed_by(std::string_view der, std::string_view authority_der);

// A request for a certificate (PKCS#10, PEM). Only its key counts, and that whoever sent it holds it.
Result<std::string> make_certificate_request(const net::PrivateKey& key);
// The SubjectPublicKeyInfo of a request that proves the key, DER. At most 16 KiB of PEM.
Result<std::string> public_key_of_request(std::string_view pem);

}  // namespace openclaw::access
