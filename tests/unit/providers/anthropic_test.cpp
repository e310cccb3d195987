#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/version.h"
#include "providers/wire/anthropic/messages.h"
#include "providers/wire/anthropic/text_delta.h"

namespace openclaw::providers::anthropic {
namespace {

Endpoint anthropic_endpoint() {
    Endpoint endpoint;
    endpoint.provider = "anthropic";
    return endpoint;
}

auth::Candidate credential(std::string kind, const char* secret) {
    auth::Candidate candidate;
    candidate.kind = std::move(kind);
    candidate.secret = Secret(secret);
    return candidate;
}

TEST(AnthropicHeaders, CarryAKeyAsXApiKey) {
    for (const auto* kind : {"api_key", "token"}) {
        const auto headers = headers_for(anthropic_endpoint(), credential(kind, "sk-ant-api03-x"), true);
        EXPECT_EQ(headers.find("x-api-key"), "sk-ant-api03-x");
        EXPECT_EQ(headers.find("authorization"), std::nullopt);
        EXPECT_EQ(headers.find("anthropic-beta"), std::nullopt);
        EXPECT_EQ(headers.find("anthropic-version"), "2023-06-01");
    }
}

TEST(AnthropicHeaders, CarryTokensAsBearer) {
    for (const auto& [kind, secret] :
         std::vector<std::pair<const char*, const char*>>{{"token", "sk-ant-oat01-x"},
                                                          {"oauth", "sk-ant-oat01-x"},
                                                          {"api_key", "sk-ant-oat01-x"},
                                                          {"oauth", "opaque"}}) {
        const auto headers = headers_for(anthropic_endpoint(), credential(kind, secret), true);
        EXPECT_EQ(headers.find("authorization"), fmt::format("Bearer {}", secret));
        EXPECT_EQ(headers.find("x-api-key"), std::nullopt);
        EXPECT_EQ(headers.find("anthropic-beta"), "oauth-2025-04-20");
    }
}

TEST(AnthropicHeaders, NeverClaimToBeAnotherProduct) {
    for (const auto* secret : {"sk-ant-oat01-x", "sk-ant-api03-x"}) {
        const auto headers = headers_for(anthropic_endpoint(), credential("token", secret), true);
        EXPECT_EQ(headers.find("user-agent"), fmt::format("openclaw/{}", version()));
        EXPECT_EQ(headers.find("x-app"), std::nullopt);
        for (const auto& [name, value] : headers.fields()) {
            EXPECT_THAT(value, testing::Not(testing::HasSubstr("claude-c"))) << name;
        }
    }
}

TEST(AnthropicHeaders, ObeyTheConfig) {
    auto endpoint = anthropic_endpoint();
    endpoint.headers.add("anthropic-beta", "context-1m-2025-08-07");
    EXPECT_EQ(headers_for(endpoint, credential("token", "sk-ant-oat01-x"), true).find("anthropic-beta"),
              "context-1m-2025-08-07,oauth-2025-04-20");
    endpoint.auth_header = AuthHeader::bearer;
    EXPECT_EQ(headers_for(endpoint, credential("api_key", "k"), true).find("authorization"), "Bearer k");
    endpoint.auth_header = AuthHeader::none;
    EXPECT_EQ(headers_for(endpoint, credential("api_key", "k"), true).find("authorization"), std::nullopt);
    EXPECT_EQ(headers_for(endpoint, credential("api_key", "k"), true).find("x-api-key"), std::nullopt);
}

TEST(AnthropicBody, MergesNeighboursMarksTheCacheAndLeavesOutEmptyText) {
    CompletionRequest request;
    request.model = {"anthropic", "claude-opus-4-5"};
    request.system = "be brief";
    request.tokens_max = 100;
    request.temperature = 0.5;
    request.stop = {"END"};
    request.messages = {
        {Message::Role::user, "a"}, {Message::Role::assistant, " "}, {Message::Role::user, "b\xff"}};
    EXPECT_EQ(body_for(request, true),
              R"({"model":"claude-opus-4-5","max_tokens":100,"stream":true,)"
              R"("system":[{"type":"text","text":"be brief","cache_control":{"type":"ephemeral"}}],)"
              R"("temperature":5E-1,"stop_sequences":["END"],"messages":[{"role":"user","content":[)"
              R"({"type":"text","text":"a"},{"type":"text","text":"b)"
              "\xEF\xBF\xBD"
              R"(","cache_control":{"type":"ephemeral"}}]}]})");
    request.messages = {
        {Message::Role::user, "a"}, {Message::Role::assistant, "b"}, {Message::Role::assistant, "c"}};
    EXPECT_THAT(
        body_for(request, true),
        testing::EndsWith(
            R"("messages":[{"role":"user","content":[{"type":"text","text":"a"}]},)"
            R"({"role":"assistant","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]}]})"));
}

AnswerReader::Step feed(AnswerReader& reader, std::string data, std::string* text = nullptr) {
    std::string ignored;
    return reader.on_event({.event = {}, .data = std::move(data)}, text ? *text : ignored);
}

TEST(AnthropicReader, CountsUsageOnceAndKeepsWhatALaterEventLeavesOut) {
    auto reader = make_reader();
    std::string text;
    feed(
        *reader,
        R"({"type":"message_start","message":{"id":"msg_1","model":"claude-x","usage":{"input_tokens":7,"cache_read_input_tokens":5,"cache_creation_input_tokens":3,"output_tokens":1}}})");
    feed(*reader, R"({"type":"content_block_delta","delta":{"type":"thinking_delta","thinking":"hm"}})",
         &text);
    feed(*reader, R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"hi"}})", &text);
    feed(*reader, R"({"type":"some_future_event"})");
    feed(
        *reader,
        R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":9,"input_tokens":null}})");
    EXPECT_EQ(feed(*reader, R"({"type":"message_stop"})"), AnswerReader::Step::done);
    EXPECT_TRUE(reader->complete());
    const auto& done = reader->completion();
    EXPECT_EQ(text, "hi");
    EXPECT_EQ(done.text, "hi");
    EXPECT_EQ(done.stop_reason, "length");
    EXPECT_EQ(done.response_id, "msg_1");
    EXPECT_EQ(done.usage.input, 7);
    EXPECT_EQ(done.usage.output, 9);
    EXPECT_EQ(done.usage.cache_read, 5);
    EXPECT_EQ(done.usage.cache_write, 3);
}

TEST(AnthropicTextDelta, IsReadWhereItStandsAndSaysWhatTheJsonSays) {
    for (const auto& [event, words] : std::vector<std::pair<std::string, std::string>>{
             {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}})", "hi"},
             {R"({"type":"content_block_delta","index":17,"delta":{"type":"text_delta","text":""}})", ""},
             {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" né 🦞"}   })",
              " né 🦞"},
             {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{a}"} })"
              "\t\r\n",
              "{a}"}}) {
        EXPECT_EQ(find_text_delta(event), words) << event;
        EXPECT_EQ(string_at(*object_at(parse_json(event)->as_object(), "delta"), "text"), words) << event;
    }
}

TEST(AnthropicTextDelta, IsLeftToTheJsonReaderWhenItIsWrittenInAnotherWay) {
    for (
        const auto& [event, words] : std::vector<std::pair<std::string, std::string>>{
            {R"({"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}})", "a"},
            {R"({"type": "content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})", "a"},
            {R"({"index":0,"type":"content_block_delta","delta":{"type":"text_delta","text":"a"}})", "a"},
            {R"({"type":"content_block_delta","index":0,"delta":{"text":"a","type":"text_delta"}})", "a"},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a","x":1}})",
             "a"},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"},"text":1})",
             "a"},
            {R"({"type":"content_block_delta","index":0.5,"delta":{"type":"text_delta","text":"a"}})", "a"},
            {R"({"type":"content_block_delta","index":12345678901,"delta":{"type":"text_delta","text":"a"}})",
             "a"},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\n\"b"}})",
             "a\n\"b"},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\ud83e\udd9e"}})",
             "🦞"},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"a"}})",
             ""},
            {R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":1}})", ""}}) {
        EXPECT_EQ(find_text_delta(event), std::nullopt) << event;
        std::string text;
        EXPECT_EQ(feed(*make_reader(), event, &text), AnswerReader::Step::more) << event;
        EXPECT_EQ(text, words) << event;
    }
}

TEST(AnthropicTextDelta, IsNothingThatIsNoJson) {
    const std::string whole =
        R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a"}})";
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(find_text_delta(whole.substr(0, length)), std::nullopt) << length;
    for (const auto& [cut, by] : std::vector<std::pair<std::string, std::string>>{{"\"a\"", "\"\xff\""},
                                                                                  {"\"a\"", "\"\n\""},
                                                                                  {":0", ":00"},
                                                                                  {":0", ":"},
                                                                                  {"}}", "}},"},
                                                                                  {"}}", "}}}"}}) {
        const auto event = std::string(whole).replace(whole.find(cut), cut.size(), by);
        EXPECT_EQ(find_text_delta(event), std::nullopt) << event;
    }
}

TEST(AnthropicReader, TellsStopReasonsApartAndToleratesNewOnes) {
    for (const auto& [wire, ours] :
         std::vector<std::pair<const char*, const char*>>{{"end_turn", "stop"},
                                                          {"stop_sequence", "stop"},
                                                          {"pause_turn", "stop"},
                                                          {"max_tokens", "length"},
                                                          {"tool_use", "tool_use"},
                                                          {"refusal", "refusal"},
                                                          {"something_new", "stop"}}) {
        auto reader = make_reader();
        ASSERT_TRUE(reader->on_whole(
            parse_json(
                fmt::format(R"({{"id":"m","content":[{{"type":"text","text":"x"}}],"stop_reason":"{}"}})",
                            wire))
                ->as_object()));
        EXPECT_EQ(reader->completion().stop_reason, ours) << wire;
    }
}

TEST(AnthropicReader, TakesAnyOfItsEndMarksForAnEnd) {
    const auto begun = [] {
        auto reader = make_reader();
        feed(*reader, R"({"type":"message_start","message":{"id":"m"}})");
        EXPECT_FALSE(reader->complete());
        return reader;
    };
    auto reader = begun();
    EXPECT_EQ(feed(*reader, R"({"type":"message_delta","delta":{"stop_reason":"max_tokens"}})"),
              AnswerReader::Step::more)
        << "usage may follow";
    EXPECT_TRUE(reader->complete());
    EXPECT_EQ(reader->completion().stop_reason, "length");
    reader = begun();
    EXPECT_EQ(feed(*reader, "[DONE]"), AnswerReader::Step::done);
    EXPECT_EQ(reader->completion().stop_reason, "stop");
    EXPECT_EQ(feed(*make_reader(), "[DONE]"), AnswerReader::Step::more) << "of nothing";
    reader = begun();
    feed(*reader, R"({"type":"message_delta","delta":{"stop_reason":null}})");
    EXPECT_FALSE(reader->complete());
}

TEST(AnthropicReader, FailsOnErrorsAndOnWhatItCantRead) {
    for (const auto* data : {R"({"type":"error","error":{"type":"overloaded_error"}})", "{broken", "[1]",
                             R"({"type":"message_stop"})"}) {
        EXPECT_EQ(feed(*make_reader(), data), AnswerReader::Step::failed) << data;
    }
    EXPECT_FALSE(make_reader()->on_whole(parse_json(R"({"type":"error","error":{}})")->as_object()));
    EXPECT_FALSE(make_reader()->on_whole(json::object()));
}

}  // namespace
}  // namespace openclaw::providers::anthropic
