#pragma once

#include <memory>

#include "gateway/ws/params.h"
#include "gateway/ws/room.h"

namespace openclaw::gateway {

// One request of a client that has proven itself. A cheap handle, passed by value into coroutines.
struct Call {
    Room& room;
    std::shared_ptr<Client> client;
    RequestFrame request;
    ServingPointer serving;  // as it stood when the request came

    Params params() const { return Params(request.method, request.params); }
    const config::Config& config() const { return *serving->config; }
};

}  // namespace openclaw::gateway
