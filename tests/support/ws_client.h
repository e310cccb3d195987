#pragma once

#include <gtest/gtest.h>

#include <deque>

#include "base/json.h"
#include "net/stream/stream.h"
#include "net/websocket/websocket.h"

namespace openclaw::test {

// A gateway's client for tests, driven from ordinary code: each call runs the loop until it is done.
class WsClient {
public:
    WsClient(net::Loop& loop, const std::string& host, std::uint16_t port, net::Headers headers = {})
        : loop_(loop) {
        open(loop.run_until(net::connect_tcp(loop, {.host = host, .port = port}, deadline)), port,
             std::move(headers));
    }
    WsClient(net::Loop& loop, const std::string& socket_path) : loop_(loop) {
        open(loop.run_until(net::connect_unix(loop, {.path = socket_path}, deadline)), 80, {});
    }

    // Over a stream that stands, such as one over TLS.
    WsClient(net::Loop& loop, Result<std::unique_ptr<net::Stream>> stream, std::uint16_t port,
             net::Headers headers = {})
        : loop_(loop) {
        open(std::move(stream), port, std::move(headers));
    }

    bool connected() const { return socket_ != nullptr; }
    const Error& problem() const { return problem_; }

    // The next frame, or an empty object when the socket has closed.
    json::object next() {
        if (!kept_.empty()) {
            auto frame = std::move(kept_.front());
            kept_.pop_front();
            return frame;
        }
        return read();
    }
    // The next event of that name; other frames are kept for later.
    json::object event(std::string_view name) {
        return find(
            [&](const json::object& frame) { return string_at(frame, "event").value_or("") == name; });
    }
    json::object response(std::string_view id) {
        return find([&](const json::object& frame) { return string_at(frame, "id").value_or("") == id; });
    }
    void send(std::string text) {
        EXPECT_TRUE(socket_) << problem_.message;
        if (socket_) socket_->send(std::move(text));
    }
    // Sends a request and gives its first answer.
    json::object call(std::string_view method, std::string_view params = "{}") {
        const auto id = send_request(method, params);
        return response(id);
    }
    std::string send_request(std::string_view method, std::string_view params = "{}") {
        const auto id = fmt::format("r{}", ++requests_);
        send(fmt::format(R"({{"type":"req","id":"{}","method":"{}","params":{}}})", id, method, params));
        return id;
    }
    // The payload of an answer that must be good.
    json::object payload(std::string_view method, std::string_view params = "{}") {
        const auto answer = call(method, params);
        const auto* found = object_at(answer, "payload");
        EXPECT_TRUE(found != nullptr) << method << ": " << json::serialize(answer);
        return found ? *found : json::object{};
    }
    std::string error(std::string_view method, std::string_view params = "{}") {
        const auto answer = call(method, params);
        const auto* found = object_at(answer, "error");
        return found ? std::string(string_at(*found, "code").value_or("")) + ": " +
                           std::string(string_at(*found, "message").value_or(""))
                     : "no error: " + json::serialize(answer);
    }

    json::object connect(const std::string& token, const std::string& scopes = "[]", int protocol = 3,
                         const std::string& mode = "test") {
        const auto auth = token.empty() ? std::string() : fmt::format(R"(,"auth":{{"token":"{}"}})", token);
        return call(
            "connect",
            fmt::format(R"({{"minProtocol":{0},"maxProtocol":{0},"client":{{"id":"test","mode":"{1}",)"
                        R"("version":"1.0.0","platform":"linux"}},"role":"operator","scopes":{2}{3}}})",
                        protocol, mode, scopes, auth));
    }

    // Reads until the socket closes: code and reason.
    std::string closed() {
        while (socket_ && !read().empty()) {
        }
        return socket_
                   ? fmt::format("{} {}", socket_->closed_by_peer().code, socket_->closed_by_peer().reason)
                   : "";
    }
    void close() {
        if (socket_) loop_.run_until(socket_->close(1000, ""));
    }
    void abort() {
        if (socket_) socket_->abort();
    }
    net::WebSocket& socket() { return *socket_; }

private:
    static constexpr Milliseconds deadline = std::chrono::seconds(10);

    void open(Result<std::unique_ptr<net::Stream>> stream, std::uint16_t port, net::Headers headers) {
        if (!stream) {
            problem_ = stream.error();
            return;
        }
        const net::Url url{.scheme = "ws", .host = "127.0.0.1", .port = port, .target = "/"};
        auto socket = loop_.run_until(net::websocket_handshake(
            loop_, std::move(*stream), url, std::move(headers), {.message_bytes = 4u << 20}, deadline));
        if (socket)
            socket_ = std::move(*socket);
        else
            problem_ = socket.error();
    }
    json::object read() {
        if (!socket_) return {};
        auto message = loop_.run_until(socket_->receive(deadline));
        if (!message) {
            EXPECT_NE(message.error().code, Code::timed_out) << "nothing came";
            return {};
        }
        auto frame = parse_json(message->data);
        EXPECT_TRUE(frame && frame->is_object()) << message->data;
        return frame && frame->is_object() ? frame->get_object() : json::object{};
    }
    template <class Matches>
    json::object find(Matches matches) {
        for (auto kept = kept_.begin(); kept != kept_.end(); ++kept)
            if (matches(*kept)) {
                auto frame = std::move(*kept);
                kept_.erase(kept);
                return frame;
            }
        while (true) {
            auto frame = read();
            if (frame.empty() || matches(frame)) return frame;
            kept_.push_back(std::move(frame));
        }
    }

    net::Loop& loop_;
    std::unique_ptr<net::WebSocket> socket_;
    Error problem_;
    std::deque<json::object> kept_;
    int requests_ = 0;
};

}  // namespace openclaw::test
