#include "net/websocket/websocket.h"

#include <cstring>

#include "base/random.h"
#include "net/loop/loop_impl.h"
#include "net/stream/inbox.h"
#include "net/websocket/websocket_stream.h"

namespace openclaw::net {
namespace {

constexpr Milliseconds close_deadline{1000};
constexpr std::size_t bytes_read_over_max = 1u << 20;

// Masks from the kernel's generator, fetched a few dozen at a time.
class MaskSource {
public:
    Mask next() {
        if (left_.size() < 4) left_ = random_bytes(256);
        Mask mask{};
        std::memcpy(mask.data(), left_.data() + left_.size() - 4, 4);
        left_.resize(left_.size() - 4);
        return mask;
    }

private:
    std::string left_;
};

class StreamWebSocket final : public WebSocket {
public:
    StreamWebSocket(Loop& loop, std::unique_ptr<Stream> stream, WebSocketRole role, WebSocketLimits limits,
                    std::string_view early)
        : stream_(std::move(stream)),
          role_(role),
          limits_(limits),
          decoder_(role, limits.message_bytes),
          cut_off_(loop, *this),
          ended_(loop) {
        if (!early.empty()) inbox_.put_back(early);
    }
    ~StreamWebSocket() override { StreamWebSocket::abort(); }

    Task<Result<WebSocketMessage>> receive(Milliseconds deadline) override;
    bool send(std::string text) override;
    std::size_t buffered() const override { return stream_->queued(); }
    void set_limits(WebSocketLimits limits) override {
        limits_ = limits;
        decoder_.set_message_max(limits.message_bytes);
    }
    Task<void> drain() override;
    Task<void> close(int code, std::string reason) override;
    void abort() override;
    const WebSocketClose& closed_by_peer() const override { return peer_close_; }
    const Peer& peer() const override { return stream_->peer(); }

private:
    // Ends the connection when the peer doesn't answer our close frame.
    class CutOff final : public Timer {
    public:
        CutOff(Loop& loop, StreamWebSocket& socket) : loop_(loop), socket_(socket) {}
        void start() { loop_.impl().timers.arm(*this, time_after(close_deadline)); }

    private:
        void expired() override { socket_.stream_->close(); }
        Loop& loop_;
        StreamWebSocket& socket_;
    };

    using Received = std::optional<Result<WebSocketMessage>>;
    Received take_buffered();
    Received handle(WebSocketEvent event);
    bool too_many_control_frames();
    Task<Result<WebSocketMessage>> receive_next(Milliseconds deadline);
    Task<void> read_over_rest();
    Result<WebSocketMessage> end_of(const Error& cause);
    void queue_frame(Opcode opcode, std::string_view payload);
    void say_close(int code, std::string_view reason);

    std::unique_ptr<Stream> stream_;
    WebSocketRole role_;
    WebSocketLimits limits_;
    std::size_t control_frames_ = 0;  // pings and pongs that have come
    WebSocketDecoder decoder_;
    Inbox inbox_;
    MaskSource masks_;
    CutOff cut_off_;
    Event ended_;
    WebSocketClose peer_close_;
    bool close_sent_ = false;
    bool close_received_ = false;
    bool faulted_ = false;    // by the peer: nothing after it is worth reading
    bool receiving_ = false;  // somebody waits in receive()
    bool over_ = false;
};

void StreamWebSocket::queue_frame(Opcode opcode, std::string_view payload) {
    std::string frame;
    frame.reserve(payload.size() + 14);
    append_frame(frame, opcode, payload,
                 role_ == WebSocketRole::client ? std::optional(masks_.next()) : std::nullopt);
    stream_->queue(frame, limits_.write_deadline);
}

bool StreamWebSocket::send(std::string text) {
    if (close_sent_ || over_) return false;
    if (stream_->queued() > limits_.buffered_bytes) {
        say_close(1008, "slow consumer");
        return false;
    }
    queue_frame(Opcode::text, text);
    return true;
}

void StreamWebSocket::say_close(int code, std::string_view reason) {
    if (close_sent_ || over_) return;
    close_sent_ = true;
    queue_frame(Opcode::close, code == 1005 ? std::string() : close_payload(code, reason));
    cut_off_.start();
}

Result<WebSocketMessage> StreamWebSocket::end_of(const Error& cause) {
    over_ = true;
    ended_.notify();
    if (close_received_)
        return fail(Code::unavailable, "the other side closed the websocket ({})", peer_close_.code);
    if (close_sent_) return fail(Code::cancelled, "the websocket was closed");
    return failed(cause, "websocket");
}

// Ends the socket over them when they are.
bool StreamWebSocket::too_many_control_frames() {
    if (++control_frames_ <= limits_.control_frames) return false;
    faulted_ = true;
    say_close(1008, "too many pings");
    return true;
}

StreamWebSocket::Received StreamWebSocket::handle(WebSocketEvent event) {
    switch (event.opcode) {
        case Opcode::text:
        case Opcode::binary:
            if (close_sent_) return std::nullopt;
            return WebSocketMessage{std::move(event.data), event.opcode == Opcode::text};
        case Opcode::ping:
            if (too_many_control_frames()) return std::nullopt;
            // A peer that pings without reading the answers gets no more of them.
            if (!close_sent_ && stream_->queued() < limits_.buffered_bytes)
                queue_frame(Opcode::pong, event.data);
            return std::nullopt;
        case Opcode::close:
            close_received_ = true;
            peer_close_ = {event.code, std::move(event.data)};
            say_close(event.code, "");
            return std::nullopt;
        case Opcode::pong:
            too_many_control_frames();
            return std::nullopt;
        case Opcode::continuation:
            break;
    }
    return std::nullopt;
}

// Messages from bytes that are here already. Empty when more are needed.
StreamWebSocket::Received StreamWebSocket::take_buffered() {
    while (!inbox_.empty() && !close_received_ && !faulted_) {
        auto bytes = inbox_.bytes();
        auto event = decoder_.next(bytes);
        inbox_.consume(inbox_.bytes().size() - bytes.size());
        if (!event) {
            faulted_ = true;
            say_close(event.error().code, event.error().reason);
            break;
        }
        if (!*event) break;
        if (auto message = handle(std::move(**event))) return message;
    }
    return std::nullopt;
}

// Closing while bytes of the peer are unread would reset the connection, and the peer might never see why: so
// after our end we read on, until its end or until the close frame has waited long enough.
Task<void> StreamWebSocket::read_over_rest() {
    for (std::size_t dropped = 0; dropped < bytes_read_over_max;) {
        inbox_.consume(inbox_.bytes().size());
        auto got = co_await inbox_.read_more(*stream_, close_deadline);
        if (!got || *got == 0) co_return;
        dropped += *got;
    }
}

Task<Result<WebSocketMessage>> StreamWebSocket::receive_next(Milliseconds deadline) {
    const auto until = time_after(deadline);
    for (;;) {
        if (over_) co_return end_of(Error{Code::cancelled, "the websocket was closed", {}});
        if (auto message = take_buffered()) co_return std::move(*message);
        if (close_received_ || faulted_) {
            co_await stream_->shutdown();
            if (faulted_) co_await read_over_rest();
            stream_->close();
            co_return end_of(Error{Code::unavailable, "the other side broke the protocol", {}});
        }
        inbox_.release();
        auto left = left_until(until);
        auto ready = co_await stream_->wait_readable(left);
        if (!ready && ready.error().code == Code::timed_out && !over_ && left == Milliseconds(0)) {
            co_return std::unexpected(ready.error());
        }
        if (!ready && ready.error().code == Code::timed_out) continue;
        if (!ready) co_return end_of(ready.error());
        auto got = co_await inbox_.read_more(*stream_, left);
        if (!got && got.error().code == Code::timed_out) continue;
        if (!got) co_return end_of(got.error());
        if (*got == 0) co_return end_of(Error{Code::unavailable, "the connection ended without a close", {}});
    }
}

Task<Result<WebSocketMessage>> StreamWebSocket::receive(Milliseconds deadline) {
    receiving_ = true;
    auto result = co_await receive_next(deadline);
    receiving_ = false;
    co_return result;
}

Task<void> StreamWebSocket::drain() {
    if (!over_) co_await stream_->drain(limits_.write_deadline);
}

Task<void> StreamWebSocket::close(int code, std::string reason) {
    if (over_) co_return;
    say_close(code, reason);
    if (receiving_) {
        co_await ended_.wait_for(close_deadline);
    } else {
        co_await receive(close_deadline);  // messages are dropped once we have said close
    }
    if (!over_) {
        over_ = true;
        co_await stream_->shutdown();
    }
    abort();
}

void StreamWebSocket::abort() {
    over_ = true;
    cut_off_.disarm();
    stream_->close();
    ended_.notify();
}

}  // namespace

std::unique_ptr<WebSocket> make_websocket(Loop& loop, std::unique_ptr<Stream> stream, WebSocketRole role,
                                          WebSocketLimits limits, std::string_view early) {
    return std::make_unique<StreamWebSocket>(loop, std::move(stream), role, limits, early);
}

}  // namespace openclaw::net
