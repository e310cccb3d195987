#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "access/needs.h"
#include "gateway/ws/client.h"
#include "net/loop/loop.h"

namespace openclaw::gateway {

// The connected clients, and what goes to all of them. Knows nothing of methods.
class Hub {
public:
    // `on_minute` is called with every second tick: about once a minute while somebody is connected.
    Hub(net::Loop& loop, const Clock& clock, net::TaskGroup& tasks, std::function<void()> on_minute);

    void add(std::shared_ptr<Client> client);
    void remove(const Client& client);
    std::size_t size() const { return clients_.size(); }
    const std::map<std::string, std::shared_ptr<Client>>& clients() const { return clients_; }

    // To everybody whose scopes allow it.
    void broadcast(std::string_view name, const json::value& payload, access::Needs needed, Delivery delivery,
                   const json::value* state_version = nullptr);

    // The same, of which clients with limits are told `part_for` them.
    void broadcast_within_limits(std::string_view name, const json::value& payload,
                                 const std::function<json::value(const access::Principal&)>& part_for,
                                 access::Needs needed, Delivery delivery, const json::value& state_version);

    // Tells everybody that we stop, closes all with 1012 and ends the ticks.
    net::Task<void> close_all(std::string reason);
    // Closes those whose proof is no longer valid, with the reason; from now on they may nothing. Nothing: it
    // is.
    void revoke_where(const std::function<std::optional<std::string>(const Client&)>& reason_for, int code);

private:
    void start_ticking();
    net::Task<void> tick();

    net::Loop& loop_;
    const Clock& clock_;
    net::TaskGroup& tasks_;
    std::function<void()> on_minute_;
    std::map<std::string, std::shared_ptr<Client>> clients_;
    net::Abort closing_;
    bool ticking_ = false;
    std::unique_ptr<net::Abort> idle_;
};

constexpr Milliseconds tick_interval = std::chrono::seconds(30);

}  // namespace openclaw::gateway
