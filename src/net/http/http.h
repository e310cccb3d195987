#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace openclaw::net {

// Header fields in order; names compare without case. A name or a value that could end the line (CR, LF,
// NUL) is refused where it is added.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields);
    void add(std::string name, std::string value);
    void set(std::string_view name, std::string value);  // replaces all of that name
    void set_secret(std::string_view name, const Secret& value, std::string_view scheme = {});  // "Bearer "
    void remove(std::string_view name);
    std::optional<std::string_view> find(std::string_view name) const;  // the first
    std::size_t count(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }
    bool valid() const { return valid_; }  // false once a field was refused

private:
    std::vector<std::pair<std::string, std::string>> fields_;
    bool valid_ = true;
};

// scheme://host[:port]/path?query. User info is refused: credentials don't travel in URLs.
struct Url {
    std::string scheme;  // "http", "https", "ws", "wss"
    std::string host;    // lower case, IPv6 without brackets
    std::uint16_t port = 0;
    std::string target;  // path and query, at least "/"

    bool secure() const { return scheme == "https" || scheme == "wss"; }
    std::string authority() const;  // host, brackets and a non-default port as a Host header has them
    std::string text() const;
    bool operator==(const Url&) const = default;
};
Result<Url> parse_url(std::string_view text);

// The head of a request.
struct Request {
    std::string method;
    std::string target;
    Headers headers;
    std::string_view path() const;  // the target up to '?'
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
};

std::string_view reason_phrase(int status);

}  // namespace openclaw::net
