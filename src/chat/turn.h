#pragma once

#include <functional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "chat/answer.h"
#include "chat/sessions/opened_session.h"
#include "chat/sessions/session_rights.h"
#include "chat/stickiness.h"

namespace openclaw::chat {

struct TurnRequest {
    access::Principal asked_by;
    SessionKey key;
    std::string run_id;
    std::string message;
    std::string extra_system_prompt;
    Surface surface = Surface::conversation;
    AnswerWishes wishes;
    Milliseconds deadline{};
    providers::DeltaSink on_delta;
    providers::Room room;
    std::function<void(Maker)> on_opened = {};  // told whose session it is
    net::Abort abort;
};

struct TurnResult {
    std::string session_id;
    std::string text, stop_reason;
    std::optional<Error> error;
    bool forbidden = false;                          // the error is that who asked may not
    std::optional<auth::FailureReason> reason = {};  // of the failure, and when to ask again
    std::optional<Milliseconds> again_in = {};
    std::optional<usage::Refusal::Why> limited = {};
    bool aborted = false;
    std::vector<std::string> notices;
    std::optional<auth::ModelRef> model;
    std::string api = {};  // that the model was spoken to in
    std::string credential;
    providers::TokenUsage usage;
};

// One message and its answer: opens the session (a fresh one where the reset policy says so), notes the
// message, finds an answer and notes that: at once in memory, written behind. The caller sees to it that a
// session has one turn at a time.
class Turns {
public:
    struct Means {
        net::Loop& loop;
        const Clock& clock;
        Log& log;
        SessionBook& sessions;
        credentials::Credentials& credentials;
        Answerer& answerer;
    };
    explicit Turns(Means means) : means_(std::move(means)) {}

    net::Task<TurnResult> run(TurnRequest request, std::shared_ptr<const config::Config> config);

private:
    struct Turn;
    net::Task<Result<void>> open_session(Turn& turn);
    Result<void> take_session(Turn& turn, OpenedSession opened);
    Result<void> choose_model(Turn& turn);
    Result<void> choose_credential(Turn& turn);
    Result<PinView> view_for(const PinQuestion& pin, const auth::ResolveRequest& question,
                             const std::shared_ptr<const config::Config>& config);
    net::Task<Result<void>> prepare(Turn& turn);
    net::Task<void> find_answer(Turn& turn);
    void note_outcome(Turn& turn);

    Means means_;
};

// The models that a turn tries: the wanted one, the fallbacks that the plan allows, and the configured
// default unless the agent has a fallback list of its own. Pure.
std::vector<auth::ModelRef> models_to_try(const auth::ModelRef& wanted, const auth::ModelPlan& plan);

}  // namespace openclaw::chat
