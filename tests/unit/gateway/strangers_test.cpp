// What somebody without a proof can make the gateway do, keep and write down.
#include <gmock/gmock.h>

#include "access/refusal_log.h"
#include "gateway/connection_bounds.h"
#include "gateway/http/routes.h"
#include "net/websocket/websocket_codec.h"
#include "platform/descriptor_limit.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using access::open_to_all;
using testing::HasSubstr;

constexpr const char* hello = R"({"model":"openclaw","messages":[{"role":"user","content":"hi"}]})";

// A stranger on a connection of its own, who says what he likes.
class Stranger {
public:
    Stranger(GatewayWorld& world, std::string_view words) : world_(world) {
        auto stream = world.loop.run_until(
            net::connect_tcp(world.loop, {"127.0.0.1", world.gateway->port()}, std::chrono::hours(1)));
        EXPECT_TRUE(stream);
        stream_ = std::move(*stream);
        EXPECT_TRUE(world.loop.run_until(stream_->write(words, std::chrono::hours(1))));
    }
    // What comes until the connection ends.
    std::string rest() { return world_.loop.run_until(read_all(*stream_)); }

private:
    static net::Task<std::string> read_all(net::Stream& stream) {
        std::string all;
        std::array<char, 4096> buffer{};
        while (true) {
            auto got = co_await stream.read(buffer, std::chrono::seconds(10));
            if (!got || *got == 0) co_return all;
            all.append(buffer.data(), *got);
        }
    }
    GatewayWorld& world_;
    std::unique_ptr<net::Stream> stream_;
};

const std::string host = "Host: localhost\r\n";
const std::string upgrade =
    "GET / HTTP/1.1\r\n" + host +
    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

TEST(Strangers, AreRefusedBeforeTheirBodyIsThere) {
    GatewayWorld world;
    for (const auto& [path, status] : {std::pair{"/v1/chat/completions", "401"}, {"/nowhere", "404"}}) {
        Stranger stranger(world, fmt::format("POST {} HTTP/1.1\r\n{}Content-Length: 1048576\r\n"
                                             "Expect: 100-continue\r\n\r\n",
                                             path, host));
        const auto answer = stranger.rest();
        EXPECT_EQ(answer.substr(9, 3), status) << answer;
        EXPECT_THAT(answer, HasSubstr("Connection: close"));
    }
}

TEST(Strangers, AndTwoCredentialsAreRefusedWhoeverSentThem) {
    GatewayWorld world;
    auto twice = world.bearer();
    twice.add("authorization", "Bearer other");
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", std::move(twice), hello).status, 400);
}

TEST(Strangers, FirstMessageIsRefusedAtItsFrameHead) {
    GatewayWorld world;
    std::string frame;
    net::append_frame(frame, net::Opcode::text, std::string(512 * 1024, 'x'),
                      net::Mask{'\x12', '\x34', '\x56', '\x78'});
    Stranger stranger(world, upgrade + frame.substr(0, 14));
    EXPECT_TRUE(stranger.rest().ends_with("\x88\x02\x03\xf1"));  // 1009, though nothing of it was there
    auto client = world.client();
    const auto large = fmt::format(R"({{"text":"{}"}})", std::string(100'000, 'x'));
    EXPECT_FALSE(client->call("status", large).empty());  // who is known may send more
}

TEST(Strangers, WhoseUpgradeFailsFillNoLog) {
    GatewayWorld world;
    for (int i = 0; i < 200; ++i) {
        Stranger stranger(world, "GET / HTTP/1.1\r\n" + host +
                                     "Upgrade: websocket\r\nConnection: close, Upgrade\r\n"
                                     "Sec-WebSocket-Version: 12\r\n\r\n");
        EXPECT_THAT(stranger.rest(), HasSubstr("400 Bad Request"));
    }
    const auto lines = std::ranges::count_if(
        world.log.lines(), [](const auto& line) { return line.find("no upgrade") != std::string::npos; });
    EXPECT_GT(lines, 0);
    EXPECT_LE(lines, access::RefusalLog::lines_max);
}

TEST(Strangers, KeepNobodyOutWhoCanProveSomething) {
    GatewayWorld world;
    world.stop();
    world.descriptors = 64;
    world.start();
    auto early = world.client();
    std::vector<std::unique_ptr<Stranger>> strangers;
    for (int i = 0; i < 60; ++i) {  // more than there are places for callers
        strangers.push_back(std::make_unique<Stranger>(world, i % 2 == 0 ? upgrade : "GET /healthz HT"));
    }
    EXPECT_TRUE(bool_at(world.dial_socket()->connect(""), "ok").value_or(false));
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), "{}").status, 400);
    auto late = world.client();
    EXPECT_FALSE(early->payload("health").empty());
    EXPECT_FALSE(late->payload("health").empty());
}

TEST(ConnectionBounds, LeaveTheGatewayWhatItNeedsItself) {
    for (const std::size_t descriptors : {64U, 256U, 1024U, 4096U, 20'000U, 1U << 20}) {
        const auto bounds = connection_bounds(descriptors);
        // As many again for what callers cause upstream, and a few files.
        EXPECT_LE(2 * bounds.callers.all + bounds.admin.all + 16, descriptors) << descriptors;
        EXPECT_LE(bounds.callers.strangers, bounds.callers.all / 2) << descriptors;
        EXPECT_GE(bounds.callers.strangers, 4U) << descriptors;
        EXPECT_GE(bounds.admin.all, 8U) << descriptors;
        EXPECT_LE(bounds.callers.strangers, 384U) << descriptors;
    }
    EXPECT_EQ(connection_bounds(20'000).callers.strangers, 384U);
    EXPECT_GT(connection_bounds(20'000).callers.all, 9'000U);
}

TEST(DescriptorLimit, IsRaisedAsFarAsTheSystemAllows) {
    const auto limit = platform::raise_descriptor_limit();
    EXPECT_GE(limit, 256U);
    EXPECT_EQ(platform::raise_descriptor_limit(), limit);
}

net::Task<void> answer_nothing(Visit&) {
    co_return;
}

constexpr std::array some_routes = {
    Route{"GET", "/models", open_to_all, no_body, answer_nothing},
    Route{"GET", "/models/{model}", access::Scope::read, no_body, answer_nothing},
    Route{"DELETE", "/models/{model}", access::Scope::admin, no_body, answer_nothing},
    Route{"POST", "/models/{model}:generate", access::Scope::write, BodyLimit{10}, answer_nothing},
};

TEST(FindRoute, TakesTheFirstThatFitsMethodAndPath) {
    EXPECT_EQ(find_route(some_routes, "GET", "/models")->route, &some_routes[0]);
    EXPECT_EQ(find_route(some_routes, "HEAD", "/models")->route, &some_routes[0]);
    EXPECT_EQ(find_route(some_routes, "HEAD", "/models/x")->route, &some_routes[1]);
    EXPECT_EQ(find_route(some_routes, "DELETE", "/models/x")->route, &some_routes[2]);
    const auto generate = find_route(some_routes, "POST", "/models/gpt:generate");
    ASSERT_TRUE(generate);
    EXPECT_EQ(generate->route, &some_routes[3]);
    EXPECT_EQ(generate->path.find("model"), "gpt");
}

TEST(FindRoute, NamesTheMethodsThatAPathKnows) {
    EXPECT_EQ(find_route(some_routes, "POST", "/models").error().methods, "GET, HEAD");
    EXPECT_EQ(find_route(some_routes, "PUT", "/models/x").error().methods, "GET, HEAD, DELETE");
    EXPECT_EQ(find_route(some_routes, "PUT", "/models/x:generate").error().methods,
              "GET, HEAD, DELETE, POST");
    EXPECT_EQ(find_route(some_routes, "GET", "/nowhere").error().methods, "");
    EXPECT_EQ(find_route(some_routes, "get", "/models").error().methods, "GET, HEAD");
}

}  // namespace
}  // namespace openclaw::gateway
