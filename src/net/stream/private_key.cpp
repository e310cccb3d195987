#include "net/stream/private_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "net/stream/tls_stream.h"

namespace openclaw::net {

namespace {

struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, Free>;

std::string public_key_of(const EVP_PKEY* key) {
    unsigned char* bytes = nullptr;
    const int size = i2d_PUBKEY(key, &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
    OPENSSL_free(bytes);
    return der;
}

}  // namespace

Result<PrivateKey> PrivateKey::owning(EVP_PKEY* key) {
    ERR_clear_error();
    if (key == nullptr) return fail(Code::corrupt, "there is no private key in it");
    std::shared_ptr<EVP_PKEY> owned(key, EVP_PKEY_free);
    auto public_key = public_key_of(key);
    if (public_key.empty()) return fail(Code::corrupt, "there is no private key in it");
    return PrivateKey(std::move(owned), std::move(public_key));
}

Result<PrivateKey> PrivateKey::generate(KeyKind kind) {
    EVP_PKEY* key = kind == KeyKind::p256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048);
    if (key == nullptr) return fail(Code::unavailable, "OpenSSL made no key");
    return owning(key);
}

Result<PrivateKey> PrivateKey::from_pem(const Secret& pem) {
    const auto text = pem.reveal();
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    return owning(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
}

Result<void> PrivateKey::write_pem(const std::function<Result<void>(std::string_view)>& write) const {
    const Bio bio(BIO_new(BIO_s_mem()));  // overwrites what it held
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &bytes);
    if (size <= 0) return fail(Code::internal, "OpenSSL can't write the key");
    return write({bytes, static_cast<std::size_t>(size)});
}

Secret PrivateKey::pem() const {
    Secret text;
    const auto written = write_pem([&](std::string_view bytes) -> Result<void> {
        text = Secret(bytes);
        return {};
    });
    return written ? text : Secret();
}

}  // namespace openclaw::net
