// Paired devices and those that wait. Whoever may pair manages no device that may do more than he does.
#include "access/authority/authorities.h"
#include "access/authority/sightings.h"
#include "gateway/ws/methods/handlers.h"
#include "gateway/ws/pairing.h"

namespace openclaw::gateway::methods {

namespace {

using access::Device;
using access::DeviceStore;

using access::IssuedToken;

// Does it with what stands in the files, off the loop.
template <class Told>
net::Task<Result<Told>> look(const Call& call, std::move_only_function<Result<Told>(DeviceStore&)> work) {
    std::move_only_function<Result<Told>()> working =
        [&files = call.room.means.files, paths = call.config().paths(), work = std::move(work)]() mutable {
            DeviceStore store(files, paths);
            return work(store);
        };
    return call.room.means.loop.blocking(std::move(working));
}

// With the device that is meant, by its id, the beginning of it, or its name.
template <class Work>
Result<Device> with(DeviceStore& store, const std::string& id, Work work) {
    const auto device = store.find(id);
    if (!device) return device;
    return work(device->card.id);
}

WireError refusal_of(const Error& error) {
    auto refusal = wire_error(error);
    if (error.code != Code::denied) return refusal;
    refusal.code = "FORBIDDEN";
    refusal.details["code"] = "MISSING_SCOPE";
    return refusal;
}

// The same, and the doorman judges by what has become of it before anybody is answered.
template <class Told>
net::Task<WireResult<Told>> change(Call call, std::move_only_function<Result<Told>(DeviceStore&)> work) {
    auto told = co_await look(call, std::move(work));
    if (!told) co_return std::unexpected(refusal_of(told.error()));
    co_await call.room.means.devices->reread();
    co_return std::move(*told);
}

// Whoever may use so much and no more lets in nobody for whom that wouldn't be so.
std::optional<WireError> refuse_allowance(const Call& call) {
    if (!call.client->principal().allowance()) return std::nullopt;
    return WireError{.code = "FORBIDDEN",
                     .message = call.request.method + " is not open to clients that have an allowance"};
}

access::Scopes scopes_of(const Call& call) {
    return call.client->principal().scopes();
}

bool is_own(const Call& call, const Device& device) {
    return call.client->principal().id() == access::principal_id(device.card);
}

// For the audit log: of which device.
void note_changed(const Call& call, const access::DeviceCard& card) {
    const auto& principal = call.client->principal();
    const auto shown = access::shown_name(card);
    call.room.means.doorman.note(
        {.outcome = access::Outcome::changed,
         .transport = principal.proof() == access::Proof::socket_owner ? "socket" : "ws",
         .peer = call.client->address(),
         .principal = principal.id(),
         .what = call.request.method,
         .reason = shown});
}

void tell_resolved(Call& call, const access::PairingRequest& request, std::string_view decision) {
    call.room.hub->broadcast_within_limits(
        "device.pair.resolved",
        json::object{{"requestId", request.id},
                     {"deviceId", request.card.id},
                     {"decision", json::string_view(decision)},
                     {"ts", to_ms(call.room.now())}},
        [](const access::Principal&) -> json::value { return json::object{}; }, access::Scope::pairing,
        Delivery::droppable, call.room.state_version());
}

void put_last_seen(json::object& shown, const Device& device, const std::vector<access::Sighting>& seen) {
    for (const auto& sighting : seen) {  // newest first
        if (sighting.who != access::principal_id(device.card)) continue;
        shown["lastSeenAtMs"] = to_ms(sighting.last);
        return;
    }
}

std::optional<access::Scopes> scopes_in(Params& params) {
    if (!params.has("scopes")) return std::nullopt;
    const auto names = params.texts("scopes");
    for (const auto& name : names)
        if (!access::find_scope(name)) params.add_problem("at /scopes: unknown scope " + name);
    return access::Scopes::named(names);
}

json::object issued_json(const Device& device, const access::IssuedToken& issued) {
    json::array scopes;
    for (const auto& name : issued.scopes.names()) scopes.emplace_back(name);
    return {{"deviceId", device.card.id},
            {"role", issued.role},
            {"token", revealed(issued.token)},
            {"scopes", std::move(scopes)},
            {"rotatedAtMs", to_ms(issued.issued)}};
}

}  // namespace

// Who has limits is told of no device.
net::Task<Reply> device_pair_list(Call call) {
    json::array pending, paired;
    if (call.client->principal().limits().none()) {
        for (const auto& request : call.room.pairing->all(call.room.now()))
            pending.push_back(request_json(request));
        auto devices =
            co_await look<std::vector<Device>>(call, [](DeviceStore& store) { return store.devices(); });
        if (!devices) co_return std::unexpected(wire_error(devices.error()));
        std::move_only_function<std::vector<access::Sighting>()> looking = [&files = call.room.means.files,
                                                                            paths = call.config().paths()] {
            return access::Sightings::read(files, access::authority_folder(paths) / "seen.json")
                .value_or(std::vector<access::Sighting>());
        };
        const auto seen = co_await call.room.means.loop.blocking(std::move(looking));
        for (const auto& device : *devices) {
            auto shown = device_json(device);
            put_last_seen(shown, device, seen);
            paired.push_back(std::move(shown));
        }
    }
    co_return json::object{{"pending", std::move(pending)}, {"paired", std::move(paired)}};
}

net::Task<Reply> device_pair_approve(Call call) {
    auto params = call.params();
    const auto id = params.required_text("requestId");
    const auto given = scopes_in(params);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    if (auto refusal = refuse_allowance(call)) co_return std::unexpected(std::move(*refusal));
    const auto request = call.room.pairing->find(id, call.room.now());
    if (!request) co_return std::unexpected(invalid_request("unknown requestId"));
    const auto scopes = given ? request->scopes.narrowed_to(*given) : request->scopes;
    const auto device = co_await change<Device>(call, [request = *request, scopes, manager = scopes_of(call),
                                                       now = call.room.now()](DeviceStore& store) {
        return store.approve(request.card, request.role, scopes, manager, now);
    });
    if (!device) co_return std::unexpected(device.error());
    call.room.pairing->forget(id);
    note_changed(call, device->card);
    tell_resolved(call, *request, "approved");
    co_return json::object{{"requestId", id}, {"device", device_json(*device)}};
}

Reply device_pair_reject(Call& call) {
    auto params = call.params();
    const auto id = params.required_text("requestId");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    const auto request = call.room.pairing->find(id, call.room.now());
    if (!request) return std::unexpected(invalid_request("unknown requestId"));
    call.room.pairing->forget(id);
    note_changed(call, request->card);
    tell_resolved(call, *request, "rejected");
    return json::object{{"requestId", id}, {"deviceId", request->card.id}};
}

net::Task<Reply> device_pair_remove(Call call) {
    auto params = call.params();
    const auto id = params.required_text("deviceId");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto removed = co_await change<Device>(call, [id, manager = scopes_of(call),
                                                        now = call.room.now()](DeviceStore& store) {
        return with(store, id, [&](const std::string& whole) { return store.remove(whole, manager, now); });
    });
    if (!removed) co_return std::unexpected(removed.error());
    note_changed(call, removed->card);
    co_return json::object{{"deviceId", removed->card.id}};
}

net::Task<Reply> device_pair_rename(Call call) {
    auto params = call.params();
    const auto id = params.required_text("deviceId");
    const auto name = params.required_text("displayName");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto renamed = co_await change<Device>(call, [id, name,
                                                        manager = scopes_of(call)](DeviceStore& store) {
        return with(store, id, [&](const std::string& whole) { return store.rename(whole, name, manager); });
    });
    if (!renamed) co_return std::unexpected(renamed.error());
    note_changed(call, renamed->card);
    co_return device_json(*renamed);
}

// A device that rotates its own token is told the new one before what the old one had opened ends.
net::Task<Reply> device_token_rotate(Call call) {
    auto params = call.params();
    const auto id = params.required_text("deviceId");
    const auto role = params.required_text("role");
    const auto scopes = scopes_in(params);
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    if (auto refusal = refuse_allowance(call)) co_return std::unexpected(std::move(*refusal));
    const auto device = co_await look<Device>(call, [id](DeviceStore& store) { return store.find(id); });
    if (!device) co_return std::unexpected(refusal_of(device.error()));
    const auto issued = co_await look<IssuedToken>(
        call, [id = device->card.id, role, scopes, manager = scopes_of(call), now = call.room.now()](
                  DeviceStore& store) { return store.rotate(id, role, scopes, manager, now); });
    if (!issued) co_return std::unexpected(refusal_of(issued.error()));
    note_changed(call, device->card);
    if (is_own(call, *device))
        call.room.means.tasks.spawn(call.room.means.devices->reread());
    else
        co_await call.room.means.devices->reread();
    co_return issued_json(*device, *issued);
}

net::Task<Reply> device_token_revoke(Call call) {
    auto params = call.params();
    const auto id = params.required_text("deviceId");
    const auto role = params.required_text("role");
    if (auto problem = params.problem()) co_return std::unexpected(std::move(*problem));
    const auto now = call.room.now();
    const auto revoked =
        co_await change<Device>(call, [id, role, manager = scopes_of(call), now](DeviceStore& store) {
            return with(store, id,
                        [&](const std::string& whole) { return store.revoke(whole, role, manager, now); });
        });
    if (!revoked) co_return std::unexpected(revoked.error());
    note_changed(call, revoked->card);
    const auto* grant = revoked->find_grant(role);
    co_return json::object{{"deviceId", revoked->card.id},
                           {"role", role},
                           {"revokedAtMs", to_ms(grant && grant->revoked ? *grant->revoked : now)}};
}

}  // namespace openclaw::gateway::methods
