#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/oauth/token_answer.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"

namespace openclaw::auth::oauth {

// How far one refresh token has come. It is good for one use, so what matters is never to send it twice:
//
//   idle ──intent──> sent ──answer──> answered ──in every store──> spent
//                     │ └─ the issuer said later, or nothing was written ──> idle, with a time to wait for
//                     ├─ the issuer says that it is over ──> dead
//                     └─ nobody knows what became of it ──> unknown
//
// Each step is on disk before the next is taken. Whoever finds `sent` while he holds the lease knows that its
// sender ended in between: that is `unknown` too. A record belongs to the token, not to a profile, a file or
// an agent: copies of a login share it, and a new login has another.
enum class Stage { idle, sent, unknown, answered, spent, dead };

struct RenewalRecord {
    Stage stage = Stage::idle;
    std::string provider, issuer, client;  // whose: the token goes nowhere else
    TimePoint since = {};                  // of this stage
    std::string holder = {};               // who sent it: "pid 812 on atlas"
    std::string reason = {};               // "invalid_grant: Session not active"
    int failures = 0;                      // in a row, without a decision
    std::optional<TimePoint> not_before = {};
    std::optional<Granted> answer = {};  // in `answered`: what no store may have yet
    std::string successor = {};          // in `spent`: the name of the token that came for it

    bool operator==(const RenewalRecord&) const = default;
};

// As a file holds it. The answer is a text of its own, which whoever writes the file seals.
json::object to_json(const RenewalRecord& record);
// `corrupt` for what isn't one: then nothing is sent.
Result<RenewalRecord> record_from(const json::value& document);
Secret tokens_text(const Granted& tokens);
Result<Granted> tokens_from(const Secret& text);

// Why somebody wants the access token renewed.
enum class Wish {
    fresh,      // to go on with the one that is there, renewed if it ends soon
    refused,    // the provider refused it before its end
    by_person,  // `models auth refresh`
};

struct RenewalLook {
    std::optional<TimePoint> expires;       // of the access token
    std::optional<Milliseconds> life = {};  // it had in the beginning, if that is known
    bool can_renew = true;                  // there is a refresh token, it is ours, and the issuer is known
    Wish wish = Wish::fresh;
    double jitter = 0;  // in [0, 1): this login's own
};

// What to do about a login now.
struct Plan {
    enum class Move {
        use,    // the access token as it is
        send,   // the intent goes to disk, then the token to its issuer
        adopt,  // an answer is there: it goes into the stores
        wait,   // not before `until`
        stop,   // only a person can help
    };
    Move move;
    std::optional<TimePoint> until = {};
    std::string why = {};
};
Plan plan_renewal(const RenewalLook& look, const RenewalRecord* record, TimePoint now);

// An access token is renewed this long before its end: five minutes, or a tenth of its life when that is
// less, and up to a fifth of that earlier.
Milliseconds renewal_margin(std::optional<Milliseconds> life, double jitter);

// A login's own share of the spread that keeps many from coming at once: in [0, 1), always the same.
double jitter_of(std::string_view profile);

// What became of the request.
struct NotSent {
    std::string why;  // "connecting to auth.example.com: connection refused"
};
struct Lost {
    std::string why;  // written, and no whole answer came
};
using Outcome = std::variant<TokenAnswer, NotSent, Lost>;

// The record after it. `jitter` in [0, 1) spreads the waits of many.
RenewalRecord after(RenewalRecord record, const Outcome& outcome, TimePoint now, double jitter);
// The record of whoever finds it and holds the lease: a sender who is gone has lost what he sent.
RenewalRecord found(RenewalRecord record);

}  // namespace openclaw::auth::oauth
