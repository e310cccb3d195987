#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "auth/choice/resolver.h"
#include "auth/models/model_ref.h"
#include "base/clock.h"
#include "base/log.h"
#include "chat/remedies.h"
#include "config/config.h"
#include "credentials/credentials.h"
#include "net/loop/abort.h"
#include "net/loop/loop.h"
#include "platform/file_system.h"
#include "providers/wire/provider.h"
#include "usage/usage.h"

namespace openclaw::chat {

// What a caller may wish of one answer.
struct AnswerWishes {
    // The model that gives it, and the profile where one is named: instead of the session's, which keeps its
    // own. Nothing stands in for it.
    std::optional<auth::ModelChoice> model = {};
    std::optional<std::int64_t> tokens_max = {};  // empty: what the model has
    std::optional<double> temperature = {};
    std::vector<std::string> stop = {};
};

// What is to be answered, by whichever credential and model can.
struct AnswerRequest {
    access::Principal asked_by;               // who wants it
    Surface surface = Surface::elsewhere;     // where what is said in an error is read
    std::string agent_id = {};                // whose credentials
    std::string session = {};                 // its key, where it belongs to one
    std::vector<auth::ModelRef> models = {};  // the wanted one, then its fallbacks; at least one
    std::optional<auth::ProfileId> pinned = {};
    std::string pinned_provider = {};  // the pin is for models of this provider
    bool pin_is_locked = false;        // a person chose it: nothing else for that provider
    std::string system = {};
    std::vector<providers::Message> messages = {};
    std::int64_t tokens_max = 8192;
    std::optional<double> temperature = {};
    std::vector<std::string> stop = {};
    Milliseconds deadline = std::chrono::minutes(10);  // for all attempts together
    providers::DeltaSink on_delta = {};                // empty: not streamed
    providers::Room room = {};                         // for what it brings
    net::Abort abort = {};
};

// One try with one credential, or why nothing was sent.
struct Attempt {
    auth::ModelRef model;
    std::string credential = {};  // "anthropic:work", "env: ANTHROPIC_API_KEY", "" when there was none
    auth::FailureReason reason = auth::FailureReason::unknown;
    int status = 0;
    std::string message = {};             // the provider's words, or why nothing was sent
    std::string hint = {};                // a better next step than the reason's own, or empty
    std::optional<TimePoint> until = {};  // the credential rests until then
    std::optional<TimePoint> again = {};  // when one of that model's credentials is tried again
    bool sent = true;                     // false: nothing went to the provider
    bool forbidden = false;               // whoever asked may not use that model
};

struct Answered {
    providers::Completion completion;
    auth::ModelRef model;
    std::string api;                // that was spoken
    auth::Candidate credential;     // its secret removed
    std::vector<Attempt> failures;  // what was tried before
};

struct AnswerFailure {
    Error error;  // what to tell the person: which credential, why, until when, what to do
    std::vector<Attempt> failures = {};  // in order
    std::optional<providers::Failure> last = {};
    bool aborted = false;
    bool forbidden = false;                           // whoever asked may use none of what he asked for
    std::optional<usage::Refusal::Why> limited = {};  // whoever asked may not use more now
    std::optional<auth::FailureReason> reason = {};   // of the attempt that tells most
    std::optional<Milliseconds> again_in = {};        // when it makes sense to ask again, where that is known
};

// Finds somebody who answers: credentials in the resolver's order, then the next model. Every failure is
// recorded before the next try. A model that whoever asks may not use is passed over, and that is said. Where
// none of the models has anybody who is ready, one of those that rest by our guess is tried for each model.
// After text has been passed on, nothing is tried again: the person has seen it. Request faults (format,
// overflow) are nobody's credential's fault and end the search.
class Answerer {
public:
    struct Means {
        net::Loop& loop;
        credentials::Credentials& credentials;
        const Clock& clock;
        Log& log;
        const providers::Providers& providers;
        Milliseconds retry_pause;  // before the one second try after network trouble
        usage::Usage* usage;       // as in chat::Means
    };
    explicit Answerer(Means means) : means_(means) {}

    net::Task<std::expected<Answered, AnswerFailure>> answer(AnswerRequest request,
                                                             std::shared_ptr<const config::Config> config);

private:
    struct Search;
    net::Task<std::expected<std::optional<usage::Permit>, usage::Refusal>> admit(Search& search);
    void settle(const Search& search, std::optional<usage::Permit>& permit);
    net::Task<void> find(Search& search);
    struct Spent {
        TokenUsage tokens = {};
        std::optional<auth::ModelRef> model = {};
        std::string credential = {};
        bool estimate = false;
    };
    static Spent spent_by(const Search& search);
    static void guess(Spent& spent, const Search& search, std::size_t bytes);
    static void note_waste(Search& search, const providers::Failure& failure);
    enum class Next { answered, credential, model, nobody, stop };
    enum class Whom { ready, resting };
    struct Candidates {
        auth::ModelRef model;
        std::vector<auth::CredentialKey> tried = {};  // in vain
    };
    net::Task<Next> try_model(Search& search, Candidates& wanted, Whom whom);
    net::Task<Next> try_credential(Search& search, const auth::ModelRef& model,
                                   const providers::Endpoint& endpoint, auth::Candidate credential);
    void note_nobody(Search& search, const auth::ModelRef& model);
    std::expected<Answered, AnswerFailure> outcome_of(Search& search) const;

    Means means_;
};

}  // namespace openclaw::chat
