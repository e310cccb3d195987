#include "gateway/gateway.h"

#include <unistd.h>

#include <algorithm>
#include <new>

#include "access/authority/ends.h"
#include "access/authority/server_names.h"
#include "access/authority/sightings.h"
#include "access/handshake_judge.h"
#include "access/journal/journal.h"
#include "access/keys/kept_keys.h"
#include "auth/report/model_check.h"
#include "base/duration.h"
#include "base/host_text.h"
#include "base/text.h"
#include "gateway/client/listeners.h"
#include "gateway/connection_bounds.h"
#include "gateway/http/routes.h"
#include "gateway/serving/device_keeper.h"
#include "gateway/serving/key_keeper.h"
#include "gateway/serving/reloader.h"
#include "gateway/serving/weak_points.h"
#include "gateway/ws/methods/table.h"
#include "gateway/ws/room.h"
#include "gateway/ws/serve_websocket.h"
#include "net/server/http_server.h"
#include "platform/file_news.h"
#include "platform/memory.h"

namespace openclaw::gateway {

namespace {

constexpr Milliseconds drain_default = std::chrono::seconds(20);
constexpr Milliseconds last_answers = std::chrono::seconds(1);  // for what is written already

Result<std::unique_ptr<platform::FileLock>> lock_state(const Means& means, const config::Config& config) {
    const auto& state = config.paths().state;
    if (auto made = platform::make_folders(means.files, state, 0700); !made)
        return failed(made.error(), "making the state directory");
    auto lock = means.files.lock(state / "gateway.lock", Milliseconds(0));
    if (lock || lock.error().code != Code::busy) return lock;
    auto holder = platform::read_if_exists(means.files, state / "gateway.lock", 64);
    const auto pid = holder && *holder ? std::string(trimmed(**holder)) : std::string();
    return hinted(fail(Code::busy, "a gateway is already running for {}{}", state.string(),
                       pid.empty() ? "" : " (pid " + pid + ")"),
                  pid.empty() ? "stop it first" : fmt::format("use it, or stop it with: kill {}", pid));
}

// The first address must be ours; the others are welcome (::1 beside 127.0.0.1).
Result<std::vector<std::unique_ptr<net::Listener>>> listen(const Means& means, Endpoint& endpoint) {
    std::vector<std::unique_ptr<net::Listener>> listeners;
    std::vector<std::string> bound;
    for (const auto& address : endpoint.addresses) {
        auto listener = net::listen_tcp(means.loop, address, endpoint.port);
        if (listener) {
            endpoint.port = (*listener)->port();
            listeners.push_back(std::move(*listener));
            bound.push_back(address);
            continue;
        }
        if (!listeners.empty()) {
            means.log.warn("gateway", "not listening on {}: {}", address, listener.error().message);
            continue;
        }
        if (listener.error().code != Code::busy) return failed(listener.error(), "listening on {}", address);
        return hinted(
            fail(Code::busy, "port {} on {} is already in use: {}", endpoint.port, address,
                 described(listeners_of(endpoint.port))),
            fmt::format("stop that program, or listen on another port: `openclaw gateway run --port {}`",
                        port_apart_from(endpoint.port)));
    }
    endpoint.addresses = std::move(bound);
    return listeners;
}

// The doorman, whom he let in, what he decided, his word in TLS handshakes, and whom somebody has invited.
struct Door {
    std::unique_ptr<access::Journal> journal;  // before the doorman, who tells it
    std::unique_ptr<access::Sightings> sightings;
    std::unique_ptr<access::Doorman> doorman;
    std::shared_ptr<access::Invitations> invitations;
    std::shared_ptr<access::HandshakeJudge> clients;
};

std::unique_ptr<access::Journal> make_journal(const Means& means, const config::Config& config) {
    auto say = [&loop = means.loop, &log = means.log](const std::optional<Error>& trouble) {
        loop.post([&log, trouble] {
            if (trouble)
                log.warn("audit", "the audit log can't be written as it should be: {}", trouble->message);
            else
                log.info("audit", "the audit log is written again");
        });
    };
    return std::make_unique<access::Journal>(
        access::Journal::Means{.files = means.files, .clock = means.clock, .on_trouble = std::move(say)},
        access::JournalPlace::from(config));
}

// Where certificates count it is kept who came in from the network, so that those who go on without one can
// be told; of a device it is shown when it was seen last.
bool is_worth_noting(const access::Policy& lock, const access::Principal& principal) {
    if (principal.proof() == access::Proof::device) return true;
    return lock.certificates && principal.proof() != access::Proof::socket_owner;
}

// Until he is told what the lock is, he lets nobody in.
Door make_door(const Means& means, const config::Config& config) {
    const auto folder = access::authority_folder(config.paths());
    auto journal = make_journal(means, config);
    auto sightings = std::make_unique<access::Sightings>(means.files, folder / "seen.json");
    auto doorman = std::make_unique<access::Doorman>(
        access::Doorman::Means{
            .clock = means.clock,
            .log = means.log,
            .on_admitted =
                [&seen = *sightings, &clock = means.clock](const access::Policy& lock,
                                                           const access::Principal& principal,
                                                           const access::Arrival& arrival) {
                    if (lock.keys) lock.keys->note_use(principal, arrival.guesser.address, clock.now());
                    if (is_worth_noting(lock, principal))
                        seen.note(principal.id(), arrival.guesser.address, clock.now());
                },
            .on_verdict = [&kept = *journal](const access::Verdict& verdict) { kept.note(verdict); }},
        access::Policy{}, access::GuessRules{});
    auto invitations = std::make_shared<access::Invitations>(means.files, folder);
    auto clients = std::make_shared<access::HandshakeJudge>(
        *doorman, [invitations, &clock = means.clock] { return invitations->let_somebody_in(clock.now()); });
    return {.journal = std::move(journal),
            .sightings = std::move(sightings),
            .doorman = std::move(doorman),
            .invitations = std::move(invitations),
            .clients = std::move(clients)};
}

std::string described_lock(const access::GatewaySecret& secret) {
    if (secret.mode == access::AccessMode::none) return "not locked";
    const auto* chosen = secret.chosen();
    return fmt::format("locked by {}{}", name_of(secret.mode), chosen ? " from " + chosen->place : "");
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
    Impl(Means parts_given, Options options, Door door, ServingPointer first, Endpoint endpoint_given,
         std::unique_ptr<platform::FileLock> state_lock);

    net::Task<void> serve();
    net::Task<void> serve_one(net::Exchange& exchange);
    net::Task<void> reload(std::move_only_function<void()> then);
    void open_admin_socket();
    void announce();
    net::Task<void> warn_if_nobody_can_answer();
    net::Task<void> end_of_start();
    void note_handshake(const net::Peer& peer, const Error& error);
    void end_who_stands_no_longer();
    void lock_changed();
    void note(access::Outcome outcome, std::string_view what, std::string_view reason) const;
    net::Task<void> sweep();
    net::Task<void> care_for_certificates();
    net::Task<void> care_for_own_certificate(std::shared_ptr<const config::Config> config);
    void tell_of_ends();
    void tell_of_names_left_out(const std::vector<std::string>& names);

    const Means means;
    const Endpoint endpoint;
    const std::unique_ptr<platform::FileLock> lock;
    Lifetime life;
    net::TaskGroup tasks;
    Swapped<Serving> serving;
    const Door door;
    access::Doorman& doorman;
    net::LoopOwned<access::TailnetWhois> whois;
    credentials::Credentials credentials;
    usage::Usage usage;
    chat::Chat chat;
    net::LoopOwned<Enrolment> enrolment;
    net::LoopOwned<KeyKeeper> keys;
    net::LoopOwned<DeviceKeeper> devices;
    net::LoopOwned<Reloader> reloader;
    Room room;
    net::LoopOwned<OpenCalls> open_calls;
    const RouteMeans routes;
    net::HttpServer server;
    net::HttpServer admin;  // has places of its own, which nobody on the network can take
    net::Event stop_asked;
    bool asked = false;
    bool sweeping = false;
    bool announced = false;  // what changes the lock from now on is news
    std::optional<TimePoint> told_of_ends;
    access::OwnCertificateLooks own_certificate_looks;
    std::vector<std::string> told_names_left_out;
    Milliseconds drain = drain_default;
};

Gateway::Impl::Impl(Means parts_given, Options options, Door door_given, ServingPointer first,
                    Endpoint endpoint_given, std::unique_ptr<platform::FileLock> state_lock)
    : means(std::move(parts_given)),
      endpoint(std::move(endpoint_given)),
      lock(std::move(state_lock)),
      life{.started = means.clock.steady(), .stopping = false, .ending = {}},
      tasks(means.loop),
      serving(first),
      door(std::move(door_given)),
      doorman(*door.doorman),
      whois(means.loop),
      credentials({.loop = means.loop,
                   .files = means.files,
                   .clock = means.clock,
                   .log = means.log,
                   .fingerprint_key = means.fingerprint_key,
                   .sources = means.sources,
                   .retry_pause = std::chrono::seconds(1),
                   .watch = credentials::system_watch(means.loop),
                   .http = means.http,
                   .holder = fmt::format("the gateway (pid {})", getpid())}),
      usage({.loop = means.loop,
             .files = means.files,
             .clock = means.clock,
             .log = means.log,
             .state = first->config->paths().state}),
      chat({.loop = means.loop,
            .files = means.files,
            .clock = means.clock,
            .log = means.log,
            .providers = means.providers,
            .config = [this] { return serving.take()->config; },
            .credentials = credentials,
            .usage = &usage,
            .version = means.version,
            .retry_pause = std::chrono::seconds(1)}),
      enrolment(Enrolment::Means{.loop = means.loop,
                                 .tasks = tasks,
                                 .files = means.files,
                                 .clock = means.clock,
                                 .log = means.log,
                                 .paths = first->config->paths(),
                                 .invitations = door.invitations,
                                 .authorities = means.authorities}),
      keys(KeyKeeper::Means{.loop = means.loop,
                            .tasks = tasks,
                            .clock = means.clock,
                            .log = means.log,
                            .life = life,
                            .store = std::make_shared<access::KeptKeys>(means.files, first->config->paths()),
                            .doorman = doorman,
                            .lock_changed = [this] { end_who_stands_no_longer(); }}),
      devices(DeviceKeeper::Means{.loop = means.loop,
                                  .tasks = tasks,
                                  .files = means.files,
                                  .log = means.log,
                                  .life = life,
                                  .paths = first->config->paths(),
                                  .doorman = doorman,
                                  .lock_changed = [this] { end_who_stands_no_longer(); }}),
      reloader(Reloader::Means{.loop = means.loop,
                               .tasks = tasks,
                               .files = means.files,
                               .clock = means.clock,
                               .log = means.log,
                               .load_config = means.load_config,
                               .tls = {means.files, means.own_authority, door.clients, means.own_certificate},
                               .options = std::move(options),
                               .loopback_only = endpoint.loopback_only,
                               .fingerprint_key = means.fingerprint_key,
                               .life = life,
                               .serving = serving,
                               .doorman = doorman,
                               .credentials = credentials,
                               .is_told_of_changes = platform::tells_of_changes,
                               .keys = &keys,
                               .devices = &devices},
               Reloader::Reactions{.news =
                                       [this] {
                                           usage.keep(usage::retention_of(*serving.take()->config));
                                           room.announce_health();
                                       },
                                   .lock_changed = [this] { lock_changed(); }}),
      room({.loop = means.loop,
            .tasks = tasks,
            .files = means.files,
            .clock = means.clock,
            .log = means.log,
            .providers = means.providers,
            .fingerprint_key = means.fingerprint_key,
            .version = means.version,
            .life = life,
            .config_writer = means.config_writer,
            .serving = serving,
            .doorman = doorman,
            .journal = *door.journal,
            .whois = whois,
            .reloader = reloader,
            .devices = devices,
            .credentials = credentials,
            .chat = chat,
            .usage = usage,
            .offer = all_that_is_offered()}),
      routes{.loop = means.loop,
             .tasks = tasks,
             .clock = means.clock,
             .life = life,
             .serving = serving,
             .doorman = doorman,
             .whois = whois,
             .reloader = reloader,
             .open_calls = open_calls,
             .chat = chat,
             .usage = usage,
             .enrolment = enrolment,
             .upgrade =
                 [this](net::Exchange& exchange, ServingPointer taken) {
                     return serve_websocket(room, exchange, std::move(taken));
                 },
             .silence = means.silence},
      server(
          means.loop, {.seats = connection_bounds(means.descriptors).callers},
          [this](net::Exchange& exchange) { return serve_one(exchange); },
          [this](const net::Peer& peer, const Error& error) { note_handshake(peer, error); }),
      admin(means.loop, {.seats = connection_bounds(means.descriptors).admin},
            [this](net::Exchange& exchange) { return serve_one(exchange); }),
      stop_asked(means.loop) {
    usage.keep(usage::retention_of(*first->config));
    doorman.use(first->lock(means.fingerprint_key), first->guesses);
}

net::Task<void> Gateway::Impl::serve_one(net::Exchange& exchange) {
    try {
        co_await serve_exchange(routes, exchange);
    } catch (const std::bad_alloc&) {
        doorman.refusals().tell(means.clock.steady(), "http", "out of memory: one request of remote={} ended",
                                exchange.peer().address);
        throw;  // the server answers it
    }
}

void Gateway::Impl::note_handshake(const net::Peer& peer, const Error& error) {
    doorman.note({.outcome = access::Outcome::refused,
                  .transport = "tls",
                  .peer = peer.address,
                  .what = "handshake",
                  .reason = error.message});
    doorman.refusals().tell(means.clock.steady(), "tls", "refused handshake remote={} reason={}",
                            peer.address, printable(error.message));
}

void Gateway::Impl::end_who_stands_no_longer() {
    room.close_who_stands_no_longer();
    open_calls->withdraw_where(
        [&](const access::Principal& principal) { return !doorman.stands(principal); });
    server.close_idle_where(
        [&](const net::Peer& peer) { return peer.certificate && !doorman.stands(*peer.certificate); });
}

// For the audit log: what happens to the gateway, which nobody asked for over a connection.
void Gateway::Impl::note(access::Outcome outcome, std::string_view what, std::string_view reason) const {
    doorman.note({.outcome = outcome, .transport = "gateway", .what = what, .reason = reason});
}

void Gateway::Impl::lock_changed() {
    if (announced) note(access::Outcome::changed, "lock", described_lock(serving.take()->secret));
    end_who_stands_no_longer();
    if (doorman.lock()->certificates && !std::exchange(sweeping, true)) tasks.spawn(sweep());
}

// Certificates and lists end without anything being written.
net::Task<void> Gateway::Impl::sweep() {
    constexpr Milliseconds pause = std::chrono::seconds(1);
    while (doorman.lock()->certificates && co_await means.loop.sleep(pause, life.ending))
        end_who_stands_no_longer();
    sweeping = false;
}

void Gateway::Impl::tell_of_ends() {
    const auto now = means.clock.now();
    const auto certificates = serving.take()->tls.certificates;
    if (certificates && certificates->trust().own)
        for (const auto& end : access::ends_to_tell(*certificates->trust().own, told_of_ends, now))
            means.log.warn("gateway", "{} ends in {}: {}", end.what, format_remaining(end.ends - now),
                           end.name.empty()
                               ? std::string("its successor is trusted already")
                               : fmt::format("`openclaw gateway cert renew {}` makes another", end.name));
    told_of_ends = now;
}

// The names of a host come and go, and certificates end, without anything being written.
net::Task<void> Gateway::Impl::care_for_certificates() {
    constexpr Milliseconds pause = std::chrono::minutes(1);
    do {
        tell_of_ends();
        auto config = serving.take()->config;
        if (means.own_certificate && makes_its_certificate(*config))
            co_await care_for_own_certificate(std::move(config));
    } while (co_await means.loop.sleep(pause, life.ending));
}

// One that isn't fit, or can't be looked at, is looked at again the next time.
net::Task<void> Gateway::Impl::care_for_own_certificate(std::shared_ptr<const config::Config> config) {
    const auto now = means.clock.now();
    auto names = co_await means.loop.blocking(
        std::move_only_function<access::ServerNames()>([] { return access::server_names_here({}); }));
    if (!own_certificate_looks.is_worth_one(names, now)) co_return;
    std::move_only_function<Result<access::OwnCertificate>()> care = [this, config] {
        return means.own_certificate(*config);
    };
    auto own = co_await means.loop.blocking(std::move(care));
    if (!own || !own->problem.empty()) co_return;
    own_certificate_looks.found_fit(std::move(names), now);
    tell_of_names_left_out(own->certificate.left_out);
    if (!own->changed) co_return;
    means.log.info("gateway", "the gateway's own certificate was issued again");
    co_await reloader->reload();
}

void Gateway::Impl::tell_of_names_left_out(const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (std::ranges::find(told_names_left_out, name) == told_names_left_out.end())
            means.log.warn("gateway",
                           "{} isn't in the gateway's certificate: its root may not vouch for it; "
                           "`openclaw gateway cert names add {}` changes that",
                           name, name);
    told_names_left_out = names;
}

void Gateway::Impl::open_admin_socket() {
    const auto path = serving.take()->config->paths().admin_socket();
    auto listener = net::listen_unix(means.loop, path.string());
    if (listener) return admin.serve(std::move(*listener));
    means.log.warn("gateway", "no admin socket at {}: {}", path.string(), listener.error().message);
}

void Gateway::Impl::announce() {
    const auto now = serving.take();
    note(access::Outcome::started, means.version, described_lock(now->secret));
    announced = true;
    const auto scheme = now->tls.context ? "wss" : "ws";
    const auto& config = *now->config;
    means.log.info("gateway", "agent model: {}",
                   auth::model_plan(config, &config.default_agent()).primary.key());
    bool first = true;
    for (const auto& address : endpoint.addresses) {
        means.log.info("gateway", "listening on {}://{}{}", scheme, host_and_port(address, endpoint.port),
                       first ? fmt::format(" (PID {})", getpid()) : "");
        first = false;
    }
    means.log.info("gateway", "{}", described_lock(now->secret));
    if (now->tls.certificates)
        means.log.info("gateway", "{} {}",
                       now->secret.mode == access::AccessMode::mtls ? "certificates that count:"
                                                                    : "besides, certificates count:",
                       now->tls.certificates->trust().summary());
    for (const auto& problem : now->tls.problems)
        means.log.warn("gateway", "not in use as it is written: {}", problem);
    for (const auto& point : now->weak_points) means.log.warn("gateway", "{}", in_a_line(point));
}

// Who starts a gateway that can answer nobody learns it now, with the command that helps, and not from the
// first message.
net::Task<void> Gateway::Impl::warn_if_nobody_can_answer() {
    const auto config = serving.take()->config;
    const auto agent = config->default_agent().id;
    co_await credentials.catch_up(agent, config, life.ending);
    const auto inputs = credentials.inputs(agent, config);
    if (!inputs)
        means.log.warn("gateway", "no message can be answered yet: {}; {}", inputs.error().message,
                       inputs.error().hint);
    if (!inputs || asked) co_return;
    const auto checks = auth::check_models(inputs->status_request());
    const bool nobody =
        std::ranges::all_of(checks, [](const auth::ModelCheck& check) { return check.uses.empty(); });
    if (nobody && !checks.empty())
        means.log.warn("gateway", "no message can be answered yet: {}: {}", checks.front().model.key(),
                       checks.front().reason);
}

// What only a start needs is run for the last time here: who can answer, the first line of the audit log.
net::Task<void> Gateway::Impl::end_of_start() {
    co_await warn_if_nobody_can_answer();
    const auto written = std::make_shared<net::Event>(means.loop);
    door.journal->flush([&loop = means.loop, written] { loop.post([written] { written->notify(); }); });
    co_await written->wait();
    platform::let_go_of_code();
}

net::Task<void> Gateway::Impl::serve() {
    tasks.spawn(end_of_start());
    tasks.spawn(care_for_certificates());
    while (!asked) co_await stop_asked.wait();
    life.stopping = true;
    const auto until = means.loop.now() + drain;
    if (chat.running() > 0)
        means.log.info("gateway", "waiting up to {} s for {} running turns", drain.count() / 1000,
                       chat.running());
    co_await chat.drain(drain);
    life.ending.request();
    co_await room.hub->close_all("service restart");
    // HTTP answers outside sessions may use what is left of the time.
    const auto left = std::chrono::ceil<Milliseconds>(until - means.loop.now());
    tasks.spawn(admin.stop(std::max(left, last_answers)));
    co_await server.stop(std::max(left, last_answers));
    co_await credentials.settle_logins(std::max(left, last_answers));
    co_await tasks.join();
    note(access::Outcome::stopped, means.version, {});
    means.log.info("gateway", "stopped");
}

net::Task<void> Gateway::Impl::reload(std::move_only_function<void()> then) {
    co_await reloader->reload();
    then();
}

Result<std::unique_ptr<Gateway>> Gateway::open(Means means, Options options) {
    auto config = load_valid(means.load_config);
    if (!config) return std::unexpected(config.error());
    if (auto local = check_mode(**config); !local) return std::unexpected(local.error());
    auto endpoint = resolve_endpoint(**config, options);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto lock = lock_state(means, **config);
    if (!lock) return std::unexpected(lock.error());
    auto secret = access::ensure_gateway_secret(**config, means.files, options.secret);
    if (!secret) return std::unexpected(secret.error());
    if (auto locked = check_lock(**config, *secret, endpoint->loopback_only); !locked)
        return std::unexpected(locked.error());
    auto door = make_door(means, **config);
    auto tls = read_tls_lock({means.files, means.own_authority, door.clients, means.own_certificate},
                             **config, secret->mode, nullptr, means.clock.now());
    if (!tls) return std::unexpected(tls.error());
    auto listeners = listen(means, *endpoint);
    if (!listeners) return std::unexpected(listeners.error());

    auto weak = weak_points(**config, &*secret, options);
    auto serving = make_serving(std::move(*config), std::move(*secret), std::move(*tls), std::move(weak));
    auto impl = std::make_unique<Impl>(std::move(means), std::move(options), std::move(door),
                                       std::move(serving), std::move(*endpoint), std::move(*lock));
    const net::TlsSource source = [&now = impl->serving] { return now.take()->tls.context; };
    for (auto& listener : *listeners) impl->server.serve(std::move(listener), source);
    impl->keys->begin();
    impl->devices->begin();
    impl->open_admin_socket();
    impl->reloader->follow();
    impl->enrolment->follow();
    impl->keys->follow();
    impl->devices->follow();
    impl->lock_changed();
    impl->announce();
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

void Gateway::reload(std::move_only_function<void()> then) {
    impl_->tasks.spawn(impl_->reload(std::move(then)));
}

std::uint16_t Gateway::port() const {
    return impl_->endpoint.port;
}

}  // namespace openclaw::gateway
