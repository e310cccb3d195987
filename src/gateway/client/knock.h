#pragma once

#include <string>
#include <vector>

#include "access/lock/lock_trial.h"
#include "gateway/client/target.h"
#include "net/loop/loop.h"

namespace openclaw::gateway {

// One try to come in over the network, as anybody could make it, and whether it went as the lock says.
struct Knock {
    std::string offered;  // "no token", "a wrong token", "the token"
    bool wanted_in;       // whether the lock says that it opens
    bool came_in = false;
    std::string problem = {};  // why it was not told whether it opens: nobody answers, say

    bool as_it_should() const { return problem.empty() && came_in == wanted_in; }
};

// By what the tries call themselves, different each time, so that the owner can name them as his own after.
std::string name_of_tries();

// Knocks at a gateway's port with each in turn, over connections of their own. A wrong one counts there as a
// guess, once.
net::Task<std::vector<Knock>> knock_with_token(net::Loop& loop, GatewayTarget target, Secret token,
                                               Milliseconds timeout);

// The same by certificates, without a token: with none, with a stranger's and with one of ours.
net::Task<std::vector<Knock>> knock_with_certificates(net::Loop& loop, GatewayTarget target,
                                                      access::LockTrial::ClientFiles foreign,
                                                      access::LockTrial::ClientFiles ours,
                                                      Milliseconds timeout);

}  // namespace openclaw::gateway
