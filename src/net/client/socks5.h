#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/client/http_client_route.h"
#include "net/stream/stream.h"

namespace openclaw::net {

// Connects to a target through a SOCKS5 proxy (RFC 1928, 1929). With socks5 the target's name is looked up
// here, and each of its addresses tried while the proxy can't reach the one before; with socks5h the proxy
// gets the name. What comes back is read to the byte and bounded by the protocol at 262 bytes.
// `denied` when the proxy refuses us or the target, `unavailable` for the rest, `timed_out`, `cancelled`.
Task<Result<std::unique_ptr<Stream>>> connect_through_socks5(const Connecting& how);
// The same to whichever of the target's addresses is reachable, the first ones first.
Task<Result<std::unique_ptr<Stream>>> connect_through_socks5(const Connecting& how,
                                                             std::vector<std::string> hosts);

// The request to connect as it goes over the wire: an address for an IP literal, else the name.
// `invalid_input` for a name of more than 255 bytes.
Result<std::string> socks5_request(const std::string& host, std::uint16_t port);

}  // namespace openclaw::net
