#include <openssl/x509v3.h>

#include "net/loop/exhaustion.h"
#include "net/stream/address.h"
#include "net/stream/pinned_chain.h"
#include "net/stream/tls.h"
#include "net/stream/tls_stream.h"

namespace openclaw::net {
namespace {

// The names in the form of RFC 7301: each with its length in front.
std::string alpn_list(const std::vector<std::string>& names) {
    std::string list;
    for (const auto& name : names) {
        list += static_cast<char>(name.size());
        list += name;
    }
    return list;
}

class ClientContext final : public TlsClientContext {
public:
    ClientContext(std::shared_ptr<TlsCore> core, std::vector<ServerPin> pins)
        : core_(std::move(core)), pins_(std::move(pins)) {
        if (!pins_.empty()) SSL_CTX_set_cert_verify_callback(core_->context.get(), judge_by_pins, this);
    }
    Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream, std::string server_name,
                                                    Milliseconds deadline, Abort abort) override;

private:
    static int judge_by_pins(X509_STORE_CTX* chain, void* self);
    std::shared_ptr<TlsCore> core_;
    std::vector<ServerPin> pins_;
};

// The session that is shaking hands has the place for what is seen. It is C: nothing may be thrown through
// it.
int ClientContext::judge_by_pins(X509_STORE_CTX* chain, void* self) {
    auto* session =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto& check = *static_cast<PinCheck*>(SSL_get_app_data(session));
    bool fits = false;
    const bool judged =
        attempt([&] { fits = chain_fits(chain, static_cast<ClientContext*>(self)->pins_, check); });
    if (!judged) X509_STORE_CTX_set_error(chain, X509_V_ERR_OUT_OF_MEM);
    return judged && fits ? 1 : 0;
}

// Asks for this name, and accepts a certificate for this name only.
void expect_name(SSL* session, const std::string& name) {
    SSL_set_verify(session, SSL_VERIFY_PEER, nullptr);
    if (parse_ip(name, 0)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str());
        return;
    }
    SSL_set_tlsext_host_name(session, name.c_str());
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(session, name.c_str());
}

// Begins as the reference's error does: scripts look for it.
Error fits_no_pin(const PinCheck& check, const std::string& server) {
    return {Code::denied,
            fmt::format("gateway tls fingerprint mismatch: {} shows the certificate sha256:{} with the key "
                        "sha256:{}; nothing was sent to it",
                        server, check.seen.certificate, check.seen.key),
            "compare these on the gateway's own machine; if they are its own, pin the key, which stays when "
            "the certificate is renewed"};
}

Task<Result<std::unique_ptr<Stream>>> ClientContext::handshake(std::unique_ptr<Stream> stream,
                                                               std::string server_name, Milliseconds deadline,
                                                               Abort abort) {
    if (server_name.empty()) co_return fail(Code::invalid_input, "TLS needs the server's name");
    auto secured = secure(core_, std::move(stream));
    if (!secured) co_return std::unexpected(secured.error());
    TlsStream& tls = **secured;
    expect_name(tls.session(), server_name);
    SSL_set_connect_state(tls.session());
    PinCheck check;
    SSL_set_app_data(tls.session(), &check);
    auto subscription = abort.on_request([&tls] { tls.close(); });
    auto done = co_await tls.shake_hands(deadline);
    SSL_set_app_data(tls.session(), nullptr);
    if (!done && !pins_.empty() && !check.seen.key.empty() && !check.fits)
        co_return std::unexpected(fits_no_pin(check, server_name));
    if (!done) co_return failed(done.error(), "TLS with {}", server_name);
    co_return std::move(*secured);
}

Result<void> trust(SSL_CTX* context, const TlsClientContext::Options& options) {
    if (options.ca_file.empty()) {
        if (SSL_CTX_set_default_verify_paths(context) != 1) {
            return fail(Code::unavailable, "loading the system's certificates: {}", tls_error_text());
        }
    } else if (SSL_CTX_load_verify_file(context, options.ca_file.c_str()) != 1) {
        return fail(Code::invalid_input, "loading certificates from {}: {}", options.ca_file,
                    tls_error_text());
    }
    if (options.extra_ca_file.empty()) return {};
    if (SSL_CTX_load_verify_file(context, options.extra_ca_file.c_str()) != 1) {
        return hinted(fail(Code::unavailable, "loading certificates from {}: {}", options.extra_ca_file,
                           tls_error_text()),
                      "NODE_EXTRA_CA_CERTS must name a PEM file");
    }
    return {};
}

Result<void> show_certificate(SSL_CTX* context, const TlsClientContext::Options& options) {
    if (options.certificate_file.empty() && options.key_file.empty()) return {};
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1)
        return fail(Code::unavailable, "loading our certificate {}: {}", options.certificate_file,
                    tls_error_text());
    if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        return fail(Code::unavailable, "loading the key of our certificate, {}: {}", options.key_file,
                    tls_error_text());
    return {};
}

}  // namespace

Result<std::shared_ptr<TlsClientContext>> TlsClientContext::create(Options options) {
    auto core = make_tls_core(TLS_client_method());
    if (!core) return std::unexpected(core.error());
    SSL_CTX* context = (*core)->context.get();
    if (auto trusted = trust(context, options); !trusted) return std::unexpected(trusted.error());
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (auto shown = show_certificate(context, options); !shown) return std::unexpected(shown.error());
    auto protocols = alpn_list(options.alpn);
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned int>(protocols.size()));
    return std::make_shared<ClientContext>(std::move(*core), std::move(options.pins));
}

}  // namespace openclaw::net
