#include "net/stream/pinned_chain.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <memory>
#include <new>

#include "base/digest.h"

namespace openclaw::net {

namespace {

// The DER of whatever `write` (one of OpenSSL's i2d functions) writes.
template <class Write>
std::string der(Write write) {
    unsigned char* bytes = nullptr;
    const int size = write(&bytes);
    if (size <= 0) throw std::bad_alloc();
    std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return text;
}

struct FreeStack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};

// The authority of the chain that a pin fits, without the server's own certificate.
X509* pinned_authority(X509_STORE_CTX* chain, const std::vector<ServerPin>& pins) {
    STACK_OF(X509)* shown = X509_STORE_CTX_get0_untrusted(chain);
    for (int i = 0; i < sk_X509_num(shown); ++i) {
        X509* each = sk_X509_value(shown, i);
        if (each == X509_STORE_CTX_get0_cert(chain)) continue;
        const auto hashes = hashes_of(each);
        if (std::ranges::any_of(pins, [&](const auto& pin) { return pin.fits(hashes); })) return each;
    }
    return nullptr;
}

bool verifies_by(X509_STORE_CTX* chain, X509* authority) {
    const std::unique_ptr<STACK_OF(X509), FreeStack> trusted(sk_X509_new_null());
    if (!trusted || sk_X509_push(trusted.get(), authority) <= 0) return false;
    X509_STORE_CTX_set0_trusted_stack(chain, trusted.get());
    X509_STORE_CTX_set_flags(chain, X509_V_FLAG_PARTIAL_CHAIN);
    const bool verified = X509_verify_cert(chain) == 1;
    X509_STORE_CTX_set0_trusted_stack(chain, nullptr);
    return verified;
}

}  // namespace

CertificateHashes hashes_of(const X509* certificate) {
    return {.certificate = sha256_hex(der([&](unsigned char** out) { return i2d_X509(certificate, out); })),
            .key = sha256_hex(der([&](unsigned char** out) {
                return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), out);
            }))};
}

bool chain_fits(X509_STORE_CTX* chain, const std::vector<ServerPin>& pins, PinCheck& check) {
    check.seen = hashes_of(X509_STORE_CTX_get0_cert(chain));
    check.fits = std::ranges::any_of(pins, [&](const auto& pin) { return pin.fits(check.seen); });
    if (check.fits) {
        X509_STORE_CTX_set_error(chain, X509_V_OK);
        return true;
    }
    if (X509* authority = pinned_authority(chain, pins)) {
        check.fits = true;
        return verifies_by(chain, authority);
    }
    X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
    return false;
}

}  // namespace openclaw::net
