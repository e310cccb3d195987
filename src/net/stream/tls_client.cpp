#include <openssl/x509v3.h>

#include "net/stream/address.h"
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
    explicit ClientContext(std::shared_ptr<TlsCore> core) : core_(std::move(core)) {}
    Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream, std::string server_name,
                                                    Milliseconds deadline, Abort abort) override;

private:
    std::shared_ptr<TlsCore> core_;
};

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

Task<Result<std::unique_ptr<Stream>>> ClientContext::handshake(std::unique_ptr<Stream> stream,
                                                               std::string server_name, Milliseconds deadline,
                                                               Abort abort) {
    if (server_name.empty()) co_return fail(Code::invalid_input, "TLS needs the server's name");
    auto secured = secure(core_, std::move(stream));
    if (!secured) co_return std::unexpected(secured.error());
    TlsStream& tls = **secured;
    expect_name(tls.session(), server_name);
    SSL_set_connect_state(tls.session());
    auto subscription = abort.on_request([&tls] { tls.close(); });
    auto done = co_await tls.shake_hands(deadline);
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

}  // namespace

Result<std::shared_ptr<TlsClientContext>> TlsClientContext::create(Options options) {
    auto core = make_tls_core(TLS_client_method());
    if (!core) return std::unexpected(core.error());
    SSL_CTX* context = (*core)->context.get();
    if (auto trusted = trust(context, options); !trusted) return std::unexpected(trusted.error());
    auto protocols = alpn_list(options.alpn);
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned int>(protocols.size()));
    return std::make_shared<ClientContext>(std::move(*core));
}

}  // namespace openclaw::net
