#include "access/doorman.h"

#include "base/text.h"

namespace openclaw::access {

namespace {

bool same_secret(const Policy& left, const Policy& right) {
    if (left.mode != right.mode || left.secret.has_value() != right.secret.has_value()) return false;
    return !left.secret || left.secret->digest == right.secret->digest;
}

void set_generation(Policy& policy, std::uint64_t generation) {
    if (!policy.secret) return;
    Identity identity = *policy.secret->identity;
    identity.generation = generation;
    policy.secret->identity = std::make_shared<const Identity>(std::move(identity));
}

Denial why_nobody(const Policy& policy) {
    return policy.secret ? Denial::nothing_offered : Denial::no_secret_configured;
}

}  // namespace

Doorman::Doorman(Means means, Policy policy, GuessRules rules)
    : clock_(means.clock),
      policy_(std::make_shared<const Policy>(std::move(policy))),
      limiter_(rules),
      refusals_(means.log) {}

Judgement Doorman::judge(const Offered& offered, const Arrival& arrival) {
    const auto policy = policy_.take();
    for (const auto& row : all_proofs()) {
        if (!row.is_offered(offered, *policy)) continue;
        std::optional<Milliseconds> wait;
        auto found = examine(row, offered, *policy, arrival, wait);
        if (found) return Principal(std::move(*found));
        return std::unexpected(refuse(arrival, {found.error(), policy->mode, wait}));
    }
    return std::unexpected(refuse(arrival, {why_nobody(*policy), policy->mode}));
}

Finding Doorman::examine(const ProofRow& row, const Offered& offered, const Policy& policy,
                         const Arrival& arrival, std::optional<Milliseconds>& wait) {
    const auto now = clock_.steady();
    if (row.is_guessable(policy)) {
        const bool known = known_good_ == policy.secret->identity->generation + 1;
        wait = limiter_.locked_for(arrival.guesser, now);
        if (wait && !(known && limiter_.take_second_chance(arrival.guesser, now)))
            return std::unexpected(Denial::too_many_guesses);
    }
    auto found = row.examine(offered, policy);
    if (found) {
        if (row.is_guessable(policy)) known_good_ = (*found)->generation + 1;
        return found;
    }
    if (found.error() != Denial::wrong_secret) return found;
    wait = limiter_.record_failure(arrival.guesser, now);
    return wait ? std::unexpected(Denial::too_many_guesses) : std::move(found);
}

Refused Doorman::refuse(const Arrival& arrival, Refused refused) {
    refusals_.tell(clock_.steady(), arrival.surface, "refused {} {} remote={} reason={}", arrival.verb,
                   printable(arrival.object), arrival.guesser.address, name_of(refused.denial));
    return refused;
}

bool Doorman::stands(const Principal& principal) const {
    const auto policy = policy_.take();
    for (const auto& row : all_proofs())
        if (row.proof == principal.proof()) return row.stands(principal, *policy);
    return false;
}

bool Doorman::use(Policy policy, const GuessRules& rules) {
    const std::scoped_lock guard(changing_);
    limiter_.use(rules);
    const auto before = policy_.take();
    const bool same = same_secret(*before, policy);
    if (!same) ++generation_;
    set_generation(policy, generation_);
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
    return !same;
}

Principal Doorman::this_process() {
    return Principal(std::make_shared<const Identity>(Identity{.id = "process",
                                                               .shown = "this process",
                                                               .proof = Proof::own_process,
                                                               .scopes = Scopes::all(),
                                                               .limits = {}}));
}

}  // namespace openclaw::access
