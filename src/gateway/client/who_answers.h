#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/environment/paths.h"
#include "net/stream/stream.h"

namespace openclaw::gateway {

// The users who may answer for a gateway on this host: whoever else listens where ours would gets nothing of
// us, no token and no word of a conversation.
struct TrustedUsers {
    std::vector<std::uint32_t> ids;
    std::string state;  // the state directory, as people write it

    bool contains(std::uint32_t id) const;
    bool operator==(const TrustedUsers&) const = default;
};

// Ourselves, root, and the owner of the state directory.
TrustedUsers trusted_users(platform::FileSystem& files, const config::Paths& paths);

// A connection that never leaves this host, and so may end at any user's program that was quicker than the
// gateway. `first` is asked before anything is sent: the kernel says who listens there (or who opened the
// Unix socket). Who listens may have changed since the connection was made; `held` is asked before anything
// that is ours to keep, once the other side has answered: then a process holds its end, and the kernel says
// whose. A connection to elsewhere, or one on which TLS proves the other side, passes both.
class AnsweringUser {
public:
    AnsweringUser(const net::Stream& stream, bool proven_by_tls, TrustedUsers trusted);

    // `denied`, with the user and what to do; also when the kernel doesn't say.
    Result<void> first() const;
    Result<void> held() const;

private:
    Result<void> judge(const std::vector<std::uint32_t>& users) const;

    net::Peer peer_;
    net::TcpEnd own_, other_;
    bool stays_here_ = false;
    TrustedUsers trusted_;
};

}  // namespace openclaw::gateway
