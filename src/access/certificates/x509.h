#pragma once

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

// OpenSSL's certificates, for the .cpp files of this folder only.
namespace openclaw::access::x509 {

struct Free {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(X509_CRL* list) const { X509_CRL_free(list); }
    void operator()(X509_STORE* store) const { X509_STORE_free(store); }
    void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Store = std::unique_ptr<X509_STORE, Free>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Free>;
using RevocationListFile = std::unique_ptr<X509_CRL, Free>;

Certificate from_der(std::string_view der);  // null when it isn't one, or more than one
std::string der_of(X509* certificate);
// All that stand in a PEM text; what isn't one ends the list. Nothing of OpenSSL's errors stays behind.
std::vector<Certificate> certificates_in(std::string_view pem);
std::vector<RevocationListFile> lists_in(std::string_view pem, std::size_t max);

std::string key_digest(X509* certificate);       // SHA-256 of the SubjectPublicKeyInfo, hex
std::string hex_of(const ASN1_INTEGER* number);  // lower case, no leading zeros; "" for none
std::string name_der(const X509_NAME* name);
std::string shown_name(const X509_NAME* name);  // "CN=alice,O=Corp", in one line
TimePoint time_of(const ASN1_TIME* time);       // the epoch's beginning when it can't be read

}  // namespace openclaw::access::x509
