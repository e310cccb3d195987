#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/version.h"
#include "providers/wire/body_text.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers::openai {
namespace {

using Step = AnswerReader::Step;

CompletionRequest simple_request() {
    CompletionRequest request;
    request.model = {"openai", "gpt-x"};
    request.system = "be brief";
    request.messages = {{Message::Role::user, "hello"}};
    request.tokens_max = 100;
    return request;
}

TEST(OpenAiHeaders, CarryABearerOrNothing) {
    Endpoint endpoint;
    endpoint.provider = "corp";
    auth::Candidate candidate;
    EXPECT_EQ(headers_for(endpoint, candidate, true).find("authorization"), std::nullopt);
    candidate.secret = Secret("key-1");
    const auto headers = headers_for(endpoint, candidate, true);
    EXPECT_EQ(headers.find("authorization"), "Bearer key-1");
    EXPECT_EQ(headers.find("user-agent"), fmt::format("openclaw/{}", version()));
    EXPECT_EQ(headers.find("x-title"), std::nullopt);
    endpoint.auth_header = AuthHeader::none;
    EXPECT_EQ(headers_for(endpoint, candidate, true).find("authorization"), std::nullopt);
}

TEST(OpenAiHeaders, KeepWhatTheOwnerWrote) {
    Endpoint endpoint;
    endpoint.provider = "corp";
    endpoint.headers.set("Authorization", "Basic YWJj");
    auth::Candidate candidate;
    candidate.kind = auth::header_kind;
    candidate.secret = Secret("Basic YWJj");
    EXPECT_EQ(headers_for(endpoint, candidate, true).find("authorization"), "Basic YWJj");
}

TEST(OpenAiHeaders, NameUsToOpenRouter) {
    Endpoint endpoint;
    endpoint.provider = "openrouter";
    EXPECT_EQ(headers_for(endpoint, {}, true).find("x-title"), "openclaw");
}

TEST(OpenAiBody, HasTheFieldsThatTheServerUnderstands) {
    Endpoint endpoint;
    endpoint.provider = "openai";
    endpoint.send_store = true;
    endpoint.system_role = "developer";
    EXPECT_EQ(
        body_for(simple_request(), endpoint, true),
        R"({"model":"gpt-x","stream":true,"stream_options":{"include_usage":true},"store":false,)"
        R"("max_completion_tokens":100,"messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"hello"}]})");
    Endpoint strict;
    strict.provider = "corp";
    strict.tokens_max_field = "max_tokens";
    EXPECT_EQ(body_for(simple_request(), strict, false),
              R"({"model":"gpt-x","stream":false,"max_tokens":100,)"
              R"("messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hello"}]})");
}

TEST(OpenAiBody, MarksTheCacheForAnthropicModelsBehindOpenRouter) {
    Endpoint endpoint;
    endpoint.provider = "openrouter";
    auto request = simple_request();
    request.model = {"openrouter", "anthropic/claude-opus-4.5"};
    EXPECT_THAT(
        body_for(request, endpoint, true),
        testing::HasSubstr(R"([{"type":"text","text":"hello","cache_control":{"type":"ephemeral"}}])"));
    request.model = {"openrouter", "auto"};
    EXPECT_THAT(body_for(request, endpoint, true), testing::HasSubstr(R"("model":"openrouter/auto")"));
}

TEST(RequestBody, WritesAnyTextAsJson) {
    for (const std::string text : {"", "plain", "\"quoted\" \\ back", "line\nbreak\r\ttab", "\x01\x1f\x7f",
                                   "\xF0\x9F\x98\x80 \xC3\xA9", "</script>\xE2\x80\xA8", "1234567\"89",
                                   "12345678\\", "\xC2\x80\xC2\x9f\xC2\xa2 long enough text \n"}) {
        std::string out;
        append_json_string(out, text);
        EXPECT_EQ(out, json::serialize(json::string_view(text)));
        const auto object = text_before_member({{"a", 1}}, "b", 0) + out + "}";
        EXPECT_EQ(parse_json(object)->at("b").as_string(), text);
    }
    std::string out;
    append_json_string(out, "cut \xF0\x9F off\xff");
    EXPECT_EQ(out, "\"cut \xEF\xBF\xBD off\xEF\xBF\xBD\"") << "a character that was begun is one";
    EXPECT_EQ(text_before_member({}, "b", 0), R"({"b":)");
}

Step feed(AnswerReader& reader, std::string data, std::string* text = nullptr) {
    std::string ignored;
    return reader.on_event({.event = {}, .data = std::move(data)}, text ? *text : ignored);
}

TEST(OpenAiReader, AnswersWhenTheFinishReasonAndDoneHaveCome) {
    auto reader = make_reader();
    std::string text;
    feed(
        *reader,
        R"({"id":"c1","model":"gpt-x","choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]})");
    feed(*reader, R"({"choices":[{"delta":{"content":"hi"},"finish_reason":null}],"error":null})", &text);
    EXPECT_FALSE(reader->complete());
    feed(*reader, R"({"choices":[{"delta":{},"finish_reason":"stop"}]})");
    feed(
        *reader,
        R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"prompt_tokens_details":{"cached_tokens":6},"completion_tokens_details":{"reasoning_tokens":3}}})");
    EXPECT_EQ(feed(*reader, "[DONE]"), Step::done);
    EXPECT_EQ(text, "hi");
    const auto& done = reader->completion();
    EXPECT_EQ(done.text, "hi");
    EXPECT_EQ(done.response_id, "c1");
    EXPECT_EQ(done.usage.input, 4);
    EXPECT_EQ(done.usage.cache_read, 6);
    EXPECT_EQ(done.usage.output, 4);
}

TEST(OpenAiReader, TakesOneEndMarkForTheEndOfAnAnswerThatBegan) {
    for (const auto* reason : {"null", R"("")"}) {
        auto reader = make_reader();
        feed(*reader,
             fmt::format(R"({{"choices":[{{"delta":{{"content":"hi"}},"finish_reason":{}}}]}})", reason));
        EXPECT_FALSE(reader->complete()) << "cut here, it would be no answer";
        EXPECT_EQ(feed(*reader, "[DONE]"), Step::done);
        EXPECT_TRUE(reader->complete());
        EXPECT_EQ(reader->completion().stop_reason, "stop");
    }
    auto nothing = make_reader();
    EXPECT_EQ(feed(*nothing, "[DONE]"), Step::more);
    EXPECT_FALSE(nothing->complete());
}

TEST(OpenAiReader, ReadsTextThatComesInParts) {
    auto reader = make_reader();
    std::string text;
    feed(
        *reader,
        R"({"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"Hel"}]}}]})",
        &text);
    feed(*reader, R"({"choices":[{"delta":{"content":[{"type":"text","text":"lo"},7,null]}}]})", &text);
    feed(*reader, R"({"choices":[{"delta":{"content":[]},"finish_reason":"stop"}]})", &text);
    EXPECT_EQ(text, "Hello");
    auto whole = make_reader();
    ASSERT_TRUE(whole->on_whole(
        parse_json(
            R"({"choices":[{"message":{"content":[{"type":"thinking","text":"hm"},{"type":"output_text","text":"Hello"}]},"finish_reason":"stop"}]})")
            ->as_object()));
    EXPECT_EQ(whole->completion().text, "Hello");
    for (const auto* content :
         {R"(["Hel","lo"])", R"({"type":"text","text":"Hello"})", R"([["Hel"],"Hello"])"}) {
        auto other = make_reader();
        ASSERT_TRUE(other->on_whole(
            parse_json(fmt::format(R"({{"choices":[{{"message":{{"content":{}}},"finish_reason":"stop"}}]}})",
                                   content))
                ->as_object()));
        EXPECT_EQ(other->completion().text, "Hello") << content;
    }
}

TEST(OpenAiReader, ReadsAMessageThatComesWholeInAStreamOnce) {
    auto alone = make_reader();
    std::string text;
    feed(*alone, R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})", &text);
    EXPECT_EQ(text, "Hello");
    EXPECT_TRUE(alone->complete());
    auto beside = make_reader();
    text.clear();
    feed(*beside, R"({"choices":[{"delta":{"content":"Hel"},"message":{"content":"Hel"}}]})", &text);
    feed(*beside, R"({"choices":[{"delta":{"content":"lo"},"message":{"content":"Hello"}}]})", &text);
    feed(*beside, R"({"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]})", &text);
    EXPECT_EQ(text, "Hello");
    EXPECT_EQ(beside->completion().text, "Hello");
}

TEST(OpenAiReader, IgnoresAnErrorThatSaysNothing) {
    for (const auto* error : {R"({"message":"","code":null})", "{}", R"("")", R"(" ")", "null", "false", "[]",
                              R"({"code":0,"details":{"message":null}})"}) {
        const auto good = fmt::format(
            R"({{"choices":[{{"delta":{{"content":"hi"}},"message":{{"content":"hi"}},"finish_reason":"stop","error":{0}}}],"error":{0}}})",
            error);
        auto reader = make_reader();
        std::string text;
        EXPECT_EQ(feed(*reader, good, &text), Step::more) << error;
        EXPECT_EQ(text, "hi");
        EXPECT_TRUE(make_reader()->on_whole(parse_json(good)->as_object())) << error;
    }
    for (const auto* error : {R"({"message":"","code":503})", R"("no")", "true", R"([{"message":"x"}])"})
        EXPECT_EQ(feed(*make_reader(), fmt::format(R"({{"choices":[{{"delta":{{}}}}],"error":{}}})", error)),
                  Step::failed)
            << error;
}

TEST(OpenAiReader, TellsFinishReasonsApartAndToleratesNewOnes) {
    for (const auto& [wire, ours] :
         std::vector<std::pair<const char*, const char*>>{{"stop", "stop"},
                                                          {"length", "length"},
                                                          {"tool_calls", "tool_use"},
                                                          {"function_call", "tool_use"},
                                                          {"content_filter", "refusal"},
                                                          {"eos", "stop"}}) {
        auto reader = make_reader();
        feed(*reader,
             fmt::format(R"({{"choices":[{{"delta":{{"content":"x"}},"finish_reason":"{}"}}]}})", wire));
        EXPECT_EQ(reader->completion().stop_reason, ours) << wire;
    }
    auto reader = make_reader();
    ASSERT_TRUE(reader->on_whole(
        parse_json(R"({"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]})")
            ->as_object()));
    EXPECT_EQ(reader->completion().text, "no");
    EXPECT_EQ(reader->completion().stop_reason, "refusal");
}

TEST(OpenAiReader, FailsOnErrorsInAnyPlace) {
    for (const auto* data :
         {R"({"error":{"message":"x"}})", R"({"choices":[{"error":{"code":502},"delta":{}}]})",
          R"({"choices":[{"delta":{},"finish_reason":"error"}]})", "{broken", R"("text")"}) {
        EXPECT_EQ(feed(*make_reader(), data), Step::failed) << data;
    }
    for (const auto* whole :
         {R"({"error":{"message":"x"}})", R"({"choices":[]})", R"({"object":"error","message":"x"})"}) {
        EXPECT_FALSE(make_reader()->on_whole(parse_json(whole)->as_object())) << whole;
    }
}

}  // namespace
}  // namespace openclaw::providers::openai
