#pragma once

#include "gateway/ws/client.h"
#include "providers/wire/provider.h"

namespace openclaw::gateway {

// Where a client reads slowly, the model that answers it waits: until little of what was sent is unread, or
// the client has gone.
providers::Room room_of(net::Loop& loop, const std::shared_ptr<Client>& client);

// Sends a frame once little of what was sent before is unread: two long ones in a row would pass for more
// than a reader keeps up with.
net::Task<void> send_when_read(net::Loop& loop, std::weak_ptr<Client> reader, std::string frame);

}  // namespace openclaw::gateway
