#include "net/http/http.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/host_text.h"
#include "base/text.h"

namespace openclaw::net {
namespace {

constexpr std::size_t fields_usual = 8;

bool ends_line(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

bool ends_name(char c) {
    return ends_line(c) || c == ':' || c == ' ';
}

// A name or an IPv4 literal.
bool is_host(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

bool is_ipv6(const std::string& text) {
    in6_addr address{};
    return inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool is_target(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c != 0x7F; });
}

std::uint16_t default_port(std::string_view scheme) {
    return scheme == "https" || scheme == "wss" ? 443 : 80;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return port;
}

// Splits "host", "host:port", "[v6]" and "[v6]:port".
bool parse_authority(std::string_view text, Url& url) {
    const bool bracketed = text.starts_with('[');
    const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == std::string_view::npos) return false;
    url.host = lowered(bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end));
    if (bracketed ? !is_ipv6(url.host) : !is_host(url.host)) return false;
    const std::size_t rest_begin = bracketed ? host_end + 1 : std::min(host_end, text.size());
    const std::string_view rest = text.substr(rest_begin);
    if (rest.empty()) return true;
    const auto port = parse_port(rest.substr(1));
    if (!rest.starts_with(':') || !port || *port == 0) return false;
    url.port = *port;
    return true;
}

}  // namespace

Headers::Headers(std::initializer_list<std::pair<std::string, std::string>> fields) {
    for (const auto& [name, value] : fields) add(name, value);
}

void Headers::add(std::string name, std::string value) {
    const bool good =
        !name.empty() && std::ranges::none_of(name, ends_name) && std::ranges::none_of(value, ends_line);
    if (fields_.empty()) fields_.reserve(fields_usual);
    if (good) fields_.emplace_back(std::move(name), std::move(value));
    valid_ = valid_ && good;
}

void Headers::set(std::string_view name, std::string value) {
    remove(name);
    add(std::string(name), std::move(value));
}

void Headers::set_secret(std::string_view name, const Secret& value, std::string_view scheme) {
    set(name, fmt::format("{}{}", scheme, value.reveal()));
}

void Headers::remove(std::string_view name) {
    std::erase_if(fields_, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (equal_ignoring_case(field, name)) return value;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields_, [&](const auto& field) { return equal_ignoring_case(field.first, name); }));
}

std::string Url::authority() const {
    return port == default_port(scheme) ? bracketed(host) : host_and_port(host, port);
}

std::string Url::text() const {
    return scheme + "://" + authority() + target;
}

Result<Url> parse_url(std::string_view text) {
    // The text is not part of the error: it may hold a credential.
    const std::size_t mark = text.find("://");
    if (mark == std::string_view::npos)
        return fail(Code::invalid_input, "an address needs a scheme, as in https://");
    Url url{.scheme = lowered(text.substr(0, mark)), .host = {}, .port = 0, .target = "/"};
    if (url.scheme != "http" && url.scheme != "https" && url.scheme != "ws" && url.scheme != "wss") {
        return fail(Code::invalid_input, "'{}' is not a scheme for us (http, https, ws, wss)",
                    printable(shortened(url.scheme, 16)));
    }
    url.port = default_port(url.scheme);
    text.remove_prefix(mark + 3);
    text = text.substr(0, text.find('#'));
    const std::size_t path = std::min(text.find_first_of("/?"), text.size());
    const std::string_view authority = text.substr(0, path);
    if (authority.find('@') != std::string_view::npos) {
        return hinted(fail(Code::invalid_input, "an address may not hold a user name or password"),
                      "credentials belong in a profile or a header");
    }
    if (!parse_authority(authority, url))
        return fail(Code::invalid_input, "the address's host or port is not valid");
    if (path < text.size())
        url.target = text[path] == '?' ? "/" + std::string(text.substr(path)) : text.substr(path);
    if (!is_target(url.target)) {
        return fail(Code::invalid_input, "the address's path has characters that must be percent-encoded");
    }
    return url;
}

std::string_view Request::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 100:
            return "Continue";
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 402:
            return "Payment Required";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        case 529:
            return "Overloaded";
        default:
            return status < 400 ? "OK" : "Error";
    }
}

}  // namespace openclaw::net
