#include "gateway/ws/hub.h"

#include "net/loop/exhaustion.h"

namespace openclaw::gateway {

namespace {

net::Task<void> close_client(std::shared_ptr<Client> client, int code, std::string reason) {
    co_await client->socket().close(code, std::move(reason));
}

}  // namespace

Hub::Hub(net::Loop& loop, const Clock& clock, net::TaskGroup& tasks, std::function<void()> on_minute)
    : loop_(loop), clock_(clock), tasks_(tasks), on_minute_(std::move(on_minute)) {}

void Hub::add(std::shared_ptr<Client> client) {
    auto id = client->id();
    clients_.emplace(std::move(id), std::move(client));
    if (ticking_ || closing_.requested()) return;
    start_ticking();
}

void Hub::start_ticking() {
    idle_ = std::make_unique<net::Abort>();
    tasks_.spawn(tick());
    ticking_ = true;
}

void Hub::remove(const Client& client) {
    clients_.erase(client.id());
    if (clients_.empty() && idle_) idle_->request();
}

void Hub::broadcast(std::string_view name, const json::value& payload, access::Needs needed,
                    Delivery delivery, const json::value* state_version) {
    std::string head;
    for (const auto& [id, client] : clients_) {
        if (!client->may(needed)) continue;
        if (head.empty()) head = event_head(name, payload, state_version);
        client->send_event(head, delivery);
    }
}

void Hub::broadcast_within_limits(std::string_view name, const json::value& payload,
                                  const std::function<json::value(const access::Principal&)>& part_for,
                                  access::Needs needed, Delivery delivery, const json::value& state_version) {
    std::string whole;
    for (const auto& [id, client] : clients_) {
        if (!client->may(needed)) continue;
        if (!client->principal().limits().none()) {
            client->send_event(event_head(name, part_for(client->principal()), &state_version), delivery);
            continue;
        }
        if (whole.empty()) whole = event_head(name, payload, &state_version);
        client->send_event(whole, delivery);
    }
}

// Ticks only while somebody listens: an idle gateway has nothing to wake up for.
net::Task<void> Hub::tick() {
    const auto idle = *idle_;
    bool minute = false;
    while (co_await loop_.sleep(tick_interval, idle)) {
        net::attempt([this] {
            broadcast("tick", json::object{{"ts", to_ms(clock_.now())}}, access::open_to_all,
                      Delivery::droppable);
        });
        if (minute) net::attempt(on_minute_);
        minute = !minute;
    }
    ticking_ = false;
    // Somebody may have come between the last one's leaving and this turn of the loop.
    if (!clients_.empty() && !closing_.requested()) start_ticking();
}

net::Task<void> Hub::close_all(std::string reason) {
    closing_.request();
    if (idle_) idle_->request();
    broadcast("shutdown", json::object{{"reason", "gateway stopping"}, {"restartExpectedMs", nullptr}},
              access::open_to_all, Delivery::must_arrive);
    net::TaskGroup closings(loop_);
    for (const auto& [id, client] : clients_) closings.spawn(close_client(client, 1012, reason));
    co_await closings.join();
}

void Hub::revoke_where(const std::function<std::optional<std::string>(const Client&)>& reason_for, int code) {
    for (const auto& [id, client] : clients_) {
        if (client->revoked()) continue;
        auto reason = reason_for(*client);
        if (!reason) continue;
        client->revoke();
        tasks_.spawn(close_client(client, code, std::move(*reason)));
    }
}

}  // namespace openclaw::gateway
