#include "net/client/socks5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/client/http_client.h"
#include "support/scripted_server.h"

namespace openclaw::net {
namespace {

using namespace std::string_literals;
using test::answer;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto patience = std::chrono::seconds(60);

// What a proxy says in one conversation: its choice of a method, its verdict on the login (empty: none is
// asked for), its reply to the request, and what the target says then. It closes after half a choice, and
// where nothing is left to say.
struct Conversation {
    std::string choice = "\x05\x00"s;
    std::string verdict = {};
    std::string reply = "\x05\x00\x00\x01\x7f\x00\x00\x01\x1f\x90"s;
    std::string target = answer("through");
};

// A SOCKS5 proxy on loopback that plays conversations and keeps what it heard. It reads as much as the
// protocol announces, and sends its answers byte by byte.
class SocksProxy {
public:
    SocksProxy(Loop& loop, std::vector<Conversation> conversations)
        : listener_(std::move(*listen_tcp(loop, "127.0.0.1", 0))),
          conversations_(std::move(conversations)),
          serving_(serve()) {}

    std::uint16_t port() const { return port_; }
    void stop_listening() { listener_->close(); }
    std::vector<std::string> methods, logins, requests, to_target;

private:
    Task<void> serve() {
        for (const auto& conversation : conversations_) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            co_await play(**stream, conversation);
            co_await (*stream)->shutdown();
            (*stream)->close();
        }
    }

    Task<std::string> read(Stream& stream, std::size_t size) {
        std::string text(size, '\0');
        for (std::size_t have = 0; have < size;) {
            const auto count = co_await stream.read({text.data() + have, size - have}, patience);
            if (!count || *count == 0) co_return text.substr(0, have);
            have += *count;
        }
        co_return text;
    }

    Task<bool> say(Stream& stream, const std::string& bytes) {
        for (const char byte : bytes) {
            if (!co_await stream.write({&byte, 1}, patience)) co_return false;
            if (!co_await stream.drain(patience)) co_return false;
        }
        co_return !bytes.empty();
    }

    Task<void> play(Stream& stream, const Conversation& conversation) {
        auto greeting = co_await read(stream, 2);
        greeting += co_await read(stream, greeting.size() == 2 ? std::size_t(greeting[1]) : 0);
        methods.push_back(greeting);
        if (!co_await say(stream, conversation.choice) || conversation.choice.size() < 2) co_return;
        if (!conversation.verdict.empty()) {
            auto login = co_await read(stream, 2);
            login += co_await read(stream, std::size_t(login.at(1)) + 1);
            login += co_await read(stream, std::size_t(login.back()));
            logins.push_back(login);
            if (!co_await say(stream, conversation.verdict)) co_return;
        }
        auto request = co_await read(stream, 5);
        if (request.size() < 5) co_return;
        const std::size_t address = request[3] == 1 ? 3 : request[3] == 4 ? 15 : std::size_t(request[4]);
        request += co_await read(stream, address + 2);
        requests.push_back(request);
        if (!co_await say(stream, conversation.reply) || conversation.target.empty()) co_return;
        std::string heard = co_await read(stream, 1);
        while (heard.starts_with('G') && heard.find("\r\n\r\n") == heard.npos) {
            auto byte = co_await read(stream, 1);
            if (byte.empty()) break;
            heard += byte;
        }
        to_target.push_back(heard);
        co_await say(stream, conversation.target);
    }

    std::unique_ptr<Listener> listener_;
    std::uint16_t port_ = listener_->port();
    std::vector<Conversation> conversations_;
    Background serving_;
};

class Socks5Test : public testing::Test {
protected:
    void proxies(std::vector<Conversation> conversations) { proxy.emplace(loop, std::move(conversations)); }
    Result<std::string> get(const std::string& url, const std::string& scheme,
                            const std::string& user_info = {}) {
        const auto address = fmt::format("{}://{}127.0.0.1:{}", scheme, user_info, proxy->port());
        HttpClient client(
            loop, {.proxy = ProxySettings::from([&](std::string_view name) -> std::optional<std::string> {
                       return name == "ALL_PROXY" ? std::optional(address) : std::nullopt;
                   })});
        return loop.run_until(fetch(client, url));
    }
    static Task<Result<std::string>> fetch(HttpClient& client, std::string url) {
        auto response = co_await client.send({.url = *parse_url(url)});
        if (!response) co_return std::unexpected(response.error());
        co_return co_await read_all(*response->body, 1 << 20);
    }
    // Whether the proxy reaches one of several addresses.
    bool reach(const std::vector<std::string>& addresses) {
        const auto settings = ProxySettings::from([&](std::string_view name) -> std::optional<std::string> {
            return name == "ALL_PROXY" ? std::optional(fmt::format("socks5://127.0.0.1:{}", proxy->port()))
                                       : std::nullopt;
        });
        const auto target = *parse_url("http://api.test/");
        const Connecting how{.loop = loop,
                             .route = {target, **settings.for_http},
                             .tls = {},
                             .header_bytes_max = 0,
                             .end = loop.now() + patience,
                             .abort = {}};
        return loop.run_until(connect_through_socks5(how, addresses)).has_value();
    }
    Error refusal(const Conversation& conversation, const std::string& user_info = {}) {
        proxies({conversation});
        auto got = get("http://api.test/", "socks5h", user_info);
        return got ? Error{Code::internal, "it was answered", {}} : got.error();
    }
    Loop loop;
    std::optional<SocksProxy> proxy;
};

TEST_F(Socks5Test, LetsTheProxyLookUpTheName) {
    proxies({{}});
    EXPECT_EQ(get("http://api.test:8080/x", "socks5h").value(), "through");
    EXPECT_THAT(proxy->methods, testing::ElementsAre("\x05\x01\x00"s));
    EXPECT_THAT(proxy->requests, testing::ElementsAre("\x05\x01\x00\x03\x08"
                                                      "api.test\x1f\x90"s));
    EXPECT_THAT(proxy->to_target.at(0), StartsWith("GET /x HTTP/1.1\r\nHost: api.test:8080\r\n"));
}

TEST_F(Socks5Test, GivesAddressesAsAddresses) {
    proxies({{}, {}, {}});
    EXPECT_TRUE(get("http://192.0.2.7/", "socks5h"));
    EXPECT_TRUE(get("http://[2001:db8::7]/", "socks5"));
    EXPECT_TRUE(get("http://192.0.2.7/", "socks5"));
    EXPECT_EQ(proxy->requests.at(0), "\x05\x01\x00\x01\xc0\x00\x02\x07\x00\x50"s);
    EXPECT_EQ(proxy->requests.at(1),
              "\x05\x01\x00\x04\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x50"s);
    EXPECT_EQ(proxy->requests.at(2), proxy->requests.at(0));
}

TEST_F(Socks5Test, TriesEveryAddressOfANameUntilOneIsReachable) {
    for (const char trouble : {'\x01', '\x03', '\x04', '\x05', '\x06', '\x08'}) {
        const Conversation refused{.reply = "\x05"s + trouble + std::string(8, '\0')};
        proxies({refused, refused, {}});
        EXPECT_TRUE(reach({"::1", "192.0.2.1", "192.0.2.2"})) << int(trouble);
        ASSERT_EQ(proxy->requests.size(), 3U);
        EXPECT_EQ(proxy->requests[0].substr(4, 16), std::string(15, '\0') + '\1');
        EXPECT_EQ(proxy->requests[2].substr(4, 4), "\xc0\x00\x02\x02"s);
    }
    const Conversation forbidden{.reply = "\x05\x02"s + std::string(8, '\0')};
    proxies({forbidden, {}});
    EXPECT_FALSE(reach({"192.0.2.1", "192.0.2.2"})) << "its rules are about all of them";
}

TEST_F(Socks5Test, LogsInWhereTheProxyAsksForIt) {
    proxies({{.choice = "\x05\x02"s, .verdict = "\x01\x00"s}, {}});
    EXPECT_TRUE(get("http://api.test/", "socks5h", "user:p%40ss@"));
    EXPECT_THAT(proxy->methods, testing::ElementsAre("\x05\x02\x00\x02"s));
    EXPECT_THAT(proxy->logins, testing::ElementsAre("\x01\x04user\x04p@ss"s));
    EXPECT_TRUE(get("http://api.test/", "socks5h", "user:p%40ss@"));
    EXPECT_EQ(proxy->logins.size(), 1U) << "a proxy that doesn't ask is told no password";
}

TEST_F(Socks5Test, ReadsEveryFormOfTheReplyToTheByte) {
    proxies({{.reply = "\x05\x00\x00\x03\x04host\x00\x01"s},
             {.reply = "\x05\x00\x00\x04"s + std::string(18, '\0')},
             {.reply = "\x05\x00\x00\x03\xff"s + std::string(257, 'x')}});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(get("http://api.test/", "socks5h").value_or("lost"), "through") << i;
}

TEST_F(Socks5Test, SaysWhatTheProxyRefuses) {
    struct Case {
        Conversation conversation;
        Code code;
        std::string_view words;
    };
    const std::vector<Case> cases{
        {{.choice = "\x05\xff"s}, Code::denied, "asks for a user and a password"},
        {{.choice = "\x05\x02"s}, Code::denied, "a kind that is not spoken"},
        {{.choice = "\x05\x01"s}, Code::denied, "a kind that is not spoken"},
        {{.choice = "HT"}, Code::unavailable, "doesn't speak SOCKS5"},
        {{.choice = "\x04\x5b"s}, Code::unavailable, "doesn't speak SOCKS5"},
        {{.choice = "\x05"s}, Code::unavailable, "closed"},
        {{.reply = {}}, Code::unavailable, "closed"},
        {{.reply = "\x05\x01\x00\x01"s}, Code::unavailable, "general failure"},
        {{.reply = "\x05\x02"s + std::string(8, '\0')}, Code::denied, "rules forbid"},
        {{.reply = "\x05\x04"s + std::string(8, '\0')}, Code::unavailable, "can't reach the host"},
        {{.reply = "\x05\x63"s + std::string(8, '\0')}, Code::unavailable, "the proxy refuses"},
        {{.reply = "\x05\x00\x00\x09"s}, Code::unavailable, "none of SOCKS5"},
        {{.reply = "\x05\x00\x00\x01\x7f"s, .target = {}}, Code::unavailable, "closed"},
    };
    for (const auto& each : cases) {
        const auto error = refusal(each.conversation);
        EXPECT_EQ(error.code, each.code) << each.words;
        EXPECT_THAT(error.message, HasSubstr(each.words));
        EXPECT_THAT(error.message, HasSubstr("127.0.0.1"));
        EXPECT_THAT(error.message, HasSubstr("api.test"));
    }
    const auto wrong = refusal({.choice = "\x05\x02"s, .verdict = "\x01\x01"s}, "user:hunter2@");
    EXPECT_EQ(wrong.code, Code::denied);
    EXPECT_THAT(wrong.message, HasSubstr("refuses this user and password"));
    EXPECT_THAT(wrong.hint, HasSubstr("ALL_PROXY"));
    EXPECT_THAT(wrong.message + wrong.hint, Not(HasSubstr("hunter2")));
}

TEST_F(Socks5Test, SpeaksTlsWithTheTargetBehindTheTunnel) {
    proxies({{.target = "this is no TLS"}});
    EXPECT_FALSE(get("https://api.test/", "socks5h"));
    EXPECT_EQ(proxy->requests.at(0),
              "\x05\x01\x00\x03\x08"
              "api.test\x01\xbb"s);
    EXPECT_EQ(proxy->to_target.at(0), "\x16") << "the first byte of a handshake";
}

TEST_F(Socks5Test, NamesAProxyThatIsNotThere) {
    proxies({});
    proxy->stop_listening();
    const auto refused = get("http://api.test/", "socks5h");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("the proxy: connecting to 127.0.0.1"));
}

TEST(Socks5, RefusesANameThatDoesNotFit) {
    EXPECT_TRUE(socks5_request(std::string(255, 'a'), 80));
    EXPECT_EQ(socks5_request(std::string(256, 'a'), 80).error().code, Code::invalid_input);
}

}  // namespace
}  // namespace openclaw::net
