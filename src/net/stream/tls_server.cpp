#include "net/stream/tls.h"
#include "net/stream/tls_stream.h"

namespace openclaw::net {
namespace {

class ServerContext final : public TlsServerContext {
public:
    ServerContext(std::shared_ptr<TlsCore> core, std::vector<std::string> alpn)
        : core_(std::move(core)), alpn_(std::move(alpn)) {
        SSL_CTX_set_alpn_select_cb(core_->context.get(), choose_protocol, this);
    }
    Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream, Milliseconds deadline,
                                                    Abort abort) override;

private:
    static int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                               const unsigned char* offered, unsigned int offered_size, void* self);
    std::shared_ptr<TlsCore> core_;
    std::vector<std::string> alpn_;
};

// Our order decides. A client that offers only what we don't speak goes on without a protocol.
int ServerContext::choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                                   const unsigned char* offered, unsigned int offered_size, void* self) {
    std::string_view list(reinterpret_cast<const char*>(offered), offered_size);
    for (const auto& ours : static_cast<ServerContext*>(self)->alpn_) {
        for (std::size_t at = 0; at < list.size(); at += static_cast<unsigned char>(list[at]) + 1U) {
            auto theirs = list.substr(at + 1, static_cast<unsigned char>(list[at]));
            if (theirs != ours) continue;
            *chosen = offered + at + 1;
            *size = static_cast<unsigned char>(theirs.size());
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

Task<Result<std::unique_ptr<Stream>>> ServerContext::handshake(std::unique_ptr<Stream> stream,
                                                               Milliseconds deadline, Abort abort) {
    auto secured = secure(core_, std::move(stream));
    if (!secured) co_return std::unexpected(secured.error());
    TlsStream& tls = **secured;
    SSL_set_accept_state(tls.session());
    auto subscription = abort.on_request([&tls] { tls.close(); });
    auto done = co_await tls.shake_hands(deadline);
    if (!done) co_return std::unexpected(done.error());
    co_return std::move(*secured);
}

Result<void> use_identity(SSL_CTX* context, const TlsServerContext::Options& options) {
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1) {
        return hinted(fail(Code::invalid_input, "loading the certificate {}: {}", options.certificate_file,
                           tls_error_text()),
                      "the file must hold PEM certificates, the server's own first");
    }
    if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return hinted(
            fail(Code::invalid_input, "loading the private key {}: {}", options.key_file, tls_error_text()),
            "the file must hold the PEM key of the certificate, without a passphrase");
    }
    return {};
}

// An encrypted key must be an error, not a question at whatever terminal there is.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

}  // namespace

Result<std::shared_ptr<TlsServerContext>> TlsServerContext::create(Options options) {
    auto core = make_tls_core(TLS_server_method());
    if (!core) return std::unexpected(core.error());
    SSL_CTX* context = (*core)->context.get();
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (auto used = use_identity(context, options); !used) return std::unexpected(used.error());
    // Tickets carry the session to the client and back: resumption costs no memory here.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    static constexpr std::string_view name = "openclaw";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(name.data()), name.size());
    return std::make_shared<ServerContext>(std::move(*core), std::move(options.alpn));
}

}  // namespace openclaw::net
