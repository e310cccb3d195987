#include "net/stream/tcp_table.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/descriptor.h"
#include "net/stream/address.h"

// A row, of which tcp6's has 32 digits for each address:
//   0: 0100007F:495D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 23451 1 ...
//      own address   peer          state                                      user         inode
// An address stands there word by word as this machine keeps it in memory, a port as a number.
namespace openclaw::net {
namespace {

constexpr std::size_t columns = 10;
enum Column : std::size_t { own_end = 1, peer_end = 2, state = 3, user = 7, inode = 9 };
constexpr unsigned state_listen = 0x0A;
constexpr std::size_t row_bytes_max = 1024;
constexpr std::size_t word_digits = 8;

template <class T>
std::optional<T> number(std::string_view text, int base) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<TcpEnd> parse_end(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = number<std::uint16_t>(text.substr(colon + 1), 16);
    const auto address = text.substr(0, colon);
    const std::size_t words = address.size() / word_digits;
    if (!port || address.size() % word_digits != 0 || (words != 1 && words != 4)) return std::nullopt;
    std::array<std::uint32_t, 4> bytes{};
    for (std::size_t i = 0; i < words; ++i) {
        const auto word = number<std::uint32_t>(address.substr(i * word_digits, word_digits), 16);
        if (!word) return std::nullopt;
        bytes.at(i) = *word;
    }
    SocketAddress socket;
    if (words == 1) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        std::memcpy(&v4.sin_addr, bytes.data(), sizeof v4.sin_addr);
        std::memcpy(&socket.storage, &v4, sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        std::memcpy(&v6.sin6_addr, bytes.data(), sizeof v6.sin6_addr);
        std::memcpy(&socket.storage, &v6, sizeof v6);
    }
    return TcpEnd{peer_of(socket).address, *port};
}

std::vector<std::string_view> words_of(std::string_view row) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; words.size() < columns;) {
        at = row.find_first_not_of(' ', at);
        if (at == std::string_view::npos) break;
        const auto end = std::min(row.find(' ', at), row.size());
        words.push_back(row.substr(at, end - at));
        at = end;
    }
    return words;
}

// Adds the sockets of one list that are bound to `port`.
Result<void> add_sockets(std::vector<TcpSocket>& sockets, const char* path, std::uint16_t port) {
    const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
    if (!file.open()) return std::unexpected(system_error(errno, fmt::format("reading {}", path)));
    std::string rest;  // of a row whose end wasn't there yet
    std::array<char, 64 * 1024> buffer{};
    for (;;) {
        const auto got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(system_error(errno, fmt::format("reading {}", path)));
        if (got == 0) return {};
        rest.append(buffer.data(), static_cast<std::size_t>(got));
        std::size_t from = 0;
        for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', from)) {
            auto socket = parse_tcp_row(std::string_view(rest).substr(from, end - from));
            if (socket && socket->own.port == port) sockets.push_back(std::move(*socket));
            from = end + 1;
        }
        rest.erase(0, from);
        if (rest.size() > row_bytes_max) return fail(Code::corrupt, "reading {}: a row without an end", path);
    }
}

}  // namespace

std::optional<TcpSocket> parse_tcp_row(std::string_view row) {
    const auto words = words_of(row);
    if (words.size() < columns) return std::nullopt;
    const auto own = parse_end(words[own_end]), peer = parse_end(words[peer_end]);
    const auto what = number<unsigned>(words[state], 16);
    const auto owner = number<std::uint32_t>(words[user], 10);
    const auto node = number<std::uint64_t>(words[inode], 10);
    if (!own || !peer || !what || !owner || !node) return std::nullopt;
    return TcpSocket{
        .own = *own, .peer = *peer, .listens = *what == state_listen, .number = *node, .user = *owner};
}

std::vector<std::uint32_t> listeners_at(std::span<const TcpSocket> sockets, const TcpEnd& end) {
    for (const std::string_view address :
         {std::string_view(end.address), std::string_view("0.0.0.0"), std::string_view("::")}) {
        std::vector<std::uint32_t> users;
        for (const auto& socket : sockets)
            if (socket.listens && socket.own.port == end.port && socket.own.address == address)
                users.push_back(socket.user);
        if (!users.empty()) return users;
    }
    return {};
}

std::optional<std::uint32_t> holder_of(std::span<const TcpSocket> sockets, const TcpEnd& own,
                                       const TcpEnd& peer) {
    for (const auto& socket : sockets)
        if (!socket.listens && socket.number != 0 && socket.own == peer && socket.peer == own)
            return socket.user;
    return std::nullopt;
}

bool stays_on_this_host(const Peer& peer, const TcpEnd& own) {
    return peer.loopback || own.address == peer.address;
}

Result<std::vector<TcpSocket>> tcp_sockets_at(std::uint16_t port) {
    std::vector<TcpSocket> sockets;
    if (auto read = add_sockets(sockets, "/proc/net/tcp", port); !read) return std::unexpected(read.error());
    // A host without IPv6 has no such list.
    auto read = add_sockets(sockets, "/proc/net/tcp6", port);
    if (!read && ::access("/proc/net/tcp6", F_OK) == 0) return std::unexpected(read.error());
    return sockets;
}

}  // namespace openclaw::net
