#pragma once

#include <openssl/bn.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

// OpenSSL's objects with an owner, for the .cpp files of this folder only.
namespace openclaw::access {

struct Freed {
    void operator()(X509* object) const { X509_free(object); }
    void operator()(X509_REQ* object) const { X509_REQ_free(object); }
    void operator()(X509_EXTENSION* object) const { X509_EXTENSION_free(object); }
    void operator()(EVP_PKEY* object) const { EVP_PKEY_free(object); }
    void operator()(GENERAL_NAME* object) const { GENERAL_NAME_free(object); }
    void operator()(GENERAL_NAMES* object) const { GENERAL_NAMES_free(object); }
    void operator()(NAME_CONSTRAINTS* object) const { NAME_CONSTRAINTS_free(object); }
    void operator()(BIGNUM* object) const { BN_free(object); }
    void operator()(BIO* object) const { BIO_free(object); }
    void operator()(PKCS12* object) const { PKCS12_free(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

inline Owned<BIO> reader_of(std::string_view text) {
    return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}
inline std::string text_of(BIO* memory) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(memory, &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}
// DER of what an i2d_ function takes; empty when it fails.
template <class T>
std::string der_of(int (*encode)(T*, unsigned char**), T* object) {
    unsigned char* bytes = nullptr;
    const int size = encode(object, &bytes);
    std::string der;
    if (size > 0) der.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}
inline const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
// Nothing unless all of it is a certificate.
Owned<X509> parsed_certificate(std::string_view der);
// Nothing unless all of it is a SubjectPublicKeyInfo.
Owned<EVP_PKEY> parsed_public_key(std::string_view der);

}  // namespace openclaw::access
