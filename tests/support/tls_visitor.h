#pragma once

#include <array>
#include <vector>

#include "net/stream/tls_stream.h"
#include "support/client_certificates.h"

namespace openclaw::test {

// A client that may have a certificate, as far as OpenSSL makes one. It believes whatever server it meets.
class TlsVisitor {
public:
    explicit TlsVisitor(int version = TLS1_3_VERSION) : core_(*net::make_tls_core(TLS_client_method())) {
        SSL_CTX_set_min_proto_version(context(), version);
        SSL_CTX_set_max_proto_version(context(), version);
        SSL_CTX_set_security_level(context(), 0);
        SSL_CTX_set_cert_verify_callback(context(), believe, nullptr);
    }
    explicit TlsVisitor(const Signer& own, int version = TLS1_3_VERSION) : TlsVisitor(version) { take(own); }

    void take(const Signer& own, const std::vector<const Signer*>& others = {}) {
        take(own.der(), own.key());
        for (const auto* other : others)
            SSL_CTX_add_extra_chain_cert(context(), X509_dup(other->certificate()));
    }

    void take(const std::string& der, EVP_PKEY* key) {
        SSL_CTX_use_certificate_ASN1(context(), static_cast<int>(der.size()),
                                     reinterpret_cast<const unsigned char*>(der.data()));
        SSL_CTX_use_PrivateKey(context(), key);
    }

    // Nothing but these for the agreement on keys: "X25519:P-256".
    void offer_groups(const char* groups) { SSL_CTX_set1_groups_list(context(), groups); }

    // The handshake as the client sees it; with TLS 1.3 a refusal comes only with what is read later.
    net::Task<Result<std::unique_ptr<net::TlsStream>>> connect(net::Loop& loop, std::uint16_t port) {
        auto plain = co_await net::connect_tcp(loop, {"127.0.0.1", port}, patience);
        if (!plain) co_return std::unexpected(plain.error());
        auto tls = net::secure(core_, std::move(*plain));
        if (!tls) co_return std::unexpected(tls.error());
        if (session_) SSL_set_session((*tls)->session(), session_.get());
        SSL_set_connect_state((*tls)->session());
        auto done = co_await (*tls)->shake_hands(patience);
        if (!done) co_return std::unexpected(done.error());
        co_return std::move(*tls);
    }
    // All that the server says to that, or the error. Resumes the session of the time before.
    net::Task<std::string> say(net::Loop& loop, std::uint16_t port, std::string text) {
        auto tls = co_await connect(loop, port);
        if (!tls) co_return tls.error().message;
        (*tls)->queue(text, patience);
        std::string all;
        std::array<char, 4096> buffer{};
        for (;;) {
            auto got = co_await (*tls)->read(buffer, patience);
            if (!got) co_return all.empty() ? got.error().message : all;
            if (*got == 0) break;
            all.append(buffer.data(), *got);
        }
        co_await (*tls)->shutdown();  // OpenSSL resumes nothing that wasn't ended properly
        resumed_ = SSL_session_reused((*tls)->session()) == 1;
        session_.reset(SSL_get1_session((*tls)->session()));
        wanted_ = names_in(SSL_get0_peer_CA_list((*tls)->session()));
        co_return all;
    }

    SSL_SESSION* session() const { return session_.get(); }
    bool resumed() const { return resumed_; }
    // Whose certificates the server asked for: "/CN=clients".
    const std::vector<std::string>& wanted() const { return wanted_; }

private:
    static constexpr auto patience = std::chrono::hours(1);
    SSL_CTX* context() { return core_->context.get(); }
    static int believe(X509_STORE_CTX* met, void*) {
        X509_STORE_CTX_set_error(met, X509_V_OK);
        return 1;
    }
    static std::vector<std::string> names_in(const STACK_OF(X509_NAME) * names) {
        std::vector<std::string> found;
        for (int i = 0; i < sk_X509_NAME_num(names); ++i) {
            std::array<char, 200> text{};
            X509_NAME_oneline(sk_X509_NAME_value(names, i), text.data(), text.size());
            found.emplace_back(text.data());
        }
        return found;
    }

    struct Free {
        void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
    };
    std::shared_ptr<net::TlsCore> core_;
    std::unique_ptr<SSL_SESSION, Free> session_;
    bool resumed_ = false;
    std::vector<std::string> wanted_;
};

}  // namespace openclaw::test
