#include "gateway/client/listeners.h"

#include "base/host_text.h"
#include "base/text.h"
#include "net/stream/tcp_table.h"

namespace openclaw::gateway {

std::vector<PortListener> listeners_of(std::uint16_t port) {
    std::vector<PortListener> listeners;
    const auto sockets = net::tcp_sockets_at(port);
    if (!sockets) return listeners;
    for (const auto& socket : *sockets) {
        if (!socket.listens) continue;
        listeners.push_back(
            {.address = host_and_port(socket.own.address, port),
             .user = platform::find_user_name(socket.user).value_or(std::to_string(socket.user)),
             .process = platform::find_socket_holder(socket.number)});
    }
    return listeners;
}

std::string described(const PortListener& listener) {
    const auto program = listener.process ? fmt::format("{} (pid {})", printable(listener.process->program),
                                                        listener.process->id)
                                          : std::string("a program");
    return fmt::format("{} of the user {}, on {}", program, printable(listener.user), listener.address);
}

std::string described(const std::vector<PortListener>& listeners) {
    std::vector<std::string> each;
    for (const auto& listener : listeners) each.push_back(described(listener));
    return each.empty() ? "another program listens there" : joined(each, "; ");
}

}  // namespace openclaw::gateway
