#include "net/client/http2_client.h"

#include <utility>

#include "net/client/http2_client_session.h"
#include "net/loop/background.h"

namespace openclaw::net {
namespace {

constexpr std::size_t buffer_bytes = 16 * 1024;
constexpr std::size_t write_bytes = 64 * 1024;
constexpr Milliseconds idle_max = std::chrono::seconds(60);
constexpr Milliseconds write_deadline = std::chrono::seconds(30);

// Two tasks of its own read and write. They only mark exchanges and notify, so that neither can end up
// destroying the connection it belongs to.
class Connection final : public Http2Connection, public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, std::unique_ptr<Stream> stream, std::size_t header_bytes_max)
        : loop_(loop), stream_(std::move(stream)), session_(loop, header_bytes_max), output_(loop) {
        reader_ = Background(read());
        writer_ = Background(write());
    }
    ~Connection() override { stream_->close(); }

    bool accepts() const override { return !closed_ && !suspect_ && session_.accepts(); }
    bool idle() const override { return session_.exchanges() == 0; }
    bool closed() const override { return closed_; }
    Task<ExchangeResult> exchange(ClientRequest& request, Abort abort) override;

    void reset(Http2Exchange& exchange, Error why) {
        session_.reset(exchange, std::move(why));
        output_.notify();
    }
    std::string take(Http2Exchange& exchange) {
        std::string piece = std::exchange(exchange.received, {});
        session_.taken(exchange, piece.size());
        output_.notify();
        return piece;
    }

private:
    Task<void> read();
    Task<void> write();
    void close(const Error& error);
    Task<Result<void>> wait_for_head(Http2Exchange& exchange, Milliseconds deadline);

    Loop& loop_;
    std::unique_ptr<Stream> stream_;
    Http2Session session_;
    Event output_;  // there may be something to send
    bool closed_ = false;
    bool suspect_ = false;  // an exchange timed out without a byte from the server: perhaps a dead peer
    Background reader_;     // last: they end before what they use
    Background writer_;
};

// The answer of one exchange. It cancels the exchange unless the answer has arrived completely.
class Http2Body final : public ResponseBody {
public:
    Http2Body(std::shared_ptr<Connection> connection, std::shared_ptr<Http2Exchange> exchange,
              const ClientRequest& request, Abort abort)
        : connection_(std::move(connection)),
          exchange_(std::move(exchange)),
          idle_(request.deadlines.idle),
          place_(request.url.authority()),
          abort_(std::move(abort)),
          on_abort_(abort_.on_request([this] { give_up(); })) {}
    ~Http2Body() override { give_up(); }

    Task<Result<std::optional<std::string>>> next() override {
        while (true) {
            if (!exchange_->received.empty()) co_return connection_->take(*exchange_);
            if (exchange_->error) {
                co_return failed(*exchange_->error, "reading the answer of {}", place_);
            }
            if (exchange_->ended) co_return std::nullopt;
            const bool woken = co_await exchange_->changed.wait_for(idle_, abort_);
            if (!woken && !abort_.requested()) {
                connection_->reset(*exchange_, Error{Code::timed_out, "no more of it came in time", {}});
            }
        }
    }

private:
    // A complete answer stays readable; what is left of the request is not sent any more.
    void give_up() {
        if (exchange_->ended && exchange_->closed) return;
        if (!exchange_->ended) {
            connection_->reset(*exchange_, given_up());
        } else if (!exchange_->closed) {
            std::string rest = std::exchange(exchange_->received, {});
            connection_->reset(*exchange_, given_up());
            exchange_->error.reset();
            exchange_->received = std::move(rest);
        }
    }

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<Http2Exchange> exchange_;
    Milliseconds idle_;
    std::string place_;
    Abort abort_;
    Abort::Subscription on_abort_;  // last: gone before what it uses
};

Task<ExchangeResult> Connection::exchange(ClientRequest& request, Abort abort) {
    const auto self = shared_from_this();
    const std::string place = request.url.authority();
    auto begun = closed_ ? fail(Code::unavailable, "the connection was closed") : session_.begin(request);
    if (!begun) co_return exchange_failed(begun.error(), true);
    const auto exchange = *begun;
    output_.notify();
    // From here on an abort, or the end of this coroutine, resets the exchange.
    auto body = std::make_unique<Http2Body>(self, exchange, request, abort);
    auto head = co_await wait_for_head(*exchange, request.deadlines.first_byte);
    if (!head) {
        request.body = std::move(exchange->request_body);
        Error error = failed(head.error(), "waiting for the answer of {}", place).error();
        co_return exchange_failed(std::move(error), exchange->may_repeat);
    }
    co_return ClientResponse{exchange->status, std::move(exchange->headers), std::move(body)};
}

// The deadline begins again while the request is still on its way.
Task<Result<void>> Connection::wait_for_head(Http2Exchange& exchange, Milliseconds deadline) {
    std::size_t sent = exchange.sent;
    auto end = loop_.now() + deadline;
    while (!exchange.has_head && !exchange.error) {
        const bool woken = co_await exchange.changed.wait_for(time_until(end, loop_));
        if (!woken && !exchange.has_head) {
            suspect_ = suspect_ || exchange.bytes_before == session_.bytes_received();
            reset(exchange, Error{Code::timed_out, "it did not come in time", {}});
        }
        if (std::exchange(sent, exchange.sent) != exchange.sent) end = loop_.now() + deadline;
    }
    if (exchange.error) co_return std::unexpected(*exchange.error);
    co_return Result<void>{};
}

Task<void> Connection::read() {
    const auto buffer = std::make_unique_for_overwrite<char[]>(buffer_bytes);
    while (!closed_) {
        const auto count = co_await stream_->read({buffer.get(), buffer_bytes}, idle_max);
        if (!count && count.error().code == Code::timed_out && session_.exchanges() > 0) continue;
        if (!count) {
            close(count.error());
        } else if (*count == 0) {
            close(Error{Code::unavailable, "the connection was closed", {}});
        } else if (auto fed = session_.feed({buffer.get(), *count}); !fed) {
            close(fed.error());
        }
        output_.notify();
    }
}

Task<void> Connection::write() {
    while (!closed_) {
        auto bytes = session_.output(write_bytes);
        if (!bytes) {
            close(bytes.error());
        } else if (!bytes->empty()) {
            auto written = co_await stream_->write(*bytes, write_deadline);
            if (!written) close(written.error());
        } else if (session_.finished()) {
            close(Error{Code::unavailable, "the connection was closed", {}});
        } else {
            co_await output_.wait();
        }
    }
}

void Connection::close(const Error& error) {
    if (std::exchange(closed_, true)) return;
    session_.fail_all(error);
    stream_->close();
    output_.notify();
}

}  // namespace

std::shared_ptr<Http2Connection> Http2Connection::start(Loop& loop, std::unique_ptr<Stream> stream,
                                                        std::size_t header_bytes_max) {
    return std::make_shared<Connection>(loop, std::move(stream), header_bytes_max);
}

}  // namespace openclaw::net
