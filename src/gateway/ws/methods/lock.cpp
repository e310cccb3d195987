// How the gateway is locked, and who was let in lately: for the owner, who is about to change it.
#include "base/fingerprint.h"
#include "gateway/ws/methods/handlers.h"

namespace openclaw::gateway::methods {

namespace {

json::object shown(const access::Doorman::RecentCaller& recent) {
    const auto& caller = recent.caller;
    json::object entry{{"principal", caller.principal},
                       {"proof", json::string_view(name_of(caller.proof))},
                       {"address", caller.address},
                       {"client", caller.client},
                       {"firstSeenMs", to_ms(caller.first)},
                       {"lastSeenMs", to_ms(caller.last)},
                       {"times", caller.times}};
    if (recent.by_earlier_secret) entry["byEarlierToken"] = true;
    return entry;
}

// The owner on his socket alone tells which tries at the door were his own.
void forget_own_tries(Call& call, const std::string& client) {
    if (call.client->principal().proof() == access::Proof::socket_owner)
        call.room.means.doorman.forget_callers(client);
}

}  // namespace

Reply gateway_lock(Call& call) {
    auto params = call.params();
    const auto own_tries = params.filled_text("forgetClient");
    if (auto problem = params.problem()) return std::unexpected(std::move(*problem));
    if (own_tries) forget_own_tries(call, *own_tries);
    const auto& means = call.room.means;
    const auto& secret = call.serving->secret;
    json::object answer{{"mode", json::string_view(name_of(secret.mode))}};
    if (const auto* chosen = secret.chosen()) {
        answer["source"] = chosen->place;
        answer["fingerprint"] = fingerprint(chosen->value, means.fingerprint_key);
    }
    if (secret.earlier && secret.earlier->stands(call.room.now()))
        answer["earlier"] = {{"fingerprint", secret.earlier->fingerprint},
                             {"validUntilMs", to_ms(secret.earlier->ends)}};
    answer["upMs"] = std::chrono::ceil<Milliseconds>(means.clock.steady() - means.life.started).count();
    json::array callers;
    for (const auto& recent : means.doorman.recent_callers()) callers.push_back(shown(recent));
    answer["callers"] = std::move(callers);
    return answer;
}

}  // namespace openclaw::gateway::methods
