#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstring>

#include "base/text.h"
#include "net/loop/exhaustion.h"
#include "net/stream/peer_certificate.h"
#include "net/stream/tls.h"
#include "net/stream/tls_stream.h"

// Client certificates. OpenSSL asks nobody about the certificate of a session that is resumed, and keeps the
// verdict of back then. So each ticket carries the generation of the rules that it was given under, and the
// certificate within it is judged again; where either says no, the ticket counts for nothing and the client
// shows its certificate anew.
namespace openclaw::net {

class PeerCertificateMaker {
public:
    static std::shared_ptr<const PeerCertificate> make(std::vector<std::string> chain) {
        return std::shared_ptr<const PeerCertificate>(new PeerCertificate(std::move(chain)));
    }
};

namespace {

using Certificate = std::unique_ptr<X509, decltype([](X509* certificate) { X509_free(certificate); })>;

std::string der_of(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate, &bytes);
    if (size <= 0) return {};
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

// The client's own first, each once.
std::vector<std::string> ders_of(X509* own, STACK_OF(X509) * others) {
    std::vector<std::string> chain = {der_of(own)};
    for (int i = 0; i < sk_X509_num(others); ++i)
        if (X509* other = sk_X509_value(others, i); X509_cmp(other, own) != 0) chain.push_back(der_of(other));
    return chain;
}

// One handshake, as OpenSSL's callbacks find it.
struct Visit {
    ClientCertificates& clients;
    const Peer& peer;
    std::string refusal = {};  // why a certificate was refused

    bool admits(X509* own, STACK_OF(X509) * others) {
        if (sk_X509_num(others) > static_cast<int>(client_chain_length_max)) {
            refusal = "the chain is too long";
            return false;
        }
        refusal = clients.refusal(ders_of(own, others), peer).value_or("");
        return refusal.empty();
    }
};

int visit_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

Visit* visit_of(const SSL* session) {
    return static_cast<Visit*>(SSL_get_ex_data(session, visit_index()));
}

// What looking at a certificate leaves in OpenSSL's queue of errors isn't the handshake's.
struct ErrorsKept {
    ErrorsKept() { ERR_set_mark(); }
    ~ErrorsKept() { ERR_pop_to_mark(); }
    ErrorsKept(const ErrorsKept&) = delete;
    ErrorsKept& operator=(const ErrorsKept&) = delete;
};

// In place of OpenSSL's own verification: one decides. To the client all refusals look the same.
int judge_chain(X509_STORE_CTX* context, void*) {
    const auto* session =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    Visit* visit = visit_of(session);
    const ErrorsKept kept;
    bool admitted = false;
    attempt([&] {
        admitted = visit != nullptr &&
                   visit->admits(X509_STORE_CTX_get0_cert(context), X509_STORE_CTX_get0_untrusted(context));
    });
    X509_STORE_CTX_set_error(context, admitted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return admitted ? 1 : 0;
}

using Mark = std::array<char, sizeof(std::uint64_t)>;

Mark mark_of(const ClientCertificates& clients) {
    const std::uint64_t generation = clients.generation();
    Mark mark{};
    std::memcpy(mark.data(), &generation, mark.size());
    return mark;
}

int mark_ticket(SSL* session, void*) {
    const Visit* visit = visit_of(session);
    if (visit == nullptr) return 1;
    const Mark mark = mark_of(visit->clients);
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(session), mark.data(), mark.size());
}

bool is_marked(SSL_SESSION* ticket, const Mark& mark) {
    void* data = nullptr;
    std::size_t size = 0;
    return SSL_SESSION_get0_ticket_appdata(ticket, &data, &size) == 1 && size == mark.size() &&
           std::memcmp(data, mark.data(), size) == 0;
}

bool would_be_let_in(SSL_SESSION* ticket, Visit& visit) {
    if (!is_marked(ticket, mark_of(visit.clients))) return false;
    if (X509* own = SSL_SESSION_get0_peer(ticket))
        return !visit.clients.refusal(ders_of(own, nullptr), visit.peer);
    return visit.clients.demand() != ClientCertificates::Demand::required;
}

SSL_TICKET_RETURN judge_ticket(SSL* session, SSL_SESSION* ticket, const unsigned char*, std::size_t,
                               SSL_TICKET_STATUS status, void*) {
    if (status != SSL_TICKET_SUCCESS && status != SSL_TICKET_SUCCESS_RENEW)
        return SSL_TICKET_RETURN_IGNORE_RENEW;
    Visit* visit = visit_of(session);
    const ErrorsKept kept;
    bool good = visit == nullptr;
    if (visit != nullptr) attempt([&] { good = would_be_let_in(ticket, *visit); });
    if (!good) return SSL_TICKET_RETURN_IGNORE_RENEW;
    return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

void name_issuers(SSL* session, const std::vector<std::string>& issuers) {
    STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
    if (names == nullptr) return;
    for (const auto& issuer : issuers) {
        const auto* bytes = reinterpret_cast<const unsigned char*>(issuer.data());
        X509_NAME* name = d2i_X509_NAME(nullptr, &bytes, static_cast<long>(issuer.size()));
        if (name != nullptr && sk_X509_NAME_push(names, name) == 0) X509_NAME_free(name);
    }
    SSL_set0_CA_list(session, names);
}

void ask_for_certificate(SSL* session, const ClientCertificates& clients) {
    const auto demand = clients.demand();
    if (demand == ClientCertificates::Demand::none) return;
    const bool required = demand == ClientCertificates::Demand::required;
    SSL_set_verify(session, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    name_issuers(session, clients.issuers());
}

std::shared_ptr<const PeerCertificate> certificate_of(SSL* session) {
    const Certificate own(SSL_get1_peer_certificate(session));
    if (!own) return nullptr;
    const bool resumed = SSL_session_reused(session) == 1;
    return PeerCertificateMaker::make(
        ders_of(own.get(), resumed ? nullptr : SSL_get_peer_cert_chain(session)));
}

// What the error of a failed handshake says, where it was about the client's certificate or the client left.
Error explained(Error error, const TlsStream& tls, std::string_view refusal) {
    if (!refusal.empty()) return {Code::denied, fmt::format("client certificate refused: {}", refusal), {}};
    if (tls.failed_for() == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return {Code::denied, "no client certificate was shown", {}};
    if (tls.was_left()) error.code = Code::cancelled;
    return error;
}

// What the certificate that is shown says the server is called.
std::vector<std::string> names_of(const X509* certificate) {
    std::vector<std::string> names;
    auto* stated = static_cast<GENERAL_NAMES*>(
        certificate ? X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr) : nullptr);
    for (int at = 0; at < sk_GENERAL_NAME_num(stated); ++at) {
        const auto* name = sk_GENERAL_NAME_value(stated, at);
        if (name->type != GEN_DNS) continue;
        const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
        names.push_back(lowered({text, static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName))}));
    }
    GENERAL_NAMES_free(stated);
    return names;
}

class ServerContext final : public TlsServerContext {
public:
    ServerContext(std::shared_ptr<TlsCore> core, Options options)
        : core_(std::move(core)),
          alpn_(std::move(options.alpn)),
          clients_(std::move(options.clients)),
          names_(names_of(SSL_CTX_get0_certificate(core_->context.get()))) {
        SSL_CTX_set_alpn_select_cb(core_->context.get(), choose_protocol, this);
    }
    Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream, Milliseconds deadline,
                                                    Abort abort) override;
    const std::vector<std::string>& names() const override { return names_; }

private:
    Task<Result<void>> shake_hands(TlsStream& tls, Milliseconds deadline);
    static int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                               const unsigned char* offered, unsigned int offered_size, void* self);
    std::shared_ptr<TlsCore> core_;
    std::vector<std::string> alpn_;
    std::shared_ptr<ClientCertificates> clients_;
    std::vector<std::string> names_;
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

Task<Result<void>> ServerContext::shake_hands(TlsStream& tls, Milliseconds deadline) {
    if (!clients_) {
        auto done = co_await tls.shake_hands(deadline);
        if (!done) co_return std::unexpected(explained(std::move(done.error()), tls, {}));
        co_return done;
    }
    Visit visit{*clients_, tls.peer()};
    SSL_set_ex_data(tls.session(), visit_index(), &visit);
    ask_for_certificate(tls.session(), *clients_);
    auto done = co_await tls.shake_hands(deadline);
    SSL_set_ex_data(tls.session(), visit_index(), nullptr);
    if (!done) co_return std::unexpected(explained(std::move(done.error()), tls, visit.refusal));
    tls.prove(certificate_of(tls.session()));
    co_return done;
}

Task<Result<std::unique_ptr<Stream>>> ServerContext::handshake(std::unique_ptr<Stream> stream,
                                                               Milliseconds deadline, Abort abort) {
    auto secured = secure(core_, std::move(stream));
    if (!secured) co_return std::unexpected(secured.error());
    TlsStream& tls = **secured;
    SSL_set_accept_state(tls.session());
    auto subscription = abort.on_request([&tls] { tls.close(); });
    auto done = co_await shake_hands(tls, deadline);
    if (!done) {
        co_await tls.part();
        co_return std::unexpected(done.error());
    }
    co_return std::move(*secured);
}

// One certificate of a PEM text after the other; nothing at its end, or where it is none.
std::unique_ptr<X509, decltype(&X509_free)> next_certificate(BIO* text) {
    return {PEM_read_bio_X509(text, nullptr, nullptr, nullptr), X509_free};
}

Result<void> use_given_identity(SSL_CTX* context, const std::string& certificate, const PrivateKey& key) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> text(
        BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())), BIO_free);
    const auto own = next_certificate(text.get());
    bool used = own && SSL_CTX_use_certificate(context, own.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, key.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
    while (used) {
        const auto above = next_certificate(text.get());
        if (!above) break;
        used = SSL_CTX_add1_chain_cert(context, above.get()) == 1;
    }
    if (!used) return fail(Code::invalid_input, "using the certificate: {}", tls_error_text());
    ERR_clear_error();  // the end of the text
    return {};
}

Result<void> use_identity(SSL_CTX* context, const TlsServerContext::Options& options) {
    if (options.key) return use_given_identity(context, options.certificate, *options.key);
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

// A stranger chooses among the groups that we offer. Those of finite fields would have us work for hundreds
// of handshakes in each of his (ffdhe8192); these cost little, and every client knows one. P-521 is here for
// client certificates with such a key, which TLS 1.2 takes only where its curve is offered.
bool offer_cheap_groups(SSL_CTX* context) {
    return SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384:P-521") == 1;
}

void judge_clients(SSL_CTX* context) {
    SSL_CTX_set_cert_verify_callback(context, judge_chain, nullptr);
    SSL_CTX_set_session_ticket_cb(context, mark_ticket, judge_ticket, nullptr);
    SSL_CTX_set_max_cert_list(context, static_cast<long>(client_chain_bytes_max));
}

}  // namespace

Result<std::shared_ptr<TlsServerContext>> TlsServerContext::create(Options options) {
    auto core = make_tls_core(TLS_server_method());
    if (!core) return std::unexpected(core.error());
    SSL_CTX* context = (*core)->context.get();
    SSL_CTX_set_default_passwd_cb(context, no_passphrase);
    if (auto used = use_identity(context, options); !used) return std::unexpected(used.error());
    if (!offer_cheap_groups(context)) return fail(Code::internal, "starting TLS: {}", tls_error_text());
    // Our order of ciphers counts, but whoever has no hardware for AES gets the one that he wants first.
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    // Tickets carry the session to the client and back: resumption costs no memory here.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_max_early_data(context, 0);  // could be sent again by whoever has recorded it
    static constexpr std::string_view name = "openclaw";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(name.data()), name.size());
    judge_clients(context);
    return std::make_shared<ServerContext>(std::move(*core), std::move(options));
}

}  // namespace openclaw::net
