#include <gmock/gmock.h>

#include "gateway/http/completion_request.h"
#include "unit/gateway/gateway_world.h"

namespace openclaw::gateway {
namespace {

using auth::FailureReason;
using testing::HasSubstr;
using testing::Not;

constexpr const char* hello = R"({"model":"openclaw","messages":[{"role":"user","content":"hi"}]})";

json::object body_of(const GatewayWorld::Answer& answer) {
    auto parsed = parse_json(answer.body);
    EXPECT_TRUE(parsed && parsed->is_object()) << answer.body;
    return parsed && parsed->is_object() ? parsed->get_object() : json::object{};
}

TEST(Probes, AnswerWithoutASecretAndTellNothing) {
    GatewayWorld world;
    const auto live = world.http("GET", "/healthz");
    EXPECT_EQ(live.status, 200);
    EXPECT_EQ(live.body, R"({"ok":true,"status":"live"})");
    EXPECT_EQ(world.http("GET", "/readyz").status, 200);
}

TEST(Routes, KnowNothingElse) {
    GatewayWorld world;
    EXPECT_EQ(world.http("GET", "/").status, 404);
    EXPECT_EQ(world.http("GET", "/v1/secrets", world.bearer()).status, 404);
    EXPECT_EQ(world.http("GET", "/v1/chat/completions/", world.bearer()).status, 404);
    const auto wrong = world.http("GET", "/v1/chat/completions", world.bearer());
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.find("allow"), "POST");
}

// Programs read JSON, whatever they asked for.
TEST(Routes, AnswerProgramsInTheirShapeUnderV1) {
    GatewayWorld world;
    for (const auto& [method, path] : {std::pair{"GET", "/v1"},
                                       {"GET", "/v1/models"},
                                       {"POST", "/v1/embeddings"},
                                       {"GET", "/v1/chat/completions"},
                                       {"DELETE", "/v1/chat/completions/"}}) {
        const auto answer = world.http(method, path, world.bearer());
        EXPECT_EQ(answer.status, std::string_view(path) == "/v1/chat/completions" ? 405 : 404) << path;
        EXPECT_EQ(string_at(*object_at(body_of(answer), "error"), "type"), "invalid_request_error") << path;
    }
    EXPECT_EQ(world.http("GET", "/v1x").body, "Not Found");
}

// A gateway that lets the pages of two origins call.
const std::string with_pages =
    R"("auth":{"token":"test-token-0123456789abcdef"},"controlUi":{"allowedOrigins":
    ["https://app.example.com/","http://localhost:3000","gateway.example.com"]})";

net::Headers preflight(std::string origin) {
    return {{"Origin", std::move(origin)},
            {"Access-Control-Request-Method", "POST"},
            {"Access-Control-Request-Headers", "authorization, content-type, x-stainless-os"}};
}

TEST(Pages, OfAnAllowedOriginMayCallTheApi) {
    GatewayWorld world(with_pages);
    for (const std::string origin : {"https://app.example.com", "http://localhost:3000"}) {
        const auto asked = world.http("OPTIONS", "/v1/chat/completions", preflight(origin));
        EXPECT_EQ(asked.status, 204);
        EXPECT_EQ(asked.headers.find("access-control-allow-origin"), origin);
        EXPECT_EQ(asked.headers.find("access-control-allow-methods"), "POST");
        EXPECT_EQ(asked.headers.find("access-control-allow-headers"),
                  "authorization, content-type, x-stainless-os");
        EXPECT_EQ(asked.headers.find("vary"), "Origin");
        EXPECT_EQ(asked.headers.find("access-control-allow-credentials"), "true")
            << "of TLS, where the lock takes them";
        auto headers = world.bearer();
        headers.add("Origin", origin);
        const auto answer = world.http("POST", "/v1/chat/completions", headers, hello);
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_EQ(answer.headers.find("access-control-allow-origin"), origin);
        const auto streamed = world.http("POST", "/v1/chat/completions", headers,
                                         R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})");
        EXPECT_EQ(streamed.headers.find("access-control-allow-origin"), origin);
        // What failed, too: a page can't read the reason otherwise.
        for (const auto& failed : {world.http("POST", "/v1/chat/completions", {{"Origin", origin}}, hello),
                                   world.http("POST", "/v1/chat/completions", headers, "{"),
                                   world.http("GET", "/v1/nothing", headers)}) {
            EXPECT_GE(failed.status, 400);
            EXPECT_EQ(failed.headers.find("access-control-allow-origin"), origin);
        }
    }
}

TEST(Pages, OfEveryOtherOriginAreToldNothing) {
    GatewayWorld world(with_pages);
    for (const std::string origin :
         {"https://app.example.com.evil.example", "http://app.example.com", "https://app.example.com:8443",
          "http://localhost:3001", "https://gateway.example.com", "null", "https://evil.example"}) {
        const auto asked = world.http("OPTIONS", "/v1/chat/completions", preflight(origin));
        EXPECT_EQ(asked.status, 403) << origin;
        EXPECT_FALSE(asked.headers.find("access-control-allow-origin")) << origin;
        auto headers = world.bearer();
        headers.add("Origin", origin);
        const auto answer = world.http("POST", "/v1/chat/completions", headers, hello);
        EXPECT_EQ(answer.status, 403) << origin;
        EXPECT_FALSE(answer.headers.find("access-control-allow-origin")) << origin;
    }
    EXPECT_TRUE(world.provider.seen().empty());
    const auto told = world.http("OPTIONS", "/v1/chat/completions", preflight("https://evil.example"));
    EXPECT_THAT(told.body, HasSubstr(R"(add \"https://evil.example\" to gateway.controlUi.allowedOrigins)"));
    EXPECT_EQ(world.http("OPTIONS", "/healthz", preflight("https://app.example.com")).status, 405);
    EXPECT_EQ(world.http("OPTIONS", "/v1/chat/completions").status, 405) << "no page asks";
}

TEST(Completions, RefuseEverybodyTheSameWay) {
    GatewayWorld world;
    const auto none = world.http("POST", "/v1/chat/completions", {}, hello);
    const auto wrong = world.http("POST", "/v1/chat/completions", world.bearer("wrong"), "not even json");
    const auto basic = world.http("POST", "/v1/chat/completions", {{"Authorization", "Basic x"}}, hello);
    EXPECT_EQ(none.status, 401);
    EXPECT_EQ(none.body, R"({"error":{"message":"Unauthorized","type":"unauthorized"}})");
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(wrong.body, none.body);
    EXPECT_EQ(basic.body, none.body);
    EXPECT_TRUE(world.provider.seen().empty());
}

TEST(Completions, AnswerInTheShapeOfOpenAi) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {test::says("Hello there")});
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(), hello);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto body = body_of(answer);
    EXPECT_EQ(string_at(body, "object"), "chat.completion");
    EXPECT_EQ(string_at(body, "model"), "openclaw");
    const auto& choice = array_at(body, "choices")->at(0).as_object();
    EXPECT_EQ(string_at(*object_at(choice, "message"), "content"), "Hello there");
    EXPECT_EQ(string_at(choice, "finish_reason"), "stop");
    EXPECT_EQ(integer_at(*object_at(body, "usage"), "prompt_tokens"), 10);
    EXPECT_EQ(integer_at(*object_at(body, "usage"), "total_tokens"), 15);
}

// A body with a model and, where there is one, the person who asks.
std::string asking(std::string_view model, std::string_view user = "ann") {
    return fmt::format(R"({{"model":"{}","user":"{}","messages":[{{"role":"user","content":"hi"}}]}})", model,
                       user);
}

TEST(Completions, ApplyAModelBesideASessionToThatRequestAlone) {
    GatewayWorld world;
    world.write("agents/main/agent/auth-profiles.json", R"({"version":1,"profiles":{
        "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"},
        "anthropic:home":{"type":"api_key","provider":"anthropic","key":"sk-ant-home-0123456789"},
        "openai:one":{"type":"api_key","provider":"openai","key":"sk-one-0123456789abcdef"}}})");
    const auto ask = [&](std::string_view model) {
        const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(), asking(model));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return world.provider.seen().back();
    };
    const auto usual = ask("openclaw").credential;
    const std::string other = usual == "anthropic:work" ? "anthropic:home" : "anthropic:work";
    auto seen = ask("anthropic/claude-sonnet-4-5");
    EXPECT_EQ(seen.request.model.model, "claude-sonnet-4-5");
    EXPECT_EQ(seen.credential, usual) << "the session's credential serves this model as well";
    EXPECT_EQ(seen.request.messages.size(), 3U) << "the session's past is there";
    seen = ask("anthropic/claude-sonnet-4-5@" + other);
    EXPECT_EQ(seen.credential, other);
    EXPECT_EQ(ask("openai/gpt-5.2").credential, "openai:one");
    seen = ask("openclaw");
    EXPECT_EQ(seen.request.model.model, "claude-opus-4-5");
    EXPECT_EQ(seen.credential, usual) << "what was asked for once is not remembered";
    EXPECT_EQ(ask("gpt-4o").request.model.model, "claude-opus-4-5") << "a client's word for the model";
}

TEST(Completions, LetNothingStandInForTheModelThatWasNamedBesideASession) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {test::fails(FailureReason::server_error, 500)});
    world.write("openclaw.json",
                R"({"gateway":{"auth":{"token":"test-token-0123456789abcdef"}},"agents":{"defaults":{
        "model":{"primary":"anthropic/claude-opus-4-5","fallbacks":["anthropic/claude-haiku-4-5"]},
        "models":{"anthropic/claude-opus-4-5":{},"anthropic/claude-sonnet-4-5":{}}}}})");
    for (const std::string user : {"ann", ""}) {
        const auto refused = world.http("POST", "/v1/chat/completions", world.bearer(),
                                        asking("anthropic/claude-opus-4-1", user));
        EXPECT_EQ(refused.status, 400) << refused.body;
        EXPECT_THAT(refused.body, HasSubstr("is not allowed here"));
        EXPECT_TRUE(world.provider.seen().empty());
    }
    const auto failed =
        world.http("POST", "/v1/chat/completions", world.bearer(), asking("anthropic/claude-sonnet-4-5"));
    EXPECT_GE(failed.status, 500) << failed.body;
    for (const auto& seen : world.provider.seen()) EXPECT_EQ(seen.request.model.model, "claude-sonnet-4-5");
}

TEST(Completions, StreamChunksAFinishReasonAndDone) {
    GatewayWorld world;
    world.provider.script("anthropic:work", {{.deltas = {"Hel", "lo"}, .failure = {}}});
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(),
                                   R"({"stream":true,"stream_options":{"include_usage":true},)"
                                   R"("messages":[{"role":"user","content":"hi"}]})");
    EXPECT_EQ(answer.headers.find("content-type"), "text/event-stream; charset=utf-8");
    EXPECT_THAT(answer.body, HasSubstr(R"("delta":{"role":"assistant"})"));
    EXPECT_THAT(answer.body, HasSubstr(R"("delta":{"content":")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("finish_reason":"stop")"));
    EXPECT_THAT(answer.body, HasSubstr(R"("total_tokens":15)"));
    EXPECT_TRUE(answer.body.ends_with("data: [DONE]\n\n")) << answer.body;
}

constexpr const char* streamed_hello = R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr const char* streamed_in_session =
    R"({"stream":true,"user":"ann","messages":[{"role":"user","content":"hi"}]})";

// How often a part stands in a text.
std::size_t count_of(std::string_view part, std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

TEST(Completions, GiveAStreamingCallerASignOfLifeWhileTheModelThinks) {
    GatewayWorld world;
    world.restart_with({.before_head = Milliseconds(1), .between = Milliseconds(1)});
    for (const auto* request : {streamed_hello, streamed_in_session}) {
        world.provider.script("anthropic:work",
                              {{.deltas = {"Hello"}, .failure = {}, .waits = true, .then_waits = true}});
        const auto answer = world.ask_later("POST", "/v1/chat/completions", world.bearer(), request);
        world.until([&] { return count_of(": still working\n\n", answer->body) >= 3; });
        world.until([&] { return world.provider.waiting() == 1; });
        EXPECT_EQ(answer->status, 200);
        EXPECT_THAT(answer->body, Not(HasSubstr("data:"))) << "comments only, before the first text";
        world.provider.release();
        world.until([&] { return answer->body.find(R"("content":"Hello")") != std::string::npos; });
        const auto before = answer->body.size();
        world.until([&] { return answer->body.find(": still working\n\n", before) != std::string::npos; });
        world.provider.release();
        world.until([&] { return answer->over; });
        EXPECT_TRUE(answer->whole);
        EXPECT_TRUE(answer->body.ends_with("data: [DONE]\n\n")) << answer->body;
        EXPECT_EQ(count_of("\n\n: still working\n\n", answer->body) + 1,
                  count_of(": still working", answer->body))
            << "between events only";
    }
}

TEST(Completions, TellAFailureAfterASignOfLifeAsAnEvent) {
    GatewayWorld world;
    world.restart_with({.before_head = Milliseconds(1), .between = Milliseconds(1)});
    auto late = test::fails(FailureReason::server_error, 500, "broken");
    late.waits = true;
    world.provider.script("anthropic:work", {late});
    const auto answer = world.ask_later("POST", "/v1/chat/completions", world.bearer(), streamed_hello);
    world.until([&] { return !answer->body.empty() && world.provider.waiting() == 1; });
    EXPECT_EQ(answer->status, 200);
    world.provider.release();
    world.until([&] { return answer->over; });
    EXPECT_THAT(answer->body, HasSubstr("data: {\"error\":{\"message\":"));
    EXPECT_THAT(answer->body, HasSubstr("broken"));
    EXPECT_THAT(answer->body, Not(HasSubstr("[DONE]")));
}

TEST(Completions, KeepProxiesFromHoldingAStreamBack) {
    GatewayWorld world;
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(), streamed_hello);
    EXPECT_EQ(answer.headers.find("x-accel-buffering"), "no");
    EXPECT_THAT(answer.body, Not(HasSubstr("still working")));
}

// What the model's side is told before it reads on, with so much text waiting for the caller.
TEST(Completions, AskTheModelsSideToWaitForASlowReader) {
    GatewayWorld world;
    for (const auto* request : {streamed_hello, streamed_in_session}) {
        world.provider.script("anthropic:work", {test::says("Hello")});
        ASSERT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), request).status, 200);
        EXPECT_TRUE(world.provider.seen().back().request.room) << request;
    }
    ASSERT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), hello).status, 200);
    EXPECT_FALSE(world.provider.seen().back().request.room) << "an answer in one piece is kept whole";
}

TEST(Completions, GiveAFailureAnHonestStatus) {
    struct Case {
        FailureReason reason;
        int provider_status, status;
    };
    for (const auto& item :
         {Case{FailureReason::rate_limit, 429, 429}, Case{FailureReason::auth, 401, 502},
          Case{FailureReason::server_error, 500, 502}, Case{FailureReason::wrong_address, 404, 502},
          Case{FailureReason::wrong_address, 0, 502}, Case{FailureReason::no_answer, 0, 502}}) {
        GatewayWorld world;
        world.provider.script("anthropic:work", {test::fails(item.reason, item.provider_status)});
        for (const char* request :
             {hello, R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})"}) {
            const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(), request);
            EXPECT_EQ(answer.status, item.status) << answer.body;
            EXPECT_TRUE(object_at(body_of(answer), "error"));
            break;  // the credential now rests, so that a second answer would tell of that instead
        }
    }
}

TEST(Completions, NeverEndACutStreamAsASuccess) {
    GatewayWorld world;
    auto cut = test::fails(FailureReason::network, 0, "the connection was cut");
    cut.deltas = {"half an ans"};
    world.provider.script("anthropic:work", {cut});
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(),
                                   R"({"stream":true,"messages":[{"role":"user","content":"hi"}]})");
    EXPECT_THAT(answer.body, HasSubstr("half an ans"));
    EXPECT_THAT(answer.body, HasSubstr(R"({"error":)"));
    EXPECT_THAT(answer.body, Not(HasSubstr("[DONE]")));
    EXPECT_THAT(answer.body, Not(HasSubstr(R"("finish_reason":"stop")")));
}

TEST(Completions, RefuseBodiesThatMakeNoSense) {
    GatewayWorld world;
    for (const char* body : {"", "{", "[]", "{}", R"({"messages":[]})", R"({"messages":"hi"})",
                             R"({"messages":[{"role":"assistant","content":"hi"}]})"}) {
        const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(), body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(string_at(*object_at(body_of(answer), "error"), "type"), "invalid_request_error");
    }
    EXPECT_TRUE(world.provider.seen().empty());
}

TEST(Completions, KeepAConversationForANamedUserAndNoneOtherwise) {
    GatewayWorld world;
    world.http("POST", "/v1/chat/completions", world.bearer(), hello);
    auto client = world.client();
    EXPECT_EQ(array_at(client->payload("sessions.list"), "sessions")->size(), 0u);
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(),
                                   R"({"user":"ann","messages":[{"role":"user","content":"hi"}]})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    const auto list = client->payload("sessions.list");
    ASSERT_EQ(array_at(list, "sessions")->size(), 1u);
    EXPECT_EQ(string_at(array_at(list, "sessions")->at(0).as_object(), "key"), "agent:main:openai-user:ann");
}

TEST(Completions, CanBeSwitchedOff) {
    GatewayWorld world(R"("auth":{"token":"test-token-0123456789abcdef"},)"
                       R"("http":{"endpoints":{"chatCompletions":{"enabled":false}}})");
    EXPECT_EQ(world.http("POST", "/v1/chat/completions", world.bearer(), hello).status, 404);
}

// A call with these parameters beside a message.
std::expected<CompletionCall, CallRefusal> call_with(const std::string& parameters) {
    return parse_completion(
        {}, *parse_json(R"({"messages":[{"role":"user","content":"hi"}],)" + parameters + "}"), "id");
}

TEST(CompletionRequest, TakesValuesThatAskForNothingSpecial) {
    for (const char* parameters : {R"("n":1)",
                                   R"("n":null)",
                                   R"("tools":[])",
                                   R"("tools":null,"tool_choice":"none")",
                                   R"("tool_choice":"auto")",
                                   R"("functions":[],"function_call":"auto")",
                                   R"("parallel_tool_calls":true)",
                                   R"("response_format":{"type":"text"})",
                                   R"("response_format":null)",
                                   R"("top_p":1)",
                                   R"("top_p":1.0)",
                                   R"("presence_penalty":0,"frequency_penalty":0.0)",
                                   R"("logit_bias":{})",
                                   R"("logprobs":false)",
                                   R"("logprobs":null,"top_logprobs":0)",
                                   R"("modalities":["text"])",
                                   R"("stop":null)",
                                   R"("stop":[])",
                                   R"("user":null)",
                                   R"("user":"")",
                                   R"("stream":null,"stream_options":null)",
                                   R"("temperature":null)",
                                   R"("max_tokens":null)",
                                   R"("metadata":{"a":"b"})",
                                   R"("service_tier":"auto")",
                                   R"("store":false)",
                                   R"("model":null)",
                                   R"("chat_id":"a member that nobody here knows")"}) {
        const auto call = call_with(parameters);
        EXPECT_TRUE(call) << parameters << ": " << (call ? "" : call.error().message);
    }
}

TEST(CompletionRequest, TakesATokenLimitBelowOneAsNotSet) {
    for (const char* parameters : {R"("max_tokens":0)", R"("max_tokens":-1)", R"("max_completion_tokens":-5)",
                                   R"("max_tokens":-1.0)"}) {
        const auto call = call_with(parameters);
        ASSERT_TRUE(call) << parameters;
        EXPECT_FALSE(call->wishes.tokens_max) << parameters;
    }
    EXPECT_EQ(call_with(R"("max_tokens":7)")->wishes.tokens_max, 7);
    EXPECT_EQ(call_with(R"("max_tokens":7,"max_completion_tokens":9)")->wishes.tokens_max, 9);
    EXPECT_EQ(call_with(R"("max_tokens":7,"max_completion_tokens":0)")->wishes.tokens_max, 7);
    EXPECT_EQ(call_with(R"("max_tokens":8.0)")->wishes.tokens_max, 8);
}

TEST(CompletionRequest, RefusesWhatATurnDoesNotCarry) {
    const std::pair<const char*, const char*> rows[] = {
        {R"("tools":[{"type":"function","function":{"name":"f"}}])", "tools"},
        {R"("tool_choice":"required")", "tool_choice"},
        {R"("tool_choice":{"type":"function","function":{"name":"f"}})", "tool_choice"},
        {R"("functions":[{"name":"f"}])", "functions"},
        {R"("n":2)", "n"},
        {R"("n":0)", "n"},
        {R"("response_format":{"type":"json_object"})", "response_format"},
        {R"("response_format":{"type":"json_schema","json_schema":{}})", "response_format"},
        {R"("response_format":{})", "response_format"},
        {R"("top_p":0.5)", "top_p"},
        {R"("presence_penalty":1)", "presence_penalty"},
        {R"("logit_bias":{"50256":-100})", "logit_bias"},
        {R"("logprobs":true)", "logprobs"},
        {R"("seed":1)", "seed"},
        {R"("reasoning_effort":"high")", "reasoning_effort"},
        {R"("modalities":["text","audio"])", "modalities"},
        {R"("audio":{"voice":"alloy"})", "audio"},
        {R"("stop":["a","b","c","d","e"])", "stop"},
    };
    for (const auto& [parameters, name] : rows) {
        const auto call = call_with(parameters);
        ASSERT_FALSE(call) << parameters;
        EXPECT_EQ(call.error().parameter, name) << parameters;
        EXPECT_TRUE(call.error().code.starts_with("unsupported_")) << call.error().code;
    }
}

TEST(CompletionRequest, RefusesWrongTypes) {
    const std::pair<const char*, const char*> rows[] = {
        {R"("max_tokens":"100")", "max_tokens"},
        {R"("max_tokens":1.5)", "max_tokens"},
        {R"("max_completion_tokens":true)", "max_completion_tokens"},
        {R"("temperature":"hot")", "temperature"},
        {R"("stream":"true")", "stream"},
        {R"("stream":1)", "stream"},
        {R"("stream_options":[])", "stream_options"},
        {R"("stream_options":{"include_usage":"yes"})", "stream_options.include_usage"},
        {R"("stop":5)", "stop"},
        {R"("stop":["a",5])", "stop"},
        {R"("user":5)", "user"},
        {R"("model":5)", "model"},
        {R"("n":"1")", "n"},
        {R"("tools":{})", "tools"},
        {R"("response_format":"json")", "response_format"},
    };
    for (const auto& [parameters, name] : rows) {
        const auto call = call_with(parameters);
        ASSERT_FALSE(call) << parameters;
        EXPECT_EQ(call.error().parameter, name) << parameters;
        EXPECT_EQ(call.error().code, "invalid_type");
    }
}

TEST(CompletionRequest, RefusesMessagesOfWhichAPartWouldBeLost) {
    const std::pair<const char*, const char*> rows[] = {
        {R"({"role":"user","content":[{"type":"text","text":"see"},{"type":"image_url","image_url":{"url":"data:,"}}]})",
         "messages[0].content[1].type"},
        {R"({"role":"user","content":[{"type":"input_audio","input_audio":{}}]})",
         "messages[0].content[0].type"},
        {R"({"role":"user","content":[{"type":"text"}]})", "messages[0].content[0].text"},
        {R"({"role":"user","content":["hi"]})", "messages[0].content[0]"},
        {R"({"role":"user","content":5})", "messages[0].content"},
        {R"({"role":"robot","content":"hi"})", "messages[0].role"},
        {R"({"content":"hi"})", "messages[0].role"},
        {R"("hi")", "messages[0]"},
        {R"({"role":"assistant","content":null,"tool_calls":[{"id":"1"}]})", "messages[0].tool_calls"},
    };
    for (const auto& [message, name] : rows) {
        const auto body =
            *parse_json(fmt::format(R"({{"messages":[{},{{"role":"user","content":"hi"}}]}})", message));
        const auto call = parse_completion({}, body, "id");
        ASSERT_FALSE(call) << message;
        EXPECT_EQ(call.error().parameter, name) << message;
    }
    const auto body = *parse_json(R"({"messages":[{"role":"assistant","content":null,"tool_calls":[]},
        {"role":"tool","name":"clock","content":"noon"}]})");
    EXPECT_TRUE(parse_completion({}, body, "id"));
}

TEST(Completions, TellWhichParameterIsRefused) {
    GatewayWorld world;
    const auto answer = world.http("POST", "/v1/chat/completions", world.bearer(),
                                   R"({"n":2,"messages":[{"role":"user","content":"hi"}]})");
    EXPECT_EQ(answer.status, 400);
    const auto body = body_of(answer);
    const auto& error = *object_at(body, "error");
    EXPECT_EQ(string_at(error, "type"), "invalid_request_error");
    EXPECT_EQ(string_at(error, "param"), "n");
    EXPECT_EQ(string_at(error, "code"), "unsupported_value");
    EXPECT_TRUE(world.provider.seen().empty());
}

TEST(Completions, HonourTheirWishesInASessionToo) {
    GatewayWorld world;
    for (const char* user : {"", R"("user":"ann",)"}) {
        const auto answer = world.http(
            "POST", "/v1/chat/completions", world.bearer(),
            fmt::format(
                R"({{{}"max_tokens":77,"temperature":0.5,"stop":"END","messages":[{{"role":"user","content":"hi"}}]}})",
                user));
        ASSERT_EQ(answer.status, 200) << answer.body;
        const auto& seen = world.provider.seen().back().request;
        EXPECT_EQ(seen.tokens_max, 77);
        EXPECT_EQ(seen.temperature, 0.5);
        EXPECT_EQ(seen.stop, std::vector<std::string>{"END"});
    }
}

TEST(CompletionRequest, RendersWhatCameBeforeTheCurrentMessage) {
    const auto body = *parse_json(R"({"model":"openclaw:work","messages":[
        {"role":"system","content":"be brief"},{"role":"developer","content":[{"type":"text","text":"really"}]},
        {"role":"user","content":"one"},{"role":"assistant","content":"two"},
        {"role":"user","content":[{"type":"text","text":"three"},{"type":"input_text","text":"four"}]}]})");
    const auto call = parse_completion({{"X-OpenClaw-Session-Key", "desk"}}, body, "id");
    ASSERT_TRUE(call);
    EXPECT_EQ(call->agent_id, "work");
    EXPECT_EQ(call->session_key, "desk");
    EXPECT_EQ(call->system, "be brief\n\nreally");
    EXPECT_EQ(call->message,
              "[Chat messages since your last reply - for context]\nUser: one\nAssistant: two\n\n"
              "[Current message - respond to this]\nUser: three\nfour");
    EXPECT_EQ(call->messages.size(), 3u);
}

}  // namespace
}  // namespace openclaw::gateway
