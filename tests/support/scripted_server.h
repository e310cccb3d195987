#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/loop/background.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"

namespace openclaw::test {

// One thing that a scripted server does on a connection.
struct Step {
    enum class Kind { receive, send, call, await_gate, await_end };
    Kind kind;
    std::string text = {};  // what to send, or the gate's name
    std::function<void()> action = {};
};
namespace step {
inline Step receive() {
    return {.kind = Step::Kind::receive};
}  // one HTTP/1.1 request, body and all
inline Step send(std::string bytes) {
    return {.kind = Step::Kind::send, .text = std::move(bytes)};
}
inline Step call(std::function<void()> what) {
    return {.kind = Step::Kind::call, .action = std::move(what)};
}
// Goes on when the test calls open(gate): order by event, not by time.
inline Step await_gate(std::string gate) {
    return {.kind = Step::Kind::await_gate, .text = std::move(gate)};
}
inline Step await_end() {
    return {.kind = Step::Kind::await_end};
}  // until the client has left
}  // namespace step
using Script = std::vector<Step>;

// An HTTP/1.1 answer with a content-length.
inline std::string answer(std::string_view body, std::string_view head = "HTTP/1.1 200 OK") {
    return fmt::format("{}\r\nContent-Length: {}\r\n\r\n{}", head, body.size(), body);
}

// A server on loopback that plays one script for each connection, in order; at a script's end it closes.
// With a TLS context it speaks TLS. Connections beyond the scripts are closed at once, but counted.
class ScriptedServer {
public:
    explicit ScriptedServer(net::Loop& loop, std::shared_ptr<net::TlsServerContext> tls = nullptr)
        : tls_(std::move(tls)), changed_(loop) {
        listener_ = std::move(*net::listen_tcp(loop, "127.0.0.1", 0));
        acceptor_ = net::Background(accept());
    }

    void connection(Script script) { scripts_.push_back(std::move(script)); }
    // Plays the same script on every connection that has none of its own.
    void always(Script script) { always_ = std::move(script); }
    void open(const std::string& gate) {
        open_gates_.push_back(gate);
        changed_.notify();
    }
    void stop_listening() { listener_->close(); }

    std::uint16_t port() const { return listener_->port(); }
    std::string url(std::string_view target = "/") const {
        return fmt::format("{}://{}:{}{}", tls_ ? "https" : "http", tls_ ? "localhost" : "127.0.0.1", port(),
                           target);
    }
    std::size_t connections() const { return accepted_; }
    const std::vector<std::string>& requests() const { return requests_; }  // raw, in order of arrival

    // Until so many clients have left (or were left).
    net::Task<void> ended(std::size_t count) {
        while (ended_ < count) co_await changed_.wait();
    }

private:
    static constexpr Milliseconds patience = std::chrono::seconds(60);

    struct Connection {
        std::unique_ptr<net::Stream> stream;
        std::string received;
        net::Background player;
    };

    net::Task<void> accept() {
        while (true) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            ++accepted_;
            Script script = always_;
            if (!scripts_.empty()) {
                script = std::move(scripts_.front());
                scripts_.pop_front();
            }
            auto& connection = connections_.emplace_back();
            connection.stream = std::move(*stream);
            connection.player = net::Background(play(connection, std::move(script)));
        }
    }

    net::Task<void> play(Connection& connection, Script script) {
        bool going = true;
        if (tls_) {
            auto secured = co_await tls_->handshake(std::move(connection.stream), patience);
            going = secured.has_value();
            if (secured) connection.stream = std::move(*secured);
        }
        for (auto each = script.begin(); going && each != script.end(); ++each) {
            going = co_await perform(connection, *each);
        }
        if (connection.stream) {
            co_await connection.stream->shutdown();
            connection.stream->close();
        }
        ++ended_;
        changed_.notify();
    }

    net::Task<bool> perform(Connection& connection, const Step& what) {
        switch (what.kind) {
            case Step::Kind::receive:
                co_return co_await receive(connection);
            case Step::Kind::send: {
                auto sent = co_await connection.stream->write(what.text, patience);
                co_return sent.has_value();
            }
            case Step::Kind::call:
                what.action();
                co_return true;
            case Step::Kind::await_gate:
                while (std::ranges::find(open_gates_, what.text) == open_gates_.end()) {
                    co_await changed_.wait();
                }
                co_return true;
            case Step::Kind::await_end:
                while (co_await read(connection)) connection.received.clear();
                co_return false;
        }
        co_return false;
    }

    net::Task<bool> receive(Connection& connection) {
        std::string& text = connection.received;
        while (true) {
            const std::size_t head = text.find("\r\n\r\n");
            const std::size_t size = head == std::string::npos ? head : head + 4 + length_in(text);
            if (head != std::string::npos && text.size() >= size) {
                requests_.push_back(text.substr(0, size));
                text.erase(0, size);
                changed_.notify();
                co_return true;
            }
            if (!co_await read(connection)) co_return false;
        }
    }

    net::Task<bool> read(Connection& connection) {
        std::vector<char> buffer(16 * 1024);
        const auto count = co_await connection.stream->read(buffer, patience);
        if (!count || *count == 0) co_return false;
        connection.received.append(buffer.data(), *count);
        co_return true;
    }

    static std::size_t length_in(std::string_view request) {
        constexpr std::string_view field = "\r\nContent-Length: ";
        const std::size_t found = request.find(field);
        if (found == std::string_view::npos) return 0;
        return std::stoul(std::string(request.substr(found + field.size(), 12)));
    }

    std::shared_ptr<net::TlsServerContext> tls_;
    std::unique_ptr<net::Listener> listener_;
    std::deque<Script> scripts_;
    Script always_;
    std::vector<std::string> open_gates_;
    std::vector<std::string> requests_;
    std::size_t accepted_ = 0;
    std::size_t ended_ = 0;
    net::Event changed_;
    std::list<Connection> connections_;  // last: their players end first
    net::Background acceptor_;
};

}  // namespace openclaw::test
