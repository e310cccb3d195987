#pragma once

#include <optional>
#include <string_view>

#include "net/http/http.h"

namespace openclaw::net {

// Where the Location of an answer to `asked` points: a whole address, or one relative to it. Nothing when it
// is none. Source: RFC 3986, section 5.2, without its dots.
std::optional<Url> find_redirect(const Url& asked, std::string_view location);

// Whether an answer with this status sends the request elsewhere as it is, method and body.
constexpr bool keeps_request(int status) {
    return status == 307 || status == 308;
}

// Whether both are the same server to those who keep credentials: scheme, host and port.
bool is_same_origin(const Url& one, const Url& other);

}  // namespace openclaw::net
