#include "cli/gateway/lock_view.h"

#include "access/authority/sightings.h"
#include "access/lock/lock_change.h"
#include "access/network.h"
#include "base/text.h"
#include "cli/gateway/gateway_view.h"
#include "cli/output/age.h"

namespace openclaw::cli {

namespace {

std::string text_of(const json::object& object, std::string_view name) {
    return printable(string_at(object, name).value_or(""));
}

TimePoint time_of(const json::object& object, std::string_view name) {
    return from_ms(integer_at(object, name).value_or(0));
}

}  // namespace

LockView lock_view_of(const json::object& answer) {
    LockView view{.mode = text_of(answer, "mode"),
                  .source = text_of(answer, "source"),
                  .fingerprint = text_of(answer, "fingerprint"),
                  .earlier = {},
                  .up = Milliseconds(integer_at(answer, "upMs").value_or(0)),
                  .callers = {}};
    if (const auto* earlier = object_at(answer, "earlier"))
        view.earlier = {.fingerprint = text_of(*earlier, "fingerprint"),
                        .ends = time_of(*earlier, "validUntilMs")};
    const auto* callers = array_at(answer, "callers");
    for (const auto& each : callers ? *callers : json::array{})
        if (const auto* caller = as_object(&each))
            view.callers.push_back({.principal = text_of(*caller, "principal"),
                                    .proof = text_of(*caller, "proof"),
                                    .address = text_of(*caller, "address"),
                                    .client = text_of(*caller, "client"),
                                    .first = time_of(*caller, "firstSeenMs"),
                                    .last = time_of(*caller, "lastSeenMs"),
                                    .times = integer_at(*caller, "times").value_or(0),
                                    .by_earlier_token = bool_at(*caller, "byEarlierToken").value_or(false)});
    return view;
}

std::optional<LockView> ask_for_lock(Context& context) {
    const auto answer = ask_local_gateway(context, "gateway.lock", {});
    return answer ? std::optional(lock_view_of(*answer)) : std::nullopt;
}

void forget_tries(Context& context, const std::string& name) {
    static_cast<void>(ask_local_gateway(context, "gateway.lock", {{"forgetClient", name}}));
}

namespace {

void see(CertifiedClient& client, TimePoint first, TimePoint last) {
    client.first = std::min(client.first.value_or(first), first);
    client.last = std::max(client.last.value_or(last), last);
}

}  // namespace

Result<std::vector<CertifiedClient>> certified_clients(Context& context, const config::Config& config,
                                                       const std::optional<LockView>& live) {
    access::Authorities authorities(access::Authorities::means_of(context.files, context.clock, config));
    const auto records = access::clients_with_certificates(authorities, context.clock.now());
    if (!records) return std::unexpected(records.error());
    // When somebody was seen decides nothing: a file that can't be read is none.
    const auto sightings = access::Sightings::read(context.files, authorities.folder() / "seen.json")
                               .value_or(std::vector<access::Sighting>{});
    std::vector<CertifiedClient> clients;
    for (const auto& record : *records) {
        CertifiedClient client{
            .id = record.id, .name = record.name, .ends = record.leaves.back().ends, .first = {}, .last = {}};
        for (const auto& sighting : sightings)
            if (sighting.who == record.id) see(client, sighting.first, sighting.last);
        for (const auto& caller : live ? live->callers : std::vector<LockView::Caller>{})
            if (caller.principal == record.id) see(client, caller.first, caller.last);
        clients.push_back(std::move(client));
    }
    return clients;
}

bool is_command_here(const LockView::Caller& caller) {
    const auto address = access::AddressBytes::parse(caller.address);
    return caller.client == "cli" && address && address->is_loopback();
}

std::string described(const LockView::Caller& caller, TimePoint now) {
    return fmt::format("{}{}, {}", caller.address.empty() ? "this host" : caller.address,
                       caller.client.empty() ? "" : fmt::format(" ({})", caller.client),
                       age(now - caller.last));
}

}  // namespace openclaw::cli
