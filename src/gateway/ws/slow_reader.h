#pragma once

#include "gateway/ws/client.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway {

// Where a client reads slowly, the model that answers it waits: until little of what was sent is unread, or
// the client has gone.
providers::Room room_of(net::Loop& loop, const std::shared_ptr<Client>& client);

}  // namespace openclaw::gateway
