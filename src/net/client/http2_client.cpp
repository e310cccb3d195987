#include "net/client/http2_client.h"

#include <utility>

#include "net/client/http2_client_session.h"
#include "net/http/redirect.h"
#include "net/loop/background.h"
#include "net/loop/exhaustion.h"

namespace openclaw::net {
namespace {

constexpr std::size_t buffer_bytes = 16 * 1024;
constexpr std::size_t write_bytes = 64 * 1024;
constexpr Milliseconds idle_max = std::chrono::seconds(60);
constexpr Milliseconds write_deadline = std::chrono::seconds(30);

// Two tasks of its own read and write. They only mark round trips and notify, so that neither can end up
// destroying the connection it belongs to.
class Connection final : public Http2Connection, public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, std::unique_ptr<Stream> stream, std::size_t header_bytes_max)
        : loop_(loop), stream_(std::move(stream)), session_(loop, header_bytes_max), output_(loop) {
        reader_ = Background(end_with(read()));
        writer_ = Background(end_with(write()));
    }
    ~Connection() override { stream_->close(); }

    bool accepts() const override { return !closed_ && !suspect_ && session_.accepts(); }
    bool idle() const override { return session_.exchanges() == 0; }
    bool closed() const override { return closed_; }
    Task<RoundTripResult> round_trip(ClientRequest& request, Abort abort) override;

    void reset(Http2RoundTrip& round_trip, Error why) {
        session_.reset(round_trip, std::move(why));
        output_.notify();
    }
    std::string take(Http2RoundTrip& round_trip) {
        std::string piece = std::exchange(round_trip.received, {});
        session_.taken(round_trip, piece.size());
        output_.notify();
        return piece;
    }

private:
    Task<void> end_with(Task<void> work);
    Task<void> read();
    Task<void> write();
    void close(const Error& error);
    Task<Result<void>> wait_for_head(Http2RoundTrip& round_trip, Milliseconds deadline);

    Loop& loop_;
    std::unique_ptr<Stream> stream_;
    Http2Session session_;
    Event output_;  // there may be something to send
    bool closed_ = false;
    bool suspect_ = false;  // a round trip timed out without a byte from the server: perhaps a dead peer
    Background reader_;     // last: they end before what they use
    Background writer_;
};

// The answer of one round trip. It cancels the round trip unless the answer has arrived completely.
class Http2Body final : public ResponseBody {
public:
    Http2Body(std::shared_ptr<Connection> connection, std::shared_ptr<Http2RoundTrip> round_trip,
              const ClientRequest& request, Abort abort)
        : connection_(std::move(connection)),
          round_trip_(std::move(round_trip)),
          idle_(request.deadlines.idle),
          place_(request.url.authority()),
          abort_(std::move(abort)),
          on_abort_(abort_.on_request([this] { give_up(); })) {}
    ~Http2Body() override { give_up(); }

    Task<Result<std::optional<std::string>>> next() override {
        while (true) {
            if (!round_trip_->received.empty()) co_return connection_->take(*round_trip_);
            if (round_trip_->error) {
                co_return failed(*round_trip_->error, "reading the answer of {}", place_);
            }
            if (round_trip_->ended) co_return std::nullopt;
            const bool woken = co_await round_trip_->changed.wait_for(idle_, abort_);
            if (!woken && !abort_.requested()) {
                connection_->reset(*round_trip_, Error{Code::timed_out, "no more of it came in time", {}});
            }
        }
    }

private:
    // A complete answer stays readable; what is left of the request is not sent any more.
    void give_up() {
        if (round_trip_->ended && round_trip_->closed) return;
        if (!round_trip_->ended) {
            connection_->reset(*round_trip_, given_up());
        } else if (!round_trip_->closed) {
            std::string rest = std::exchange(round_trip_->received, {});
            connection_->reset(*round_trip_, given_up());
            round_trip_->error.reset();
            round_trip_->received = std::move(rest);
        }
    }

    std::shared_ptr<Connection> connection_;
    std::shared_ptr<Http2RoundTrip> round_trip_;
    Milliseconds idle_;
    std::string place_;
    Abort abort_;
    Abort::Subscription on_abort_;  // last: gone before what it uses
};

Task<RoundTripResult> Connection::round_trip(ClientRequest& request, Abort abort) {
    const auto self = shared_from_this();
    const std::string place = request.url.authority();
    auto begun = closed_ ? fail(Code::unavailable, "the connection was closed") : session_.begin(request);
    if (!begun) co_return round_trip_failed(begun.error(), true);
    const auto round_trip = *begun;
    output_.notify();
    // From here on an abort, or the end of this coroutine, resets the round trip.
    std::unique_ptr<Http2Body> body;
    if (!attempt([&] { body = std::make_unique<Http2Body>(self, round_trip, request, abort); })) {
        reset(*round_trip, out_of_memory());
        co_return round_trip_failed(out_of_memory());
    }
    auto head = co_await wait_for_head(*round_trip, request.deadlines.first_byte);
    if (!head) {
        request.body = std::move(round_trip->request_body);
        Error error = failed(head.error(), "waiting for the answer of {}", place).error();
        co_return round_trip_failed(std::move(error), round_trip->may_repeat);
    }
    // It may be sent again; this connection may not be through with it yet.
    if (request.redirects_max > 0 && keeps_request(round_trip->status))
        request.body = round_trip->request_body;
    co_return ClientResponse{round_trip->status, std::move(round_trip->headers), std::move(body)};
}

// The deadline begins again while the request is still on its way.
Task<Result<void>> Connection::wait_for_head(Http2RoundTrip& round_trip, Milliseconds deadline) {
    std::size_t sent = round_trip.sent;
    auto end = loop_.now() + deadline;
    while (!round_trip.has_head && !round_trip.error) {
        const bool woken = co_await round_trip.changed.wait_for(time_until(end, loop_));
        if (!woken && !round_trip.has_head) {
            suspect_ = suspect_ || round_trip.bytes_before == session_.bytes_received();
            reset(round_trip, Error{Code::timed_out, "it did not come in time", {}});
        }
        if (std::exchange(sent, round_trip.sent) != round_trip.sent) end = loop_.now() + deadline;
    }
    if (round_trip.error) co_return std::unexpected(*round_trip.error);
    co_return Result<void>{};
}

// Where memory runs out, the connection ends over it, and all who wait for its answers are told.
Task<void> Connection::end_with(Task<void> work) {
    bool exhausted = false;
    try {
        co_await work;
    } catch (const std::bad_alloc&) {
        exhausted = true;
    }
    if (exhausted) close(out_of_memory());
}

Task<void> Connection::read() {
    const auto buffer = std::make_unique_for_overwrite<char[]>(buffer_bytes);
    while (!closed_) {
        const auto count = co_await stream_->read({buffer.get(), buffer_bytes}, idle_max);
        if (!count && count.error().code == Code::timed_out && session_.exchanges() > 0) continue;
        if (!count) {
            close(count.error());
        } else if (*count == 0) {
            close(spare_error(Code::unavailable, "the connection was closed"));
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
