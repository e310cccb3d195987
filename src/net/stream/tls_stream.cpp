#include "net/stream/tls_stream.h"

#include <openssl/err.h>

#include <array>
#include <climits>
#include <new>

#include "net/loop/exhaustion.h"

namespace openclaw::net {

// OpenSSL's view of the stream. It is C: nothing may be thrown through it.
struct TlsTransport {
    static TlsStream& stream_of(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* data, int size) {
        BIO_clear_retry_flags(bio);
        auto& stream = stream_of(bio);
        TlsStream::Taken taken;
        if (!attempt([&] { taken = stream.receive(std::span(data, static_cast<std::size_t>(size))); }))
            taken = std::unexpected(out_of_memory());
        if (!taken) {
            BIO_set_retry_read(bio);
            return -1;
        }
        if (!*taken) {
            stream.transport_error_ = taken->error();
            return -1;
        }
        if (**taken == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return static_cast<int>(**taken);
    }

    static int write(BIO* bio, const char* data, int size) {
        BIO_clear_retry_flags(bio);
        auto& stream = stream_of(bio);
        if (!attempt([&] { stream.push(std::string_view(data, static_cast<std::size_t>(size))); })) {
            stream.transport_error_ = out_of_memory();
            return -1;
        }
        stream.flush_later();
        return size;
    }

    static long control(BIO* bio, int command, long, void*) {
        if (command == BIO_CTRL_FLUSH) return 1;
        if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        return 0;
    }
};

std::string tls_error_text() {
    std::string text;
    while (unsigned long code = ERR_get_error()) {
        const char* reason = ERR_reason_error_string(code);
        if (reason == nullptr) continue;
        if (!text.empty()) text += ", ";
        text += reason;
    }
    return text.empty() ? "unknown TLS error" : text;
}

int no_passphrase(char*, int, int, void*) {
    return -1;
}

Result<std::shared_ptr<TlsCore>> make_tls_core(const SSL_METHOD* method) {
    auto core = std::make_shared<TlsCore>();
    core->context.reset(SSL_CTX_new(method));
    core->transport.reset(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "stream"));
    if (!core->context || !core->transport) {
        return fail(Code::internal, "starting TLS: {}", tls_error_text());
    }
    BIO_meth_set_read(core->transport.get(), TlsTransport::read);
    BIO_meth_set_write(core->transport.get(), TlsTransport::write);
    BIO_meth_set_ctrl(core->transport.get(), TlsTransport::control);
    SSL_CTX* context = core->context.get();
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    // With TLS 1.2: keys that are agreed anew each time, and authenticated encryption. TLS 1.3 has nothing
    // else.
    if (SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
        return fail(Code::internal, "starting TLS: {}", tls_error_text());
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_read_ahead(context, 1);  // a record's head and body in one read
    return core;
}

TlsStream::TlsStream(std::shared_ptr<TlsCore> core, Loop& loop, Descriptor socket, Peer peer)
    : SocketStream(loop, std::move(socket), std::move(peer)),
      core_(std::move(core)),
      session_(SSL_new(core_->context.get())) {
    BIO* bio = BIO_new(core_->transport.get());
    if (!session_ || bio == nullptr) throw std::bad_alloc();
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(session_.get(), bio, bio);
}

TlsStream::~TlsStream() {
    TlsStream::close();  // while seal() is still ours
}

namespace {

// What a server's alert says of the certificate that we showed, or didn't.
bool is_about_our_certificate(int reason) {
    switch (reason) {
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
        case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
        case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
        case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
        case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
            return true;
        default:
            return false;
    }
}

}  // namespace

// The status of a failed call as our error. An end without close_notify is a torn connection.
Error TlsStream::failure_of(int status, std::string_view doing) {
    int kind = SSL_get_error(session_.get(), status);
    if (transport_error_) {
        was_left_ = transport_error_->code == Code::unavailable;
        ERR_clear_error();
        return *transport_error_;
    }
    if (kind == SSL_ERROR_SYSCALL) {
        was_left_ = true;
        ERR_clear_error();
        return Error{Code::unavailable, fmt::format("{}: the connection was torn", doing), {}};
    }
    failed_for_ = ERR_GET_REASON(ERR_peek_error());
    if (failed_for_ == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        was_left_ = true;
        ERR_clear_error();
        return Error{
            Code::unavailable, fmt::format("{}: the connection ended without a TLS close", doing), {}};
    }
    const bool ours = SSL_is_server(session_.get()) == 0 && is_about_our_certificate(failed_for_);
    return Error{ours ? Code::denied : Code::unavailable, fmt::format("{}: {}", doing, tls_error_text()), {}};
}

SocketStream::Taken TlsStream::take(std::span<char> buffer) {
    if (buffer.empty()) return 0;
    ERR_clear_error();
    int size = static_cast<int>(std::min<std::size_t>(buffer.size(), INT_MAX));
    int got = SSL_read(session_.get(), buffer.data(), size);
    if (got > 0) return static_cast<std::size_t>(got);
    switch (SSL_get_error(session_.get(), got)) {
        case SSL_ERROR_WANT_READ:
            return std::nullopt;
        case SSL_ERROR_ZERO_RETURN:
            return 0;
        default: {
            auto error = failure_of(got, "reading");
            break_with(error);
            return std::unexpected(std::move(error));
        }
    }
}

// Records that carry no data (tickets, key updates) are handled here, so that an idle connection that
// gets one doesn't wake its reader.
bool TlsStream::has_input() {
    if (SSL_pending(session_.get()) > 0) return true;
    if (!readable().ready && SSL_has_pending(session_.get()) == 0) return false;
    ERR_clear_error();
    char first = 0;
    int got = SSL_peek(session_.get(), &first, 1);
    if (got > 0) return true;
    return SSL_get_error(session_.get(), got) != SSL_ERROR_WANT_READ;
}

void TlsStream::seal() {
    std::string_view rest = plain_;
    while (!rest.empty()) {
        ERR_clear_error();
        std::size_t count = 0;
        int status = SSL_write_ex(session_.get(), rest.data(), rest.size(), &count);
        if (status <= 0) return break_with(failure_of(status, "writing"));
        rest.remove_prefix(count);
    }
    if (!plain_.empty()) std::string().swap(plain_);
}

void TlsStream::say_goodbye() {
    seal();
    ERR_clear_error();
    if (!broken() && SSL_is_init_finished(session_.get()) != 0) SSL_shutdown(session_.get());
}

Task<Result<void>> TlsStream::shake_hands(Milliseconds deadline) {
    auto until = time_after(deadline);
    for (;;) {
        if (broken()) co_return std::unexpected(*broken());
        ERR_clear_error();
        int status = SSL_do_handshake(session_.get());
        if (status == 1) co_return Result<void>{};
        if (SSL_get_error(session_.get(), status) != SSL_ERROR_WANT_READ) {
            auto error = failure_of(status, "TLS handshake");
            if (long verdict = SSL_get_verify_result(session_.get()); verdict != X509_V_OK) {
                error = Error{
                    Code::denied,
                    fmt::format("the certificate is not trusted: {}", X509_verify_cert_error_string(verdict)),
                    "if it is your own authority's, name its certificate in NODE_EXTRA_CA_CERTS or "
                    "SSL_CERT_FILE"};
            }
            flush();  // the alert tells the other side why
            co_return std::unexpected(std::move(error));
        }
        Wake wake = co_await readable().wait_until(until);
        if (wake == Wake::timed_out) co_return fail(Code::timed_out, "the TLS handshake took too long");
    }
}

Task<void> TlsStream::part() {
    constexpr Milliseconds patience{1000};
    constexpr std::size_t bytes_max = 256 * 1024;
    if (broken()) co_return;
    const auto until = time_after(patience);
    co_await shutdown();
    std::array<char, 4096> dropped{};
    for (std::size_t total = 0; !broken() && total < bytes_max;) {
        if (const auto got = receive(dropped)) {
            if (!*got || **got == 0) co_return;
            total += **got;
        } else if (co_await readable().wait_until(until) != Wake::ready) {
            co_return;
        }
    }
}

std::string TlsStream::alpn() const {
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(session_.get(), &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
}

Result<std::unique_ptr<TlsStream>> secure(std::shared_ptr<TlsCore> core, std::unique_ptr<Stream> stream) {
    auto* plain = dynamic_cast<SocketStream*>(stream.get());
    if (plain == nullptr || dynamic_cast<TlsStream*>(stream.get()) != nullptr) {
        return fail(Code::invalid_input, "TLS needs a plain socket");
    }
    auto& loop = plain->loop();
    auto peer = plain->peer();
    return std::make_unique<TlsStream>(std::move(core), loop, plain->release(), std::move(peer));
}

}  // namespace openclaw::net
