#include "providers/wire/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/version.h"
#include "support/fake_clock.h"
#include "support/scripted_server.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
namespace step = test::step;

constexpr const char* key = "sk-test-wire-0123456789abcdef";

// What one API sends, and where its answer is whole.
struct Api {
    std::string name, path, stream, whole, error_event;
    std::size_t complete_at;  // bytes of `stream` that make an answer
};

const Api& anthropic_api() {
    static const Api api = [] {
        Api made;
        made.name = "anthropic-messages";
        made.path = "/v1/messages";
        made.stream =
            "event: message_start\ndata: "
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m-1\","
            "\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n"
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
            "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: ping\ndata: "
            "{\"type\":\"ping\"}\n\n"
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            "\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüße, \"}}\n\n"
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
            "\"delta\":{\"type\":\"text_delta\",\"text\":\"Welt\"}}\n\n"
            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
            "event: message_delta\ndata: "
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
            "\"usage\":{\"output_tokens\":4}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
        made.complete_at = made.stream.size();
        made.whole =
            R"({"id":"msg_1","type":"message","model":"m-1","content":[{"type":"text","text":"Grüße, Welt"}],)"
            R"("stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":4}})";
        made.error_event =
            "event: error\ndata: "
            "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        return made;
    }();
    return api;
}

const Api& openai_api() {
    static const Api api = [] {
        const std::string start =
            "data: {\"id\":\"msg_1\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":";
        const std::string answered =
            start + "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n" + start +
            "{\"content\":\"Grüße, \"},\"finish_reason\":null}]}\n\n" + start +
            "{\"content\":\"Welt\"},\"finish_reason\":null}]}\n\n" + start +
            "{},\"finish_reason\":\"stop\"}]}\n\n";
        Api made;
        made.name = "openai-completions";
        made.path = "/v1/chat/completions";
        made.complete_at = answered.size();
        made.stream =
            answered +
            "data: {\"id\":\"msg_1\",\"model\":\"m-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
            "\"completion_tokens\":4}}\n\ndata: [DONE]\n\n";
        made.whole =
            R"({"id":"msg_1","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Grüße, Welt"},)"
            R"("finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}})";
        made.error_event =
            "data: {\"error\":{\"code\":529,\"message\":\"Overloaded\",\"type\":\"overloaded_error\"}}\n\n";
        return made;
    }();
    return api;
}

std::string chunked(std::string_view body) {
    return fmt::format(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: "
        "chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        body.size(), body);
}

// Without a length: where the connection ends, the body does, and nothing in HTTP tells a cut from an end.
std::string until_closed(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{}",
                       body);
}

class AttemptTest : public testing::TestWithParam<const Api*> {
protected:
    const Api& api() const { return *GetParam(); }

    Attempted<Completion> ask(bool streamed, Milliseconds deadline = 1min) {
        CompletionRequest request;
        request.model = {"corp", "m-1"};
        request.messages = {{Message::Role::user, "hello"}};
        request.deadline = deadline;
        Endpoint endpoint;
        endpoint.provider = "corp";
        endpoint.api = api().name;
        endpoint.base = *net::parse_url(server.url("/v1"));
        endpoint.headers = configured;
        streamed_text.clear();
        DeltaSink sink;
        if (streamed) {
            sink = [this](std::string_view text) {
                streamed_text += text;
                if (on_text) on_text();
            };
        }
        auto* provider = providers->find(api().name);
        return loop.run_until(provider->complete(request, endpoint, credential, sink, abort));
    }

    void SetUp() override {
        credential.kind = "api_key";
        credential.secret = Secret(key);
    }

    net::Loop loop;
    ScriptedServer server{loop};
    net::HttpClient http{loop, {}};
    test::FakeClock clock;
    std::unique_ptr<Providers> providers = all_providers(loop, http, clock, {.demo_pace = 0ms});
    auth::Candidate credential;
    net::Headers configured;
    net::Abort abort;
    std::string streamed_text;
    std::function<void()> on_text;
};

INSTANTIATE_TEST_SUITE_P(EachApi, AttemptTest, testing::Values(&anthropic_api(), &openai_api()),
                         [](const auto& each) { return each.index == 0 ? "Anthropic" : "OpenAi"; });

void expect_the_answer(const Attempted<Completion>& answer) {
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->text, "Grüße, Welt");
    EXPECT_EQ(answer->stop_reason, "stop");
    EXPECT_EQ(answer->model, "m-1");
    EXPECT_EQ(answer->response_id, "msg_1");
    EXPECT_EQ(answer->usage.input, 3);
    EXPECT_EQ(answer->usage.output, 4);
}

TEST_P(AttemptTest, StreamsAnAnswer) {
    server.connection({step::receive(), step::send(chunked(api().stream))});
    expect_the_answer(ask(true));
    EXPECT_EQ(streamed_text, "Grüße, Welt");
    EXPECT_THAT(server.requests().at(0), testing::StartsWith("POST " + api().path + " HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests().at(0), HasSubstr(R"("stream":true)"));
}

TEST_P(AttemptTest, KeepsWhatAConfiguredHeaderCarriesOutOfAFailure) {
    configured.set("X-Team", "kaNaRy-team-header");
    const std::string said = R"({"error":{"message":"no team kaNaRy-team-header here"}})";
    for (const bool streamed : {true, false}) {
        server.connection(
            {step::receive(),
             step::send(test::answer(said, "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json"))});
        const auto answer = ask(streamed);
        EXPECT_THAT(server.requests().back(), HasSubstr("kaNaRy-team-header"));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().message, "no team [redacted] here");
    }
}

TEST_P(AttemptTest, ReadsAStreamInPiecesOfOneByte) {
    test::Script script = {
        step::receive(),
        step::send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")};
    for (const char c : api().stream) script.push_back(step::send(fmt::format("1\r\n{}\r\n", c)));
    script.push_back(step::send("0\r\n\r\n"));
    server.connection(script);
    expect_the_answer(ask(true));
}

TEST_P(AttemptTest, AnswersInOnePiece) {
    server.connection(
        {step::receive(),
         step::send(test::answer(api().whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json"))});
    expect_the_answer(ask(false));
    EXPECT_THAT(server.requests().at(0), HasSubstr(R"("stream":false)"));
}

TEST_P(AttemptTest, TakesAnAnswerInOnePieceFromAServerThatCantStream) {
    server.connection(
        {step::receive(),
         step::send(test::answer(api().whole, "HTTP/1.1 200 OK\r\nContent-Type: application/json"))});
    expect_the_answer(ask(true));
    EXPECT_EQ(streamed_text, "Grüße, Welt");
}

TEST_P(AttemptTest, NeverTakesACutStreamForAnAnswer) {
    for (std::size_t cut = 0; cut < api().stream.size(); ++cut) {
        server.connection({step::receive(), step::send(until_closed(api().stream.substr(0, cut)))});
        const auto answer = ask(true);
        if (cut >= api().complete_at) {
            ASSERT_TRUE(answer) << cut;
            EXPECT_EQ(answer->text, "Grüße, Welt");
            continue;
        }
        ASSERT_FALSE(answer) << "cut after " << cut << " bytes";
        EXPECT_EQ(answer.error().reason, Reason::network) << cut;
        EXPECT_EQ(answer.error().partial, !streamed_text.empty()) << cut;
        EXPECT_EQ(answer.error().status, 0);
    }
}

TEST_P(AttemptTest, TakesATornConnectionForAFailure) {
    const auto bytes = chunked(api().stream);
    const auto cut = bytes.find(api().stream) + api().complete_at - 1;
    server.connection({step::receive(), step::send(bytes.substr(0, cut))});
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::network);
    EXPECT_TRUE(answer.error().partial);
}

TEST_P(AttemptTest, TellsRefusalsApartAndReadsTheTimeToWait) {
    const std::vector<std::pair<std::string, Reason>> cases = {
        {"401 Unauthorized", Reason::auth},
        {"402 Payment Required", Reason::billing},
        {"403 Forbidden", Reason::auth},
        {"429 Too Many Requests", Reason::rate_limit},
        {"500 Internal Server Error", Reason::server_error},
        {"529 Overloaded", Reason::overloaded},
        {"307 Temporary Redirect", Reason::format}};
    for (const auto& [status, reason] : cases) {
        const auto head =
            fmt::format("HTTP/1.1 {}\r\nContent-Type: application/json\r\nRetry-After: 7", status);
        server.connection(
            {step::receive(),
             step::send(test::answer(fmt::format(R"({{"error":{{"message":"no {}"}}}})", key), head))});
        const auto answer = ask(true);
        ASSERT_FALSE(answer) << status;
        EXPECT_EQ(answer.error().reason, reason) << status;
        EXPECT_EQ(std::to_string(answer.error().status), status.substr(0, 3));
        EXPECT_THAT(answer.error().message, Not(HasSubstr(key)));
        if (reason == Reason::rate_limit || reason == Reason::overloaded)
            EXPECT_EQ(answer.error().retry_after, 7s);
        EXPECT_FALSE(answer.error().partial);
    }
}

TEST_P(AttemptTest, FailsOnAnErrorInsideAStream) {
    const auto half = api().stream.substr(0, api().stream.find("Welt"));
    const auto whole_events = half.substr(0, half.rfind("\n\n") + 2);
    server.connection({step::receive(), step::send(chunked(whole_events + api().error_event))});
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::overloaded);
    EXPECT_EQ(answer.error().status, 529);
    EXPECT_EQ(answer.error().message, "Overloaded");
    EXPECT_TRUE(answer.error().partial);
    EXPECT_EQ(streamed_text, "Grüße, ");
}

TEST_P(AttemptTest, LosesOneCharacterToABrokenByte) {
    auto stream = api().stream;
    stream.replace(stream.find("Welt"), 1, "\xff\xc3");
    server.connection({step::receive(), step::send(chunked(stream))});
    const auto answer = ask(true);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(streamed_text, "Gr\u00fc\u00dfe, \ufffd\ufffdelt");
}

TEST_P(AttemptTest, StopsAtOnceWhenTheCallerGoes) {
    const auto half = api().stream.substr(0, api().stream.find("Welt"));
    server.connection({step::receive(), step::send(until_closed(half)), step::await_end()});
    on_text = [this] { abort.request(); };
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().aborted);
    EXPECT_TRUE(answer.error().partial);
    loop.run_until(server.ended(1));
}

TEST_P(AttemptTest, GivesUpWhenTheDeadlineHasPassed) {
    server.connection({step::receive(), step::await_end()});
    const auto answer = ask(true, 20ms);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::timeout);
    EXPECT_FALSE(answer.error().aborted);
}

TEST_P(AttemptTest, ReadsNoMoreOfAnErrorThanItsBound) {
    server.connection(
        {step::receive(),
         step::send("HTTP/1.1 500 Oops\r\nContent-Length: 1000000000\r\n\r\n" + std::string(200000, 'x')),
         step::await_end()});
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::server_error);
    EXPECT_LE(answer.error().message.size(), 600u);
}

TEST_P(AttemptTest, SaysWhenAPageOrNonsenseComesBack) {
    server.connection(
        {step::receive(), step::send(test::answer("<html><title>Log in</title></html>",
                                                  "HTTP/1.1 200 OK\r\nContent-Type: text/html"))});
    auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::format);
    EXPECT_THAT(answer.error().message, HasSubstr("a web page instead of an answer: Log in"));
    for (const auto* body : {"{}", "[]", "nonsense", ""}) {
        server.connection({step::receive(), step::send(test::answer(
                                                body, "HTTP/1.1 200 OK\r\nContent-Type: application/json"))});
        answer = ask(false);
        ASSERT_FALSE(answer) << body;
        EXPECT_EQ(answer.error().reason, Reason::server_error) << body;
    }
}

TEST_P(AttemptTest, FailsAsNetworkWhenNobodyListens) {
    server.stop_listening();
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::network);
    EXPECT_EQ(answer.error().status, 0);
}

TEST_P(AttemptTest, SendsTheCredentialOnceAndOurOwnName) {
    server.connection({step::receive(), step::send(chunked(api().stream))});
    ASSERT_TRUE(ask(true));
    const auto& sent = server.requests().at(0);
    const bool anthropic = GetParam() == &anthropic_api();
    EXPECT_THAT(sent, HasSubstr(anthropic ? fmt::format("\r\nx-api-key: {}\r\n", key)
                                          : fmt::format("\r\nauthorization: Bearer {}\r\n", key)));
    EXPECT_EQ(sent.find(key), sent.rfind(key));
    EXPECT_THAT(sent, HasSubstr(fmt::format("\r\nuser-agent: openclaw/{}\r\n", version())));
}

TEST_P(AttemptTest, SendsNoCredentialToAKeylessServer) {
    credential.secret.reset();
    credential.kind = "none";
    server.connection({step::receive(), step::send(chunked(api().stream))});
    ASSERT_TRUE(ask(true));
    EXPECT_THAT(server.requests().at(0), Not(HasSubstr("authorization:")));
    EXPECT_THAT(server.requests().at(0), Not(HasSubstr("x-api-key:")));
}

TEST_P(AttemptTest, RefusesACredentialThatCouldEndAHeader) {
    credential.secret = Secret("sk-test\r\nx-evil: 1");
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::auth);
    EXPECT_EQ(server.connections(), 0u);
}

TEST(WireText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(wire_text("Grüße 🦞"), "Grüße 🦞");
    EXPECT_EQ(wire_text("a\xff"
                        "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(wire_text("\xed\xa0\xbd ü"),
              "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD ü");  // an unpaired surrogate
    EXPECT_EQ(wire_text("ü\xc3"), "ü\xEF\xBF\xBD");
}

}  // namespace
}  // namespace openclaw::providers
