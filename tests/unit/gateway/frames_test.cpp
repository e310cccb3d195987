#include <gtest/gtest.h>

#include "gateway/client/answer_frames.h"
#include "gateway/protocol/frames.h"
#include "gateway/ws/connect.h"
#include "gateway/ws/params.h"

namespace openclaw::gateway {
namespace {

TEST(Frames, WithBrokenTextAreReadAndAnsweredByTheirId) {
    for (const std::string text : {"\\ud83d", "caf\xE9", "\xF0\x9F\x98", "\\ude00"}) {
        const auto request =
            parse_request(R"({"type":"req","id":"17","method":"m","params":{"t":")" + text + "\"}}");
        ASSERT_TRUE(request) << text;
        EXPECT_EQ(request->id, "17");
        EXPECT_TRUE(std::string(request->params.at("t").as_string()).ends_with("\uFFFD")) << text;
    }
}

TEST(Frames, ThatAreNoJsonAreAnsweredByTheIdThatCanBeMadeOut) {
    const std::pair<std::string, std::string> cases[] = {
        {R"({"type":"req","id":"17","method":"m","params":{"a":NaN}})", "17"},
        {R"({"params":{"id":"inner"},"id" : "17","method":"m",})", "17"},
        {R"({"params":"\"id\":\"x\"","type":"req","id":"a\"b","x":)", "a\"b"},
        {R"({"type":"req","id":7,"x":})", "invalid"},
        {R"({"id":"","x":})", "invalid"},
        {R"({"id":")" + std::string(200, 'x') + R"(","x":})", "invalid"},
        {R"({"id":"17)", "invalid"},
        {R"([{"id":"17"},)", "invalid"},
        {"", "invalid"},
    };
    for (const auto& [text, id] : cases) {
        const auto request = parse_request(text);
        ASSERT_FALSE(request) << text;
        EXPECT_EQ(request.error().id, id) << text;
    }
}

TEST(Frames, SayWhatIsWrongWithARequest) {
    struct Case {
        std::string text, id, message;
    };
    const std::string prefix = "invalid request frame: ";
    const Case cases[] = {
        {"[]", "invalid", prefix + "must be object"},
        {"{}", "invalid", prefix + "must have required property 'type'"},
        {R"({"type":"event"})", "invalid", prefix + "at /type: must be equal to constant"},
        {R"({"type":"req","method":"x"})", "invalid", prefix + "must have required property 'id'"},
        {R"({"type":"req","id":"7"})", "7", prefix + "must have required property 'method'"},
        {R"({"type":"req","id":"7","method":""})", "7",
         prefix + "at /method: must NOT have fewer than 1 characters"},
        {R"({"type":"req","id":7,"method":"x"})", "invalid", prefix + "at /id: must be string"},
    };
    for (const auto& item : cases) {
        const auto frame = parse_request(item.text);
        ASSERT_FALSE(frame) << item.text;
        EXPECT_EQ(frame.error().kind, FrameProblem::Kind::not_a_request);
        EXPECT_EQ(frame.error().id, item.id);
        EXPECT_EQ(frame.error().message, item.message);
    }
    EXPECT_EQ(parse_request("{nope").error().kind, FrameProblem::Kind::not_json);
    EXPECT_EQ(parse_request(std::string(100, '[')).error().kind, FrameProblem::Kind::not_json) << "too deep";
}

// One fault ends a command with one status, whether it met the fault itself or was told of it by a gateway.
TEST(Frames, CarryEveryKindOfErrorToTheClientAsItIs) {
    for (const Code code :
         {Code::invalid_input, Code::not_found, Code::denied, Code::unavailable, Code::timed_out, Code::busy,
          Code::corrupt, Code::no_space, Code::too_large, Code::cancelled, Code::internal}) {
        const Error error{code, "it is so", "do that"};
        const auto frame = parse_answer(error_frame("1", wire_error(error)));
        ASSERT_TRUE(frame);
        EXPECT_EQ(std::get<GatewayResponse>(*frame).error, error) << name_of(code);
    }
}

TEST(Frames, AreUnderstoodWithoutAKindAsTheReferenceSendsThem) {
    const auto code_of = [](std::string_view error) {
        return error_of_frame(json::parse(json::string_view(error)).as_object()).code;
    };
    EXPECT_EQ(code_of(R"({"code":"INVALID_REQUEST","message":"x"})"), Code::invalid_input);
    EXPECT_EQ(code_of(R"({"code":"UNAVAILABLE","message":"x"})"), Code::unavailable);
    EXPECT_EQ(code_of(R"({"code":"AGENT_TIMEOUT","message":"x"})"), Code::timed_out);
    EXPECT_EQ(code_of(R"({"code":"UNAVAILABLE","message":"x","details":{"kind":"unheard of"}})"),
              Code::unavailable);
}

TEST(Frames, TolerateMembersOfNewerClientsAndMissingParams) {
    const auto frame = parse_request(R"({"type":"req","id":"1","method":"health","traceparent":"00-1"})");
    ASSERT_TRUE(frame);
    EXPECT_TRUE(frame->params.is_object());
}

TEST(Frames, CarryTheOutcomeBesideAnError) {
    WireError error{
        .code = "UNAVAILABLE", .message = "no", .retryable = true, .retry_after = Milliseconds(50)};
    error.payload = json::object{{"status", "error"}};
    EXPECT_EQ(
        error_frame("1", error),
        R"({"type":"res","id":"1","ok":false,"payload":{"status":"error"},"error":{"code":"UNAVAILABLE",)"
        R"("message":"no","retryable":true,"retryAfterMs":50}})");
}

TEST(Frames, NumberAnEventOnlyWhenAsked) {
    const auto head = event_head("tick", json::object{{"ts", 1}});
    EXPECT_EQ(event_frame(head, 17), R"({"type":"event","event":"tick","payload":{"ts":1},"seq":17})");
    EXPECT_EQ(event_frame(head, {}), R"({"type":"event","event":"tick","payload":{"ts":1}})");
}

TEST(Params, CollectAllProblemsInTheWordsOfTheReference) {
    const auto value = *parse_json(R"({"limit":0,"sessionKey":7,"flag":"yes","list":["a",1]})");
    Params params("chat.history", value);
    params.required_text("sessionKey");
    params.required_text("message");
    params.integer("limit", 1, 1000);
    params.flag("flag", false);
    params.texts("list");
    ASSERT_TRUE(params.problem());
    EXPECT_EQ(
        params.problem()->message,
        "invalid chat.history params: at /sessionKey: must be string; must have required property 'message'; "
        "at /limit: must be >= 1; at /flag: must be boolean; at /list/1: must be string");
}

RequestFrame connect_frame(std::string_view params) {
    return {.id = "1", .method = "connect", .params = *parse_json(params)};
}

constexpr std::string_view good =
    R"({"minProtocol":3,"maxProtocol":4,"client":{"id":"cli","mode":"cli","version":"1","platform":"linux"},)"
    R"("auth":{"token":"t"},"somethingNew":{"x":1}})";

TEST(Connect, AcceptsBothGenerationsAndUnknownMembers) {
    const auto request = parse_connect(connect_frame(good));
    ASSERT_TRUE(request);
    EXPECT_EQ(negotiated_protocol(*request), 4);
    EXPECT_EQ(request->role, "operator");
    EXPECT_FALSE(request->scopes);
}

TEST(Connect, SpeaksTheHighestProtocolThatBothKnow) {
    const auto spoken = [](std::int64_t low, std::int64_t high) {
        ConnectRequest request;
        request.protocol_low = low;
        request.protocol_high = high;
        return negotiated_protocol(request);
    };
    EXPECT_EQ(spoken(3, 3), 3);
    EXPECT_EQ(spoken(4, 4), 4);
    EXPECT_EQ(spoken(1, 9), 4);
    EXPECT_EQ(spoken(5, 6), 0);
    EXPECT_EQ(spoken(1, 2), 0);
}

TEST(Connect, NamesWhatIsMissingOrOfTheWrongType) {
    const auto message = [](std::string_view params) {
        const auto request = parse_connect(connect_frame(params));
        return request ? std::string() : request.error().error.message;
    };
    EXPECT_EQ(
        message("{}"),
        "invalid connect params: must have required property 'minProtocol'; must have required property "
        "'maxProtocol'; must have required property 'client'");
    EXPECT_EQ(
        message(R"({"minProtocol":3,"maxProtocol":3,"client":{"id":"cli","mode":"cli","version":"1"}})"),
        "invalid connect params: at /client: must have required property 'platform'");
    EXPECT_EQ(
        message(
            R"({"minProtocol":9,"maxProtocol":9,"client":{"id":"c","mode":"m","version":"1","platform":"p"}})"),
        "protocol mismatch");
    EXPECT_EQ(message(R"({"minProtocol":3,"maxProtocol":3,"role":"king",)"
                      R"("client":{"id":"c","mode":"m","version":"1","platform":"p"}})"),
              "invalid role");
}

TEST(Connect, TellsARefusedClientNothingThatItDidNotSay) {
    const auto request = *parse_connect(connect_frame(good));
    const auto none = refuse_denied(request, {access::Denial::nothing_offered, access::AccessMode::token});
    const auto unset =
        refuse_denied(request, {access::Denial::no_secret_configured, access::AccessMode::token});
    const auto wrong = refuse_denied(request, {access::Denial::wrong_secret, access::AccessMode::token});
    EXPECT_EQ(none.error.message, unset.error.message);
    EXPECT_EQ(none.close_reason, unset.close_reason);
    EXPECT_NE(wrong.error.message, none.error.message);
    EXPECT_EQ(wrong.log_reason, "") << "the doorman has said it";
    EXPECT_EQ(wrong.close_code, 1008);
}

}  // namespace
}  // namespace openclaw::gateway
