#pragma once

#include "access/devices/device_store.h"
#include "access/devices/pairing_requests.h"
#include "gateway/ws/connect.h"
#include "gateway/ws/room.h"

namespace openclaw::gateway {

// What becomes of devices that connect. What a device says of itself, and from where it came:
access::DeviceCard card_of(const access::ProvenDevice& device, const ConnectRequest& request,
                           const std::string& address);

// A token for a device that has brought the gateway's present secret, or that was approved and comes for it:
// for no more than its proof gives, and never waited for by anybody. Nothing where it comes by its own token,
// which stays, or where it can't be kept.
net::Task<std::optional<access::IssuedToken>> pair_silently(Room& room, access::Principal principal,
                                                            access::DeviceCard card, std::string role);

// A device that has brought nothing, or that wants more than it may: it waits for somebody who lets it in.
// Gives the request's id; empty: there is no room.
std::string ask_for_pairing(Room& room, const access::DeviceCard& card, const ConnectRequest& request);

json::object request_json(const access::PairingRequest& request);
// Without tokens.
json::object device_json(const access::Device& device);

}  // namespace openclaw::gateway
