#pragma once

#include <memory>
#include <optional>

#include "net/http/chunked_body.h"
#include "net/http/request_head.h"
#include "net/http/response_head.h"
#include "net/loop/link.h"
#include "net/loop/timer.h"
#include "net/server/handshake_queue.h"
#include "net/server/http_server.h"
#include "net/stream/inbox.h"

namespace openclaw::net {

class HttpConnection;

// What the connections of one server share.
struct ServerContext {
    ServerContext(Loop& owner, ServerLimits bounds, Handler what, HandshakeRefused tell)
        : loop(owner),
          limits(bounds),
          handler(std::move(what)),
          handshake_refused(std::move(tell)),
          seats(std::make_shared<Seats>(loop, limits.seats)),
          handshakes(loop, limits.handshakes_a_turn) {}
    Loop& loop;
    ServerLimits limits;
    Handler handler;
    HandshakeRefused handshake_refused;
    std::shared_ptr<Seats> seats;
    HandshakeQueue handshakes;
    DateText date;
    bool stopping = false;
    List<HttpConnection> idle;  // the longest idle first
    List<HttpConnection> busy;
};

// One connection: requests one after the other, each handed to the handler once its head is there, until one
// side has enough. Bodies and pipelined requests wait in the inbox, which is read as far as somebody asks.
class HttpConnection final : public Link, public Exchange {
public:
    HttpConnection(ServerContext& server, std::unique_ptr<Stream> stream, std::unique_ptr<Seat> seat);

    Task<void> serve(std::shared_ptr<TlsServerContext> tls);
    void close();
    void request_gone();

    const Request& request() const override { return head_.request; }
    const Peer& peer() const override { return peer_; }
    bool over_tls() const override { return over_tls_; }
    Abort gone() const override;
    Seat& seat() override { return *seat_; }
    Task<std::expected<std::string, Refusal>> read_body(std::size_t bytes_max) override;
    Task<Result<void>> respond(Response response) override;
    Task<Result<void>> start_stream(int status, Headers headers) override;
    Task<Result<void>> write(std::string_view piece) override;
    Task<Result<void>> finish() override;
    void cut_stalled() override;
    Task<Result<Upgraded>> upgrade(WebSocketLimits limits) override;

private:
    enum class Phase { unanswered, streaming, answered, upgraded };
    enum class Body { none, unread, read };
    using Step = std::expected<void, Refusal>;  // a refusal with status 0: the connection is over
    using ReadBody = std::expected<std::string, Refusal>;

    Task<Result<void>> secure(std::shared_ptr<TlsServerContext> tls);
    Task<bool> wait_for_request();
    Task<void> serve_requests();
    Task<Step> receive_head();
    Task<void> handle_request();
    Task<ReadBody> receive_body(std::size_t bytes_max);
    Task<ReadBody> receive_sized(SteadyTime until);
    Task<ReadBody> receive_chunks(std::size_t bytes_max, SteadyTime until);
    void skip_arrived_body();
    Task<Step> more(SteadyTime until, int status_when_late);
    Task<void> answer_refusal();
    Task<void> refuse(Refusal refusal);
    Task<void> end();
    Task<void> say_goodbye();
    Task<void> linger();
    Task<Result<void>> send(std::string_view bytes);
    std::string begin_answer(int status, const Headers& headers, std::string_view framing);
    bool keeps_alive() const { return head_.keep_alive && !server_.stopping; }

    ServerContext& server_;
    std::unique_ptr<Stream> stream_;
    std::unique_ptr<Seat> seat_;
    Peer peer_;
    bool over_tls_ = false;
    bool closed_ = false;  // by us: what is in the inbox is nobody's any more
    bool first_ = true;
    unsigned pipelined_ = 0;  // requests that were there before the one in front of them was answered
    SteadyTime first_head_by_;
    Inbox inbox_;
    RequestHead head_;
    Phase phase_ = Phase::unanswered;
    Body body_ = Body::none;
    std::optional<Refusal> refusal_;  // what the exchange came to, where the handler says nothing
    bool bodiless_ = false;           // the answer being streamed has no body: HEAD
    bool close_after_ = false;
    bool sending_ = false;  // of an answer: seen from outside, it waits for the reader
    Abort handshake_abort_;
    mutable std::optional<Abort> gone_;
};

}  // namespace openclaw::net
