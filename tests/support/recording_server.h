#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "net/loop/background.h"
#include "net/stream/stream.h"

namespace openclaw::test {

// The head of a request as it arrived: what a provider would see of us.
struct RecordedRequest {
    std::string head;

    std::string_view target() const {
        const std::string_view line = std::string_view(head).substr(0, head.find("\r\n"));
        const auto from = line.find(' ') + 1;
        return line.substr(from, line.rfind(' ') - from);
    }
    std::optional<std::string_view> header(std::string_view name) const {
        for (const auto line : split(head, '\n')) {
            const auto colon = line.find(':');
            if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
                return trimmed(line.substr(colon + 1));
        }
        return std::nullopt;
    }
};

// An HTTP/1.1 server on loopback for many requests over few connections: each is shown to `answer`, which
// gives the bytes to send back, and the connection stays open. A proxy for plain http too, because it
// doesn't care for whom a request is meant.
class RecordingServer {
public:
    using Answer = std::function<std::string(const RecordedRequest&)>;

    RecordingServer(net::Loop& loop, Answer answer) : answer_(std::move(answer)) {
        listener_ = std::move(*net::listen_tcp(loop, "127.0.0.1", 0));
        acceptor_ = net::Background(accept());
    }
    std::uint16_t port() const { return listener_->port(); }

private:
    static constexpr Milliseconds patience = std::chrono::minutes(10);

    struct Connection {
        std::unique_ptr<net::Stream> stream;
        std::string received;
        net::Background player;
    };

    net::Task<void> accept() {
        while (true) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            auto& connection = connections_.emplace_back();
            connection.stream = std::move(*stream);
            connection.player = net::Background(play(connection));
        }
    }

    net::Task<void> play(Connection& connection) {
        std::vector<char> buffer(16 * 1024);
        while (true) {
            const auto count = co_await connection.stream->read(buffer, patience);
            if (!count || *count == 0) break;
            connection.received.append(buffer.data(), *count);
            while (const auto request = next_in(connection.received)) {
                const auto bytes = answer_(*request);
                if (!co_await connection.stream->write(bytes, patience)) break;
            }
        }
        connection.stream->close();
    }

    // Takes a whole request, body and all, off the front.
    static std::optional<RecordedRequest> next_in(std::string& received) {
        const auto end = received.find("\r\n\r\n");
        if (end == std::string::npos) return std::nullopt;
        RecordedRequest request{received.substr(0, end + 2)};
        const auto length = request.header("content-length");
        const auto size = end + 4 + (length ? std::stoul(std::string(*length)) : 0);
        if (received.size() < size) return std::nullopt;
        received.erase(0, size);
        return request;
    }

    Answer answer_;
    std::unique_ptr<net::Listener> listener_;
    std::list<Connection> connections_;
    net::Background acceptor_;
};

}  // namespace openclaw::test
