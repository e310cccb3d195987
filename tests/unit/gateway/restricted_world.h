#pragma once

#include <unistd.h>

#include <fstream>

#include "access/keys/key_memories.h"
#include "config/files/load.h"
#include "gateway/connection_bounds.h"
#include "gateway/http/routes.h"
#include "gateway/ws/methods/table.h"
#include "gateway/ws/serve_websocket.h"
#include "net/client/http_client.h"
#include "platform/file_system.h"
#include "support/made_key.h"
#include "support/no_sources.h"
#include "support/phone.h"
#include "support/principals.h"
#include "support/scripted_provider.h"
#include "support/temporary_folder.h"
#include "support/ws_client.h"

namespace openclaw::gateway {

// Routes and websockets of a gateway whose lock lets in whoever a test names: any identity, whatever proofs
// there are. It has three agents ("main" is the default one), two models and a provider that follows a
// script.
class RestrictedWorld {
public:
    RestrictedWorld() {
        auto listener = net::listen_tcp(loop, "127.0.0.1", 0);
        EXPECT_TRUE(listener);
        port = (*listener)->port();
        server.serve(std::move(*listener), nullptr);
    }
    ~RestrictedWorld() {
        provider.release();
        loop.run_until(chat.drain(Milliseconds(0)));
        life.ending.request();
        loop.run_until(room.hub->close_all("over"));
        loop.run_until(server.stop(Milliseconds(100)));
        loop.run_until(tasks.join());
    }

    // Lets him in who comes next, with this secret.
    std::string let_in(access::Identity who) {
        if (who.proof == access::Proof::named_key) return let_in_by_key(who);
        if (who.proof == access::Proof::device) return let_in_by_device(who);
        auto policy = test::lock_for(std::move(who));
        policy.owner_uid = ::geteuid();
        if (policy.secret->identity->proof == access::Proof::password)
            policy.mode = access::AccessMode::password;
        doorman.use(std::move(policy), {});
        return test::door_secret;
    }
    std::string let_in_by_key(const access::Identity& who) {
        auto key = access::test::made_key("somebody", who.scopes);
        key.record.limits = who.limits;
        if (who.allowance) key.record.allowance = *who.allowance;
        doorman.use_keys(keys.set_of(std::vector{key.record}, clock.now(), clock.steady()));
        return key.text;
    }
    // Over the websocket alone, where he proves the key of `phone`.
    std::string let_in_by_device(const access::Identity& who) {
        const std::string token = "a device's own token";
        doorman.use(test::lock_for({.id = "token",
                                    .shown = "token",
                                    .proof = access::Proof::token,
                                    .scopes = access::Scopes::all(),
                                    .limits = {}}),
                    {});
        const access::Device device{.card = phone.card(),
                                    .grants = {{.role = "operator",
                                                .scopes = who.scopes,
                                                .number = ++phone_number,
                                                .tokens = {access::SecretDigest(Secret(token))},
                                                .rotated = {},
                                                .revoked = {},
                                                .claim_until = {}}},
                                    .removed = {}};
        doorman.use_devices(std::make_shared<const access::DeviceRegistry>(std::vector{device}));
        return token;
    }
    json::object connect_phone(test::WsClient& through, const std::string& token) const {
        const auto challenge = through.event("connect.challenge");
        const auto nonce = string_at(*object_at(challenge, "payload"), "nonce").value_or("");
        return through.call("connect", phone.connect_params(token, std::string(nonce), clock.now()));
    }
    std::unique_ptr<test::WsClient> client(access::Identity who, std::string scopes = "[]",
                                           int protocol = 3) {
        const bool by_device = who.proof == access::Proof::device;
        const auto secret = let_in(std::move(who));
        auto made = std::make_unique<test::WsClient>(loop, "127.0.0.1", port);
        hello = by_device ? connect_phone(*made, secret)
                          : made->connect(secret.c_str(), std::move(scopes), protocol);
        EXPECT_TRUE(bool_at(hello, "ok").value_or(false)) << json::serialize(hello);
        return made;
    }
    const json::object& greeting() const { return *object_at(hello, "payload"); }

    struct Answer {
        int status = 0;
        std::string body;
    };
    Answer http(access::Identity who, std::string method, std::string path, std::string body = {},
                net::Headers headers = {}) {
        headers.add("Authorization", fmt::format("Bearer {}", let_in(std::move(who))));
        headers.add("Content-Type", "application/json");
        net::ClientRequest request;
        request.method = std::move(method);
        request.url = *net::parse_url(fmt::format("http://127.0.0.1:{}{}", port, path));
        request.headers = std::move(headers);
        request.body = std::move(body);
        return loop.run_until(ask(std::move(request)));
    }
    Answer complete(access::Identity who, std::string more, net::Headers headers = {}) {
        return http(std::move(who), "POST", "/v1/chat/completions",
                    fmt::format(R"({{"messages":[{{"role":"user","content":"hi"}}]{}}})", more),
                    std::move(headers));
    }
    void until(const std::function<bool()>& reached) {
        for (int turns = 0; turns < 10'000 && !reached(); ++turns)
            loop.run_until(loop.sleep(Milliseconds(1)));
        EXPECT_TRUE(reached());
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder / "state" / name) << text;
        std::filesystem::permissions(folder / "state" / name, std::filesystem::perms(0600));
    }
    // As another program that changes the list of sessions: as long as it is held, nothing of ours is
    // written.
    std::unique_ptr<platform::FileLock> hold_sessions_of(const std::string& agent) const {
        const auto list = paths.sessions_folder(agent) / "sessions.json";
        EXPECT_TRUE(platform::make_folders(*files, list.parent_path(), 0700));
        auto lock = files->lock(list.string() + ".flock", Milliseconds(0));
        EXPECT_TRUE(lock);
        return lock ? std::move(*lock) : nullptr;
    }
    static config::Paths paths_in(const test::TemporaryFolder& folder) {
        config::Paths paths;
        paths.home = folder / "home";
        paths.state = folder / "state";
        paths.config_file = folder / "state/openclaw.json";
        return paths;
    }
    config::LoadRequest load_request() const {
        return {.files = *files, .variables = variables, .paths = paths};
    }
    Result<std::shared_ptr<const config::Config>> load() const { return config::load_config(load_request()); }

    net::Loop loop;
    test::TemporaryFolder folder;
    const config::Paths paths = paths_in(folder);
    const platform::Variables variables;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    test::FakeClock clock;
    test::FakeLog log;
    test::ScriptedProvider provider{loop};
    net::TaskGroup tasks{loop};
    Lifetime life{.started = clock.steady(), .stopping = false, .ending = {}};
    Swapped<Serving> serving{first_serving()};
    access::KeyMemories keys;
    const test::Phone phone{1};
    std::uint64_t phone_number = 0;
    access::Doorman doorman{{.clock = clock, .log = log}, access::Policy{}, {}};
    credentials::Credentials credentials{{.loop = loop,
                                          .files = *files,
                                          .clock = clock,
                                          .log = log,
                                          .fingerprint_key = "test",
                                          .sources = test::no_sources(),
                                          .retry_pause = Milliseconds(0),
                                          .watch = credentials::system_watch(loop)}};
    usage::Usage usage{{.loop = loop,
                        .files = *files,
                        .clock = clock,
                        .log = log,
                        .state = serving.take()->config->paths().state}};
    chat::Chat chat{{.loop = loop,
                     .files = *files,
                     .clock = clock,
                     .log = log,
                     .providers = provider,
                     .config = [this] { return serving.take()->config; },
                     .credentials = credentials,
                     .usage = &usage,
                     .version = "2026.1.30",
                     .retry_pause = Milliseconds(0)}};
    net::LoopOwned<Reloader> reloader{
        Reloader::Means{.loop = loop,
                        .tasks = tasks,
                        .files = *files,
                        .clock = clock,
                        .log = log,
                        .load_config = [this] { return load(); },
                        .tls = {.files = *files, .own_authority = {}, .clients = nullptr},
                        .options = {},
                        .loopback_only = true,
                        .fingerprint_key = "test",
                        .life = life,
                        .serving = serving,
                        .doorman = doorman,
                        .credentials = credentials,
                        .is_told_of_changes = [](const platform::Path&) { return true; }},
        Reloader::Reactions{.news = [] {}, .lock_changed = [] {}}};
    net::LoopOwned<DeviceKeeper> devices{DeviceKeeper::Means{.loop = loop,
                                                             .tasks = tasks,
                                                             .files = *files,
                                                             .log = log,
                                                             .life = life,
                                                             .paths = paths,
                                                             .doorman = doorman,
                                                             .lock_changed = [] {}}};
    const ConfigWriterMaker config_writer = [this] {
        return config::ConfigWriter(load_request(), clock, "2026.1.30");
    };
    access::Journal journal{{.files = *files, .clock = clock},
                            {.folder = folder / "audit",
                             .key = folder / "audit-key",
                             .checkpoints = folder / "audit-checkpoints.jsonl",
                             .enabled = false}};
    net::LoopOwned<access::TailnetWhois> whois{loop};
    Room room{{.loop = loop,
               .tasks = tasks,
               .files = *files,
               .clock = clock,
               .log = log,
               .providers = provider,
               .fingerprint_key = "test",
               .version = "2026.1.30",
               .life = life,
               .config_writer = config_writer,
               .serving = serving,
               .doorman = doorman,
               .journal = journal,
               .whois = whois,
               .reloader = reloader,
               .devices = devices,
               .credentials = credentials,
               .chat = chat,
               .usage = usage,
               .offer = all_that_is_offered()}};
    net::LoopOwned<OpenCalls> open_calls;
    net::LoopOwned<Enrolment> enrolment{Enrolment::Means{
        .loop = loop,
        .tasks = tasks,
        .files = *files,
        .clock = clock,
        .log = log,
        .paths = paths,
        .invitations = std::make_shared<access::Invitations>(*files, access::authority_folder(paths)),
        .authorities = [this](const config::Config& config) {
            return access::Authorities::means_of(*files, clock, config);
        }}};
    const RouteMeans routes{
        .loop = loop,
        .tasks = tasks,
        .clock = clock,
        .life = life,
        .serving = serving,
        .doorman = doorman,
        .whois = whois,
        .reloader = reloader,
        .open_calls = open_calls,
        .chat = chat,
        .usage = usage,
        .enrolment = enrolment,
        .upgrade = [this](net::Exchange& exchange,
                          ServingPointer taken) { return serve_websocket(room, exchange, std::move(taken)); },
        .silence = {}};
    net::HttpServer server{loop, {.seats = connection_bounds(4096).callers}, [this](net::Exchange& exchange) {
                               return serve_exchange(routes, exchange);
                           }};
    net::HttpClient http_client{loop, {}};
    std::uint16_t port = 0;
    json::object hello;

private:
    net::Task<Answer> ask(net::ClientRequest request) {
        auto response = co_await http_client.send(std::move(request));
        EXPECT_TRUE(response) << (response ? "" : response.error().message);
        if (!response) co_return Answer{};
        auto text = co_await net::read_all(*response->body, 1u << 20);
        co_return Answer{response->status, text.value_or("")};
    }
    ServingPointer first_serving() const {
        for (const auto* agent : {"main", "kid", "work"}) {
            std::filesystem::create_directories(folder / "state/agents" / agent / "agent");
            write(fmt::format("agents/{}/agent/auth-profiles.json", agent), R"({"version":1,"profiles":{
                "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"}}})");
        }
        write("openclaw.json", R"({"gateway":{"reload":{"mode":"off"}},
            "agents":{"list":[{"id":"main","default":true},{"id":"kid"},{"id":"work"}],
            "defaults":{"model":{"primary":"anthropic/claude-opus-4-5",
                                 "fallbacks":["anthropic/claude-haiku-4-5"]}}}})");
        auto config = load();
        EXPECT_TRUE(config) << (config ? "" : config.error().message);
        return make_serving(*config, {}, {}, {});
    }
};

}  // namespace openclaw::gateway
