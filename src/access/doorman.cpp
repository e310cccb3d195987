#include "access/doorman.h"

#include "base/text.h"
#include "net/stream/peer_certificate.h"

namespace openclaw::access {

namespace {

bool same_secret(const Policy& left, const Policy& right) {
    if (left.mode != right.mode || left.secret.has_value() != right.secret.has_value()) return false;
    return !left.secret || left.secret->digest == right.secret->digest;
}

bool same_certificates(const Policy& left, const Policy& right) {
    if (!left.certificates || !right.certificates) return left.certificates == right.certificates;
    return left.mode == right.mode && left.certificates->same_as(right.certificates.get());
}

void set_generation(Policy& policy, std::uint64_t generation) {
    if (!policy.secret) return;
    Identity identity = *policy.secret->identity;
    identity.generation = generation;
    policy.secret->identity = std::make_shared<const Identity>(std::move(identity));
}

Denial why_nobody(const Policy& policy) {
    return policy.secret || policy.certificates ? Denial::nothing_offered : Denial::no_secret_configured;
}

// Empty where nothing of ours was shown that would count at another time.
std::optional<CertificateRemark> remark_on(const Offered& offered, const Policy& policy, TimePoint now) {
    if (!policy.certificates || !offered.certificate) return std::nullopt;
    const auto verdict = policy.certificates->judge(offered.certificate->chain(), now);
    if (!verdict.is_ours_but_not_now()) return std::nullopt;
    return CertificateRemark{verdict.name, *verdict.fault, verdict.at};
}

bool is_about_time(Denial denial) {
    return denial == Denial::certificate_revoked || denial == Denial::certificate_out_of_time;
}

}  // namespace

std::string sentence_of(const CertificateRemark& remark) {
    const auto day = iso_time(remark.at).substr(0, 10);
    if (remark.fault == CertificateFault::revoked)
        return fmt::format("the certificate \"{}\" was revoked on {}: ask the gateway's owner for a new one",
                           remark.name, day);
    if (remark.fault == CertificateFault::not_yet_valid)
        return fmt::format(
            "the certificate \"{}\" is valid from {} on: look at the clocks, or wait until then", remark.name,
            iso_time(remark.at));
    return fmt::format("the certificate \"{}\" ended on {}: ask the gateway's owner to renew it", remark.name,
                       day);
}

Doorman::Doorman(Means means, Policy policy, GuessRules rules)
    : clock_(means.clock),
      policy_(std::make_shared<const Policy>(std::move(policy))),
      limiter_(rules),
      refusals_(means.log) {}

Judgement Doorman::judge(const Offered& offered, const Arrival& arrival) {
    const auto policy = policy_.take();
    const auto now = clock_.now();
    for (const auto& row : all_proofs()) {
        if (!row.is_offered(offered, *policy, now)) continue;
        std::optional<Milliseconds> wait;
        auto found = examine(row, offered, *policy, arrival, wait);
        if (found) return Principal(std::move(*found));
        Refused refused{found.error(), policy->mode, wait};
        if (is_about_time(refused.denial)) refused.remark = remark_on(offered, *policy, now);
        return std::unexpected(refuse(arrival, std::move(refused)));
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
    auto found = row.examine(offered, policy, clock_.now());
    if (found) {
        if (row.is_guessable(policy)) known_good_ = (*found)->generation + 1;
        return found;
    }
    if (found.error() != Denial::wrong_secret) return found;
    wait = limiter_.record_failure(arrival.guesser, now);
    return wait ? std::unexpected(Denial::too_many_guesses) : std::move(found);
}

Refused Doorman::refuse(const Arrival& arrival, Refused refused) {
    refusals_.tell(clock_.steady(), arrival.surface, [&] {
        return fmt::format("refused {} {} remote={} reason={}", arrival.verb, printable(arrival.object),
                           arrival.guesser.address,
                           refused.remark ? sentence_of(*refused.remark) : std::string(name_of(refused.denial)));
    });
    return refused;
}

bool Doorman::stands(const Principal& principal) const {
    const auto policy = policy_.take();
    for (const auto& row : all_proofs())
        if (row.proof == principal.proof()) return row.stands(principal, *policy, clock_.now());
    return false;
}

bool Doorman::stands(const net::PeerCertificate& shown) const {
    const auto policy = policy_.take();
    return policy->certificates && policy->certificates->judge(shown.chain(), clock_.now()).stands();
}

bool Doorman::use(Policy policy, const GuessRules& rules) {
    const std::scoped_lock guard(changing_);
    limiter_.use(rules);
    const auto before = policy_.take();
    const bool same = same_secret(*before, policy);
    const bool same_clients = same_certificates(*before, policy);
    if (!same) ++generation_;
    set_generation(policy, generation_);
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
    if (!same_clients) ++certificates_generation_;
    return !same || !same_clients;
}

Principal Doorman::this_process() {
    return Principal(std::make_shared<const Identity>(Identity{.id = "process",
                                                               .shown = "this process",
                                                               .proof = Proof::own_process,
                                                               .scopes = Scopes::all(),
                                                               .limits = {}}));
}

}  // namespace openclaw::access
