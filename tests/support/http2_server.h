#pragma once

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/http.h"
#include "net/loop/background.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"

namespace openclaw::test {

// An HTTP/2 server on loopback for tests: answers each complete request as the handler of its path says.
// Handlers may run inside the library's callbacks; what they submit leaves afterwards.
class Http2Server {
public:
    class Connection;
    struct Exchange {
        Connection& connection;
        std::int32_t id = 0;
        net::Request request;
        std::string sent_body = {};
        std::string answer = {};  // body
        std::size_t sent = 0;
        bool ends = true;  // after the body; else the exchange stays open
        bool closed = false;
        std::uint32_t close_code = 0;

        void respond(int status, std::string body,
                     std::vector<std::pair<std::string, std::string>> fields = {});
        void interim(int status);
        void reset(std::uint32_t code);
    };
    using Handler = std::function<void(Exchange&)>;

    class Connection {
    public:
        Connection(Http2Server& server, net::Loop& loop, std::unique_ptr<net::Stream> stream)
            : server_(server), stream_(std::move(stream)), output_(loop) {
            nghttp2_session_callbacks* callbacks = nullptr;
            nghttp2_session_callbacks_new(&callbacks);
            nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin);
            nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
            nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
            nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
            nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
            nghttp2_session_server_new(&session_, callbacks, this);
            nghttp2_session_callbacks_del(callbacks);
            nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, nullptr, 0);
        }
        ~Connection() { nghttp2_session_del(session_); }

        void start() {
            reader_ = net::Background(read());
            writer_ = net::Background(write());
        }
        void go_away(std::int32_t last_id) {
            nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_id, NGHTTP2_NO_ERROR, nullptr, 0);
            output_.notify();
        }
        void cut() { stream_->close(); }  // without a word
        void cut_after_output() {
            cut_after_output_ = true;
            output_.notify();
        }

    private:
        friend struct Exchange;
        static Connection& self(void* user) { return *static_cast<Connection*>(user); }
        static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* user) {
            auto made = std::make_unique<Exchange>(
                Exchange{.connection = self(user), .id = frame->hd.stream_id, .request = {}});
            self(user).open_[frame->hd.stream_id] = made.get();
            self(user).server_.exchanges_.push_back(std::move(made));
            return 0;
        }
        static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                             std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                             std::uint8_t, void* user) {
            const std::string field(reinterpret_cast<const char*>(name), name_size);
            const std::string text(reinterpret_cast<const char*>(value), value_size);
            net::Request& request = self(user).open_.at(frame->hd.stream_id)->request;
            if (field == ":method")
                request.method = text;
            else if (field == ":path")
                request.target = text;
            else if (!field.starts_with(':'))
                request.headers.add(field, text);
            return 0;
        }
        static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                           std::size_t size, void* user) {
            self(user).open_.at(id)->sent_body.append(reinterpret_cast<const char*>(bytes), size);
            return 0;
        }
        static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
            const auto found = self(user).open_.find(frame->hd.stream_id);
            if (found == self(user).open_.end()) return 0;
            if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
            if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
            self(user).server_.handle(*found->second);
            return 0;
        }
        static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
            const auto found = self(user).open_.find(id);
            if (found == self(user).open_.end()) return 0;
            found->second->closed = true;
            found->second->close_code = code;
            self(user).open_.erase(found);
            self(user).server_.changed_.notify();
            return 0;
        }
        static ssize_t on_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t room,
                               std::uint32_t* flags, nghttp2_data_source* source, void* user) {
            auto& exchange = *static_cast<Exchange*>(source->ptr);
            const std::size_t size = std::min(room, exchange.answer.size() - exchange.sent);
            exchange.answer.copy(reinterpret_cast<char*>(buffer), size, exchange.sent);
            exchange.sent += size;
            self(user).server_.changed_.notify();
            if (exchange.sent == exchange.answer.size() && exchange.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
            return size == 0 && !exchange.ends ? NGHTTP2_ERR_DEFERRED : static_cast<ssize_t>(size);
        }

        net::Task<void> read() {
            std::vector<char> buffer(16 * 1024);
            while (true) {
                const auto count = co_await stream_->read(buffer, patience);
                if (!count || *count == 0) break;
                if (nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(buffer.data()),
                                             *count) < 0) {
                    break;
                }
                output_.notify();
            }
            ++server_.ended_;
            server_.changed_.notify();
        }
        net::Task<void> write() {
            while (true) {
                std::string out;
                const std::uint8_t* bytes = nullptr;
                while (out.size() < 16 * 1024) {
                    const auto size = nghttp2_session_mem_send(session_, &bytes);
                    if (size <= 0) break;
                    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
                }
                if (out.empty() && cut_after_output_) stream_->close();
                if (out.empty()) {
                    co_await output_.wait();
                } else if (auto written = co_await stream_->write(out, patience); !written) {
                    co_return;
                }
            }
        }

        Http2Server& server_;
        std::unique_ptr<net::Stream> stream_;
        nghttp2_session* session_ = nullptr;
        std::map<std::int32_t, Exchange*> open_;
        net::Event output_;
        bool cut_after_output_ = false;
        net::Background reader_;
        net::Background writer_;
    };

    Http2Server(net::Loop& loop, std::shared_ptr<net::TlsServerContext> tls)
        : loop_(loop), tls_(std::move(tls)), changed_(loop) {
        listener_ = std::move(*net::listen_tcp(loop, "127.0.0.1", 0));
        acceptor_ = net::Background(accept());
    }

    void on(const std::string& path, Handler handler) { handlers_[path] = std::move(handler); }
    std::string url(std::string_view target) const {
        return fmt::format("https://localhost:{}{}", listener_->port(), target);
    }
    std::size_t connections() const { return connections_.size(); }
    Exchange& exchange(std::size_t index) { return *exchanges_.at(index); }
    std::size_t exchanges() const { return exchanges_.size(); }
    net::Task<void> until(std::function<bool()> condition) {
        while (!condition()) co_await changed_.wait();
    }
    std::size_t ended() const { return ended_; }  // connections that the client has left

private:
    static constexpr Milliseconds patience = std::chrono::seconds(60);

    net::Task<void> accept() {
        while (true) {
            auto stream = co_await listener_->accept();
            if (!stream) co_return;
            auto secured = co_await tls_->handshake(std::move(*stream), patience);
            if (secured) connections_.emplace_back(*this, loop_, std::move(*secured)).start();
        }
    }
    void handle(Exchange& exchange) {
        const auto found = handlers_.find(std::string(exchange.request.path()));
        if (found != handlers_.end())
            found->second(exchange);
        else
            exchange.respond(404, "");
    }

    net::Loop& loop_;
    std::shared_ptr<net::TlsServerContext> tls_;
    std::unique_ptr<net::Listener> listener_;
    std::map<std::string, Handler> handlers_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
    std::size_t ended_ = 0;
    net::Event changed_;
    std::list<Connection> connections_;
    net::Background acceptor_;
};

namespace detail {
inline std::vector<nghttp2_nv> name_values(std::vector<std::pair<std::string, std::string>>& fields) {
    std::vector<nghttp2_nv> values;
    for (auto& [name, value] : fields) {
        values.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                          reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                          NGHTTP2_NV_FLAG_NONE});
    }
    return values;
}
}  // namespace detail

inline void Http2Server::Exchange::respond(int status, std::string body,
                                           std::vector<std::pair<std::string, std::string>> fields) {
    answer = std::move(body);
    fields.insert(fields.begin(), {":status", std::to_string(status)});
    const auto values = detail::name_values(fields);
    nghttp2_data_provider provider{};
    provider.source.ptr = this;
    provider.read_callback = Connection::on_body;
    const bool empty = answer.empty() && ends;
    nghttp2_submit_response(connection.session_, id, values.data(), values.size(),
                            empty ? nullptr : &provider);
    connection.output_.notify();
}

inline void Http2Server::Exchange::interim(int status) {
    std::vector<std::pair<std::string, std::string>> fields{{":status", std::to_string(status)},
                                                            {"early", "x"}};
    const auto values = detail::name_values(fields);
    nghttp2_submit_headers(connection.session_, NGHTTP2_FLAG_NONE, id, nullptr, values.data(), values.size(),
                           nullptr);
}

inline void Http2Server::Exchange::reset(std::uint32_t code) {
    nghttp2_submit_rst_stream(connection.session_, NGHTTP2_FLAG_NONE, id, code);
    connection.output_.notify();
}

}  // namespace openclaw::test
