#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/loop/abort.h"
#include "net/stream/client_certificates.h"
#include "net/stream/private_key.h"
#include "net/stream/server_pin.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// Client side: verifies the chain against the system's store (or `ca_file`) and the name, or by pins alone.
// TLS 1.2 or newer. Created on first use (2 ms), shared by all connections.
class TlsClientContext {
public:
    struct Options {
        std::string ca_file = {};        // PEM; empty: the system's store (OpenSSL honours SSL_CERT_FILE)
        std::string extra_ca_file = {};  // PEM, trusted besides: what NODE_EXTRA_CA_CERTS names
        std::vector<std::string> alpn = {"h2", "http/1.1"};
        // Where there are any, they alone decide which server it is (server_pin.h).
        std::vector<ServerPin> pins = {};
        // What we show to a server that asks for a certificate: PEM files, both or neither.
        std::string certificate_file = {}, key_file = {};
    };
    static Result<std::shared_ptr<TlsClientContext>> create(Options options);
    virtual ~TlsClientContext() = default;
    // Takes over the stream. `denied` when the certificate is not trusted, with OpenSSL's reason or, where it
    // fits no pin, with the fingerprints that would;
    // `cancelled` at once when `abort` is requested: the caller no longer has the stream to close it.
    virtual Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream,
                                                            std::string server_name, Milliseconds deadline,
                                                            Abort abort = {}) = 0;
};

// Server side: certificate chain and key from PEM files; session tickets on, early data off. A session is
// resumed only while `clients` would let it in: OpenSSL itself would not look at its certificate again.
class TlsServerContext {
public:
    struct Options {
        std::string certificate_file = {};
        std::string key_file = {};
        // Instead of the files: PEM, the server's own first, and its key.
        std::string certificate = {};
        std::optional<PrivateKey> key = {};
        std::vector<std::string> alpn = {"http/1.1"};
        std::shared_ptr<ClientCertificates> clients = nullptr;  // null: they are asked for none
    };
    static Result<std::shared_ptr<TlsServerContext>> create(Options options);
    virtual ~TlsServerContext() = default;
    // `denied` when the client's certificate was refused or is missing, `cancelled` when the client left. The
    // stream's peer has the certificate of which it has proven to hold the key. Who is refused gets the
    // alert: what he still sends is read over for a second at most before the connection is closed, or he
    // might see a reset instead.
    virtual Task<Result<std::unique_ptr<Stream>>> handshake(std::unique_ptr<Stream> stream,
                                                            Milliseconds deadline, Abort abort = {}) = 0;
    // What its certificate says that it is called, lower case; "*.example.com" as it stands.
    virtual const std::vector<std::string>& names() const = 0;
};

}  // namespace openclaw::net
