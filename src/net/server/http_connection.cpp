#include "net/server/http_connection.h"

#include <cassert>
#include <new>

#include "net/http/http_syntax.h"
#include "net/loop/exhaustion.h"
#include "net/stream/tcp_table.h"
#include "net/websocket/websocket_key.h"
#include "net/websocket/websocket_stream.h"

namespace openclaw::net {
namespace {

constexpr Milliseconds linger_deadline{1000};
constexpr std::size_t linger_bytes_max = 1u << 20;
constexpr int pipelined_max = 2;  // requests answered in one turn before other connections get theirs
constexpr Refusal over{0, {}};

// A client that sends no more may wait for its answer all the same, or have left. Inside this host the kernel
// knows whether somebody still holds its end; of others only what is written to them will tell.
void tell_if_it_left(Loop& loop, const TcpEnd& own, const TcpEnd& client, bool on_this_host,
                     const Abort& gone) {
    if (!on_this_host || client.address.empty()) return;
    auto left = std::make_shared<bool>(false);
    loop.submit(
        [left, own, client] {
            const auto sockets = tcp_sockets_at(client.port);
            *left = sockets && !holder_of(*sockets, own, client);
        },
        [left, gone] {
            if (*left) gone.request();
        });
}

// Whoever just left, or was sent away, has asked for nothing.
bool is_worth_telling(const Error& error) {
    return error.code == Code::denied || error.code == Code::timed_out || error.code == Code::unavailable;
}

std::string length_line(std::size_t length) {
    return fmt::format("Content-Length: {}\r\n", length);
}

}  // namespace

HttpConnection::HttpConnection(ServerContext& server, std::unique_ptr<Stream> stream,
                               std::unique_ptr<Seat> seat)
    : server_(server),
      stream_(std::move(stream)),
      seat_(std::move(seat)),
      peer_(stream_->peer()),
      first_head_by_(time_after(server.limits.head_deadline)) {
    server_.busy.push_back(*this);
    seat_->when_sent_away([this] { close(); });
}

void HttpConnection::close() {
    closed_ = true;
    if (stream_) stream_->close();
    handshake_abort_.request();
}

void HttpConnection::request_gone() {
    gone().request();
}

Abort HttpConnection::gone() const {
    if (!gone_) {
        gone_.emplace();
        // The abort, not this object: a websocket takes the stream along and may live longer.
        if (stream_)
            stream_->on_peer_end(
                [&loop = server_.loop, gone = *gone_, own = stream_->own_end(), peer = peer_](PeerEnd end) {
                    const TcpEnd client{peer.address, peer.port};
                    const bool here = stays_on_this_host(peer, own);
                    const bool looked = end == PeerEnd::sending &&
                                        attempt([&] { tell_if_it_left(loop, own, client, here, gone); });
                    if (!looked) gone.request();
                });
    }
    return *gone_;
}

Task<void> HttpConnection::serve(std::shared_ptr<TlsServerContext> tls) {
    if (server_.stopping) co_return;
    if (tls) {
        if (auto secured = co_await secure(std::move(tls)); !secured) co_return;
    }
    co_await serve_requests();
    if (phase_ != Phase::upgraded) close();
}

Task<Result<void>> HttpConnection::secure(std::shared_ptr<TlsServerContext> tls) {
    server_.idle.push_back(*this);
    // Who says nothing costs no turn.
    auto greeted = co_await stream_->wait_readable(left_until(first_head_by_));
    if (greeted) co_await server_.handshakes.turn(peer_.address);
    if (!greeted || closed_) co_return fail(Code::cancelled, "no handshake was begun");
    auto secured = co_await tls->handshake(std::move(stream_), left_until(first_head_by_), handshake_abort_);
    server_.busy.push_back(*this);
    if (!secured) {
        const bool told = server_.handshake_refused && !closed_ && is_worth_telling(secured.error());
        if (told) server_.handshake_refused(peer_, secured.error());
        co_return std::unexpected(secured.error());
    }
    stream_ = std::move(*secured);
    peer_ = stream_->peer();  // what the handshake has proven of him is known only now
    over_tls_ = true;
    if (server_.stopping) co_return fail(Code::cancelled, "the server stops");
    co_return Result<void>{};
}

Task<void> HttpConnection::serve_requests() {
    while (!server_.stopping && !closed_) {
        if (!co_await wait_for_request() || closed_) co_return;
        if (auto head = co_await receive_head(); !head) co_return co_await refuse(head.error());
        co_await handle_request();
        if (phase_ == Phase::upgraded) co_return;
        if (phase_ == Phase::streaming) co_return;  // cut, so that it can't pass for a complete answer
        if (!keeps_alive() || close_after_) co_return co_await end();
        if (stream_->queued() > server_.limits.unread_bytes) {
            if (!co_await stream_->drain(server_.limits.write_deadline)) co_return;
        }
        first_ = false;
        head_ = RequestHead();
    }
}

Task<void> HttpConnection::handle_request() {
    phase_ = Phase::unanswered;
    body_ = head_.framing == Framing::none ? Body::none : Body::unread;
    close_after_ = false;
    refusal_.reset();
    try {
        co_await server_.handler(*this);
    } catch (const std::bad_alloc&) {
        refusal_ = Refusal{503, "out of memory"};
    }
    if (phase_ == Phase::unanswered) co_await answer_refusal();
}

// An idle connection holds no buffer and may be closed at any time to make room for another.
Task<bool> HttpConnection::wait_for_request() {
    if (!inbox_.empty()) {
        if (++pipelined_ % pipelined_max == 0) co_await server_.loop.next_turn();
        co_return true;
    }
    inbox_.release();
    const auto& limits = server_.limits;
    auto patience = first_ ? left_until(first_head_by_) : limits.keep_alive;
    server_.idle.push_back(*this);
    auto ready = co_await stream_->wait_readable(patience);
    server_.busy.push_back(*this);
    if (!ready && ready.error().code == Code::timed_out) co_await stream_->shutdown();
    co_return ready.has_value();
}

Task<HttpConnection::Step> HttpConnection::more(SteadyTime until, int status_when_late) {
    auto left = left_until(until);
    if (left == Milliseconds(0)) co_return std::unexpected(Refusal{status_when_late, "too slow"});
    auto got = co_await inbox_.read_more(*stream_, left);
    if (got && *got > 0) co_return Step{};
    if (!got && got.error().code == Code::timed_out) {
        co_return std::unexpected(Refusal{status_when_late, "too slow"});
    }
    co_return std::unexpected(over);
}

Task<HttpConnection::Step> HttpConnection::receive_head() {
    const auto& limits = server_.limits;
    auto until = first_ ? first_head_by_ : time_after(limits.head_deadline);
    std::size_t scanned = 0;
    bool skipped_line = false;
    for (;;) {
        auto bytes = inbox_.bytes();
        if (!skipped_line && scanned <= 2 && bytes.starts_with("\r\n")) {  // RFC 9112, section 2.2
            inbox_.consume(2);
            skipped_line = true;
            scanned = 0;
            continue;
        }
        bool hopeless = !bytes.empty() && bytes[0] != '\r' && !is_token(bytes.substr(0, 1));
        if (hopeless) co_return std::unexpected(Refusal{400, "this is not HTTP"});
        auto end = find_head_end(bytes, scanned);
        if (!end) co_return std::unexpected(end.error());
        if (*end > limits.head_bytes || (*end == 0 && bytes.size() >= limits.head_bytes)) {
            co_return std::unexpected(Refusal{431, "the head is too large"});
        }
        if (*end > 0) {
            auto parsed = parse_request_head(bytes.substr(0, *end));
            if (!parsed) co_return std::unexpected(parsed.error());
            head_ = std::move(*parsed);
            inbox_.consume(*end);
            co_return Step{};
        }
        if (auto read = co_await more(until, bytes.empty() ? 0 : 408); !read) co_return read;
    }
}

Task<HttpConnection::ReadBody> HttpConnection::read_body(std::size_t bytes_max) {
    if (body_ == Body::none) co_return std::string();
    assert(body_ == Body::unread && phase_ == Phase::unanswered && "asked for once, before the answer");
    auto body = co_await receive_body(bytes_max);
    if (body)
        body_ = Body::read;
    else
        refusal_ = body.error();
    co_return body;
}

Task<HttpConnection::ReadBody> HttpConnection::receive_body(std::size_t bytes_max) {
    const auto& limits = server_.limits;
    if (head_.length > bytes_max) co_return std::unexpected(Refusal{413, "the body is too large"});
    if (head_.expects_continue && inbox_.empty()) {
        auto asked = co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", limits.write_deadline);
        if (!asked) co_return std::unexpected(over);
    }
    auto until = time_after(limits.body_deadline);
    if (head_.framing == Framing::chunked) co_return co_await receive_chunks(bytes_max, until);
    co_return co_await receive_sized(until);
}

Task<HttpConnection::ReadBody> HttpConnection::receive_sized(SteadyTime until) {
    std::string body;
    for (;;) {
        auto piece = inbox_.bytes().substr(0, head_.length - body.size());
        body.append(piece);
        inbox_.consume(piece.size());
        if (body.size() == head_.length) co_return body;
        if (auto read = co_await more(until, 408); !read) co_return std::unexpected(read.error());
    }
}

Task<HttpConnection::ReadBody> HttpConnection::receive_chunks(std::size_t bytes_max, SteadyTime until) {
    std::string body;
    ChunkedBody decoder(bytes_max);
    for (;;) {
        auto taken = decoder.feed(inbox_.bytes(), body);
        if (!taken) co_return std::unexpected(taken.error());
        inbox_.consume(*taken);
        if (decoder.complete()) co_return body;
        if (auto read = co_await more(until, 408); !read) co_return std::unexpected(read.error());
    }
}

// A body that nobody wanted and that is here already is read over, so that the next request may follow.
void HttpConnection::skip_arrived_body() {
    if (head_.framing == Framing::sized) {
        if (inbox_.bytes().size() < head_.length) return;
        inbox_.consume(head_.length);
        body_ = Body::read;
        return;
    }
    std::string dropped;
    ChunkedBody decoder(inbox_.bytes().size());
    auto taken = decoder.feed(inbox_.bytes(), dropped);
    if (!taken || !decoder.complete()) return;
    inbox_.consume(*taken);
    body_ = Body::read;
}

// Answers what the exchange came to when the handler has not.
Task<void> HttpConnection::answer_refusal() {
    head_.keep_alive = false;
    const auto refusal = refusal_.value_or(Refusal{500, {}});
    if (refusal.status == 0) co_return;
    Response answer{refusal.status, {}, {}};
    if (!refusal.reason.empty()) {
        answer.headers.add("Content-Type", "text/plain; charset=utf-8");
        answer.body.append(refusal.reason).append("\n");
    }
    co_await respond(std::move(answer));
}

Task<void> HttpConnection::refuse(Refusal refusal) {
    if (refusal.status == 0) co_return;
    phase_ = Phase::unanswered;
    body_ = Body::unread;  // whatever it was, more of it may come
    refusal_ = refusal;
    co_await answer_refusal();
    co_await end();
}

Task<void> HttpConnection::end() {
    co_await say_goodbye();
    if (!inbox_.empty() || body_ == Body::unread) co_await linger();
}

Task<void> HttpConnection::say_goodbye() {
    if (!co_await stream_->drain(server_.limits.write_deadline)) co_return;
    co_await stream_->shutdown();
}

// Closing while bytes of the peer are unread would reset the connection, and the peer might never see the
// answer: so after our end we read on for a moment.
Task<void> HttpConnection::linger() {
    auto until = time_after(linger_deadline);
    for (std::size_t dropped = 0; dropped < linger_bytes_max;) {
        inbox_.consume(inbox_.bytes().size());
        auto got = co_await inbox_.read_more(*stream_, left_until(until));
        if (!got || *got == 0) co_return;
        dropped += *got;
    }
}

std::string HttpConnection::begin_answer(int status, const Headers& headers, std::string_view framing) {
    if (body_ == Body::unread) skip_arrived_body();
    close_after_ =
        close_after_ || body_ == Body::unread || !keeps_alive() || lists(headers, "Connection", "close");
    auto after = close_after_        ? ConnectionAfter::close
                 : head_.version_1_0 ? ConnectionAfter::keep_alive
                                     : ConnectionAfter::unsaid;
    std::string text;
    text.reserve(512);
    append_response_head(text, status, headers, framing, after,
                         server_.date.at(std::chrono::system_clock::now()));
    return text;
}

Task<Result<void>> HttpConnection::send(std::string_view bytes) {
    sending_ = true;
    auto sent = co_await stream_->write(bytes, server_.limits.write_deadline);
    sending_ = false;
    co_return sent;
}

void HttpConnection::cut_stalled() {
    if (sending_) close();
}

Task<Result<void>> HttpConnection::respond(Response response) {
    if (phase_ != Phase::unanswered) co_return fail(Code::internal, "the request was answered already");
    if (!response.headers.valid()) co_return fail(Code::internal, "a response header is malformed");
    phase_ = Phase::answered;
    bool without_length = response.status == 204 || response.status == 304 || response.status < 200;
    auto text = begin_answer(response.status, response.headers,
                             without_length ? std::string() : length_line(response.body.size()));
    auto written = co_await send(text);
    if (!written || without_length || head_.request.method == "HEAD") co_return written;
    co_return co_await send(response.body);  // leaves with the head
}

Task<Result<void>> HttpConnection::start_stream(int status, Headers headers) {
    if (phase_ != Phase::unanswered) co_return fail(Code::internal, "the request was answered already");
    if (!headers.valid()) co_return fail(Code::internal, "a response header is malformed");
    phase_ = Phase::streaming;
    bodiless_ = head_.request.method == "HEAD";
    if (head_.version_1_0) close_after_ = true;  // its end is the connection's
    auto text = begin_answer(status, headers, head_.version_1_0 ? "" : "Transfer-Encoding: chunked\r\n");
    co_return co_await send(text);
}

Task<Result<void>> HttpConnection::write(std::string_view piece) {
    if (phase_ != Phase::streaming) co_return fail(Code::internal, "no stream was started");
    if (piece.empty() || bodiless_) co_return Result<void>{};
    if (head_.version_1_0) co_return co_await send(piece);
    auto written = co_await send(fmt::format("{:x}\r\n", piece.size()));
    if (written) written = co_await send(piece);
    if (written) written = co_await send("\r\n");
    co_return written;
}

Task<Result<void>> HttpConnection::finish() {
    if (phase_ != Phase::streaming) co_return fail(Code::internal, "no stream was started");
    phase_ = Phase::answered;
    if (head_.version_1_0 || bodiless_) co_return Result<void>{};
    co_return co_await send("0\r\n\r\n");
}

Task<Result<Upgraded>> HttpConnection::upgrade(WebSocketLimits limits) {
    if (phase_ != Phase::unanswered) co_return fail(Code::internal, "the request was answered already");
    if (head_.version_1_0) co_return fail(Code::invalid_input, "a websocket needs HTTP/1.1");
    if (body_ != Body::none) co_return fail(Code::invalid_input, "an upgrade has no body");
    if (auto valid = check_upgrade(head_.request); !valid) co_return std::unexpected(valid.error());
    phase_ = Phase::upgraded;
    auto accept = websocket_accept(*head_.request.headers.find("Sec-WebSocket-Key"));
    stream_->queue(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
            accept + "\r\n\r\n",
        server_.limits.write_deadline);
    auto socket =
        make_websocket(server_.loop, std::move(stream_), WebSocketRole::server, limits, inbox_.bytes());
    inbox_.consume(inbox_.bytes().size());
    inbox_.release();
    seat_->when_sent_away([gone = socket.get()] { gone->abort(); });
    co_return Upgraded{std::move(socket), std::move(seat_)};
}

}  // namespace openclaw::net
