#include "gateway/client/knock.h"

#include "access/gateway_secret.h"
#include "base/random.h"
#include "gateway/client/gateway_client.h"

namespace openclaw::gateway {

namespace {

net::Task<Knock> knock(net::Loop& loop, GatewayTarget target, Knock knock, Milliseconds timeout) {
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    knock.came_in = client.has_value();
    if (client) co_await (*client)->close();
    if (!client && client.error().code != Code::denied) knock.problem = client.error().message;
    co_return knock;
}

}  // namespace

std::string name_of_tries() {
    constexpr std::size_t bytes = 8;
    return "lock-" + random_hex(bytes);
}

net::Task<std::vector<Knock>> knock_with_token(net::Loop& loop, GatewayTarget target, Secret token,
                                               Milliseconds timeout) {
    target.password.reset();
    target.own_socket.clear();  // a refusal is expected and needs no explanation
    std::vector<Knock> knocks;
    const auto with = [&](std::optional<Secret> offered) {
        auto way = target;
        way.token = std::move(offered);
        return way;
    };
    knocks.push_back(co_await knock(loop, with({}), {"no token", false}, timeout));
    knocks.push_back(co_await knock(loop, with(access::new_token()), {"a wrong token", false}, timeout));
    knocks.push_back(co_await knock(loop, with(std::move(token)), {"the token", true}, timeout));
    co_return knocks;
}

net::Task<std::vector<Knock>> knock_with_certificates(net::Loop& loop, GatewayTarget target,
                                                      access::LockTrial::ClientFiles foreign,
                                                      access::LockTrial::ClientFiles ours,
                                                      Milliseconds timeout) {
    target.token.reset();
    target.password.reset();
    target.own_socket.clear();
    target.own.reset();
    target.renewed_in = nullptr;
    std::vector<Knock> knocks;
    const auto with = [&](const access::LockTrial::ClientFiles& client) {
        auto way = target;
        way.tls.certificate_file = client.certificate;
        way.tls.key_file = client.key;
        return way;
    };
    knocks.push_back(co_await knock(loop, with({}), {"no certificate", false}, timeout));
    knocks.push_back(co_await knock(loop, with(foreign), {"foreign certificate", false}, timeout));
    knocks.push_back(co_await knock(loop, with(ours), {"ours", true}, timeout));
    co_return knocks;
}

}  // namespace openclaw::gateway
