// The frames of a conversation as they were recorded, compared by structure: members and types, not values.
// OPENCLAW_RECORD=1 writes them anew, for review.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

json::value shape_of(const json::value& value) {
    if (const auto* object = value.if_object()) {
        json::object shape;
        for (const auto& [key, member] : *object) shape[key] = shape_of(member);
        return shape;
    }
    if (const auto* array = value.if_array()) {
        json::array shape;
        if (!array->empty()) shape.push_back(shape_of(array->front()));
        return shape;
    }
    return json::string_view(value.is_string() ? "text"
                             : value.is_bool() ? "bool"
                             : value.is_null() ? "null"
                                               : "number");
}

void compare_with_record(const std::string& name, const json::value& frame) {
    const std::string path = std::string(OPENCLAW_SOURCE_FOLDER) + "/tests/protocol/" + name + ".json";
    const auto shape = format_json(shape_of(frame)) + "\n";
    if (std::getenv("OPENCLAW_RECORD") != nullptr) std::ofstream(path) << shape;
    std::stringstream recorded;
    recorded << std::ifstream(path).rdbuf();
    EXPECT_EQ(recorded.str(), shape) << name;
}

TEST(RecordedFrames, HaveTheStructureThatClientsKnow) {
    GatewayWorld world;
    auto client = world.dial();
    compare_with_record("challenge", client->next());
    compare_with_record("hello-ok", client->connect(std::string(test_token)));
    compare_with_record(
        "chat-send",
        client->call("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"a"})"));
    compare_with_record("agent-start", client->event("agent"));
    compare_with_record("agent-assistant", client->event("agent"));
    compare_with_record("chat-delta", client->event("chat"));
    compare_with_record("chat-final", client->event("chat"));
    compare_with_record("chat-history", client->call("chat.history", R"({"sessionKey":"main"})"));
    compare_with_record("sessions-list", client->call("sessions.list"));
    compare_with_record("status", client->call("status"));
    compare_with_record("health", client->call("health"));
    compare_with_record("models-list", client->call("models.list"));
    compare_with_record("agents-list", client->call("agents.list"));
    compare_with_record("unknown-method", client->call("nobody.knows"));
    world.gateway->stop(Milliseconds(0));
    compare_with_record("shutdown", client->event("shutdown"));
}

// Who has agreed on protocol 4 gets the new part of a delta too; it is no member of protocol 3.
TEST(RecordedFrames, HaveTheNewTextAloneWhereProtocolFourWasAgreed) {
    GatewayWorld world;
    auto newer = world.client("[]", 4), older = world.client("[]", 3);
    newer->call("chat.send", R"({"sessionKey":"main","message":"hi","idempotencyKey":"a"})");
    const auto of_newer = newer->event("chat"), of_older = older->event("chat");
    compare_with_record("chat-delta-4", of_newer);
    compare_with_record("chat-delta", of_older);
}

}  // namespace
}  // namespace openclaw::gateway
