#include "net/http/request_head.h"

#include <cstring>

#include "base/text.h"
#include "net/http/http_syntax.h"

namespace openclaw::net {
namespace {

constexpr std::size_t fields_max = 128;

// Fields that say who is calling. With two of one name, whoever stands in front of us and we could each take
// another for the caller's.
constexpr std::array<std::string_view, 6> credential_fields{
    "authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key", "x-openclaw-token"};

using Verdict = std::expected<void, Refusal>;

std::unexpected<Refusal> refuse(int status, std::string_view reason) {
    return std::unexpected(Refusal{status, reason});
}

bool is_known_method(std::string_view method) {
    static constexpr std::array<std::string_view, 7> methods{"GET",    "HEAD",  "POST",   "PUT",
                                                             "DELETE", "PATCH", "OPTIONS"};
    return std::ranges::find(methods, method) != methods.end();
}

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F; });
}

Verdict take_version(std::string_view version, RequestHead& head) {
    bool shaped = version.size() == 8 && version.starts_with("HTTP/") && version[6] == '.';
    auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!shaped || !digit(version[5]) || !digit(version[7])) return refuse(400, "malformed version");
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return refuse(505, "only HTTP/1.0 and 1.1 are spoken");
    head.version_1_0 = version == "HTTP/1.0";
    head.keep_alive = !head.version_1_0;
    return {};
}

// What the fields say about the message itself, gathered while they are read.
struct Framers {
    std::string authority;  // of a target in absolute form
    std::size_t hosts = 0;
    std::size_t lengths = 0;
    std::size_t codings = 0;
    std::array<bool, credential_fields.size()> credentials{};  // which of them there was
    bool chunked = false;
    bool close = false;
    bool keep_alive = false;
};

// A target is a path. The absolute form, meant for proxies, must be understood all the same; its
// authority then stands for the Host field.
Verdict take_target(std::string_view target, RequestHead& head, Framers& seen) {
    auto& request = head.request;
    if (!is_visible(target) || target.find('#') != std::string_view::npos)
        return refuse(400, "malformed target");
    if (target.starts_with('/') || (target == "*" && request.method == "OPTIONS")) {
        request.target = target;
        return {};
    }
    auto url = parse_url(target);
    if (!url || url->scheme.starts_with("ws")) return refuse(400, "malformed target");
    request.target = std::move(url->target);
    seen.authority = url->authority();
    return {};
}

Verdict take_request_line(std::string_view line, RequestHead& head, Framers& seen) {
    auto first = line.find(' ');
    auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return refuse(400, "malformed request line");
    auto method = line.substr(0, first);
    if (!is_token(method)) return refuse(400, "malformed method");
    if (auto taken = take_version(line.substr(last + 1), head); !taken) return taken;
    if (!is_known_method(method)) return refuse(501, "unknown method");
    head.request.method = method;
    return take_target(line.substr(first + 1, last - first - 1), head, seen);
}

void note_connection(std::string_view value, Framers& seen) {
    for (auto item : split(value, ',')) {
        item = without_blanks(item);
        seen.close = seen.close || equal_ignoring_case(item, "close");
        seen.keep_alive = seen.keep_alive || equal_ignoring_case(item, "keep-alive");
    }
}

Verdict note_credential(std::string_view name, Framers& seen) {
    for (std::size_t i = 0; i < credential_fields.size(); ++i) {
        if (!equal_ignoring_case(name, credential_fields[i])) continue;
        if (std::exchange(seen.credentials[i], true)) return refuse(400, "more than one credential");
    }
    return {};
}

Verdict note_field(std::string_view name, std::string_view value, RequestHead& head, Framers& seen) {
    if (equal_ignoring_case(name, "host")) {
        ++seen.hosts;
        if (!is_host_field(value)) return refuse(400, "malformed Host");
    } else if (equal_ignoring_case(name, "content-length")) {
        auto length = parse_number(value, 10);
        if (!length) return refuse(400, "malformed Content-Length");
        ++seen.lengths;
        head.length = *length;
    } else if (equal_ignoring_case(name, "transfer-encoding")) {
        ++seen.codings;
        seen.chunked = equal_ignoring_case(value, "chunked");
    } else if (equal_ignoring_case(name, "connection")) {
        note_connection(value, seen);
    } else if (equal_ignoring_case(name, "expect")) {
        if (!equal_ignoring_case(value, "100-continue")) return refuse(417, "unknown expectation");
        head.expects_continue = !head.version_1_0;
    } else {
        return note_credential(name, seen);
    }
    return {};
}

Verdict take_field(std::string_view line, RequestHead& head, Framers& seen) {
    if (line.starts_with(' ') || line.starts_with('\t')) return refuse(400, "folded field");
    auto colon = line.find(':');
    if (colon == std::string_view::npos) return refuse(400, "a field without a colon");
    auto name = line.substr(0, colon);
    auto value = without_blanks(line.substr(colon + 1));
    if (!is_token(name) || !is_field_text(value)) return refuse(400, "malformed field");
    if (head.request.headers.fields().size() >= fields_max) return refuse(431, "too many fields");
    head.request.headers.add(std::string(name), std::string(value));
    return note_field(name, value, head, seen);
}

Verdict choose_framing(RequestHead& head, const Framers& seen) {
    if (seen.hosts > 1) return refuse(400, "more than one Host");
    if (seen.lengths > 1) return refuse(400, "more than one Content-Length");
    if (seen.codings > 0) {
        if (head.version_1_0) return refuse(400, "Transfer-Encoding on HTTP/1.0");
        if (seen.lengths > 0) return refuse(400, "Transfer-Encoding beside Content-Length");
        if (seen.codings > 1 || !seen.chunked) return refuse(400, "Transfer-Encoding other than chunked");
        head.framing = Framing::chunked;
    } else if (head.length > 0) {
        head.framing = Framing::sized;
    }
    if (seen.keep_alive) head.keep_alive = true;
    if (seen.close) head.keep_alive = false;
    return {};
}

Verdict settle_host(RequestHead& head, const Framers& seen) {
    if (seen.hosts == 0 && !head.version_1_0) return refuse(400, "no Host");
    if (!seen.authority.empty()) head.request.headers.set("Host", seen.authority);
    return {};
}

}  // namespace

std::expected<std::size_t, Refusal> find_head_end(std::string_view bytes, std::size_t& scanned) {
    for (;;) {
        auto end = bytes.find('\n', scanned);
        if (end == std::string_view::npos) {
            scanned = bytes.size();
            return 0;
        }
        if (end == 0 || bytes[end - 1] != '\r') return refuse(400, "a line doesn't end with CR LF");
        scanned = end + 1;
        if (end >= 3 && bytes[end - 2] == '\n') return scanned;
    }
}

std::expected<RequestHead, Refusal> parse_request_head(std::string_view text) {
    RequestHead head;
    Framers seen;
    bool first = true;
    while (!text.empty()) {
        auto end = text.find("\r\n");
        if (end == std::string_view::npos) return refuse(400, "a line doesn't end with CR LF");
        auto line = text.substr(0, end);
        text.remove_prefix(end + 2);
        if (line.empty()) break;
        auto taken = first ? take_request_line(line, head, seen) : take_field(line, head, seen);
        if (!taken) return std::unexpected(taken.error());
        first = false;
    }
    if (first || !text.empty()) return refuse(400, "malformed request");
    if (auto settled = settle_host(head, seen); !settled) return std::unexpected(settled.error());
    if (auto chosen = choose_framing(head, seen); !chosen) return std::unexpected(chosen.error());
    return head;
}

bool is_host_field(std::string_view value) {
    // The port may be empty; the rest is what a URL allows, so its parser decides. What nearly all send, a
    // plain name without a port or with a short one, is told apart here.
    auto digit = [](char c) { return c >= '0' && c <= '9'; };
    auto plain = [&](char c) { return (c >= 'a' && c <= 'z') || digit(c) || c == '.' || c == '-'; };
    const auto colon = std::min(value.find(':'), value.size());
    const auto name = value.substr(0, colon), port = value.substr(std::min(colon + 1, value.size()));
    constexpr std::size_t short_port = 4;
    const bool short_enough = port.size() <= short_port && !port.starts_with('0');
    if (!name.empty() && std::ranges::all_of(name, plain) && short_enough && std::ranges::all_of(port, digit))
        return true;
    if (value.ends_with(':')) value.remove_suffix(1);
    if (value.empty() || value.find_first_of("/?#@") != std::string_view::npos) return false;
    return parse_url("http://" + std::string(value)).has_value();
}

}  // namespace openclaw::net
