#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "config/files/writer.h"
#include "gateway/gateway.h"
#include "net/client/http_client.h"
#include "platform/file_system.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/no_sources.h"
#include "support/scripted_provider.h"
#include "support/temporary_folder.h"
#include "support/ws_client.h"

namespace openclaw::gateway {

constexpr std::string_view test_token = "test-token-0123456789abcdef";

// A whole gateway on a free loopback port and in a folder of its own, with a provider that follows a script.
class GatewayWorld {
public:
    explicit GatewayWorld(
        std::string gateway_section = R"("auth":{"token":"test-token-0123456789abcdef"})",
        std::map<std::string, std::string> more_files = {},
        access::OwnAuthorityReader own = [](const config::Config&) { return std::nullopt; })
        : own_authority(std::move(own)), files(platform::system_files()), tasks(loop), provider(loop) {
        std::filesystem::create_directories(state() / "agents/main/agent");
        std::filesystem::permissions(state(), std::filesystem::perms(0700));
        write("openclaw.json",
              R"({"gateway":{)" + gateway_section +
                  R"(},"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5"}}}})");
        write("agents/main/agent/auth-profiles.json", R"({"version":1,"profiles":{
            "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"}}})");
        for (const auto& [name, text] : more_files) write(name, text);
        start();
    }
    ~GatewayWorld() { stop(); }

    // The same, with streamed answers that are silent for moments only.
    void restart_with(Silence shorter) {
        stop();
        silence = shorter;
        start();
    }
    void start() {
        auto opened = Gateway::open(means(), {.port = "0", .bind = {}, .secret = {}});
        ASSERT_TRUE(opened) << opened.error().message;
        gateway = std::move(*opened);
        tasks.spawn(gateway->serve());
    }
    void stop(Milliseconds drain = Milliseconds(0)) {
        if (!gateway) return;
        provider.release();
        gateway->stop(drain);
        loop.run_until(tasks.join());
        gateway.reset();
    }

    Means means() {
        return {.loop = loop,
                .files = *files,
                .clock = clock,
                .log = log,
                .providers = provider,
                .http = nullptr,
                .load_config = [this] { return load(); },
                .authorities =
                    [this](const config::Config& config) {
                        return access::Authorities::means_of(*files, clock, config);
                    },
                .own_authority = own_authority,
                .config_writer = [this] { return config_writer(); },
                .fingerprint_key = "test",
                .version = "2026.1.30",
                .descriptors = descriptors,
                .notify_socket = {},
                .sources = test::no_sources(),
                .silence = silence};
    }
    Result<std::shared_ptr<const config::Config>> load() const {
        return config::load_config(load_request(*files));
    }
    config::ConfigWriter config_writer() const {
        return {load_request(written_through ? *written_through : *files), clock, "2026.1.30"};
    }
    config::LoadRequest load_request(platform::FileSystem& through) const {
        config::Paths paths;
        paths.home = folder / "home";
        paths.state = state();
        paths.config_file = state() / "openclaw.json";
        return {.files = through, .variables = variables, .paths = paths};
    }
    platform::Path state() const { return folder / "state"; }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(state() / name) << text;
        std::filesystem::permissions(state() / name, std::filesystem::perms(0600));
    }

    // A client that has proven itself with the token.
    std::unique_ptr<test::WsClient> client(std::string scopes = "[]", int protocol = 3,
                                           std::string mode = "test") {
        auto made = dial();
        auto answer = made->connect(std::string(test_token), std::move(scopes), protocol, std::move(mode));
        EXPECT_TRUE(bool_at(answer, "ok").value_or(false)) << json::serialize(answer);
        return made;
    }
    std::unique_ptr<test::WsClient> dial(net::Headers headers = {}) {
        return std::make_unique<test::WsClient>(loop, "127.0.0.1", gateway->port(), std::move(headers));
    }
    std::unique_ptr<test::WsClient> dial_socket() {
        return std::make_unique<test::WsClient>(loop, (state() / "gateway.sock").string());
    }

    struct Answer {
        int status = 0;
        net::Headers headers;
        std::string body;
    };
    Answer http(std::string method, std::string path, net::Headers headers = {}, std::string body = {}) {
        return loop.run_until(ask(std::move(method), std::move(path), std::move(headers), std::move(body)));
    }
    // An answer that is waited for elsewhere; `whole` when it has come to its proper end.
    struct LaterAnswer {
        int status = 0;
        std::string body;
        bool over = false, whole = false;
    };
    std::shared_ptr<LaterAnswer> ask_later(std::string method, std::string path, net::Headers headers,
                                           std::string body) {
        auto answer = std::make_shared<LaterAnswer>();
        tasks.spawn(receive(
            request_of(std::move(method), std::move(path), std::move(headers), std::move(body)), answer));
        return answer;
    }
    net::Headers bearer(std::string_view token = test_token) const {
        return {{"Authorization", "Bearer " + std::string(token)}, {"Content-Type", "application/json"}};
    }
    // Lets the loop go on until `reached` holds.
    void until(const std::function<bool()>& reached) {
        for (int turns = 0; turns < 10'000 && !reached(); ++turns)
            loop.run_until(loop.sleep(Milliseconds(1)));
        EXPECT_TRUE(reached());
    }
    bool logged(std::string_view part) const {
        for (const auto& line : log.lines())
            if (line.find(part) != std::string::npos) return true;
        return false;
    }

    access::OwnAuthorityReader own_authority;
    std::size_t descriptors = 4096;                   // what the next start is told
    Silence silence = {};                             // and that
    platform::FileSystem* written_through = nullptr;  // by who changes the config; null: `files`
    net::Loop loop;
    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files;
    platform::Variables variables;
    test::FakeClock clock;
    test::FakeLog log;
    net::TaskGroup tasks;
    test::ScriptedProvider provider;
    net::HttpClient client_http{loop, {}};
    std::unique_ptr<Gateway> gateway;

private:
    net::ClientRequest request_of(std::string method, std::string path, net::Headers headers,
                                  std::string body) const {
        net::ClientRequest request;
        request.method = std::move(method);
        request.url = *net::parse_url(fmt::format("http://127.0.0.1:{}{}", gateway->port(), path));
        request.headers = std::move(headers);
        request.body = std::move(body);
        return request;
    }
    net::Task<void> receive(net::ClientRequest request, std::shared_ptr<LaterAnswer> answer) {
        auto response = co_await client_http.send(std::move(request));
        if (response) {
            answer->status = response->status;
            for (;;) {
                auto piece = co_await response->body->next();
                answer->whole = piece && !*piece;
                if (!piece || !*piece) break;
                answer->body += **piece;
            }
        }
        answer->over = true;
    }
    net::Task<Answer> ask(std::string method, std::string path, net::Headers headers, std::string body) {
        auto response = co_await client_http.send(
            request_of(std::move(method), std::move(path), std::move(headers), std::move(body)));
        EXPECT_TRUE(response) << (response ? "" : response.error().message);
        if (!response) co_return Answer{};
        Answer answer{.status = response->status, .headers = response->headers, .body = {}};
        auto text = co_await net::read_all(*response->body, 1u << 20);
        EXPECT_TRUE(text) << (text ? "" : text.error().message);
        if (text) answer.body = std::move(*text);
        co_return answer;
    }
};

}  // namespace openclaw::gateway
