#include "net/client/socks5.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "net/client/http_client_round_trip.h"
#include "net/stream/address.h"

#include <netinet/in.h>

// The conversation: our methods, the proxy's choice; where it asks for them user and password, and its
// verdict; our request, and its reply, which ends with an address that nobody needs. After that the stream is
// the target's.
namespace openclaw::net {
namespace {

constexpr char version = 5, connect_command = 1;
constexpr char no_authentication = 0, user_and_password = 2;
constexpr unsigned char nothing_acceptable = 0xFF;
constexpr unsigned char address_v4 = 1, address_name = 3, address_v6 = 4;

enum Reply : unsigned char { granted, broken, forbidden, no_network, no_host, refused, expired };
constexpr unsigned char address_kind_unknown = 8;

std::string_view words_of(unsigned char reply) {
    switch (reply) {
        case broken:
            return "the proxy reports a general failure";
        case forbidden:
            return "the proxy's rules forbid it";
        case no_network:
            return "the proxy has no way to that network";
        case no_host:
            return "the proxy can't reach the host";
        case refused:
            return "the connection is refused there";
        case expired:
            return "the way there is too long";
        case address_kind_unknown:
            return "the proxy doesn't know this kind of address";
        default:
            return "the proxy refuses";
    }
}

// Another address of the same name may be reachable. Some proxies say only that something went wrong.
bool may_differ_elsewhere(unsigned char reply) {
    return reply == broken || (reply >= no_network && reply <= expired) || reply == address_kind_unknown;
}

std::unexpected<Error> wants_credentials(std::string_view message, const Proxy& proxy) {
    return hinted(fail(Code::denied, "{}", message),
                  fmt::format("give them in {}, as {}://user:password@host:port", proxy.variable,
                              proxy.kind == ProxyKind::socks5 ? "socks5" : "socks5h"));
}

// The conversation with one proxy on one stream.
class Dialogue {
public:
    Dialogue(const Connecting& how, Stream& stream) : how_(how), proxy_(*how.route.proxy), stream_(stream) {}

    Task<Result<void>> greet();
    // The proxy's reply; an error when it couldn't be asked.
    Task<Result<unsigned char>> ask(std::string request);

private:
    using Bytes = std::span<unsigned char>;

    Task<Result<void>> log_in();
    Task<Result<void>> skip_address(unsigned char kind);
    Task<Result<void>> send(std::string message);
    Task<Result<void>> read_exactly(Bytes bytes);
    Result<void> check_version(unsigned char first) const;

    const Connecting& how_;
    const Proxy& proxy_;
    Stream& stream_;
};

Task<Result<void>> Dialogue::send(std::string message) {
    auto sent = co_await stream_.write(message, time_until(how_.end, how_.loop));
    wipe(message);
    co_return sent;
}

Task<Result<void>> Dialogue::read_exactly(Bytes bytes) {
    while (!bytes.empty()) {
        const std::span<char> left(reinterpret_cast<char*>(bytes.data()), bytes.size());
        const auto count = co_await stream_.read(left, time_until(how_.end, how_.loop));
        if (!count) co_return std::unexpected(count.error());
        if (*count == 0) co_return fail(Code::unavailable, "the proxy has closed the connection");
        bytes = bytes.subspan(*count);
    }
    co_return Result<void>{};
}

Result<void> Dialogue::check_version(unsigned char first) const {
    if (first == version) return {};
    return hinted(fail(Code::unavailable, "what answers there doesn't speak SOCKS5"),
                  first == 'H' ? fmt::format("it speaks HTTP: write http:// in {}", proxy_.variable)
                               : fmt::format("see which proxy {} names", proxy_.variable));
}

Task<Result<void>> Dialogue::greet() {
    std::string methods{version, 1, no_authentication};
    if (proxy_.credentials) methods = {version, 2, no_authentication, user_and_password};
    if (auto sent = co_await send(methods); !sent) co_return sent;
    std::array<unsigned char, 2> choice{};
    if (auto read = co_await read_exactly(choice); !read) co_return read;
    if (auto known = check_version(choice[0]); !known) co_return known;
    if (choice[1] == no_authentication) co_return Result<void>{};
    if (choice[1] == user_and_password && proxy_.credentials) co_return co_await log_in();
    if (choice[1] == nothing_acceptable && !proxy_.credentials)
        co_return wants_credentials("the proxy asks for a user and a password", proxy_);
    co_return fail(Code::denied, "the proxy asks for a login of a kind that is not spoken");
}

Task<Result<void>> Dialogue::log_in() {
    std::string message;
    add_credentials(message, proxy_);
    if (auto sent = co_await send(std::move(message)); !sent) co_return sent;
    std::array<unsigned char, 2> verdict{};
    if (auto read = co_await read_exactly(verdict); !read) co_return read;
    if (verdict[1] == 0) co_return Result<void>{};
    co_return wants_credentials("the proxy refuses this user and password", proxy_);
}

Task<Result<void>> Dialogue::skip_address(unsigned char kind) {
    std::array<unsigned char, 255 + 2> address{};
    std::size_t size = 0;
    if (kind == address_name) {
        std::array<unsigned char, 1> length{};
        if (auto read = co_await read_exactly(length); !read) co_return read;
        size = length[0];
    } else if (kind == address_v4 || kind == address_v6) {
        size = kind == address_v4 ? 4 : 16;
    } else {
        co_return fail(Code::unavailable, "the proxy's reply is none of SOCKS5");
    }
    co_return co_await read_exactly(Bytes(address).first(size + 2));  // and the port
}

Task<Result<unsigned char>> Dialogue::ask(std::string request) {
    if (auto sent = co_await send(std::move(request)); !sent) co_return std::unexpected(sent.error());
    std::array<unsigned char, 4> head{};
    if (auto read = co_await read_exactly(head); !read) co_return std::unexpected(read.error());
    if (auto known = check_version(head[0]); !known) co_return std::unexpected(known.error());
    if (head[1] != granted) co_return head[1];  // some proxies end here, without the address
    if (auto read = co_await skip_address(head[3]); !read) co_return std::unexpected(read.error());
    co_return granted;
}

// One try: a connection of its own, as a proxy closes it after a refusal.
struct Tried {
    Result<std::unique_ptr<Stream>> stream;
    bool may_differ_elsewhere = false;
};

Task<Tried> try_socks5(const Connecting& how, std::string request,
                       std::chrono::steady_clock::time_point end) {
    const Url& proxy = how.route.proxy->url;
    auto stream =
        co_await connect_tcp(how.loop, {proxy.host, proxy.port}, time_until(end, how.loop), how.abort);
    if (!stream) co_return Tried{failed(stream.error(), "the proxy")};
    auto subscription = how.abort.on_request([raw = stream->get()] { raw->close(); });
    Connecting until = how;
    until.end = end;
    Dialogue dialogue(until, **stream);
    const auto asking = [&](Error error) {
        return failed(std::move(error), "asking the proxy {} for {}", proxy.authority(),
                      how.route.target.authority());
    };
    if (auto greeted = co_await dialogue.greet(); !greeted) co_return Tried{asking(greeted.error())};
    const auto reply = co_await dialogue.ask(std::move(request));
    if (!reply) co_return Tried{asking(reply.error())};
    if (*reply == granted) co_return Tried{std::move(*stream)};
    const auto code = *reply == forbidden ? Code::denied : Code::unavailable;
    co_return Tried{asking(Error{code, std::string(words_of(*reply)), {}}), may_differ_elsewhere(*reply)};
}

// Of one name; each costs a connection to the proxy.
constexpr std::size_t addresses_max = 8;

// The names or addresses to ask the proxy for, one after the other.
Task<Result<std::vector<std::string>>> hosts_of(const Connecting& how) {
    const Url& target = how.route.target;
    std::vector<std::string> hosts{target.host};
    if (how.route.proxy->kind == ProxyKind::socks5) {
        auto addresses =
            co_await resolve(how.loop, {target.host, target.port}, time_until(how.end, how.loop), how.abort);
        if (!addresses) co_return std::unexpected(addresses.error());
        hosts.clear();
        addresses->resize(std::min(addresses->size(), addresses_max));
        for (const auto& address : *addresses) hosts.push_back(peer_of(address).address);
    }
    co_return hosts;
}

}  // namespace

Result<std::string> socks5_request(const std::string& host, std::uint16_t port) {
    std::string request{version, connect_command, 0};
    const auto add = [&](unsigned char kind, std::string_view bytes) {
        request.append(1, static_cast<char>(kind)).append(bytes);
    };
    const auto address = parse_ip(host, port);
    if (address && address->family() == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in*>(address->data())->sin_addr;
        add(address_v4, {reinterpret_cast<const char*>(&v4), sizeof v4});
    } else if (address) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address->data())->sin6_addr;
        add(address_v6, {reinterpret_cast<const char*>(&v6), sizeof v6});
    } else if (host.size() > 255) {
        return fail(Code::invalid_input, "SOCKS5 takes no name of more than 255 bytes");
    } else {
        add(address_name, std::string(1, static_cast<char>(host.size())) + host);
    }
    return request.append({static_cast<char>(port >> 8), static_cast<char>(port & 0xFF)});
}

Task<Result<std::unique_ptr<Stream>>> connect_through_socks5(const Connecting& how) {
    auto hosts = co_await hosts_of(how);
    if (!hosts) co_return failed(hosts.error(), "the way to {}", how.route.target.authority());
    co_return co_await connect_through_socks5(how, std::move(*hosts));
}

Task<Result<std::unique_ptr<Stream>>> connect_through_socks5(const Connecting& how,
                                                             std::vector<std::string> hosts) {
    Result<std::unique_ptr<Stream>> last =
        fail(Code::unavailable, "{}: the name has no address", how.route.target.authority());
    for (std::size_t at = 0; at < hosts.size(); ++at) {
        auto request = socks5_request(hosts[at], how.route.target.port);
        if (!request) co_return failed(request.error(), "the way to {}", how.route.target.authority());
        // An address that leads nowhere must leave time for those behind it.
        const auto share = time_until(how.end, how.loop) / static_cast<std::int64_t>(hosts.size() - at);
        auto tried = co_await try_socks5(how, std::move(*request), how.loop.now() + share);
        const bool go_on =
            tried.may_differ_elsewhere || (!tried.stream && tried.stream.error().code == Code::timed_out);
        last = std::move(tried.stream);
        if (!go_on || how.abort.requested()) break;
    }
    co_return last;
}

}  // namespace openclaw::net
