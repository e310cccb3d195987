#include "net/stream/tls_look.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

#include "net/stream/pinned_chain.h"
#include "net/stream/tls_stream.h"

namespace openclaw::net {
namespace {

constexpr int rsa_bits_min = 2048, curve_bits_min = 224;

struct X509Deleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};

TimePoint time_of(const ASN1_TIME* time) {
    std::tm utc{};
    if (ASN1_TIME_to_tm(time, &utc) != 1) return {};
    return std::chrono::sys_seconds(std::chrono::seconds(timegm(&utc)));
}

std::string weakness_of(const X509* certificate) {
    const EVP_PKEY* key = X509_get0_pubkey(certificate);
    if (key == nullptr) return "a key of an unknown kind";
    const int bits = EVP_PKEY_get_bits(key);
    const bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
    if (bits >= (rsa ? rsa_bits_min : curve_bits_min)) return {};
    return fmt::format("{} with {} bits", rsa ? "RSA" : "a curve", bits);
}

CertificateLook look_of(const X509* certificate) {
    return {.fingerprint = hashes_of(certificate).certificate,
            .begins = time_of(X509_get0_notBefore(certificate)),
            .ends = time_of(X509_get0_notAfter(certificate)),
            .weak_key = weakness_of(certificate)};
}

// Asked for when the server wants a certificate; there is none to give.
int note_request(SSL*, void* asked) {
    *static_cast<bool*>(asked) = true;
    return 1;
}

}  // namespace

Result<CertificateLook> look_at_certificate(std::string_view pem) {
    const std::unique_ptr<BIO, X509Deleter> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const std::unique_ptr<X509, X509Deleter> certificate(
        bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate) return fail(Code::corrupt, "reading a certificate: {}", tls_error_text());
    return look_of(certificate.get());
}

Task<Result<TlsLookedAt>> look_at_tls(std::unique_ptr<Stream> stream, Milliseconds deadline) {
    auto core = make_tls_core(TLS_client_method());
    if (!core) co_return std::unexpected(core.error());
    auto secured = secure(std::move(*core), std::move(stream));
    if (!secured) co_return std::unexpected(secured.error());
    TlsStream& tls = **secured;
    TlsLook look;
    SSL_set_verify(tls.session(), SSL_VERIFY_NONE, nullptr);
    SSL_set_cert_cb(tls.session(), note_request, &look.asks_for_certificate);
    SSL_set_connect_state(tls.session());
    const auto done = co_await tls.shake_hands(deadline);
    SSL_set_cert_cb(tls.session(), nullptr, nullptr);
    if (!done) co_return failed(done.error(), "beginning TLS");
    const std::unique_ptr<X509, X509Deleter> certificate(SSL_get1_peer_certificate(tls.session()));
    look.version = SSL_get_version(tls.session());
    if (certificate) look.certificate = look_of(certificate.get());
    co_return TlsLookedAt{std::move(look), std::move(*secured)};
}

}  // namespace openclaw::net
