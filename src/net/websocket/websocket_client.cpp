#include "base/text.h"
#include "net/http/http_syntax.h"
#include "net/http/request_head.h"
#include "net/loop/timer.h"
#include "net/stream/inbox.h"
#include "net/websocket/websocket_key.h"
#include "net/websocket/websocket_stream.h"

namespace openclaw::net {
namespace {

constexpr std::size_t head_bytes_max = 16 * 1024;

struct UpgradeResponse {
    int status = 0;
    Headers headers;
};

std::unexpected<Error> malformed() {
    return fail(Code::unavailable, "the response to the websocket upgrade is not valid HTTP");
}

Result<UpgradeResponse> parse_response(std::string_view head) {
    auto lines = split(head, '\n');
    auto first = lines.front();
    UpgradeResponse response;
    if (first.size() < 13 || !first.starts_with("HTTP/1.1 ")) return malformed();
    auto status = parse_number(first.substr(9, 3), 10);
    if (!status) return malformed();
    response.status = static_cast<int>(*status);
    for (std::size_t i = 1; i < lines.size() && lines[i] != "\r"; ++i) {
        auto line = lines[i].substr(0, lines[i].size() - 1);
        auto colon = std::min(line.find(':'), line.size());
        auto value = without_blanks(line.substr(std::min(colon + 1, line.size())));
        if (!is_token(line.substr(0, colon)) || !is_field_text(value)) return malformed();
        response.headers.add(std::string(line.substr(0, colon)), std::string(value));
    }
    return response;
}

Result<void> check_response(const UpgradeResponse& response, std::string_view key) {
    if (response.status != 101) {
        Code code = response.status == 401 || response.status == 403 ? Code::denied : Code::unavailable;
        return fail(code, "the server answered {} {} to the websocket upgrade", response.status,
                    reason_phrase(response.status));
    }
    const auto& headers = response.headers;
    bool agreed = lists(headers, "Upgrade", "websocket") && lists(headers, "Connection", "upgrade") &&
                  headers.count("Sec-WebSocket-Accept") == 1 &&
                  headers.find("Sec-WebSocket-Accept") == websocket_accept(key);
    // What we didn't ask for can't be agreed.
    agreed = agreed && !headers.find("Sec-WebSocket-Extensions") && !headers.find("Sec-WebSocket-Protocol");
    if (!agreed) return fail(Code::unavailable, "the server doesn't complete the websocket handshake");
    return {};
}

std::string upgrade_request(const Url& url, const Headers& headers, std::string_view key) {
    std::string text = fmt::format(
        "GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n",
        url.target, url.authority(), key);
    for (const auto& [name, value] : headers.fields()) text.append(name + ": " + value + "\r\n");
    return text + "\r\n";
}

Task<Result<UpgradeResponse>> receive_response(Stream& stream, Inbox& inbox, SteadyTime until) {
    std::size_t scanned = 0;
    for (;;) {
        auto end = find_head_end(inbox.bytes(), scanned);
        if (!end) co_return malformed();
        if (*end > 0) {
            auto response = parse_response(inbox.bytes().substr(0, *end));
            inbox.consume(*end);
            co_return response;
        }
        if (inbox.bytes().size() > head_bytes_max) {
            co_return fail(Code::too_large, "the response to the websocket upgrade is too large");
        }
        auto got = co_await inbox.read_more(stream, left_until(until));
        if (!got) co_return std::unexpected(got.error());
        if (*got == 0) {
            co_return fail(Code::unavailable, "the connection was closed before the websocket was open");
        }
    }
}

}  // namespace

Task<Result<std::unique_ptr<WebSocket>>> websocket_handshake(Loop& loop, std::unique_ptr<Stream> stream,
                                                             Url url, Headers headers, WebSocketLimits limits,
                                                             Milliseconds deadline) {
    if (!headers.valid()) co_return fail(Code::invalid_input, "a header of the upgrade is malformed");
    auto until = time_after(deadline);
    auto key = new_websocket_key();
    auto sent = co_await stream->write(upgrade_request(url, headers, key), deadline);
    if (!sent) co_return failed(sent.error(), "opening a websocket to {}", url.host);

    Inbox inbox;
    auto response = co_await receive_response(*stream, inbox, until);
    if (!response) co_return failed(response.error(), "opening a websocket to {}", url.host);
    if (auto agreed = check_response(*response, key); !agreed) co_return std::unexpected(agreed.error());
    co_return make_websocket(loop, std::move(stream), WebSocketRole::client, limits, inbox.bytes());
}

}  // namespace openclaw::net
