#pragma once

#include <string>

#include "access/enrolment/code.h"
#include "gateway/client/own_certificate.h"
#include "net/loop/loop.h"

namespace openclaw::gateway {

// The client's side of the enrolment routes.

// Whether a TLS handshake failed because what answered speaks none.
bool answered_without_tls(const Error& cause);

// Sends the code and a request that proves the key, to a server that the code's pin fits: to any other
// nothing is sent. `denied` when the code opens nothing there.
net::Task<Result<NewCertificate>> ask_to_join(net::Loop& loop, net::Url gateway, access::InvitationCode code,
                                              net::PrivateKey key, Milliseconds timeout);

// Asks for the next certificate of the same key, proven by the one that there is, ended or not. `denied` when
// the gateway says that it was revoked, or ended too long ago.
net::Task<Result<NewCertificate>> ask_to_renew(net::Loop& loop, net::Url gateway, OwnCertificate own,
                                               net::PrivateKey key, Milliseconds timeout);

// Whether the system's authorities vouch for a gateway, so that it needs no pin. Sends nothing.
net::Task<bool> is_publicly_trusted(net::Loop& loop, net::Url gateway, std::string extra_ca_file,
                                    Milliseconds timeout);

}  // namespace openclaw::gateway
