#pragma once

#include <expected>
#include <string_view>

#include "net/client/http_client.h"

namespace openclaw::net {

// Why a round trip brought no answer.
struct RoundTripFailure {
    Error error;
    // The server can't have acted on the request, or left before it said a byte on a connection that had
    // been waiting in the pool: the request may be sent once more on another connection.
    bool may_repeat = false;
};
using RoundTripResult = std::expected<ClientResponse, RoundTripFailure>;

// `invalid_input` for a method, target or header that could say more on the wire than it seems to.
Result<void> check_request(const ClientRequest& request);

// Whether the client sets this field itself or it makes no sense between us and the next hop.
bool set_by_client(std::string_view header);

// Whether the request carries a content-length: it has a body or a method that is expected to have one.
bool announces_body(const ClientRequest& request);

// What is left until `end`, at least 1 ms: a wait of 0 would not even look.
Milliseconds time_until(std::chrono::steady_clock::time_point end, const Loop& loop);

std::unexpected<RoundTripFailure> round_trip_failed(Error error, bool may_repeat = false);
Error given_up();

}  // namespace openclaw::net
