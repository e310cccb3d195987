#include "net/http_client.h"

#include "net/connection_pool.h"
#include "net/http1_client.h"
#include "net/http_client_exchange.h"
#include "net/http_client_route.h"

namespace openclaw::net {

struct HttpClient::Impl : std::enable_shared_from_this<Impl> {
    Impl(Loop& owner, Options chosen) : loop(owner), options(std::move(chosen)), pool(owner) {}

    Result<std::shared_ptr<TlsClientContext>> tls();
    Task<ExchangeResult> attempt(const ClientRequest& request, const Route& route, bool fresh, Abort abort);

    Loop& loop;
    Options options;
    ConnectionPool pool;
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

Task<ExchangeResult> HttpClient::Impl::attempt(const ClientRequest& request, const Route& route, bool fresh,
                                               Abort abort) {
    const std::string key = route.key();
    auto stream = fresh ? nullptr : pool.take(key);
    const bool reused = stream != nullptr;
    if (!reused) {
        auto connected = co_await connect_route({.loop = loop,
                                                 .route = route,
                                                 .tls = [this] { return tls(); },
                                                 .header_bytes_max = options.header_bytes_max,
                                                 .end = loop.now() + request.deadlines.connect,
                                                 .abort = abort});
        if (!connected) co_return exchange_failed(connected.error());
        stream = std::move(*connected);
    }
    co_return co_await exchange_http1({.loop = loop,
                                       .stream = std::move(stream),
                                       .reused = reused,
                                       .request = request,
                                       .head = http1_head(request, route.proxy ? &*route.proxy : nullptr),
                                       .header_bytes_max = options.header_bytes_max,
                                       .abort = abort,
                                       .give_back = [weak = weak_from_this(), key](auto idle) {
                                           if (auto self = weak.lock())
                                               self->pool.give_back(key, std::move(idle));
                                       }});
}

HttpClient::HttpClient(Loop& loop, Options options)
    : impl_(std::make_shared<Impl>(loop, std::move(options))) {}

HttpClient::~HttpClient() = default;

Task<Result<ClientResponse>> HttpClient::send(ClientRequest request, Abort abort) {
    const auto impl = impl_;
    if (auto checked = check_request(request); !checked) co_return std::unexpected(checked.error());
    if (abort.requested()) co_return std::unexpected(given_up());
    const Route route{request.url, find_proxy(impl->options.proxy, request.url)};
    auto outcome = co_await impl->attempt(request, route, false, abort);
    const bool again = !outcome && outcome.error().may_repeat && !abort.requested();
    if (again) outcome = co_await impl->attempt(request, route, true, abort);
    if (outcome) co_return std::move(*outcome);
    Error error = std::move(outcome.error().error);
    if (abort.requested()) error.code = Code::cancelled;
    co_return std::unexpected(std::move(error));
}

void HttpClient::close_idle() {
    impl_->pool.close_idle();
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
