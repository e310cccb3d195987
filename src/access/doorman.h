#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "access/arrival.h"
#include "access/guess_limiter.h"
#include "access/journal/entry.h"
#include "access/proofs.h"
#include "access/recent_callers.h"
#include "access/refusal_log.h"
#include "access/stale_tokens.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/swapped.h"

namespace openclaw::access {

// What the holder of a certificate of ours is told.
struct CertificateRemark {
    std::string name;  // of our record: "phone"
    CertificateFault fault;
    TimePoint at;  // when it was revoked or has ended, or from when on it is valid
};
// "your certificate "phone" ended on 2027-11-30: ask ..."
std::string sentence_of(const CertificateRemark& remark);

// What the holder of a key of ours is told.
struct KeyRemark {
    std::string name;  // of our record: "notebook"
    KeyFault fault;
    TimePoint at;  // when it was revoked, has ended or was replaced
};
std::string sentence_of(const KeyRemark& remark);

// A refusal, for the surface that phrases it.
struct Refused {
    Denial denial;
    AccessMode mode;                        // what the lock asks for
    std::optional<Milliseconds> wait = {};  // too many guesses: until the next one may be made
    // Of a certificate that we issued and whose key was proven: its holder may learn why it doesn't count.
    std::optional<CertificateRemark> remark = {};
    // The same of a key whose secret was right.
    std::optional<KeyRemark> key = {};
};
using Judgement = std::expected<Principal, Refused>;

// Decides who is calling, on every surface: the only way to a principal. Proofs, the limit on guesses and the
// log of refusals are here and nowhere else. From any thread.
//
// Guesses: what can't be found by trying (a token of sensible length) is compared first, so that a right one
// is never refused because of somebody else's wrong ones, and those are told to wait. What can be found by
// trying (a password, a token that somebody made up) may not be compared at all while the caller's address
// waits. But once the secret was right for somebody, a waiting address has as many tries again in each
// window: who knows it gets in while others guess, and who doesn't has twice the tries at most.
class Doorman {
public:
    struct Means {
        const Clock& clock;
        Log& log;
        // Hears of everybody who is let in, on whichever thread asked.
        std::function<void(const Policy& lock, const Principal& principal, const Arrival& arrival)>
            on_admitted = {};
        // Hears of every verdict, and of those that surfaces pass on earlier ones, on whichever thread it
        // fell: what the audit log is made of. May not wait.
        std::function<void(const Verdict& verdict)> on_verdict = {};
    };
    Doorman(Means means, Policy policy, GuessRules rules);

    // To the caller all denials look the same; the reason is for our log.
    Judgement judge(const Offered& offered, const Arrival& arrival);
    // Whether somebody who was let in earlier would be let in by the same proof now.
    bool stands(const Principal& principal) const;
    // The same of somebody who has shown a certificate and may have asked for nothing yet. One that has ended
    // is held against nobody where a secret decides.
    bool stands(const net::PeerCertificate& shown) const;
    // The lock from now on. True when it is another one, so that some principals may stand no longer.
    bool use(Policy policy, const GuessRules& rules);
    // Refuses a wrong guess at what proves nobody's name, an invitation's code: under the limit that all
    // guesses share, and in the log. Gives the time that this caller has to wait already.
    std::optional<Milliseconds> refuse_guess(const Arrival& arrival, std::string_view why);

    // The named keys from now on.
    void use_keys(std::shared_ptr<const KeyJudge> keys);
    // By which rules Tailscale's daemon is to be asked about who has offered this; null: it isn't, as it has
    // no say or he has brought something himself.
    std::shared_ptr<const TailnetRules> tailnet_for(const Offered& offered) const;
    // Whose devices count from now on; the rest of the lock stays. True when something that was opened to one
    // is open no longer.
    bool use_devices(std::shared_ptr<const DeviceJudge> devices);

    // The end of the secret before the present one, by this clock whatever the other says. True when it
    // opened something until now.
    bool end_earlier_secret(const EarlierSecret& ended);

    // How a request came, where the lock of this moment asks for it.
    std::optional<Passage> passage_of(const net::Headers& headers, const net::Peer& peer) const;

    // Who was let in lately but for the owner on his socket, the last one first.
    struct RecentCaller {
        Caller caller;
        bool by_earlier_secret;  // with the one before the present one
    };
    std::vector<RecentCaller> recent_callers() const;
    // But for whoever called himself so: the owner's own tries at the door.
    void forget_callers(std::string_view client) { callers_.forget(client); }

    // Whoever runs this program, for conversations without a gateway: he could read all that a gateway
    // guards.
    static Principal this_process();

    std::shared_ptr<const Policy> lock() const { return policy_.take(); }
    // Of whose certificates count: counts the changes.
    std::uint64_t certificates_generation() const { return certificates_generation_; }
    TimePoint now() const { return clock_.now(); }

    // What a surface has decided about somebody on grounds of its own: that he may not have what he asks for,
    // or may change something.
    void note(const Verdict& verdict) const {
        if (on_verdict_) on_verdict_(verdict);
    }

    // For what a surface refuses on grounds of its own (a foreign page, a frame that is none).
    RefusalLog& refusals() { return refusals_; }
    std::uint64_t refused_guesses() const { return limiter_.refused(); }

private:
    Refused refuse(const Arrival& arrival, Refused refused);
    void note(const Arrival& arrival, Outcome outcome, const Principal* principal,
              std::string_view reason) const;
    Finding examine(const ProofRow& row, const Offered& offered, const Policy& policy, const Arrival& arrival,
                    std::optional<Milliseconds>& wait);
    void number(const Policy& before, Policy& policy);

    bool is_stale(const Offered& offered);

    const Clock& clock_;
    const std::function<void(const Policy&, const Principal&, const Arrival&)> on_admitted_;
    const std::function<void(const Verdict&)> on_verdict_;
    Swapped<Policy> policy_;
    std::mutex changing_;                 // held by use(): one change of the lock after the other
    std::optional<EarlierSecret> ended_;  // stays so, whatever the file and the clock say
    std::uint64_t generation_ = 0;  // of what was changed last of what lets people in; absence is a change
    std::atomic<std::uint64_t> certificates_generation_ = 1;
    GuessLimiter limiter_;
    RefusalLog refusals_;
    RecentCallers callers_;
    StaleTokens stale_tokens_;
    // One more than the generation of the secret that was right for somebody; 0: of none yet.
    std::atomic<std::uint64_t> known_good_ = 0;
};

}  // namespace openclaw::access
