// A model provider that answers at once, for benchmarks: POST /v1/messages in Anthropic's form, whole or
// streamed. Usage: model_provider PORT. Listens on 127.0.0.1 until it is ended.
#include <cstdlib>
#include <string>

#include "net/loop/loop.h"
#include "net/server/http_server.h"
#include "net/stream/address.h"

namespace {

using namespace openclaw;

constexpr std::size_t body_bytes_max = 16u << 20;
constexpr int pieces = 20;

std::string whole_answer() {
    return fmt::format(
        R"({{"id":"msg_1","type":"message","role":"assistant","model":"bench","content":[{{"type":"text",)"
        R"("text":"{}"}}],"stop_reason":"end_turn","usage":{{"input_tokens":20,"output_tokens":200}}}})",
        std::string(800, 'x'));
}

std::string event(std::string_view name, std::string_view data) {
    return fmt::format("event: {}\ndata: {}\n\n", name, data);
}

net::Task<void> stream(net::Exchange& exchange) {
    if (!co_await exchange.start_stream(200, {{"Content-Type", "text/event-stream"}})) co_return;
    co_await exchange.write(event(
        "message_start",
        R"({"type":"message_start","message":{"id":"msg_1","model":"bench","usage":{"input_tokens":20}}})"));
    for (int i = 0; i < pieces; ++i)
        co_await exchange.write(event(
            "content_block_delta", R"({"type":"content_block_delta","index":0,"delta":)"
                                   R"({"type":"text_delta","text":"forty bytes of an answer, no less "}})"));
    co_await exchange.write(event("message_delta",
                                  R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},)"
                                  R"("usage":{"output_tokens":200}})"));
    co_await exchange.write(event("message_stop", R"({"type":"message_stop"})"));
    co_await exchange.finish();
}

net::Task<void> answer(net::Exchange& exchange) {
    const auto body = co_await exchange.read_body(body_bytes_max);
    if (!body) co_return;
    if (body->find(R"("stream":true)") != std::string::npos)
        co_await stream(exchange);
    else
        co_await exchange.respond({200, {{"Content-Type", "application/json"}}, whole_answer()});
}

net::Task<void> for_ever(net::Loop& loop) {
    while (true) co_await loop.sleep(std::chrono::hours(24));
}

}  // namespace

int main(int count, char** arguments) {
    const long port = count == 2 ? std::strtol(arguments[1], nullptr, 10) : 0;
    if (port < 1 || port > 65535) {
        fmt::print(stderr, "usage: model_provider PORT\n");
        return 2;
    }
    net::Loop loop;
    net::HttpServer server(loop, {}, answer);
    auto listener = net::listen_tcp(loop, "127.0.0.1", static_cast<std::uint16_t>(port));
    if (!listener) {
        fmt::print(stderr, "error: {}\n", listener.error().message);
        return 1;
    }
    server.serve(std::move(*listener));
    loop.run_until(for_ever(loop));
}
