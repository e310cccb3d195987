#include "net/client/http1_client.h"

#include <utility>

#include "base/host_text.h"
#include "base/text.h"
#include "net/client/http1_response.h"

namespace openclaw::net {
namespace {

constexpr std::size_t buffer_bytes = 16 * 1024;
constexpr auto refusal_wait = std::chrono::seconds(1);

void add_line(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

// An answer being read. It ends the connection unless the answer was read to its end.
class Http1Body final : public ResponseBody {
public:
    explicit Http1Body(Http1Call& call)
        : loop_(call.loop),
          stream_(std::move(call.stream)),
          response_(call.request.method == "HEAD" ? Asked::head : Asked::with_body, call.header_bytes_max),
          idle_(call.request.deadlines.idle),
          place_(call.request.url.authority()),
          abort_(call.abort),
          give_back_(std::move(call.give_back)),
          on_abort_(abort_.on_request([this] { close(); })) {}
    ~Http1Body() override { close(); }

    Task<Result<void>> send(Http1Call& call);
    Task<Result<void>> read_head(Milliseconds deadline);
    Task<Result<std::optional<std::string>>> next() override;

    Http1Response& response() { return response_; }
    bool got_bytes() const { return got_bytes_; }

private:
    Task<Result<void>> read_more(Milliseconds deadline);
    Result<std::size_t> take(std::string_view bytes);
    void settle();
    void close();
    Error reason(Error error) const { return abort_.requested() ? given_up() : std::move(error); }

    Loop& loop_;
    std::unique_ptr<Stream> stream_;
    Http1Response response_;
    Milliseconds idle_;
    std::string place_;  // for messages
    Abort abort_;
    std::function<void(std::unique_ptr<Stream>)> give_back_;
    std::unique_ptr<char[]> buffer_;
    std::string ready_;  // body bytes that nobody has taken yet
    bool got_bytes_ = false;
    bool reusable_ = true;
    std::optional<Error> error_;
    Abort::Subscription on_abort_;  // last: gone before the stream it closes
};

Task<Result<void>> Http1Body::send(Http1Call& call) {
    const std::string& body = call.request.body;
    const Milliseconds deadline = call.request.deadlines.first_byte;
    // What is written in one turn of the loop leaves in one packet where it fits.
    auto sent = co_await stream_->write(call.head, deadline);
    if (sent && !body.empty()) sent = co_await stream_->write(body, deadline);
    if (!sent) reusable_ = false;
    co_return sent;
}

Task<Result<void>> Http1Body::read_head(Milliseconds deadline) {
    const auto end = loop_.now() + deadline;
    while (!response_.has_head()) {
        auto read = co_await read_more(time_until(end, loop_));
        if (!read) co_return read;
    }
    co_return Result<void>{};
}

Task<Result<std::optional<std::string>>> Http1Body::next() {
    while (true) {
        if (abort_.requested() && !response_.complete()) co_return std::unexpected(given_up());
        if (!ready_.empty()) co_return std::exchange(ready_, {});
        if (error_) co_return std::unexpected(*error_);
        if (response_.complete()) co_return std::nullopt;
        auto read = co_await read_more(idle_);
        if (!read) error_ = failed(read.error(), "reading the answer of {}", place_).error();
    }
}

Task<Result<void>> Http1Body::read_more(Milliseconds deadline) {
    if (abort_.requested()) co_return std::unexpected(given_up());
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<char[]>(buffer_bytes);
    const auto count = co_await stream_->read({buffer_.get(), buffer_bytes}, deadline);
    if (!count || abort_.requested()) {
        close();
        co_return std::unexpected(reason(count ? Error{} : count.error()));
    }
    got_bytes_ = got_bytes_ || *count > 0;
    const std::string_view bytes(buffer_.get(), *count);
    const auto taken = take(bytes);
    if (!taken) {
        close();
        co_return std::unexpected(taken.error());
    }
    // Bytes behind the answer would be taken for the next one.
    if (bytes.empty() || *taken < bytes.size()) reusable_ = false;
    if (response_.complete()) settle();
    co_return Result<void>{};
}

Result<std::size_t> Http1Body::take(std::string_view bytes) {
    if (!bytes.empty()) return response_.feed(bytes, ready_);
    auto ended = response_.end();
    if (!ended) return std::unexpected(ended.error());
    return 0;
}

void Http1Body::settle() {
    on_abort_ = {};
    buffer_.reset();
    if (reusable_ && response_.keeps_alive() && give_back_) give_back_(std::move(stream_));
    close();
}

void Http1Body::close() {
    reusable_ = false;
    if (stream_) stream_->close();
}

}  // namespace

std::string http1_head(const ClientRequest& request, const Proxy* proxy) {
    const bool whole_address = proxy != nullptr && !proxy->socks() && !request.url.secure();
    std::string head;
    head.reserve(1024);
    head.append(request.method).append(" ");
    head.append(whole_address ? request.url.text() : request.url.target).append(" HTTP/1.1\r\n");
    add_line(head, "Host", request.url.authority());
    for (const auto& [name, value] : request.headers.fields()) {
        if (!set_by_client(name)) add_line(head, name, value);
    }
    if (whole_address) add_credentials(head, *proxy);
    add_line(head, "Accept-Encoding", "identity");
    if (announces_body(request)) add_line(head, "Content-Length", std::to_string(request.body.size()));
    return head.append("\r\n");
}

Task<RoundTripResult> round_trip_http1(Http1Call call) {
    auto body = std::make_unique<Http1Body>(call);
    const auto sent = co_await body->send(call);
    const bool refused = !sent && sent.error().code == Code::unavailable && !call.abort.requested();
    if (!sent && !refused) {
        co_return round_trip_failed(failed(call.abort.requested() ? given_up() : sent.error(),
                                           "sending the request to {}", call.request.url.authority())
                                        .error());
    }
    // A server that refuses a request half-way says why and closes: what it said can still be read.
    const auto head = co_await body->read_head(refused ? refusal_wait : call.request.deadlines.first_byte);
    if (!head) {
        const bool gone = head.error().code == Code::unavailable && !body->got_bytes();
        const Error& error = refused && gone ? sent.error() : head.error();
        co_return round_trip_failed(
            failed(error, "waiting for the answer of {}", call.request.url.authority()).error(),
            gone && call.reused);
    }
    ClientResponse response{body->response().status(), std::move(body->response().headers()), nullptr};
    response.body = std::move(body);
    co_return response;
}

Task<Result<void>> open_tunnel(Loop& loop, Stream& stream, const Url& target, const Proxy& proxy,
                               std::size_t header_bytes_max, std::chrono::steady_clock::time_point end) {
    const auto place = host_and_port(target.host, target.port);
    std::string head = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", place, place);
    add_credentials(head, proxy);
    head += "\r\n";
    auto sent = co_await stream.write(head, time_until(end, loop));
    if (!sent) co_return sent;

    Http1Response response(Asked::connect, header_bytes_max);
    std::array<char, 2048> buffer;
    std::string body;
    while (!response.has_head()) {
        const auto count = co_await stream.read(buffer, time_until(end, loop));
        if (!count) co_return std::unexpected(count.error());
        if (*count == 0) co_return response.end();
        const auto taken = response.feed({buffer.data(), *count}, body);
        if (!taken) co_return std::unexpected(taken.error());
        if (response.complete() && *taken < *count) {
            co_return fail(Code::unavailable, "the proxy speaks before the tunnel begins");
        }
    }
    if (response.status() < 300) co_return Result<void>{};
    if (response.status() == 407) {
        co_return hinted(fail(Code::denied, "the proxy asks for other credentials"),
                         fmt::format("give them in {}, as http://user:password@host:port", proxy.variable));
    }
    co_return fail(Code::unavailable, "the proxy refused with status {}", response.status());
}

}  // namespace openclaw::net
