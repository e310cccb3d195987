#include "gateway/ws/pairing.h"

#include "base/text.h"

namespace openclaw::gateway {

namespace {

access::Scopes asked_scopes(const ConnectRequest& request) {
    if (request.role == "node") return {};
    return request.scopes ? access::Scopes::named(*request.scopes) : access::Scopes{access::Scope::admin};
}

// The secret before the present one opens for a while, and gives nothing that lasts longer.
bool came_by_present_secret(const Room& room, const access::Principal& principal) {
    const auto lock = room.means.doorman.lock();
    const bool by_secret =
        principal.proof() == access::Proof::token || principal.proof() == access::Proof::password;
    return by_secret && principal.limits().none() && lock->secret &&
           lock->secret->identity->generation == principal.generation();
}

json::array array_of(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) list.emplace_back(text);
    return list;
}

void put_card(json::object& shown, const access::DeviceCard& card) {
    shown["deviceId"] = card.id;
    shown["publicKey"] = card.public_key;
    const auto put = [&](std::string_view name, const std::string& text) {
        if (!text.empty()) shown[name] = text;
    };
    put("displayName", card.name);
    put("platform", card.platform);
    put("clientId", card.client_id);
    put("clientMode", card.client_mode);
    put("remoteIp", card.address);
}

}  // namespace

access::DeviceCard card_of(const access::ProvenDevice& device, const ConnectRequest& request,
                           const std::string& address) {
    return {.id = device.id(),
            .public_key = device.public_key(),
            .name = request.display_name,
            .platform = request.platform,
            .client_id = request.client_id,
            .client_mode = request.client_mode,
            .address = address};
}

net::Task<std::optional<access::IssuedToken>> pair_silently(Room& room, access::Principal principal,
                                                            access::DeviceCard card, std::string role) {
    const bool claims = principal.proof() == access::Proof::device;
    if (!claims && !came_by_present_secret(room, principal)) co_return std::nullopt;
    std::move_only_function<Result<access::IssuedToken>()> issuing =
        [&files = room.means.files, paths = room.means.serving.take()->config->paths(), card, role,
         scopes = principal.scopes(),
         now = room.now()] { return access::DeviceStore(files, paths).issue(card, role, scopes, now); };
    auto issued = co_await room.means.loop.blocking(std::move(issuing));
    if (!issued) {
        room.means.log.warn("ws", "{} gets no token: {}", access::shown_name(card), issued.error().message);
        co_return std::nullopt;
    }
    co_await room.means.devices->reread();
    const auto shown = access::shown_name(card);
    room.means.doorman.note({.outcome = access::Outcome::changed,
                             .transport = "ws",
                             .peer = card.address,
                             .principal = principal.id(),
                             .what = "a token for a device",
                             .reason = shown});
    room.means.log.info("ws", "{} is paired: role={} scopes={} as {}", access::shown_name(card), role,
                        joined(issued->scopes.names(), ","), principal.shown());
    co_return std::move(*issued);
}

std::string ask_for_pairing(Room& room, const access::DeviceCard& card, const ConnectRequest& request) {
    const auto lock = room.means.doorman.lock();
    const auto now = room.now();
    auto asked = room.pairing->ask({.id = {},
                                    .card = card,
                                    .role = request.role,
                                    .scopes = asked_scopes(request),
                                    .is_repair = lock->devices && lock->devices->is_paired(card.id)},
                                   now);
    if (!asked.is_new) return asked.id;
    const auto made = room.pairing->find(asked.id, now);
    room.hub->broadcast_within_limits(
        "device.pair.requested", request_json(*made),
        [](const access::Principal&) -> json::value { return json::object{}; }, access::Scope::pairing,
        Delivery::droppable, room.state_version());
    return asked.id;
}

json::object request_json(const access::PairingRequest& request) {
    json::object shown{{"requestId", request.id}};
    put_card(shown, request.card);
    shown["role"] = request.role;
    shown["roles"] = array_of({request.role});
    shown["scopes"] = array_of(request.scopes.names());
    shown["silent"] = false;
    shown["isRepair"] = request.is_repair;
    shown["ts"] = to_ms(request.at);
    return shown;
}

json::object device_json(const access::Device& device) {
    json::object shown;
    put_card(shown, device.card);
    json::array roles, tokens;
    for (const auto& grant : device.grants) {
        roles.emplace_back(grant.role);
        json::object token{{"role", grant.role},
                           {"scopes", array_of(grant.scopes.names())},
                           {"createdAtMs", to_ms(grant.created)}};
        if (grant.rotated) token["rotatedAtMs"] = to_ms(*grant.rotated);
        if (grant.revoked) token["revokedAtMs"] = to_ms(*grant.revoked);
        tokens.push_back(std::move(token));
    }
    if (!device.grants.empty()) shown["role"] = device.grants.front().role;
    shown["roles"] = std::move(roles);
    shown["scopes"] = array_of(device.scopes().names());
    shown["tokens"] = std::move(tokens);
    shown["createdAtMs"] = to_ms(device.created);
    shown["approvedAtMs"] = to_ms(device.approved);
    return shown;
}

}  // namespace openclaw::gateway
