#include "gateway/ws/slow_reader.h"

namespace openclaw::gateway {
namespace {

constexpr std::size_t unread_max = 256u << 10;
constexpr Milliseconds between_looks{20};

net::Task<void> wait_for_room(net::Loop& loop, std::weak_ptr<Client> reader, net::Abort abort) {
    const auto behind = [&] {
        const auto client = reader.lock();
        return client && !client->revoked() && client->socket().buffered() > unread_max;
    };
    while (behind() && co_await loop.sleep(between_looks, abort)) {
    }
}

}  // namespace

providers::Room room_of(net::Loop& loop, const std::shared_ptr<Client>& client) {
    return [&loop, reader = std::weak_ptr(client)](net::Abort abort) {
        return wait_for_room(loop, reader, std::move(abort));
    };
}

net::Task<void> send_when_read(net::Loop& loop, std::weak_ptr<Client> reader, std::string frame) {
    co_await wait_for_room(loop, reader, {});
    if (const auto client = reader.lock()) client->send(std::move(frame));
}

}  // namespace openclaw::gateway
