#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/device_proof.h"
#include "access/doorman.h"
#include "base/secret.h"
#include "gateway/protocol/frames.h"
#include "net/websocket/websocket.h"

namespace openclaw::gateway {

constexpr int protocol_min = 3;
constexpr int protocol_max = 4;

// What a client says about itself. None of it grants anything; scopes can only lower what the proof gives.
struct ConnectRequest {
    std::int64_t protocol_low = 0, protocol_high = 0;
    std::string client_id, client_mode, client_version, platform;
    std::string display_name, device_family, model_identifier, instance_id;
    std::string role = "operator";
    std::optional<std::vector<std::string>> scopes;  // absent or empty: everything that the proof gives
    std::vector<std::string> caps;
    std::optional<Secret> secret;           // auth.token or auth.password; either wire field will do
    std::optional<access::OfferedKey> key;  // what the secret is, where it looks like a named key
    std::optional<Secret> device_token;     // auth.deviceToken
    bool sent_password = false;
    std::string token_as_sent;  // what a device signs; wiped after the handshake
    std::optional<access::DeviceClaim> device;
};

// A refused handshake: what to answer and how to close.
struct ConnectRefusal {
    WireError error;
    int close_code = 1008;
    std::string close_reason;  // the message, at most 120 bytes
    std::string log_reason;    // more than the caller is told; empty: the doorman has said it
};
ConnectRefusal refuse_connect(WireError error, std::string log_reason = {}, int close_code = 1008);

// A first frame as what it asks for, judged by its form alone, pure: it must be `connect`, its members of the
// right types, a protocol common, the role a known one. Nobody is admitted here.
std::expected<ConnectRequest, ConnectRefusal> parse_connect(const RequestFrame& frame);

// The protocol spoken from now on: the highest that both know.
int negotiated_protocol(const ConnectRequest& request);

// The doorman's refusal in the protocol's words; it never tells how near a guess was.
ConnectRefusal refuse_denied(const ConnectRequest& request, const access::Refused& refused);
// A device whose token isn't right, or not any more: it is told to drop it, and how it gets another one.
ConnectRefusal refuse_device_token();
// Nobody's device can be judged just now.
ConnectRefusal refuse_while_devices_closed();
// A device that nobody has let in yet. `request_id` is empty where no more requests are kept.
ConnectRefusal refuse_unpaired(const std::string& device_id, const std::string& request_id);

}  // namespace openclaw::gateway
