#include "providers/wire/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/broken_text.h"
#include "base/version.h"
#include "providers/wire/openai/chat.h"
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
        made.complete_at = made.stream.find("event: message_stop");
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
        request.bytes_max = bytes_max;
        request.room = room;
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
    std::size_t bytes_max = answer_bytes_max_default;
    Room room;
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
    for (std::size_t cut = 1; cut < api().stream.size(); ++cut) {
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
        {"307 Temporary Redirect", Reason::wrong_address}};
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
    EXPECT_EQ(answer.error().status, GetParam() == &openai_api() ? 529 : 0) << "what the event says";
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

TEST_P(AttemptTest, LosesOneCharacterToABrokenByteOfAnAnswerInOnePiece) {
    for (const char* broken : {"\xff", "\xe9", "\xf0\x9f\x98"}) {
        auto whole = api().whole;
        whole.replace(whole.find("Welt"), 1, broken);
        server.connection({step::receive(), step::send(test::answer(whole))});
        const auto answer = ask(false);
        ASSERT_TRUE(answer) << answer.error().message;
        EXPECT_EQ(answer->text, "Gr\u00fc\u00dfe, \ufffdelt");
    }
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
    EXPECT_EQ(answer.error().reason, Reason::wrong_address);
    EXPECT_EQ(answer.error().status, 0);
    EXPECT_THAT(answer.error().message, HasSubstr("answered 200: a web page instead of an answer: Log in"));
    EXPECT_THAT(answer.error().message, HasSubstr(server.url(api().path)));
    for (const auto* body : {"{}", "[]", "nonsense", ""}) {
        server.connection({step::receive(), step::send(test::answer(
                                                body, "HTTP/1.1 200 OK\r\nContent-Type: application/json"))});
        answer = ask(false);
        ASSERT_FALSE(answer) << body;
        EXPECT_EQ(answer.error().reason, Reason::server_error) << body;
    }
}

TEST_P(AttemptTest, SaysThatAStreamHeldNothing) {
    server.connection({step::receive(), step::send(until_closed(""))});
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::server_error);
    EXPECT_EQ(answer.error().status, 0);
    EXPECT_EQ(answer.error().message, "corp answered 200 with nothing in it");
}

// Whatever the Content-Type says and whatever was asked for.
TEST_P(AttemptTest, ReadsWhatTheBytesAre) {
    for (const auto* type : {"application/json", "text/event-stream", "text/html", "text/plain"}) {
        const auto head = fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}", type);
        for (const auto& body : {api().stream, "\r\n\r\n: a comment\n\n" + api().stream, api().whole,
                                 "\xEF\xBB\xBF\n \n" + api().whole}) {
            for (const bool streamed : {true, false}) {
                server.connection({step::receive(), step::send(test::answer(body, head))});
                expect_the_answer(ask(streamed));
                EXPECT_EQ(streamed_text, streamed ? "Grüße, Welt" : "");
            }
        }
    }
}

TEST_P(AttemptTest, FollowsARedirectOnTheSameServerTwice) {
    for (const auto* target : {"/v1/", "/v2/"})
        server.connection(
            {step::receive(),
             step::send(test::answer("", fmt::format("HTTP/1.1 307 Moved\r\nLocation: {}", target)))});
    server.connection({step::receive(), step::send(chunked(api().stream))});
    expect_the_answer(ask(true));
    EXPECT_THAT(server.requests().at(2), testing::StartsWith("POST /v2/ HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests().at(2), HasSubstr(key));
}

TEST_P(AttemptTest, NamesTheTargetOfARedirectThatItDoesNotFollow) {
    ScriptedServer other(loop);
    for (const auto* status : {"308 Permanent Redirect", "302 Found"}) {
        const auto head = fmt::format("HTTP/1.1 {}\r\nLocation: {}", status, other.url("/api?k=kaNaRy"));
        server.connection({step::receive(), step::send(test::answer("", head))});
        const auto answer = ask(true);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().reason, Reason::wrong_address);
        EXPECT_THAT(answer.error().message, HasSubstr("it is at " + other.url("/api")));
        EXPECT_THAT(answer.error().message, HasSubstr("models.providers.corp.baseUrl"));
        EXPECT_THAT(answer.error().message, Not(HasSubstr("kaNaRy")));
    }
    EXPECT_EQ(other.connections(), 0u);
}

TEST_P(AttemptTest, StopsAnAnswerThatGrowsPastItsBound) {
    bytes_max = 100;
    auto stream = api().stream;
    stream.replace(stream.find("Welt"), 4, std::string(200, 'x'));
    server.connection({step::receive(), step::send(chunked(stream))});
    auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::no_answer);
    EXPECT_THAT(answer.error().message, HasSubstr("100 bytes, by agents.defaults.maxAnswerBytes"));
    EXPECT_TRUE(answer.error().partial);
    // What is no text has a bound too: comments without end, reasoning.
    server.connection({step::receive(), step::send(until_closed(": " + std::string(20'000, '.') + "\n")),
                       step::await_end()});
    answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::no_answer);
    EXPECT_FALSE(answer.error().partial);
    auto whole = api().whole;
    whole.replace(whole.find("Welt"), 4, std::string(300, 'x'));
    server.connection({step::receive(), step::send(test::answer(whole))});
    answer = ask(false);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::no_answer);
}

// A reader who is slow once, until `free`.
struct SlowReader {
    explicit SlowReader(net::Loop& loop) : free(loop) {}
    net::Task<void> take(net::Abort abort) {
        if (std::exchange(asked, true)) co_return;
        if (on_full) on_full();
        co_await free.wait_for(std::chrono::hours(1), abort);
    }
    net::Event free;
    bool asked = false;
    std::function<void()> on_full;
};

TEST_P(AttemptTest, ReadsOnlyWhatItsReaderHasRoomFor) {
    SlowReader reader(loop);
    reader.on_full = [this] { server.open("more"); };
    room = [&](net::Abort given) { return reader.take(std::move(given)); };
    std::string when_sent;
    const auto half = api().stream.find("Welt");
    server.connection({step::receive(), step::send(until_closed(api().stream.substr(0, half))),
                       step::await_gate("more"), step::send(api().stream.substr(half)), step::call([&] {
                           when_sent = streamed_text;
                           reader.free.notify();
                       })});
    expect_the_answer(ask(true));
    EXPECT_TRUE(reader.asked);
    EXPECT_EQ(when_sent, "Grüße, ") << "the rest was read before there was room";
}

TEST_P(AttemptTest, WaitsForNoRoomOnceItsCallerHasGone) {
    SlowReader reader(loop);
    room = [&](net::Abort given) { return reader.take(std::move(given)); };
    reader.on_full = [this] { abort.request(); };
    const auto half = api().stream.find("Welt");
    server.connection(
        {step::receive(), step::send(until_closed(api().stream.substr(0, half))), step::await_end()});
    const auto answer = ask(true);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().aborted);
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

// Chat Completions without a word in them, streamed and whole.
struct Silent {
    std::string delta, finish, usage, said;
};

class SilentAnswer : public AttemptTest {
protected:
    Attempted<Completion> ask_for(const Silent& silent, bool streamed) {
        const auto usage = silent.usage.empty() ? std::string() : R"(,"usage":)" + silent.usage;
        const auto body = streamed
                              ? fmt::format(
                                    "data: {{\"choices\":[{{\"delta\":{},\"finish_reason\":\"{}\"}}]{}}}\n\n"
                                    "data: [DONE]\n\n",
                                    silent.delta, silent.finish, usage)
                              : fmt::format(R"({{"choices":[{{"message":{},"finish_reason":"{}"}}]{}}})",
                                            silent.delta, silent.finish, usage);
        server.connection({step::receive(), step::send(test::answer(body))});
        return ask(streamed);
    }
};
INSTANTIATE_TEST_SUITE_P(OpenAi, SilentAnswer, testing::Values(&openai_api()));

TEST_P(SilentAnswer, IsToldAsWhatItIs) {
    const std::vector<Silent> cases = {
        {R"({"content":""})", "stop", R"({"completion_tokens":812})",
         "corp said nothing; 812 tokens were used"},
        {R"({"content":" \n"})", "stop", R"({"completion_tokens":2})",
         "corp said nothing; 2 tokens were used"},
        {R"({"content":null,"reasoning_content":"Hmm"})", "length", R"({"completion_tokens":64})",
         "corp sent nothing but its reasoning before it met its limit of tokens; 64 tokens were used"},
        {R"({"content":[{"type":"thinking","thinking":"Hmm"}]})", "stop", "",
         "corp sent nothing but its reasoning"},
        {R"({"tool_calls":[{"index":0,"function":{"name":"f","arguments":"{}"}}]})", "tool_calls", "",
         "corp called tools that it was not offered, and said nothing"},
        {R"({"content":"","function_call":{"name":"f","arguments":"{}"}})", "stop", "",
         "corp called tools that it was not offered, and said nothing"},
        {R"({"content":""})", "content_filter", "", "corp held its answer back (refused or filtered)"}};
    for (const auto& silent : cases) {
        for (const bool streamed : {true, false}) {
            const auto answer = ask_for(silent, streamed);
            ASSERT_FALSE(answer) << silent.said;
            EXPECT_EQ(answer.error().reason, Reason::no_answer);
            EXPECT_EQ(answer.error().status, 0);
            EXPECT_EQ(answer.error().message, silent.said);
        }
    }
}

TEST_P(SilentAnswer, IsAnAnswerWhereNothingWasUsedOrWordsCameToo) {
    auto answer = ask_for({R"({"content":""})", "stop", R"({"completion_tokens":0})", ""}, true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, "");
    answer =
        ask_for({R"({"content":"Yes","reasoning":"Hmm"})", "stop", R"({"completion_tokens":9})", ""}, true);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, "Yes");
}

class AnthropicAttempt : public AttemptTest {};
INSTANTIATE_TEST_SUITE_P(Anthropic, AnthropicAttempt, testing::Values(&anthropic_api()));

TEST_P(AnthropicAttempt, TellsToolsAndThoughtsWithoutAWord) {
    for (const auto& [block, said] : std::vector<std::pair<std::string, std::string>>{
             {R"({"type":"tool_use","id":"t","name":"f","input":{}})",
              "called tools that it was not offered"},
             {R"({"type":"thinking","thinking":"Hmm"})",
              "sent nothing but its reasoning; 4 tokens were used"}}) {
        server.connection({step::receive(),
                           step::send(test::answer(fmt::format(
                               R"({{"id":"m","type":"message","model":"m-1","content":[{}],)"
                               R"("stop_reason":"end_turn","usage":{{"input_tokens":3,"output_tokens":4}}}})",
                               block)))});
        const auto answer = ask(false);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().reason, Reason::no_answer);
        EXPECT_THAT(answer.error().message, HasSubstr(said));
    }
}

// The patience that stands between a whole answer and its caller is the only time that passes here.
class OpenEnd : public AttemptTest {
protected:
    Attempted<Completion> ask_patiently(Milliseconds after_end) {
        Attempt attempt{.request = {.method = "POST", .url = *net::parse_url(server.url("/v1"))},
                        .provider = "corp",
                        .credential = {},
                        .streamed = true,
                        .deadline = 1min};
        return loop.run_until(make_attempt(
            {loop, http, clock, after_end}, std::move(attempt), openai::make_reader(),
            [](std::string_view) {}, abort));
    }
    std::string answered() const { return api().stream.substr(0, api().complete_at); }
};
INSTANTIATE_TEST_SUITE_P(OpenAi, OpenEnd, testing::Values(&openai_api()));

TEST_P(OpenEnd, ReachesTheCallerThoughTheConnectionStaysOpen) {
    server.connection({step::receive(), step::send(until_closed(answered())), step::await_end()});
    auto answer = ask_patiently(1ms);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->text, "Grüße, Welt");
    // Comments that keep coming hold nothing up.
    test::Script script = {step::receive(), step::send(until_closed(answered()))};
    for (int i = 0; i < 20'000; ++i) script.push_back(step::send(": still here\n\n"));
    script.push_back(step::await_end());
    server.connection(std::move(script));
    answer = ask_patiently(1ms);
    ASSERT_TRUE(answer) << answer.error().message;
}

TEST_P(OpenEnd, WaitsForTheUsageThatFollows) {
    server.connection({step::receive(), step::send(until_closed(answered())),
                       step::send(api().stream.substr(api().complete_at))});
    const auto answer = ask_patiently(1min);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->usage.output, 4);
}

TEST_P(OpenEnd, IsStillACancelledRequestWhereTheCallerLeaves) {
    server.connection({step::receive(), step::send(until_closed(answered())),
                       step::call([this] { abort.request(); }), step::await_end()});
    const auto answer = ask_patiently(1min);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().aborted);
}

TEST(WireText, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(well_formed("Grüße 🦞"), "Grüße 🦞");
    EXPECT_EQ(well_formed("a\xff"
                          "b"),
              "a\xEF\xBF\xBD"
              "b");
    EXPECT_EQ(well_formed("\xed\xa0\xbd ü"),
              "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD ü");  // an unpaired surrogate
    EXPECT_EQ(well_formed("ü\xc3"), "ü\xEF\xBF\xBD");
}

}  // namespace
}  // namespace openclaw::providers
