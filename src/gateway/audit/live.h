#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "gateway/client/target.h"
#include "gateway/serving/options.h"
#include "net/loop/loop.h"
#include "net/stream/tcp_table.h"
#include "net/stream/tls_look.h"

namespace openclaw::gateway::audit {

// What somebody who knocks at the gateway's port learns.
enum class Door { refused, let_in, unknown };

// A look at what runs: connections as a stranger's program would make them, the kernel's list of who listens,
// and what the gateway itself says over the owner's socket.
struct Live {
    std::string url;                     // what was knocked at: "ws://127.0.0.1:18789"
    std::optional<std::string> problem;  // nobody answers there, and why
    Door without_proof = Door::unknown, with_wrong_proof = Door::unknown;
    std::optional<net::TlsLook> tls;      // nothing: it doesn't speak TLS
    std::vector<net::TcpSocket> sockets;  // of this host at the gateway's port; listeners among others
    std::vector<std::uint32_t> trusted;   // users whose programs may listen there
    json::object in_use;                  // `status` about its config; empty: it didn't say
};

// Takes at most `patience` for each of its few connections. Offers one proof, a made-up token, which counts
// as one wrong guess of this host.
net::Task<Live> look_at_gateway(net::Loop& loop, const ClientHost& host, Endpoint endpoint, bool expect_tls,
                                Milliseconds patience);

}  // namespace openclaw::gateway::audit
