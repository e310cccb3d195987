#pragma once

#include <cstddef>

#include "net/server/seats.h"

namespace openclaw::gateway {

// How many connections the gateway takes, so that none of them costs it what it needs itself.
struct ConnectionBounds {
    net::SeatLimits callers;  // over TCP: HTTP and websockets
    net::SeatLimits admin;    // over the socket in the state directory
};

// Of the descriptors that this process may have open, some are kept for files, listeners and the admin
// socket; of the rest one half is for callers and one for what their requests open to providers. Strangers
// among the callers never have more than a quarter of that.
ConnectionBounds connection_bounds(std::size_t descriptors);

}  // namespace openclaw::gateway
