#pragma once

#include <memory>
#include <optional>

#include "net/http/chunked_body.h"
#include "net/http/request_head.h"
#include "net/http/response_head.h"
#include "net/loop/link.h"
#include "net/loop/timer.h"
#include "net/server/http_server.h"
#include "net/stream/inbox.h"

namespace openclaw::net {

class HttpConnection;

// What the connections of one server share.
struct ServerContext {
    ServerContext(Loop& owner, ServerLimits bounds, Handler what)
        : loop(owner), limits(bounds), handler(std::move(what)) {}
    Loop& loop;
    ServerLimits limits;
    Handler handler;
    DateText date;
    bool stopping = false;
    List<HttpConnection> idle;  // the longest idle first
    List<HttpConnection> busy;
};

// One connection: requests one after the other, each read whole, answered by the handler, until one side
// has enough. Pipelined requests wait in the inbox.
class HttpConnection final : public Link, public Exchange {
public:
    HttpConnection(ServerContext& server, std::unique_ptr<Stream> stream);

    Task<void> serve(std::shared_ptr<TlsServerContext> tls);
    void close();
    void request_gone();

    const Request& request() const override { return head_.request; }
    const Peer& peer() const override { return peer_; }
    bool over_tls() const override { return over_tls_; }
    Abort gone() const override;
    Task<Result<void>> respond(Response response) override;
    Task<Result<void>> start_stream(int status, Headers headers) override;
    Task<Result<void>> write(std::string_view piece) override;
    Task<Result<void>> finish() override;
    Task<Result<std::unique_ptr<WebSocket>>> upgrade(WebSocketLimits limits) override;

private:
    enum class Phase { unanswered, streaming, answered, upgraded };
    using Step = std::expected<void, Refusal>;  // a refusal with status 0: the connection is over

    Task<Result<void>> secure(std::shared_ptr<TlsServerContext> tls);
    Task<bool> wait_for_request();
    Task<void> serve_requests();
    Task<Step> receive_head();
    Task<Step> receive_body();
    Task<Step> receive_chunks(SteadyTime until);
    Task<Step> more(SteadyTime until, int status_when_late);
    Task<void> refuse(Refusal refusal);
    Task<void> say_goodbye();
    Task<void> linger();
    std::string begin_answer(int status, const Headers& headers, std::string_view framing);
    bool keeps_alive() const { return head_.keep_alive && !server_.stopping; }

    ServerContext& server_;
    std::unique_ptr<Stream> stream_;
    Peer peer_;
    bool over_tls_ = false;
    bool first_ = true;
    SteadyTime first_head_by_;
    Inbox inbox_;
    RequestHead head_;
    Phase phase_ = Phase::unanswered;
    bool bodiless_ = false;  // the answer being streamed has no body: HEAD
    bool close_after_ = false;
    Abort handshake_abort_;
    mutable std::optional<Abort> gone_;
};

}  // namespace openclaw::net
