// Walks every route and every method with every kind of caller: a new one can't be forgotten.
#include <algorithm>

#include "gateway/http/routes.h"
#include "gateway/ws/methods/table.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

TEST(RouteTable, LetsNobodyInWithoutTheSecretExceptToProbes) {
    GatewayWorld world;
    for (const auto& route : all_routes()) {
        const auto path = std::string(route.path.text()), method = std::string(route.method);
        // Codes of invitations, tickets and keys open these, and nothing else does: enrolment_test.cpp.
        if (path == "/enrol" || path.starts_with("/enrol/")) {
            const int refused = method == "GET" ? 404 : 401;
            for (const auto& headers : {net::Headers{}, world.bearer("wrong"), world.bearer()})
                EXPECT_EQ(world.http(method, path, headers).status, refused) << path;
            world.clock.advance(std::chrono::minutes(10));
            continue;
        }
        if (!route.needed.scope()) {
            EXPECT_TRUE(path == "/healthz" || path == "/health" || path == "/readyz" || path == "/ready")
                << path << " is open to everybody";
            EXPECT_EQ(world.http(method, path).status, 200) << path;
            continue;
        }
        EXPECT_EQ(world.http(method, path).status, 401) << path;
        EXPECT_EQ(world.http(method, path, world.bearer("wrong")).status, 401) << path;
        EXPECT_EQ(world.http(method, path, {{"X-OpenClaw-Scopes", "operator.admin"}}).status, 401) << path;
        EXPECT_NE(world.http(method, path, world.bearer()).status, 401) << path;
        world.clock.advance(std::chrono::minutes(10));
    }
}

TEST(MethodTable, NamesEachMethodOnceWithOneHandler) {
    for (const auto& method : all_that_is_offered().methods) {
        EXPECT_EQ(std::ranges::count(all_that_is_offered().methods, method.name, &Method::name), 1)
            << method.name;
        EXPECT_NE(method.handler == nullptr, method.task_handler == nullptr) << method.name;
    }
}

TEST(MethodTable, AsksEveryClientForTheScopeThatItNames) {
    const std::string_view scopes[] = {"operator.read",    "operator.write", "operator.approvals",
                                       "operator.pairing", "operator.admin", "operator.nothing"};
    GatewayWorld world;
    for (auto scope : scopes) {
        auto client = world.client(fmt::format(R"(["{}"])", scope));
        const auto held = access::Scopes::named({std::string(scope)});
        for (const auto& method : all_that_is_offered().methods) {
            const auto answer = json::serialize(client->call(method.name, R"({"timeoutMs":0})"));
            const auto refusal = fmt::format("missing scope: {}", name_of(method.needed));
            EXPECT_EQ(answer.find(refusal) == std::string::npos, method.needed.met_by(held))
                << scope << " " << method.name << " " << answer.substr(0, 200);
        }
    }
}

TEST(MethodTable, SaysWhatToDoInsteadOfWhatIsNotOffered) {
    GatewayWorld world;
    auto reader = world.client(R"(["operator.read"])");
    EXPECT_EQ(
        reader->error("sessions.usage"),
        "INVALID_REQUEST: sessions.usage is not offered by this gateway: what was used is not summed up by "
        "sessions; ask for `usage.cost`");
    EXPECT_EQ(reader->error("cron.add"), "INVALID_REQUEST: missing scope: operator.admin");
    auto admin = world.client();
    for (const auto& absent : all_that_is_offered().absent) {
        EXPECT_EQ(std::ranges::count(all_that_is_offered().methods, absent.name, &Method::name), 0)
            << absent.name;
        const auto said = admin->error(absent.name);
        EXPECT_EQ(said, fmt::format("INVALID_REQUEST: {} is not offered by this gateway: {}", absent.name,
                                    absent.instead));
    }
}

// The members that a greeting shows of what this scope may ask for, against what it can ask for afterwards.
TEST(Greeting, ShowsWhatEachScopeMayAskForAndNoMore) {
    GatewayWorld world;
    auto talker = world.client();
    for (const std::string_view scope : {"operator.read", "operator.write", "operator.approvals",
                                         "operator.pairing", "operator.admin", "operator.nothing"}) {
        auto client = world.dial();
        const auto answer = client->connect(std::string(test_token), fmt::format(R"(["{}"])", scope));
        const auto& hello = *object_at(answer, "payload");
        const auto held = access::Scopes::named({std::string(scope)});
        std::vector<std::string> named, allowed, events, heard;
        for (const auto& name : *array_at(*object_at(hello, "features"), "methods"))
            named.emplace_back(name.get_string());
        for (const auto& method : all_that_is_offered().methods)
            if (method.advertised && method.needed.met_by(held)) allowed.emplace_back(method.name);
        EXPECT_EQ(named, allowed) << scope;
        for (const auto& name : *array_at(*object_at(hello, "features"), "events"))
            events.emplace_back(name.get_string());
        for (const auto& event : all_that_is_offered().events)
            if (event.needed.met_by(held)) heard.emplace_back(event.name);
        EXPECT_EQ(events, heard) << scope;

        const auto& snapshot = *object_at(hello, "snapshot");
        const bool reads = held.allow(access::Scope::read);
        EXPECT_EQ(snapshot.contains("configPath"), reads) << scope;
        EXPECT_EQ(snapshot.contains("stateDir"), reads) << scope;
        EXPECT_EQ(snapshot.contains("sessionDefaults"), reads) << scope;
        EXPECT_EQ(array_at(snapshot, "presence")->empty(), !reads) << scope;
        EXPECT_EQ(object_at(snapshot, "health")->empty(), !reads) << scope;
        const auto text = json::serialize(snapshot);
        EXPECT_EQ(text.find(world.state().string()) != std::string::npos, reads) << scope;
    }
}

TEST(MethodTable, LetsANodeCallNothing) {
    GatewayWorld world;
    auto node = world.dial();
    const auto hello = node->call(
        "connect",
        fmt::format(R"({{"minProtocol":3,"maxProtocol":3,"role":"node","client":{{"id":"node-host",)"
                    R"("mode":"node","version":"1","platform":"linux"}},"auth":{{"token":"{}"}}}})",
                    test_token));
    ASSERT_EQ(bool_at(hello, "ok"), true);
    for (const auto& method : all_that_is_offered().methods)
        EXPECT_EQ(node->error(method.name), "INVALID_REQUEST: unauthorized role: node") << method.name;
}

}  // namespace
}  // namespace openclaw::gateway
