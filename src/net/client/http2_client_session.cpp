// The library keeps the protocol's state; this keeps what callers wait for. Bytes that arrived go through
// feed(), which calls back into Callbacks; these fill round trips and wake their readers. What is to be sent
// is fetched with output(). Back-pressure: the window of the connection opens at once, so that one slow
// reader doesn't stop the others, that of a round trip only when its reader has taken the bytes, so that its
// server waits for him.
#include "net/client/http2_client_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/text.h"
#include "net/client/http_client_round_trip.h"
#include "net/loop/exhaustion.h"

namespace openclaw::net {
namespace {

constexpr std::int32_t exchange_window = 256 * 1024;     // bytes of one answer that wait to be taken
constexpr std::int32_t connection_window = 1024 * 1024;  // bytes on their way to us

Error torn(std::string_view why) {
    return Error{Code::unavailable, fmt::format("the answer was cut short ({})", why), {}};
}

// Credentials stay out of the header compression table.
bool is_sensitive(std::string_view name) {
    constexpr std::array words = {"auth", "key", "token", "secret", "cookie"};
    return std::ranges::any_of(words, [&](const char* w) { return name.find(w) != std::string_view::npos; });
}

// Pointers into `lines`, which must stay where it is.
std::vector<nghttp2_nv> name_values(std::vector<std::pair<std::string, std::string>>& lines) {
    std::vector<nghttp2_nv> fields;
    fields.reserve(lines.size());
    for (auto& [name, value] : lines) {
        const auto flags = is_sensitive(name) ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
        fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                          reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                          static_cast<std::uint8_t>(flags)});
    }
    return fields;
}

std::vector<std::pair<std::string, std::string>> header_lines(const ClientRequest& request) {
    std::vector<std::pair<std::string, std::string>> lines{{":method", request.method},
                                                           {":scheme", request.url.scheme},
                                                           {":authority", request.url.authority()},
                                                           {":path", request.url.target}};
    for (const auto& [name, value] : request.headers.fields()) {
        if (!set_by_client(name)) lines.emplace_back(lowered(name), value);
    }
    lines.emplace_back("accept-encoding", "identity");
    if (announces_body(request)) lines.emplace_back("content-length", std::to_string(request.body.size()));
    return lines;
}

}  // namespace

// What nghttp2 calls. `user` is the session. The library is C: nothing may be thrown through it, and where
// memory runs out it is told so and ends the connection.
struct Http2Session::Callbacks {
    static Http2Session& self(void* user) { return *static_cast<Http2Session*>(user); }
    static std::string_view text(const std::uint8_t* bytes, std::size_t size) {
        return {reinterpret_cast<const char*>(bytes), size};
    }

    static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        Http2RoundTrip* round_trip = self(user).find(frame->hd.stream_id);
        // What came until now was an interim answer.
        if (round_trip != nullptr && !round_trip->has_head) round_trip->headers = {};
        return 0;
    }

    static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                      std::size_t name_size, const std::uint8_t* value, std::size_t value_size, std::uint8_t,
                      void* user) {
        Http2RoundTrip* round_trip = self(user).find(frame->hd.stream_id);
        if (round_trip == nullptr || round_trip->error) return 0;
        round_trip->header_bytes += name_size + value_size + 4;
        if (round_trip->header_bytes > self(user).header_bytes_max_) {
            round_trip->error = spare_error(Code::too_large, "the answer's header is too large");
            round_trip->changed.notify();
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
        }
        if (round_trip->has_head) return 0;  // a trailer
        const auto add = [&] { add_field(*round_trip, text(name, name_size), text(value, value_size)); };
        return attempt(add) ? 0 : NGHTTP2_ERR_NOMEM;
    }

    static void add_field(Http2RoundTrip& round_trip, std::string_view name, std::string_view value) {
        if (name == ":status")
            round_trip.status = std::atoi(std::string(value).c_str());
        else
            round_trip.headers.add(std::string(name), std::string(value));
    }

    static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
        if (frame->hd.type == NGHTTP2_GOAWAY) self(user).going_away_ = true;
        if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
        Http2RoundTrip* round_trip = self(user).find(frame->hd.stream_id);
        if (round_trip == nullptr || round_trip->error) return 0;
        if (frame->hd.type == NGHTTP2_HEADERS && round_trip->status >= 200) round_trip->has_head = true;
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) round_trip->ended = true;
        round_trip->changed.notify();
        return 0;
    }

    static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                    std::size_t size, void* user) {
        // The connection's window is opened at once, the round trip's when its caller has taken the bytes.
        nghttp2_session_consume_connection(session, size);
        Http2RoundTrip* round_trip = self(user).find(id);
        if (round_trip == nullptr || round_trip->error) return 0;
        if (!attempt([&] { round_trip->received.append(text(bytes, size)); })) return NGHTTP2_ERR_NOMEM;
        round_trip->changed.notify();
        return 0;
    }

    static int closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user) {
        auto& exchanges = self(user).round_trips_;
        const auto found = exchanges.find(id);
        if (found == exchanges.end()) return 0;
        Http2RoundTrip& round_trip = *found->second;
        round_trip.closed = true;
        if (!round_trip.ended && !round_trip.error) {
            if (!attempt([&] { round_trip.error = torn(nghttp2_http2_strerror(code)); }))
                round_trip.error = out_of_memory();
            round_trip.may_repeat = code == NGHTTP2_REFUSED_STREAM && !round_trip.has_head;
        }
        round_trip.changed.notify();
        exchanges.erase(found);
        return 0;
    }

    static ssize_t body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t room,
                        std::uint32_t* flags, nghttp2_data_source* source, void*) {
        auto& round_trip = *static_cast<Http2RoundTrip*>(source->ptr);
        if (round_trip.error) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // its body is gone
        const std::size_t size = std::min(room, round_trip.request_body.size() - round_trip.sent);
        std::memcpy(buffer, round_trip.request_body.data() + round_trip.sent, size);
        round_trip.sent += size;
        if (round_trip.sent == round_trip.request_body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
        round_trip.changed.notify();
        return static_cast<ssize_t>(size);
    }
};

Http2Session::Http2Session(Loop& loop, std::size_t header_bytes_max)
    : loop_(loop), header_bytes_max_(header_bytes_max) {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame_received);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);
    nghttp2_option* option = nullptr;
    bool made = nghttp2_option_new(&option) == 0;
    if (made) {
        nghttp2_option_set_no_auto_window_update(option, 1);
        made = nghttp2_session_client_new2(&session_, callbacks, this, option) == 0;
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    if (!made) throw std::bad_alloc();

    const std::array settings = {
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, exchange_window},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                               static_cast<std::uint32_t>(header_bytes_max)}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window);
}

Http2Session::~Http2Session() {
    nghttp2_session_del(session_);
}

Result<std::shared_ptr<Http2RoundTrip>> Http2Session::begin(ClientRequest& request) {
    auto round_trip = std::make_shared<Http2RoundTrip>(loop_);
    // Its place, made before the library knows of it: what it points to must not go away.
    decltype(round_trips_) made;
    auto place = made.extract(made.emplace(0, round_trip).first);
    auto lines = header_lines(request);
    const auto fields = name_values(lines);
    nghttp2_data_provider provider{};
    provider.source.ptr = round_trip.get();
    provider.read_callback = Callbacks::body;
    round_trip->bytes_before = bytes_received_;
    round_trip->id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                            request.body.empty() ? nullptr : &provider, nullptr);
    for (auto& [name, value] : lines) {
        if (is_sensitive(name)) wipe(value);
    }
    if (round_trip->id < 0) {
        return fail(Code::unavailable, "the connection takes no more requests ({})",
                    nghttp2_strerror(round_trip->id));
    }
    round_trip->request_body = std::move(request.body);
    place.key() = round_trip->id;
    round_trips_.insert(std::move(place));
    return round_trip;
}

void Http2Session::taken(const Http2RoundTrip& round_trip, std::size_t bytes) {
    if (!round_trip.closed) nghttp2_session_consume_stream(session_, round_trip.id, bytes);
}

void Http2Session::reset(Http2RoundTrip& round_trip, Error why) {
    if (!round_trip.error) round_trip.error = std::move(why);
    round_trip.received.clear();
    round_trip.changed.notify();
    if (!round_trip.closed) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, round_trip.id, NGHTTP2_CANCEL);
    }
}

void Http2Session::fail_all(const Error& error) {
    going_away_ = true;
    for (auto& [id, round_trip] : std::exchange(round_trips_, {})) {
        round_trip->closed = true;
        if (!round_trip->ended && !round_trip->error) {
            if (!attempt([&] { round_trip->error = error; })) round_trip->error = out_of_memory();
            // Not the connection's first round trip, and the server has said nothing since it began.
            round_trip->may_repeat =
                round_trip->bytes_before > 0 && round_trip->bytes_before == bytes_received_;
        }
        round_trip->changed.notify();
    }
}

Result<void> Http2Session::feed(std::string_view bytes) {
    bytes_received_ += bytes.size();
    const auto taken =
        nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (taken >= 0) return {};
    if (taken == NGHTTP2_ERR_NOMEM) return std::unexpected(out_of_memory());
    return fail(Code::unavailable, "the server breaks HTTP/2 ({})",
                nghttp2_strerror(static_cast<int>(taken)));
}

Result<std::string> Http2Session::output(std::size_t bytes_enough) {
    std::string out;
    while (out.size() < bytes_enough) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(session_, &bytes);
        if (size < 0) return fail(Code::internal, "HTTP/2: {}", nghttp2_strerror(static_cast<int>(size)));
        if (size == 0) break;
        out.append(Callbacks::text(bytes, static_cast<std::size_t>(size)));
    }
    return out;
}

bool Http2Session::accepts() const {
    const auto streams_max =
        nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    return !going_away_ && round_trips_.size() < streams_max &&
           nghttp2_session_check_request_allowed(session_) != 0;
}

bool Http2Session::finished() const {
    return (going_away_ && round_trips_.empty()) ||
           (nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0);
}

Http2RoundTrip* Http2Session::find(std::int32_t id) {
    const auto found = round_trips_.find(id);
    return found == round_trips_.end() ? nullptr : found->second.get();
}

}  // namespace openclaw::net
