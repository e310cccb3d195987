#pragma once

#include <memory>
#include <string>

#include "access/needs.h"
#include "access/principal.h"
#include "gateway/ws/connect.h"
#include "net/server/http_server.h"
#include "net/websocket/websocket.h"

namespace openclaw::gateway {

enum class Delivery { must_arrive, droppable };

// One connected websocket: who it is, what it speaks, and its own numbering of events.
class Client {
public:
    Client(std::string id, net::Upgraded upgraded, std::string address);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // After the handshake; before it, only id and socket mean anything. From now on it may send what clients
    // may, and its place is nobody else's.
    void become(access::Principal principal, const ConnectRequest& request);

    const std::string& id() const { return id_; }
    const std::string& address() const { return address_; }
    net::WebSocket& socket() { return *socket_; }
    const access::Principal& principal() const { return *principal_; }
    // A node may have what is open to all, and nothing else: it holds no scope.
    bool may(access::Needs needed) const {
        return principal_ && !revoked_ && needed.met_by(principal_->scopes());
    }
    // Its proof has lost its worth while it was connected: nothing is answered or told any more.
    void revoke() { revoked_ = true; }
    bool revoked() const { return revoked_; }
    bool is_node() const { return is_node_; }
    int protocol() const { return protocol_; }
    const std::string& label() const { return label_; }  // "cli cli v1.0.0", for the log

    // Answers leave in any case, as long as the client may have them; the socket closes itself (1008) when
    // its owner doesn't read.
    bool send(std::string frame) { return !revoked_ && socket_->send(std::move(frame)); }
    // Numbers and sends an event. A droppable one is left out, and not numbered, for a slow reader.
    void send_event(std::string_view head, Delivery delivery);

private:
    std::string id_;
    std::unique_ptr<net::WebSocket> socket_;
    std::unique_ptr<net::Seat> seat_;  // behind the socket, which it would close
    std::string address_;
    std::optional<access::Principal> principal_;
    std::string label_;
    int protocol_ = protocol_min;
    bool is_node_ = false;
    bool revoked_ = false;
    std::uint64_t seq_ = 0;
};

// The server's limits on one websocket. Before it has proven itself, it gets by with what a handshake takes.
constexpr std::size_t frame_bytes_max = 512 * 1024;
constexpr std::size_t buffered_bytes_max = std::size_t{3} << 19;
constexpr Milliseconds write_deadline = std::chrono::seconds(30);
constexpr net::WebSocketLimits limits_before_connect{.message_bytes = 32 * 1024,
                                                     .buffered_bytes = 8 * 1024,
                                                     .write_deadline = write_deadline,
                                                     .control_frames = 16};
constexpr net::WebSocketLimits limits_of_clients{
    .message_bytes = frame_bytes_max, .buffered_bytes = buffered_bytes_max, .write_deadline = write_deadline};

}  // namespace openclaw::gateway
