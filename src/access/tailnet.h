#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "access/browser_guard.h"
#include "access/gateway_secret.h"
#include "access/scope.h"
#include "config/config.h"
#include "net/http/http.h"
#include "net/loop/loop.h"
#include "net/stream/stream.h"

namespace openclaw::access {

// What the config says of callers whom Tailscale knows: gateway.auth.allowTailscale, gateway.tailscale.socket
// and gateway.auth.identityScopes.
struct TailnetRules {
    std::string socket;  // of Tailscale's daemon on this host
    std::map<std::string, Scopes, std::less<>> scopes;

    // Nothing where it isn't switched on, or the mode asks for something else than a token or a password.
    static std::shared_ptr<const TailnetRules> from(const config::Config& config, AccessMode mode);
    bool operator==(const TailnetRules&) const = default;
};

// Whom the daemon is asked about: the other end of the connection, as the kernel names it.
struct TailnetQuestion {
    std::string address;
    std::uint16_t port = 0;  // 0: any
    bool loopback = false;
};
// Nothing where it isn't asked: peers that are neither in a tailnet nor on this host (where a daemon without
// a network interface connects from), requests that somebody passed on, and those that a page of another
// site could have sent. As with a certificate, a browser needs to know nothing to be let in by where it is:
// so the Host must be an address, a *.ts.net name or an allowed one, too.
std::optional<TailnetQuestion> tailnet_question(const net::Headers& headers, const net::Peer& peer,
                                                const BrowserPolicy& browser);

// What the daemon says.
struct TailnetWord {
    std::string user = {};     // his login name; empty: nobody's device, or none of the tailnet's
    std::string problem = {};  // why it couldn't be asked
};

// Asks Tailscale's daemon who is at the other end of a connection. Whatever the daemon does, a caller waits a
// second at most; eight are asked about at a time, others are told so at once. What it said of an address of
// the tailnet counts for ten seconds; a port of this host may be another program's a moment later, so that
// of those nothing is kept. Lives on the loop's thread.
class TailnetWhois {
public:
    explicit TailnetWhois(net::Loop& loop, Milliseconds patience = std::chrono::seconds(1))
        : loop_(loop), patience_(patience) {}
    net::Task<TailnetWord> ask(std::shared_ptr<const TailnetRules> rules, TailnetQuestion question);

private:
    struct Kept {
        TailnetWord word;
        std::chrono::steady_clock::time_point until;
    };
    void keep(std::string key, TailnetWord word);

    net::Loop& loop_;
    const Milliseconds patience_;
    std::map<std::string, Kept, std::less<>> kept_;  // by socket and address
    int asking_ = 0;
};

// The daemon's answer to a whois: a person's login name, or nothing where it names none. A device with tags
// is nobody's.
std::string user_in_whois(std::string_view json);

}  // namespace openclaw::access
