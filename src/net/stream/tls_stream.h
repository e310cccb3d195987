#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "net/stream/socket_stream.h"

// TLS between OpenSSL and a socket, for the .cpp files of net/ only.
namespace openclaw::net {

struct TlsDeleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* session) const { SSL_free(session); }
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
};

// What connections of one context share; each keeps it alive.
struct TlsCore {
    std::unique_ptr<SSL_CTX, TlsDeleter> context;
    std::unique_ptr<BIO_METHOD, TlsDeleter> transport;
};

// OpenSSL's queue of errors as one text, emptied.
std::string tls_error_text();
Result<std::shared_ptr<TlsCore>> make_tls_core(const SSL_METHOD* method);
// For SSL_CTX_set_default_passwd_cb: an encrypted key is an error, not a question at whatever terminal there
// is.
int no_passphrase(char*, int, int, void*);

// OpenSSL reads straight from the socket and writes into the stream's outgoing buffer. Writing therefore
// never blocks inside OpenSSL, and a reader never has to wait for the writer's turn.
class TlsStream final : public SocketStream {
public:
    TlsStream(std::shared_ptr<TlsCore> core, Loop& loop, Descriptor socket, Peer peer);
    ~TlsStream() override;

    SSL* session() const { return session_.get(); }
    // `denied` when the certificate was refused, by either side.
    Task<Result<void>> shake_hands(Milliseconds deadline);
    // After a failed handshake: sends our end, and reads over what the other side still sends, for a second
    // at most and within a bound. Closed while bytes of his are unread, the connection would be reset, and
    // about half of the clients would never see the alert.
    Task<void> part();
    // After a failed handshake: OpenSSL's reason (SSL_R_…), 0 without one; whether the other side just left.
    int failed_for() const { return failed_for_; }
    bool was_left() const { return was_left_; }
    void prove(std::shared_ptr<const PeerCertificate> certificate) {
        note_certificate(std::move(certificate));
    }
    std::size_t queued() const override { return plain_.size() + SocketStream::queued(); }
    std::string alpn() const override;

private:
    friend struct TlsTransport;
    Taken take(std::span<char> buffer) override;
    bool has_input() override;
    void append(std::string_view bytes) override { plain_.append(bytes); }
    bool is_plain() const override { return false; }
    void seal() override;
    void say_goodbye() override;
    Error failure_of(int status, std::string_view doing);

    std::shared_ptr<TlsCore> core_;
    std::unique_ptr<SSL, TlsDeleter> session_;
    std::string plain_;  // not encrypted yet: one turn's pieces share a record
    std::optional<Error> transport_error_;
    int failed_for_ = 0;
    bool was_left_ = false;
};

// Takes the socket out of a plain stream, once what waits in it has left.
Result<std::unique_ptr<TlsStream>> secure(std::shared_ptr<TlsCore> core, std::unique_ptr<Stream> stream);

}  // namespace openclaw::net
