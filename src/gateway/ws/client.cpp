#include "gateway/ws/client.h"

#include "base/text.h"

namespace openclaw::gateway {

Client::Client(std::string id, net::Upgraded upgraded, std::string address)
    : id_(std::move(id)),
      socket_(std::move(upgraded.socket)),
      seat_(std::move(upgraded.seat)),
      address_(std::move(address)) {}

void Client::become(access::Principal principal, const ConnectRequest& request) {
    principal_ = std::move(principal);
    seat_->prove();
    socket_->set_limits(limits_of_clients);
    protocol_ = negotiated_protocol(request);
    is_node_ = request.role == "node";
    label_ =
        printable(fmt::format("{} {} v{}", request.client_id, request.client_mode, request.client_version));
}

void Client::send_event(std::string_view head, Delivery delivery) {
    if (revoked_) return;
    if (delivery == Delivery::droppable && socket_->buffered() + head.size() > buffered_bytes_max) return;
    socket_->send(event_frame(head, ++seq_));
}

}  // namespace openclaw::gateway
