#include "access/certificates/certificates.h"

#include <algorithm>
#include <mutex>

#include "access/certificates/x509.h"
#include "base/digest.h"
#include "base/text.h"
#include "net/stream/peer_certificate.h"

namespace openclaw::access {

namespace {

constexpr std::size_t known_max = 512;  // chains, twice

std::string written(const CertificateRecord& record) {
    std::string text = fmt::format("{} {} {}", record.id, record.name, joined(record.scopes.names(), ","));
    for (const auto* names : {&record.limits.agents, &record.limits.sessions, &record.limits.models})
        text += *names ? " [" + joined(**names, "\x1f") + "]" : std::string(" *");
    text += fmt::format(" {} {}", record.limits.budget.value_or("-"),
                        record.revoked ? to_ms(*record.revoked) : 0);
    for (const auto& leaf : record.leaves)
        text += fmt::format("\n {} {} {} {} {}", leaf.serial, leaf.issuer_key, leaf.public_key,
                            to_ms(leaf.begins), to_ms(leaf.ends));
    return text + "\n";
}

std::shared_ptr<const Identity> foreign_identity(const ExaminedChain& chain, Scopes scopes) {
    constexpr std::size_t id_length = 16;
    const bool pinned = chain.kind == ExaminedChain::Kind::pinned;
    // Who an authority means by a name is one, whichever certificate he shows.
    const auto key = pinned ? chain.public_key : sha256_hex(chain.links.back().issuer_key + chain.subject);
    return std::make_shared<const Identity>(Identity{
        .id = (pinned ? "pin_" : "ca_") + key.substr(0, id_length),
        .shown = fmt::format("certificate \"{}\"",
                             chain.subject_shown.empty() ? key.substr(0, id_length) : chain.subject_shown),
        .proof = Proof::certificate,
        .scopes = scopes,
        .limits = {}});
}

std::shared_ptr<const Identity> identity_of(const CertificateRecord& record) {
    return std::make_shared<const Identity>(Identity{.id = record.id,
                                                     .shown = fmt::format("certificate \"{}\"", record.name),
                                                     .proof = Proof::certificate,
                                                     .scopes = record.scopes,
                                                     .limits = record.limits});
}

// Leaves are told apart by the key that signed them, and theirs.
std::string key_of(const std::string& issuer_key, const std::string& serial, const std::string& public_key) {
    return issuer_key + ":" + serial + ":" + public_key;
}

void judge_dates(CertificateVerdict& verdict, TimePoint begins, TimePoint ends, TimePoint now) {
    if (now < begins) {
        verdict.fault = CertificateFault::not_yet_valid;
        verdict.at = begins;
    } else if (now >= ends) {
        verdict.fault = CertificateFault::ended;
        verdict.at = ends;
    }
}

}  // namespace

struct Certificates::Known {
    ExaminedChain chain;
    std::shared_ptr<const Identity> foreign;  // of a chain that isn't our authority's
};

// Chains that hold, by a digest of all of them: signatures are checked once. Of strangers nothing is kept.
// From any thread.
class Certificates::Memory {
public:
    std::shared_ptr<const Known> find(const std::string& digest) const {
        const std::scoped_lock guard(mutex_);
        for (const auto* chains : {&young_, &old_})
            if (const auto found = chains->find(digest); found != chains->end()) return found->second;
        return nullptr;
    }
    void keep(std::string digest, std::shared_ptr<const Known> known) {
        const std::scoped_lock guard(mutex_);
        if (young_.size() >= known_max) old_ = std::exchange(young_, {});
        young_.emplace(std::move(digest), std::move(known));
    }

private:
    using Chains = std::unordered_map<std::string, std::shared_ptr<const Known>>;
    mutable std::mutex mutex_;  // of what follows
    Chains young_, old_;
};

std::string ClientTrust::written() const {
    std::string text = own ? "own\n" : own_problem.empty() ? "none\n" : "unusable\n";
    if (own) {
        for (const auto& root : own->roots) text += sha256_hex(root) + "\n";
        for (const auto& record : own->records) text += access::written(record);
    }
    text += "foreign\n";
    for (const auto& authority : authorities) text += sha256_hex(authority) + "\n";
    text += joined(pins, ",") + "\n" + joined(foreign_scopes.names(), ",") + "\n";
    return text + (lists_wanted ? lists.written() : std::string("no lists"));
}

std::string ClientTrust::summary() const {
    const auto stands = [](const CertificateRecord& record) { return !record.revoked; };
    const auto own_ones =
        own ? fmt::format("{} of our own authority", std::ranges::count_if(own->records, stands))
        : own_problem.empty() ? std::string("no authority of our own")
                              : std::string("our own authority can't be used");
    return fmt::format("{}, {} foreign authorities, {} pinned keys", own_ones, authorities.size(),
                       pins.size());
}

std::shared_ptr<const Certificates> Certificates::from(ClientTrust trust, const Certificates* before) {
    if (trust.empty()) return nullptr;
    return std::shared_ptr<const Certificates>(new Certificates(std::move(trust), before));
}

Certificates::~Certificates() = default;

bool Certificates::knows_the_same_chains_as(const ClientTrust& trust) const {
    const auto roots = [](const ClientTrust& of) {
        return of.own ? std::span<const std::string>(of.own->roots) : std::span<const std::string>();
    };
    return std::ranges::equal(roots(trust_), roots(trust)) && trust_.authorities == trust.authorities &&
           trust_.pins == trust.pins && trust_.foreign_scopes == trust.foreign_scopes;
}

Certificates::Certificates(ClientTrust trust, const Certificates* before)
    : trust_(std::move(trust)),
      digest_(sha256_hex(trust_.written())),
      anchors_(trust_.own ? trust_.own->roots : std::span<const std::string>(), trust_.authorities,
               trust_.pins),
      memory_(before && before->knows_the_same_chains_as(trust_) ? before->memory_
                                                                 : std::make_shared<Memory>()) {
    if (!trust_.own) return;
    for (const auto& record : trust_.own->records) {
        const auto identity = identity_of(record);
        for (const auto& leaf : record.leaves) {
            issued_[key_of(leaf.issuer_key, leaf.serial, leaf.public_key)] = {&record, &leaf, identity};
            if (record.revoked) revoked_keys_.insert(leaf.public_key);
        }
    }
}

CertificateVerdict Certificates::judge(const net::PeerCertificate& shown, TimePoint now) const {
    return judge(shown.chain(), shown.digest(), now);
}

CertificateVerdict Certificates::judge(std::span<const std::string> chain, TimePoint now) const {
    return judge(chain, net::digest_of_chain(chain), now);
}

CertificateVerdict Certificates::judge(std::span<const std::string> chain, std::string digest,
                                       TimePoint now) const {
    const auto known = examined(chain, std::move(digest));
    CertificateVerdict verdict{.fault = known->chain.fault, .detail = known->chain.detail};
    if (verdict.fault) return verdict;
    if (known->chain.kind == ExaminedChain::Kind::own)
        judge_own(verdict, known->chain, now);
    else
        judge_foreign(verdict, *known, now);
    return verdict;
}

std::shared_ptr<const Certificates::Known> Certificates::examined(std::span<const std::string> chain,
                                                                  std::string digest) const {
    if (auto known = memory_->find(digest)) return known;
    auto made = std::make_shared<Known>(Known{anchors_.examine(chain), nullptr});
    if (made->chain.fault) return made;
    if (made->chain.kind != ExaminedChain::Kind::own)
        made->foreign = foreign_identity(made->chain, trust_.foreign_scopes);
    memory_->keep(std::move(digest), made);
    return made;
}

void Certificates::judge_own(CertificateVerdict& verdict, const ExaminedChain& chain, TimePoint now) const {
    const auto found = chain.links.empty()
                           ? issued_.end()
                           : issued_.find(key_of(chain.links.front().issuer_key, chain.links.front().serial,
                                                 chain.public_key));
    if (found == issued_.end()) {
        const bool revoked = revoked_keys_.contains(chain.public_key);
        verdict.fault = revoked ? CertificateFault::revoked : CertificateFault::without_record;
        return;
    }
    const auto& [record, leaf, identity] = found->second;
    verdict.ours = true;
    verdict.name = record->name;
    verdict.identity = identity;
    if (record->revoked) {
        verdict.fault = CertificateFault::revoked;
        verdict.at = *record->revoked;
    } else if (revoked_keys_.contains(chain.public_key)) {
        verdict.fault = CertificateFault::revoked;
        verdict.at = now;
    } else {
        judge_dates(verdict, std::max(chain.begins, leaf->begins), std::min(chain.ends, leaf->ends), now);
    }
}

void Certificates::judge_foreign(CertificateVerdict& verdict, const Known& known, TimePoint now) const {
    const auto& chain = known.chain;
    if (revoked_keys_.contains(chain.public_key)) verdict.fault = CertificateFault::revoked;
    if (trust_.lists_wanted && chain.kind == ExaminedChain::Kind::foreign)
        for (const auto& link : chain.links)
            if (!verdict.fault) verdict.fault = trust_.lists.fault_of(link.issuer_key, link.serial, now);
    if (verdict.fault) return;
    verdict.identity = known.foreign;
    judge_dates(verdict, chain.begins, chain.ends, now);
}

}  // namespace openclaw::access
