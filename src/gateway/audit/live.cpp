#include "gateway/audit/live.h"

#include <array>

#include "base/host_text.h"
#include "base/random.h"
#include "base/text.h"
#include "gateway/client/gateway_client.h"
#include "net/http/proxy.h"

namespace openclaw::gateway::audit {

namespace {

using net::Task;

constexpr std::size_t answer_bytes_max = 4096;
constexpr std::size_t made_up_bytes = 24;

// The most that anybody can ask for over HTTP. Its body is none that could be served, so that even a door
// that stands open starts nothing.
std::string question(const std::string& host, std::string_view proof) {
    return fmt::format(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: {}\r\nContent-Type: "
        "application/json\r\n{}Content-Length: "
        "2\r\nConnection: close\r\n\r\n{{}}",
        host, proof);
}

Task<std::string> answer_of(net::Stream& stream, Milliseconds patience) {
    std::string answer;
    std::array<char, 1024> buffer{};
    while (answer.size() < answer_bytes_max && !answer.contains("\r\n")) {
        const auto got = co_await stream.read(buffer, patience);
        if (!got || *got == 0) break;
        answer.append(buffer.data(), *got);
    }
    co_return answer;
}

// What the status says about who was asked for a proof. Within TLS, a connection that ends without a word
// refuses, too: a client certificate was asked for.
Door door_of(std::string_view answer, bool tls) {
    if (answer.empty()) return tls ? Door::refused : Door::unknown;
    const auto status = answer.starts_with("HTTP/1.1 ") ? answer.substr(9, 3) : std::string_view();
    if (status == "401" || status == "403" || status == "429") return Door::refused;
    return status == "400" || status.starts_with('2') ? Door::let_in : Door::unknown;
}

struct Knock {
    net::Loop& loop;
    net::TcpAddress address;
    bool tls;
    Milliseconds patience;
    std::string host;
};

Task<Result<Door>> knock(const Knock& knock, std::string proof, Live& live) {
    auto stream = co_await net::connect_tcp(knock.loop, knock.address, knock.patience);
    if (!stream) co_return std::unexpected(stream.error());
    std::unique_ptr<net::Stream> talking = std::move(*stream);
    if (knock.tls) {
        auto looked = co_await net::look_at_tls(std::move(talking), knock.patience);
        if (!looked) co_return std::unexpected(looked.error());
        live.tls = std::move(looked->look);
        talking = std::move(looked->stream);
    }
    if (auto sent = co_await talking->write(question(knock.host, proof), knock.patience); !sent)
        co_return door_of({}, knock.tls);
    const auto answer = co_await answer_of(*talking, knock.patience);
    talking->close();
    co_return door_of(answer, knock.tls);
}

// As it is written first, then the other way: a listener that doesn't speak what is written is a finding.
Task<Result<Door>> first_knock(Knock& each, Live& live) {
    auto door = co_await knock(each, {}, live);
    const bool spoke = door && (*door != Door::unknown);
    if (spoke) co_return door;
    auto other = each;
    other.tls = !each.tls;
    Live other_live;
    const auto other_door = co_await knock(other, {}, other_live);
    if (!other_door || *other_door == Door::unknown) co_return door;
    each.tls = other.tls;
    live.tls = std::move(other_live.tls);
    co_return other_door;
}

Task<json::object> ask_the_owner(net::Loop& loop, const ClientHost& host, Milliseconds patience) {
    auto client = co_await GatewayClient::connect(loop, local_target(host.files, host.paths), patience);
    if (!client) co_return json::object();
    const auto status = co_await (*client)->call("status", json::object{}, patience);
    co_await (*client)->close();
    const auto* answer = status ? status->if_object() : nullptr;
    const auto* gateway = answer ? object_at(*answer, "gateway") : nullptr;
    const auto* in_use = gateway ? object_at(*gateway, "config") : nullptr;
    co_return in_use ? *in_use : json::object();
}

// Where a client on this host would knock.
std::string own_address(const Endpoint& endpoint) {
    const auto first = endpoint.addresses.empty() ? std::string("127.0.0.1") : endpoint.addresses.front();
    return first == "0.0.0.0" || first == "::" ? "127.0.0.1" : first;
}

}  // namespace

Task<Live> look_at_gateway(net::Loop& loop, const ClientHost& host, Endpoint endpoint, bool expect_tls,
                           Milliseconds patience) {
    const auto address = own_address(endpoint);
    Knock each{loop, {address, endpoint.port}, expect_tls, patience, host_and_port(address, endpoint.port)};
    Live live;
    live.trusted = trusted_users(host.files, host.paths).ids;
    if (auto sockets = net::tcp_sockets_at(endpoint.port)) live.sockets = std::move(*sockets);
    auto door = co_await first_knock(each, live);
    live.url = fmt::format("{}://{}", each.tls ? "wss" : "ws", each.host);
    live.in_use = co_await ask_the_owner(loop, host, patience);
    if (!door) {
        live.problem = door.error().message;
        co_return live;
    }
    live.without_proof = *door;
    const auto wrong = fmt::format("Authorization: Bearer {}\r\n", random_hex(made_up_bytes));
    if (const auto other = co_await knock(each, wrong, live)) live.with_wrong_proof = *other;
    co_return live;
}

}  // namespace openclaw::gateway::audit
