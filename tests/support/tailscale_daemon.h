#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/loop/background.h"
#include "net/stream/stream.h"

namespace openclaw::test {

// A stand-in for Tailscale's daemon at a socket: notes what it is asked and answers as it is told to. Where
// that is nothing, it keeps the connection and says nothing.
class TailscaleDaemon {
public:
    using Answers = std::function<std::string(std::string_view question)>;
    TailscaleDaemon(net::Loop& loop, const std::string& socket, Answers answers)
        : answers_(std::move(answers)),
          listener_(std::move(*net::listen_unix(loop, socket))),
          serving_(serve()) {}
    TailscaleDaemon(net::Loop& loop, const std::string& socket, std::string always)
        : TailscaleDaemon(loop, socket, [always = std::move(always)](std::string_view) { return always; }) {}

    static std::string answer(std::string_view body, std::string_view status = "200 OK") {
        return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
    }
    // That the device is this person's.
    static std::string person(std::string_view login) {
        return answer(fmt::format(
            R"({{"Node":{{"ID":1,"Name":"laptop.example.ts.net."}},"UserProfile":{{"ID":2,"LoginName":"{}"}}}})",
            login));
    }
    static std::string nobody() { return answer("no match for IP:port", "404 Not Found"); }

    std::vector<std::string> asked;

private:
    net::Task<void> serve() {
        while (true) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            std::array<char, 4096> buffer{};
            const auto count = co_await (*stream)->read(buffer, std::chrono::seconds(5));
            asked.emplace_back(buffer.data(), count.value_or(0));
            const auto says = answers_(asked.back());
            if (says.empty()) {
                silent_.push_back(std::move(*stream));
                continue;
            }
            (void)co_await (*stream)->write(says, std::chrono::seconds(5));
            co_await (*stream)->shutdown();
        }
    }

    Answers answers_;
    std::unique_ptr<net::Listener> listener_;
    std::vector<std::unique_ptr<net::Stream>> silent_;
    net::Background serving_;
};

}  // namespace openclaw::test
