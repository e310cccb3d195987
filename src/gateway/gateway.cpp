#include "gateway/gateway.h"

#include <unistd.h>

#include <new>

#include "base/text.h"
#include "gateway/connection_bounds.h"
#include "gateway/core.h"
#include "gateway/http/routes.h"
#include "gateway/reloader.h"
#include "net/server/http_server.h"
#include "net/stream/tls.h"
#include "platform/memory.h"

namespace openclaw::gateway {

namespace {

constexpr Milliseconds drain_default = std::chrono::seconds(20);
constexpr Milliseconds last_answers = std::chrono::seconds(1);  // for what is written already

Result<std::shared_ptr<const config::Config>> load_valid(const Parts& parts) {
    auto config = parts.load_config();
    if (!config) return config;
    if (auto problem = (*config)->error()) return std::unexpected(*problem);
    return config;
}

Result<std::unique_ptr<platform::FileLock>> lock_state(const Parts& parts, const config::Config& config) {
    const auto& state = config.paths().state;
    if (auto made = platform::make_folders(parts.files, state, 0700); !made)
        return failed(made.error(), "making the state directory");
    auto lock = parts.files.lock(state / "gateway.lock", Milliseconds(0));
    if (lock || lock.error().code != Code::busy) return lock;
    auto holder = platform::read_if_exists(parts.files, state / "gateway.lock", 64);
    const auto pid = holder && *holder ? std::string(trimmed(**holder)) : std::string();
    return hinted(fail(Code::busy, "a gateway is already running for {}{}", state.string(),
                       pid.empty() ? "" : " (pid " + pid + ")"),
                  pid.empty() ? "stop it first" : fmt::format("use it, or stop it with: kill {}", pid));
}

// The first address must be ours; the others are welcome (::1 beside 127.0.0.1).
Result<std::vector<std::unique_ptr<net::Listener>>> listen(const Parts& parts, Endpoint& endpoint) {
    std::vector<std::unique_ptr<net::Listener>> listeners;
    std::vector<std::string> bound;
    for (const auto& address : endpoint.addresses) {
        auto listener = net::listen_tcp(parts.loop, address, endpoint.port);
        if (listener) {
            endpoint.port = (*listener)->port();
            listeners.push_back(std::move(*listener));
            bound.push_back(address);
            continue;
        }
        if (!listeners.empty()) {
            parts.log.warn("gateway", "not listening on {}: {}", address, listener.error().message);
            continue;
        }
        if (listener.error().code != Code::busy) return failed(listener.error(), "listening on {}", address);
        return hinted(
            fail(Code::busy, "port {} on {} is already in use by another program", endpoint.port, address),
            "stop that program, or choose another port with --port or gateway.port");
    }
    endpoint.addresses = std::move(bound);
    return listeners;
}

Result<std::shared_ptr<net::TlsServerContext>> tls_of(const config::Config& config) {
    if (!config.flag_or_default("gateway.tls.enabled")) return nullptr;
    const auto certificate = config.text("gateway.tls.certPath"), key = config.text("gateway.tls.keyPath");
    if (!certificate || !key)
        return hinted(
            fail(Code::invalid_input, "gateway.tls.enabled is set, but not which certificate to use"),
            "set gateway.tls.certPath and gateway.tls.keyPath");
    const auto at_home = [&](const std::string& path) {
        return path.starts_with("~/") ? (config.paths().home / path.substr(2)).string() : path;
    };
    auto context =
        net::TlsServerContext::create({.certificate_file = at_home(*certificate), .key_file = at_home(*key)});
    if (!context) return failed(context.error(), "reading the gateway's certificate");
    return context;
}

Result<void> check_mode(const config::Config& config) {
    const auto mode = config.text("gateway.mode").value_or("local");
    if (mode == "local") return {};
    return hinted(
        fail(Code::invalid_input, "gateway.mode is \"{}\": this installation uses a gateway elsewhere", mode),
        "set gateway.mode to \"local\" to run one here");
}

}  // namespace

struct Gateway::Impl {
    Impl(Parts parts, Options flags, Settings settings, Endpoint endpoint,
         std::unique_ptr<platform::FileLock> state_lock);

    net::Task<void> serve();
    net::Task<void> serve_one(net::Exchange& exchange);
    void open_admin_socket();
    void announce() const;

    Options options;
    Core core;
    Reloader reloader;
    std::unique_ptr<platform::FileLock> lock;
    net::HttpServer server;
    net::HttpServer admin;  // has places of its own, which nobody on the network can take
    std::shared_ptr<net::TlsServerContext> tls;
    net::Event stop_asked;
    bool asked = false;
    Milliseconds drain = drain_default;
};

Gateway::Impl::Impl(Parts parts, Options flags, Settings settings, Endpoint endpoint,
                    std::unique_ptr<platform::FileLock> state_lock)
    : options(std::move(flags)),
      core(std::move(parts), std::move(settings), std::move(endpoint)),
      reloader(core, options.secret),
      lock(std::move(state_lock)),
      server(core.parts.loop, {.seats = connection_bounds(core.parts.descriptors).callers},
             [this](net::Exchange& exchange) { return serve_one(exchange); }),
      admin(core.parts.loop, {.seats = connection_bounds(core.parts.descriptors).admin},
            [this](net::Exchange& exchange) { return serve_one(exchange); }),
      stop_asked(core.parts.loop) {}

net::Task<void> Gateway::Impl::serve_one(net::Exchange& exchange) {
    try {
        co_await serve_exchange(core, exchange);
    } catch (const std::bad_alloc&) {
        core.refusals.tell(core.parts.clock.steady(), "http", "out of memory: one request of remote={} ended",
                           exchange.peer().address);
        throw;  // the server answers it
    }
}

void Gateway::Impl::open_admin_socket() {
    const auto path = core.config().paths().admin_socket();
    auto listener = net::listen_unix(core.parts.loop, path.string());
    if (listener) return admin.serve(std::move(*listener));
    core.parts.log.warn("gateway", "no admin socket at {}: {}", path.string(), listener.error().message);
}

void Gateway::Impl::announce() const {
    const auto scheme = tls ? "wss" : "ws";
    const auto& config = core.config();
    core.parts.log.info("gateway", "agent model: {}",
                        auth::model_plan(config, &config.default_agent()).primary.key());
    bool first = true;
    for (const auto& address : core.endpoint.addresses) {
        const auto host = address.find(':') == std::string::npos ? address : "[" + address + "]";
        core.parts.log.info("gateway", "listening on {}://{}:{}{}", scheme, host, core.endpoint.port,
                            first ? fmt::format(" (PID {})", getpid()) : "");
        first = false;
    }
    const auto* secret = core.settings.secret.chosen();
    core.parts.log.info("gateway", "locked by {} from {}", name_of(core.settings.access.mode),
                        secret ? secret->place : "nowhere");
}

net::Task<void> Gateway::Impl::serve() {
    while (!asked) co_await stop_asked.wait();
    core.stopping = true;
    const auto until = core.parts.loop.now() + drain;
    if (core.chat.running() > 0)
        core.parts.log.info("gateway", "waiting up to {} s for {} running turns", drain.count() / 1000,
                            core.chat.running());
    co_await core.chat.drain(drain);
    core.ending.request();
    co_await core.hub.close_all("service restart");
    // HTTP answers outside sessions may use what is left of the time.
    const auto left = std::chrono::ceil<Milliseconds>(until - core.parts.loop.now());
    core.tasks.spawn(admin.stop(std::max(left, last_answers)));
    co_await server.stop(std::max(left, last_answers));
    co_await core.tasks.join();
    core.parts.log.info("gateway", "stopped");
}

Result<std::unique_ptr<Gateway>> Gateway::open(Parts parts, Options options) {
    auto config = load_valid(parts);
    if (!config) return std::unexpected(config.error());
    if (auto local = check_mode(**config); !local) return std::unexpected(local.error());
    auto endpoint = resolve_endpoint(**config, options);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto lock = lock_state(parts, **config);
    if (!lock) return std::unexpected(lock.error());
    auto secret = access::ensure_gateway_secret(**config, parts.files, options.secret);
    if (!secret) return std::unexpected(secret.error());
    auto tls = tls_of(**config);
    if (!tls) return std::unexpected(tls.error());
    auto listeners = listen(parts, *endpoint);
    if (!listeners) return std::unexpected(listeners.error());

    auto settings = settings_of(std::move(*config), std::move(*secret), parts.fingerprint_key);
    auto impl = std::make_unique<Impl>(std::move(parts), std::move(options), std::move(settings),
                                       std::move(*endpoint), std::move(*lock));
    impl->tls = std::move(*tls);
    for (auto& listener : *listeners) impl->server.serve(std::move(listener), impl->tls);
    impl->open_admin_socket();
    impl->core.refresh = [raw = impl.get()] { raw->reloader.look(); };
    impl->core.reread = [raw = impl.get()] { return raw->reloader.reread(); };
    impl->core.hub.on_minute([raw = impl.get()] { raw->reloader.look(); });
    impl->reloader.follow();
    impl->announce();
    platform::let_go_of_code();
    return std::unique_ptr<Gateway>(new Gateway(std::move(impl)));
}

Gateway::Gateway(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gateway::~Gateway() = default;

net::Task<void> Gateway::serve() {
    return impl_->serve();
}

void Gateway::stop(Milliseconds drain) {
    if (impl_->asked) return;
    impl_->asked = true;
    impl_->drain = drain;
    impl_->stop_asked.notify();
}

void Gateway::reload() {
    impl_->reloader.reload();
}

std::uint16_t Gateway::port() const {
    return impl_->core.endpoint.port;
}

}  // namespace openclaw::gateway
