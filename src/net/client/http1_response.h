#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http/http.h"

namespace openclaw::net {

// What was asked decides whether an answer has a body.
enum class Asked {
    with_body,  // GET, POST and the rest
    head,       // never a body, whatever the fields announce
    connect,    // 2xx: a tunnel begins after the head
};

// Reads one HTTP/1.1 answer from pieces of any size. Strict where two readers could disagree about where
// an answer ends: transfer-encoding beside content-length, more than one of either, any coding but
// `chunked`, folded fields, a space before the colon, line ends other than CR LF are all refused. Interim
// answers (1xx) are skipped; 101 is refused. Errors: `unavailable` for what is not HTTP or ends early,
// `too_large` past the bound on heads (interim ones and trailers count). Sources: RFC 9110, RFC 9112.
class Http1Response {
public:
    Http1Response(Asked asked, std::size_t header_bytes_max)
        : asked_(asked), header_bytes_left_(header_bytes_max) {}

    // Takes bytes up to the answer's end, appends body bytes to `body` and returns how many it took. Less
    // than all only when `complete()`: the rest belongs to nobody. After an error, don't go on.
    Result<std::size_t> feed(std::string_view bytes, std::string& body);
    // The peer has sent its end: fine for a body that lasts until then, else `unavailable`.
    Result<void> end();

    bool has_head() const { return phase_ > Phase::header; }
    bool complete() const { return phase_ == Phase::complete; }
    // Whether another round trip may follow on the connection, once this one is complete.
    bool keeps_alive() const { return keeps_alive_; }
    int status() const { return status_; }
    Headers& headers() { return headers_; }

private:
    enum class Phase {
        status_line,
        header,
        sized_body,  // `body_left_` bytes
        chunk_size,
        chunk_data,  // `body_left_` bytes
        chunk_end,   // the line end after a chunk
        trailer,
        body_until_end,
        complete,
    };

    bool in_lines() const;
    std::size_t take_body(std::string_view bytes, std::string& body);
    Result<void> take_line(std::string_view line);
    Result<void> take_status_line(std::string_view line);
    Result<void> take_header(std::string_view line);
    Result<void> take_chunk_size(std::string_view line);
    Result<void> end_of_head();
    Result<void> choose_framing();

    Asked asked_;
    std::size_t header_bytes_left_;
    Phase phase_ = Phase::status_line;
    std::string line_;  // what came of a line in earlier pieces
    int minor_version_ = 1;
    int status_ = 0;
    bool keeps_alive_ = false;
    std::uint64_t body_left_ = 0;
    Headers headers_;
};

}  // namespace openclaw::net
