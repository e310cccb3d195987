#include "net/client/http_client.h"

#include "net/client/connection_pool.h"
#include "net/client/decoded_body.h"
#include "net/client/http1_client.h"
#include "net/client/http2_client.h"
#include "net/client/http_client_round_trip.h"
#include "net/client/http_client_route.h"
#include "net/http/redirect.h"

namespace openclaw::net {

namespace {

// What is known about an https server, by Route::key().
struct SecureOrigin {
    std::vector<std::shared_ptr<Http2Connection>> connections;
    // Set while somebody connects. Others wait, as one HTTP/2 connection will do for all, unless the
    // server is known to speak HTTP/1.1 only.
    std::shared_ptr<Event> connecting;
    bool http1_only = false;
};

// Tells those who wait for a connection, however the connecting ends.
class ConnectingMark {
public:
    ConnectingMark(Loop& loop, SecureOrigin* origin) : origin_(origin) {
        if (origin_ != nullptr) origin_->connecting = event_ = std::make_shared<Event>(loop);
    }
    ConnectingMark(const ConnectingMark&) = delete;
    ConnectingMark& operator=(const ConnectingMark&) = delete;
    ~ConnectingMark() {
        if (!event_) return;
        if (origin_->connecting == event_) origin_->connecting = nullptr;
        event_->notify();
    }

private:
    SecureOrigin* origin_;
    std::shared_ptr<Event> event_;
};

// Where the same request is to go instead, with all that it carries: to the same server only.
std::optional<Url> find_next_request(const Url& asked, const ClientResponse& response) {
    const auto location = response.headers.find("location");
    if (!keeps_request(response.status) || !location) return std::nullopt;
    auto target = find_redirect(asked, *location);
    return target && is_same_origin(asked, *target) ? target : std::nullopt;
}

}  // namespace

struct HttpClient::Impl : std::enable_shared_from_this<Impl> {
    Impl(Loop& owner, Options chosen) : loop(owner), options(std::move(chosen)), pool(owner) {}

    struct Attempt {
        ClientRequest& request;
        Route route;
        std::string key;
        bool fresh;  // on a connection of its own
        Abort abort;
        std::chrono::steady_clock::time_point connect_end;
    };

    Result<std::shared_ptr<TlsClientContext>> tls();
    std::shared_ptr<Http2Connection> find_http2(const std::string& key);
    Task<std::shared_ptr<Http2Connection>> wait_for_http2(const Attempt& attempt);
    Task<Result<ClientResponse>> send_once(ClientRequest& request, Abort abort);
    Task<RoundTripResult> run(Attempt attempt);
    Task<Result<std::unique_ptr<Stream>>> connect(const Attempt& attempt);
    Task<RoundTripResult> run_http1(const Attempt& attempt, std::unique_ptr<Stream> stream, bool reused);

    Loop& loop;
    Options options;
    ConnectionPool pool;
    std::map<std::string, SecureOrigin, std::less<>> origins;
    std::shared_ptr<TlsClientContext> tls_context;
};

Result<std::shared_ptr<TlsClientContext>> HttpClient::Impl::tls() {
    if (!tls_context) {
        auto created = TlsClientContext::create(options.tls);
        if (!created) return std::unexpected(created.error());
        tls_context = std::move(*created);
    }
    return tls_context;
}

std::shared_ptr<Http2Connection> HttpClient::Impl::find_http2(const std::string& key) {
    for (auto& [origin_key, origin] : origins) {
        std::erase_if(origin.connections, [](const auto& connection) { return connection->closed(); });
    }
    const auto found = origins.find(key);
    if (found == origins.end()) return nullptr;
    for (const auto& connection : found->second.connections) {
        if (connection->accepts()) return connection;
    }
    return nullptr;
}

Task<std::shared_ptr<Http2Connection>> HttpClient::Impl::wait_for_http2(const Attempt& attempt) {
    SecureOrigin& origin = origins[attempt.key];
    while (!attempt.abort.requested()) {
        if (auto connection = find_http2(attempt.key)) co_return connection;
        const auto connecting = origin.connecting;
        if (!connecting || origin.http1_only) break;
        if (!co_await connecting->wait_for(time_until(attempt.connect_end, loop), attempt.abort)) break;
    }
    co_return nullptr;
}

Task<RoundTripResult> HttpClient::Impl::run(Attempt attempt) {
    const bool secure = attempt.route.target.secure();
    if (secure && !attempt.fresh) {
        if (auto connection = co_await wait_for_http2(attempt)) {
            co_return co_await connection->round_trip(attempt.request, attempt.abort);
        }
    }
    if (auto pooled = attempt.fresh ? nullptr : pool.take(attempt.key)) {
        co_return co_await run_http1(attempt, std::move(pooled), true);
    }
    auto stream = co_await connect(attempt);
    if (!stream) co_return round_trip_failed(stream.error());
    if (attempt.request.before_sending)
        if (auto may = co_await attempt.request.before_sending(); !may)
            co_return round_trip_failed(may.error());
    if (!secure || (*stream)->alpn() != "h2") {
        co_return co_await run_http1(attempt, std::move(*stream), false);
    }
    auto connection = Http2Connection::start(loop, std::move(*stream), options.header_bytes_max);
    origins[attempt.key].connections.push_back(connection);
    co_return co_await connection->round_trip(attempt.request, attempt.abort);
}

Task<Result<std::unique_ptr<Stream>>> HttpClient::Impl::connect(const Attempt& attempt) {
    const bool secure = attempt.route.target.secure();
    SecureOrigin* origin = secure ? &origins[attempt.key] : nullptr;
    const ConnectingMark mark(loop, origin);
    auto stream = co_await connect_route({.loop = loop,
                                          .route = attempt.route,
                                          .tls = [this] { return tls(); },
                                          .header_bytes_max = options.header_bytes_max,
                                          .end = attempt.connect_end,
                                          .abort = attempt.abort});
    if (stream && secure) origin->http1_only = (*stream)->alpn() != "h2";
    co_return stream;
}

Task<RoundTripResult> HttpClient::Impl::run_http1(const Attempt& attempt, std::unique_ptr<Stream> stream,
                                                  bool reused) {
    const Proxy* proxy = attempt.route.proxy ? &*attempt.route.proxy : nullptr;
    co_return co_await round_trip_http1(
        {.loop = loop,
         .stream = std::move(stream),
         .reused = reused,
         .request = attempt.request,
         .head = http1_head(attempt.request, proxy),
         .header_bytes_max = options.header_bytes_max,
         .abort = attempt.abort,
         .give_back = [weak = weak_from_this(), key = attempt.key](std::unique_ptr<Stream> idle) {
             if (const auto self = weak.lock()) self->pool.give_back(key, std::move(idle));
         }});
}

HttpClient::HttpClient(Loop& loop, Options options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {}

HttpClient::~HttpClient() = default;

Task<Result<ClientResponse>> HttpClient::Impl::send_once(ClientRequest& request, Abort abort) {
    if (auto checked = check_request(request); !checked) co_return std::unexpected(checked.error());
    if (abort.requested()) co_return std::unexpected(given_up());
    auto proxy = find_proxy(options.proxy, request.url);
    if (!proxy) co_return failed(proxy.error(), "the way to {}", request.url.authority());
    const Route route{request.url, std::move(*proxy)};
    const std::string key = route.key();
    const auto connect_by = [&] { return loop.now() + request.deadlines.connect; };
    const bool once = static_cast<bool>(request.before_sending);
    auto outcome = co_await run({request, route, key, once, abort, connect_by()});
    const bool again = !once && !outcome && outcome.error().may_repeat && !abort.requested();
    if (again) outcome = co_await run({request, route, key, true, abort, connect_by()});
    if (outcome) co_return std::move(*outcome);
    Error error = std::move(outcome.error().error);
    if (abort.requested()) error.code = Code::cancelled;
    co_return std::unexpected(std::move(error));
}

Task<Result<ClientResponse>> HttpClient::send(ClientRequest request, Abort abort) {
    const auto impl = impl_;
    while (true) {
        auto response = co_await impl->send_once(request, abort);
        if (!response) co_return response;
        const auto target =
            request.redirects_max > 0 ? find_next_request(request.url, *response) : std::nullopt;
        if (!target) {
            response->body = decoded_body(std::move(response->body), response->headers);
            co_return response;
        }
        request.url = *target;
        --request.redirects_max;
    }
}

Task<Result<std::string>> read_all(ResponseBody& body, std::size_t bytes_max) {
    std::string all;
    while (true) {
        auto piece = co_await body.next();
        if (!piece) co_return std::unexpected(piece.error());
        if (!*piece) co_return all;
        if ((*piece)->size() > bytes_max - all.size()) {
            co_return fail(Code::too_large, "the answer is larger than {} bytes", bytes_max);
        }
        if (all.empty())
            all = std::move(**piece);
        else
            all += **piece;
    }
}

}  // namespace openclaw::net
