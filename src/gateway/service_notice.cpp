#include "gateway/service_notice.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace openclaw::gateway {

void notify_service(std::string_view socket_name, std::string_view state) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_name.size() < 2 || socket_name.size() >= sizeof address.sun_path) return;
    if (socket_name.front() != '/' && socket_name.front() != '@') return;
    std::ranges::copy(socket_name, address.sun_path);
    if (socket_name.front() == '@') address.sun_path[0] = '\0';
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_name.size());
    // A supervisor that doesn't listen is its own trouble: we serve all the same.
    [[maybe_unused]] const auto sent = sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                                              reinterpret_cast<const sockaddr*>(&address), length);
    close(descriptor);
}

}  // namespace openclaw::gateway
