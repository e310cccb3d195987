#include "access/doorman.h"

#include "base/day.h"
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
    return left.mode == right.mode && left.certificates->digest() == right.certificates->digest();
}

bool same_earlier(const Policy& left, const Policy& right) {
    if (left.earlier.has_value() != right.earlier.has_value()) return false;
    return !left.earlier || left.earlier->secret == right.earlier->secret;
}

bool same_proxies(const Policy& left, const Policy& right) {
    if (!left.proxies || !right.proxies) return left.proxies == right.proxies;
    return *left.proxies == *right.proxies;
}

bool same_tailnet(const Policy& left, const Policy& right) {
    if (!left.tailnet || !right.tailnet) return left.tailnet == right.tailnet;
    return *left.tailnet == *right.tailnet;
}

std::shared_ptr<const Identity> numbered(const Identity& identity, std::uint64_t generation) {
    auto copy = identity;
    copy.generation = generation;
    return std::make_shared<const Identity>(std::move(copy));
}

// Whether it was a guess, which counts whatever it was that was guessed.
bool was_a_guess(Denial denial) {
    switch (denial) {  // no default: a new denial doesn't compile until it is decided here
        case Denial::wrong_secret:
        case Denial::certificate_unknown:
        case Denial::key_damaged:
        case Denial::key_unknown:
        case Denial::key_wrong:
            return true;
        case Denial::nothing_offered:
        case Denial::wrong_owner:
        case Denial::no_secret_configured:
        case Denial::too_many_guesses:
        case Denial::certificate_revoked:
        case Denial::certificate_out_of_time:
        case Denial::no_trusted_proxy:
        case Denial::proxy_names_nobody:
        case Denial::user_not_allowed:
        case Denial::came_from_elsewhere:
        case Denial::several_secrets:
        case Denial::key_revoked:
        case Denial::key_ended:
        case Denial::keys_closed:
        case Denial::tailscale_names_nobody:
        case Denial::tailscale_silent:
            return false;
    }
    return true;
}

Denial why_nobody(const Policy& policy) {
    const bool offers_a_way = policy.secret || policy.certificates || !wants_secret(policy.mode);
    return offers_a_way ? Denial::nothing_offered : Denial::no_secret_configured;
}

// Empty where nothing of ours was shown that would count at another time.
std::optional<CertificateRemark> remark_on(const Offered& offered, const Policy& policy, TimePoint now) {
    if (!policy.certificates || !offered.certificate) return std::nullopt;
    const auto verdict = policy.certificates->judge(*offered.certificate, now);
    if (!verdict.is_ours_but_not_now()) return std::nullopt;
    return CertificateRemark{verdict.name, *verdict.fault, verdict.at};
}

// Empty unless the secret of a key of ours was right, which doesn't count now.
std::optional<KeyRemark> key_remark_on(const Offered& offered, const Policy& policy, TimePoint now) {
    if (!policy.keys || !offered.key) return std::nullopt;
    auto verdict = policy.keys->judge(*offered.key, now);
    if (!verdict.fault || verdict.name.empty()) return std::nullopt;
    return KeyRemark{std::move(verdict.name), *verdict.fault, verdict.at};
}

bool is_about_a_key(Denial denial) {
    return denial == Denial::key_revoked || denial == Denial::key_ended;
}

std::string reason_of(const Refused& refused) {
    if (refused.remark) return sentence_of(*refused.remark);
    if (refused.key) return sentence_of(*refused.key);
    return std::string(name_of(refused.denial));
}

bool is_about_time(Denial denial) {
    return denial == Denial::certificate_revoked || denial == Denial::certificate_out_of_time;
}

}  // namespace

std::string sentence_of(const CertificateRemark& remark) {
    const auto day = day_of(remark.at);
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

std::string sentence_of(const KeyRemark& remark) {
    const auto day = day_of(remark.at);
    if (remark.fault == KeyFault::revoked)
        return fmt::format("the key \"{}\" was revoked on {}: ask the gateway's owner for a new one",
                           remark.name, day);
    if (remark.fault == KeyFault::replaced)
        return fmt::format("the key \"{}\" was rotated, and this secret counted until {}: take the new one",
                           remark.name, iso_time(remark.at));
    return fmt::format("the key \"{}\" ended on {}: ask the gateway's owner for a new one", remark.name, day);
}

Doorman::Doorman(Means means, Policy policy, GuessRules rules)
    : clock_(means.clock),
      on_admitted_(std::move(means.on_admitted)),
      on_verdict_(std::move(means.on_verdict)),
      policy_(std::make_shared<const Policy>()),
      limiter_(rules),
      refusals_(means.log) {
    use(std::move(policy), rules);
}

Judgement Doorman::judge(const Offered& offered, const Arrival& arrival) {
    const auto policy = policy_.take();
    const auto now = clock_.now();
    if (offered.several_secrets)
        return std::unexpected(refuse(arrival, {Denial::several_secrets, policy->mode}));
    for (const auto& row : all_proofs()) {
        if (!row.is_offered(offered, *policy, now)) continue;
        std::optional<Milliseconds> wait;
        auto found = examine(row, offered, *policy, arrival, wait);
        if (found) {
            Principal principal(std::move(*found));
            if (row.proof != Proof::socket_owner) callers_.note(principal, arrival, now);
            if (on_admitted_) on_admitted_(*policy, principal, arrival);
            note(arrival, Outcome::admitted, &principal, name_of(principal.proof()));
            return principal;
        }
        Refused refused{found.error(), policy->mode, wait};
        if (is_about_time(refused.denial)) refused.remark = remark_on(offered, *policy, now);
        if (is_about_a_key(refused.denial)) refused.key = key_remark_on(offered, *policy, now);
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
        if (row.is_guessable(policy)) known_good_ = policy.secret->identity->generation + 1;
        return found;
    }
    if (!was_a_guess(found.error()) || is_stale(offered)) return found;
    wait = limiter_.record_failure(arrival.guesser, now);
    return wait ? std::unexpected(Denial::too_many_guesses) : std::move(found);
}

// Who opens a websocket asks for nothing yet; its number is nobody else's.
void Doorman::note(const Arrival& arrival, Outcome outcome, const Principal* principal,
                   std::string_view reason) const {
    if (!on_verdict_) return;
    const bool by_socket = principal && principal->proof() == Proof::socket_owner;
    const bool connects = arrival.verb == "conn";
    on_verdict_({.outcome = outcome,
                 .transport = by_socket ? "socket" : arrival.surface,
                 .peer = by_socket ? std::string_view() : arrival.guesser.address,
                 .principal = principal ? std::string_view(principal->id()) : std::string_view(),
                 .verb = connects ? std::string_view() : arrival.verb,
                 .what = connects ? std::string_view("connect") : arrival.object,
                 .reason = reason});
}

// A device that comes again and again with the same token, which was right once, tries nothing new.
bool Doorman::is_stale(const Offered& offered) {
    const auto& token = offered.device_token ? offered.device_token : offered.secret;
    return offered.device && token && stale_tokens_.saw(offered.device->id(), SecretDigest(*token));
}

Refused Doorman::refuse(const Arrival& arrival, Refused refused) {
    note(arrival, Outcome::refused, nullptr,
         refused.remark ? sentence_of(*refused.remark) : std::string(name_of(refused.denial)));
    refusals_.tell(clock_.steady(), arrival.surface, [&] {
        return fmt::format("refused {} {} remote={} reason={}", arrival.verb, printable(arrival.object),
                           arrival.guesser.address, reason_of(refused));
    });
    return refused;
}

std::optional<Milliseconds> Doorman::refuse_guess(const Arrival& arrival, std::string_view why) {
    const auto now = clock_.steady();
    note(arrival, Outcome::refused, nullptr, why);
    refusals_.tell(now, arrival.surface, "refused {} {} remote={} reason={}", arrival.verb,
                   printable(arrival.object), arrival.guesser.address, why);
    return limiter_.record_failure(arrival.guesser, now);
}

bool Doorman::stands(const Principal& principal) const {
    const auto policy = policy_.take();
    for (const auto& row : all_proofs())
        if (row.proof == principal.proof()) return row.stands(principal, *policy, clock_.now());
    return false;
}

bool Doorman::stands(const net::PeerCertificate& shown) const {
    const auto policy = policy_.take();
    if (!policy->certificates) return false;
    const auto verdict = policy->certificates->judge(shown, clock_.now());
    return verdict.stands() || policy->tolerates(verdict);
}

bool Doorman::use(Policy policy, const GuessRules& rules) {
    const std::scoped_lock guard(changing_);
    limiter_.use(rules);
    const auto before = policy_.take();
    if (policy.earlier && ended_ == policy.earlier->secret) policy.earlier.reset();
    const bool same_clients = same_certificates(*before, policy);
    const bool same = same_clients && same_secret(*before, policy) && same_earlier(*before, policy) &&
                      same_proxies(*before, policy) && same_tailnet(*before, policy);
    policy.keys = before->keys;
    policy.devices = before->devices;
    number(*before, policy);
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
    if (!same_clients) ++certificates_generation_;
    return !same;
}

bool Doorman::use_devices(std::shared_ptr<const DeviceJudge> devices) {
    const std::scoped_lock guard(changing_);
    auto policy = *policy_.take();
    const bool stay = keeps_all(devices.get(), policy.devices.get());
    policy.devices = std::move(devices);
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
    return !stay;
}

// Whoever was let in by something that stands yet goes on; what is new gets a number that nobody has.
void Doorman::number(const Policy& before, Policy& policy) {
    const bool same = same_secret(before, policy);
    if (!same) ++generation_;
    if (policy.secret)
        policy.secret->identity =
            numbered(*policy.secret->identity,
                     same && before.secret ? before.secret->identity->generation : generation_);
    if (policy.earlier) {
        const auto& digest = policy.earlier->secret.digest;
        const bool was_present =
            before.mode == policy.mode && before.secret && before.secret->digest == digest;
        const bool was_earlier = before.earlier && before.earlier->secret.digest == digest;
        const auto generation = was_present   ? before.secret->identity->generation
                                : was_earlier ? before.earlier->identity->generation
                                              : ++generation_;
        policy.earlier->identity = numbered(*policy.earlier->identity, generation);
    }
    if (!same_proxies(before, policy)) ++generation_;
    policy.proxies_generation = same_proxies(before, policy) ? before.proxies_generation : generation_;
    if (!same_tailnet(before, policy)) ++generation_;
    policy.tailnet_generation = same_tailnet(before, policy) ? before.tailnet_generation : generation_;
}

void Doorman::use_keys(std::shared_ptr<const KeyJudge> keys) {
    const std::scoped_lock guard(changing_);
    auto policy = *policy_.take();
    policy.keys = std::move(keys);
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
}

bool Doorman::end_earlier_secret(const EarlierSecret& ended) {
    const std::scoped_lock guard(changing_);
    ended_ = ended;
    const auto before = policy_.take();
    if (!before->earlier || !(before->earlier->secret == ended)) return false;
    auto policy = *before;
    policy.earlier.reset();
    policy_.swap(std::make_shared<const Policy>(std::move(policy)));
    return true;
}

std::optional<Passage> Doorman::passage_of(const net::Headers& headers, const net::Peer& peer) const {
    const auto policy = policy_.take();
    if (!policy->proxies && !policy->anybody) return std::nullopt;
    return access::passage_of(headers, peer, policy->proxies.get());
}

std::shared_ptr<const TailnetRules> Doorman::tailnet_for(const Offered& offered) const {
    const bool brought_something = offered.secret || offered.key || offered.several_secrets ||
                                   offered.device_token || offered.certificate || offered.socket_owner;
    if (brought_something) return nullptr;
    return policy_.take()->tailnet;
}

std::vector<Doorman::RecentCaller> Doorman::recent_callers() const {
    const auto policy = policy_.take();
    std::vector<RecentCaller> recent;
    for (auto& caller : callers_.all()) {
        const bool earlier = policy->earlier && caller.proof == Proof::token &&
                             caller.generation == policy->earlier->identity->generation;
        recent.push_back({.caller = std::move(caller), .by_earlier_secret = earlier});
    }
    return recent;
}

Principal Doorman::this_process() {
    return Principal(std::make_shared<const Identity>(Identity{.id = "process",
                                                               .shown = "this process",
                                                               .proof = Proof::own_process,
                                                               .scopes = Scopes::all(),
                                                               .limits = {}}));
}

}  // namespace openclaw::access
