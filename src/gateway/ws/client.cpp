#include "gateway/ws/client.h"

#include "base/text.h"

namespace openclaw::gateway {

Client::Client(std::string id, std::unique_ptr<net::WebSocket> socket, std::string address)
    : id_(std::move(id)), socket_(std::move(socket)), address_(std::move(address)) {}

void Client::become(access::Principal principal, const ConnectRequest& request) {
    principal_ = std::move(principal);
    protocol_ = negotiated_protocol(request);
    is_node_ = request.role == "node";
    label_ =
        printable(fmt::format("{} {} v{}", request.client_id, request.client_mode, request.client_version));
}

void Client::send_event(std::string_view head, Delivery delivery) {
    if (delivery == Delivery::droppable && socket_->buffered() + head.size() > buffered_bytes_max) return;
    socket_->send(event_frame(head, ++seq_));
}

}  // namespace openclaw::gateway
