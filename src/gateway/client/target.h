#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/secret.h"
#include "config/config.h"
#include "gateway/client/own_certificate.h"
#include "gateway/client/who_answers.h"
#include "net/http/http.h"
#include "net/stream/tls.h"
#include "platform/file_system.h"

namespace openclaw::gateway {

// What somebody who wants to talk to a gateway said about it. Nothing: the one of this state directory.
struct ClientOptions {
    std::optional<std::string> url;
    std::optional<Secret> token, password;
    Milliseconds timeout = std::chrono::seconds(10);
};

// Where the client runs, and what it knows there.
struct ClientHost {
    platform::FileSystem& files;
    const Clock& clock;
    config::Paths paths;
    // Or why it can't be used: the way over the admin socket doesn't need it.
    Result<std::shared_ptr<const config::Config>> config;
    std::string fingerprint_key;
};

// One way to a gateway, and what to prove ourselves with.
struct GatewayTarget {
    std::string socket;  // the admin socket's path; empty: by `url`. The kernel says who we are.
    net::Url url;
    std::optional<Secret> token = {}, password = {};
    std::string calls_itself = "cli";  // when it connects; proves nothing
    std::string described;             // "ws://127.0.0.1:18789", "~/.openclaw/gateway.sock"
    std::string secrets = {};          // "OPENCLAW_GATEWAY_TOKEN #3fa9c1d2, gateway.auth.token #77120acb"
    // By its address or gateway.mode another machine's: what is written here says nothing about it.
    bool elsewhere = false;
    // The gateway of this state directory, where one runs: who may ask it says what it is locked by.
    std::string own_socket = {};
    // Found by its port alone, while no gateway of this state directory runs: whoever listens is another's.
    bool of_another_state = false;
    TrustedUsers trusted;  // who may answer there, when that is on this host
    // With wss://: by what the gateway is known, and the certificate that we show it.
    net::TlsClientContext::Options tls = {};
    std::optional<OwnCertificate> own = {};
    bool pinned_by_config = false;  // gateway.remote.tlsFingerprint, and not what was told when joining
    // Of `own`, whose time it is: where the next one is kept.
    platform::FileSystem* renewed_in = nullptr;
    bool own_has_ended = false;
};

// The admin socket of this state directory when it exists and nothing else is asked for; else the URL that
// is; else gateway.remote.* when gateway.mode is remote; else this host's port with the secret that the
// daemon itself would use. A secret of this host's files is never sent to another host. A gateway with TLS is
// known by gateway.remote.tlsFingerprint, which is a pin; else by what this machine was told when it joined;
// else, on this host, by the certificate that it serves; else by the system's authorities. Fails with
// `invalid_input` for an address that is none, `denied` when the secret stands elsewhere and can't be had;
// without a config that can be read only the socket and a URL lead somewhere.
Result<GatewayTarget> resolve_target(const ClientHost& host, const ClientOptions& options);

// The admin socket of a state directory, whether or not anybody listens there.
GatewayTarget local_target(platform::FileSystem& files, const config::Paths& paths);

}  // namespace openclaw::gateway
