#include "gateway/client/who_answers.h"

#include <unistd.h>

#include <algorithm>

#include "base/host_text.h"
#include "base/text.h"
#include "net/stream/tcp_table.h"
#include "platform/socket_holder.h"

namespace openclaw::gateway {

namespace {

constexpr std::uint32_t root = 0;

std::string user_text(std::uint32_t id) {
    const auto name = platform::find_user_name(id);
    return name ? fmt::format("the user {}", printable(*name)) : fmt::format("the user {}", id);
}

std::string end_text(const net::TcpEnd& end) {
    return host_and_port(end.address, end.port);
}

std::unexpected<Error> unknown(const net::TcpEnd& end, std::string_view why) {
    return hinted(fail(Code::denied, "can't tell whose program answers at {}: {}; nothing was sent to it",
                       end_text(end), why),
                  "run the command on the host and as the user of the gateway, or connect with wss://");
}

}  // namespace

bool TrustedUsers::contains(std::uint32_t id) const {
    return std::ranges::find(ids, id) != ids.end();
}

TrustedUsers trusted_users(platform::FileSystem& files, const config::Paths& paths) {
    TrustedUsers trusted{.ids = {::geteuid(), root}, .state = paths.shortened(paths.state)};
    if (const auto folder = files.info(paths.state)) trusted.ids.push_back(folder->uid);
    return trusted;
}

AnsweringUser::AnsweringUser(const net::Stream& stream, bool proven_by_tls, TrustedUsers trusted)
    : peer_(stream.peer()),
      own_(stream.own_end()),
      other_{peer_.address, peer_.port},
      trusted_(std::move(trusted)) {
    stays_here_ = net::stays_on_this_host(peer_, own_) && !proven_by_tls;
}

Result<void> AnsweringUser::first() const {
    if (!stays_here_) return {};
    if (peer_.owner) return judge({peer_.owner->uid()});
    const auto sockets = net::tcp_sockets_at(other_.port);
    if (!sockets) return unknown(other_, sockets.error().message);
    const auto users = net::listeners_at(*sockets, other_);
    if (users.empty()) return unknown(other_, "the kernel lists nobody who listens there");
    return judge(users);
}

Result<void> AnsweringUser::held() const {
    if (!stays_here_ || peer_.owner) return {};
    const auto sockets = net::tcp_sockets_at(other_.port);
    if (!sockets) return unknown(other_, sockets.error().message);
    const auto user = net::holder_of(*sockets, own_, other_);
    if (!user) return unknown(other_, "the kernel doesn't list its end of the connection");
    return judge({*user});
}

Result<void> AnsweringUser::judge(const std::vector<std::uint32_t>& users) const {
    const auto stranger = std::ranges::find_if_not(users, [&](auto user) { return trusted_.contains(user); });
    if (stranger == users.end()) return {};
    const bool by_port = !peer_.owner;
    return hinted(
        fail(Code::denied,
             "{} is held by a program of {}, who is neither you nor root nor the owner of {}: nothing was "
             "sent to it",
             by_port ? end_text(other_) : "the gateway's socket", user_text(*stranger), trusted_.state),
        by_port ? "start the gateway on another port (`openclaw config set gateway.port PORT`) or end that "
                  "program; if it is your gateway, run this command as its user, or let it use TLS and "
                  "connect with wss://"
                : "if it is your gateway, run this command as its user; else remove the socket and start "
                  "`openclaw gateway`");
}

}  // namespace openclaw::gateway
