#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

#include "net/http/http.h"

namespace openclaw::net {

// A request that can't be understood or kept: the status to answer before the connection is closed.
struct Refusal {
    int status = 400;
    std::string_view reason;
};

enum class Framing { none, sized, chunked };

struct RequestHead {
    Request request;
    Framing framing = Framing::none;
    std::uint64_t length = 0;  // when sized
    bool keep_alive = true;
    bool expects_continue = false;
    bool version_1_0 = false;
};

// Where the head ends, behind its empty line; 0 when more bytes are needed. Refuses line ends other than
// CR LF as soon as one is seen. `scanned` is remembered between calls with more bytes of the same head.
std::expected<std::size_t, Refusal> find_head_end(std::string_view bytes, std::size_t& scanned);

// Strict where another reader could see another request: exactly one Host, at most one Content-Length and
// of digits only, no Transfer-Encoding but exactly `chunked` and not beside a length or on HTTP/1.0, no
// folded fields, no blank before a colon, no credential twice. Sources: RFC 9112, sections 2 to 6 and 11.
std::expected<RequestHead, Refusal> parse_request_head(std::string_view head);

// Whether the request's names match a rule of RFC 9110 for hosts: a name or address, and maybe a port.
bool is_host_field(std::string_view value);

}  // namespace openclaw::net
