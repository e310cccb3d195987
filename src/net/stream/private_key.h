#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"

typedef struct evp_pkey_st EVP_PKEY;

namespace openclaw::net {

// P-256 for our own programs; RSA with 2,048 bits for phones and browsers, some of which know nothing else.
enum class KeyKind { p256, rsa2048 };

// A private key. It lives as OpenSSL's object, which overwrites its numbers at the end; a cheap handle.
class PrivateKey {
public:
    static Result<PrivateKey> generate(KeyKind kind);
    // PEM, not encrypted. `corrupt` when there is no key in it.
    static Result<PrivateKey> from_pem(const Secret& pem);

    // The PEM text, PKCS#8, in memory that is overwritten afterwards.
    Result<void> write_pem(const std::function<Result<void>(std::string_view)>& write) const;
    Secret pem() const;                                            // PKCS#8
    const std::string& public_key() const { return public_key_; }  // SubjectPublicKeyInfo, DER
    EVP_PKEY* get() const { return key_.get(); }

private:
    static Result<PrivateKey> owning(EVP_PKEY* key);
    PrivateKey(std::shared_ptr<EVP_PKEY> key, std::string public_key)
        : key_(std::move(key)), public_key_(std::move(public_key)) {}

    std::shared_ptr<EVP_PKEY> key_;
    std::string public_key_;
};

}  // namespace openclaw::net
