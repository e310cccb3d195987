#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/principal.h"
#include "auth/choice/resolver.h"
#include "auth/sealed/key_ring.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "chat/answer.h"
#include "chat/sessions/session_rights.h"
#include "config/config.h"
#include "credentials/credentials.h"
#include "net/loop/loop.h"
#include "platform/file_system.h"
#include "providers/wire/provider.h"
#include "usage/usage.h"

namespace openclaw::chat {

// The config as it stands now; a reload gives the next call another one.
using CurrentConfig = std::function<std::shared_ptr<const config::Config>()>;

// What main.cpp hands the chat; all of it outlives the chat.
struct Means {
    net::Loop& loop;
    platform::FileSystem& files;
    const Clock& clock;
    Log& log;
    const providers::Providers& providers;
    CurrentConfig config;
    credentials::Credentials& credentials;
    // What is used is counted there; null: nothing is, and nobody is answered who may use so much only.
    usage::Usage* usage = nullptr;
    std::string version;       // "2026.1.30"
    Milliseconds retry_pause;  // before the one second try after network trouble
};

// One message of a person or a program.
struct SendRequest {
    access::Principal asked_by;    // who wants it, for as long as the run lasts and is remembered
    std::string session_key = {};  // as the client wrote it: "main", "agent:work:main", "hook:…"; empty: main
    std::string message = {};
    std::string run_id = {};  // the idempotency key; empty: a new one
    // chat.send answers slash commands and abort words itself; `agent` gives all text to the model.
    bool commands = true;
    std::optional<Milliseconds> timeout = {};  // of the turn; none or <= 0: agents.defaults.timeoutSeconds
    std::string extra_system_prompt = {};
    std::string agent_id = {};  // instead of a session key: that agent's main session
    providers::Room room = {};  // of a caller who reads the answer as it comes
    AnswerWishes wishes = {};
};

struct SendAck {
    enum class Status { started, in_flight, ok };  // a known run id: still going, or over
    Status status = Status::started;
    std::string run_id = {};
    std::string session_key = {};  // canonical: "agent:main:main"
};
std::string_view name_of(SendAck::Status status);

// Whose a run is, and where it takes place.
struct RunOrigin {
    access::Principal asked_by;
    SessionKey key;
    Maker maker = {};  // of the session, as far as it was looked at
};
// Whether somebody may be told what happens in it: who asked for it may, and who may see the session.
bool may_follow(const access::Principal& who, const RunOrigin& origin);

// What happens to a run. A run that begins has one `start`; each ends with exactly one of `final`, `aborted`
// or `error`, after all retries, when the conversation has it; its file follows within moments.
// The texts live as long as the call that brings the event, and so does what says whose they are.
struct RunEvent {
    enum class Kind { start, delta, final, aborted, error };
    Kind kind = Kind::start;
    const struct RunOrigin* origin = nullptr;
    std::string_view run_id = {}, session_key = {};
    std::int64_t seq = 0;  // counts from 1 in each run
    TimePoint at{};
    std::string_view delta = {};  // delta: the new part
    std::string_view text = {};   // delta: everything so far; final, aborted: the answer, as far as it came
    std::string_view stop_reason = {};  // final: "stop", "length", "injected" (a command's answer); aborted:
                                        // "stop", "rpc", "timeout"
    std::optional<Error> error = {};    // error: what failed and what to do
    std::optional<Milliseconds> again_in = {};  // error: when it makes sense to ask again
    // final: what the person should know besides the answer, a line each: a credential that failed, another
    // model that answered, a pin that has dissolved.
    std::vector<std::string> notices = {};
};

// How a run ended, or where it stands.
struct RunOutcome {
    enum class State { queued, running, final, aborted, error };
    State state = State::queued;
    std::string run_id = {}, session_key = {}, session_id = {};
    std::string asked_by = {};  // the id of the principal who wanted it
    bool forbidden = false;     // the error is that he may not
    TimePoint started{}, ended{};
    std::string text = {}, stop_reason = {};
    std::optional<Error> error = {};
    std::optional<auth::FailureReason> reason = {};   // why nobody answered, where providers were asked
    std::optional<Milliseconds> again_in = {};        // when it makes sense to ask again
    std::optional<usage::Refusal::Why> limited = {};  // the error is that he may not use more now
    std::optional<auth::ModelRef> model = {};         // that answered
    std::string credential = {};  // that answered: "anthropic:work", "env: ANTHROPIC_API_KEY"
    providers::TokenUsage usage;
    std::vector<std::string> notices = {};
    bool over() const { return state != State::queued && state != State::running; }
};

// A session as lists show it. `entry` is the record of sessions.json with every member.
struct SessionInfo {
    std::string key, agent_id;  // of the store that has it
    json::object entry;
    TimePoint updated{};
};

bool may_see(const access::Principal& who, const SessionInfo& session);

struct HistoryMessage {
    json::object message;  // role, content, timestamp, …: as the transcript has it
};
struct History {
    std::string session_key = {}, session_id = {};
    std::vector<HistoryMessage> messages = {};  // oldest first
    std::string thinking_level = {};            // or empty
};

// Conversations: one turn at a time in each session, the rest waits in order; agents.defaults.maxConcurrent
// turns at once in all. Lives on the loop's thread.
//
// Who asks is named with every question, and what he may is decided here, for every method, route and command
// alike (sessions/session_rights.h). Outside his limits there is nothing for him: `denied`, or as if it
// weren't there.
class Chat {
public:
    explicit Chat(Means means);
    ~Chat();  // after drain()
    Chat(const Chat&) = delete;
    Chat& operator=(const Chat&) = delete;

    // Accepts a message and returns at once; what follows comes as events. `invalid_input` (key, empty or
    // oversized message, a run id that somebody else uses), `not_found` (agent), `denied` (not his session,
    // as far as memory knows; the run itself ends with `forbidden` where only the file does), `busy` (the
    // session's queue is full), `unavailable` (draining).
    Result<SendAck> send(SendRequest request);
    // A run of this id that he has sent already; nothing: the id is new. `invalid_input` where somebody else
    // uses it.
    Result<std::optional<RunOutcome>> find_repeated(const access::Principal& who,
                                                    const std::string& run_id) const;

    // Calls back for every event of every run, on the loop's thread, until the subscription is destroyed.
    struct Subscription;
    using Listener = std::function<void(const RunEvent&)>;
    [[nodiscard]] std::shared_ptr<Subscription> subscribe(Listener listener);

    // Ends one run, or without `run_id` all runs of the session, queued ones too; their ids. `reason` is the
    // event's stop_reason. Runs that others have asked for go on, unless he has the scope models or admin; to
    // everybody else they are unknown here and in what follows.
    std::vector<std::string> abort(const access::Principal& who, const std::string& session_key,
                                   const std::string& run_id, const std::string& reason);

    // Where a run stands after at most `timeout`; nothing when the id is unknown. Ended runs are remembered
    // for ten minutes, at most a thousand.
    net::Task<std::optional<RunOutcome>> wait(access::Principal who, std::string run_id,
                                              Milliseconds timeout);
    std::optional<RunOutcome> find_run(const access::Principal& who, const std::string& run_id) const;

    // What both a person and the model said, command answers included. At most `limit` (1..1000) messages
    // and 6 MiB.
    net::Task<Result<History>> history(access::Principal who, std::string session_key, std::size_t limit);
    // The sessions that he may see, of all agents or of one, newest first.
    net::Task<Result<std::vector<SessionInfo>>> list_sessions(access::Principal who,
                                                              std::string agent_id = {});
    // The key of the session with this id, of any agent. `not_found`.
    net::Task<Result<std::string>> find_session(access::Principal who, std::string session_id);
    // What a client wants changed in a session's record, made under the store's lock.
    using RecordChange = std::function<void(json::object&)>;
    net::Task<Result<json::object>> change_record(access::Principal who, std::string session_key,
                                                  RecordChange change);
    // Takes a session out. Its transcript stays, or with `archive` goes aside under a name that no session
    // has.
    struct Removed {
        bool was_there = false;
        std::vector<std::string> archived;
    };
    net::Task<Result<Removed>> remove(access::Principal who, std::string session_key, bool archive);
    Result<SessionKey> key_of(const access::Principal& who, const std::string& session_key) const;
    // A fresh session under the same key; model, credential and levels stay. The old transcript stays.
    net::Task<Result<SessionInfo>> reset(access::Principal who, std::string session_key);

    // One answer outside every session, with rotation and fallback: for the HTTP API. What the caller may not
    // (the agent, a credential of his choice, each of the models) ends it with `forbidden`.
    net::Task<std::expected<Answered, AnswerFailure>> answer(AnswerRequest request);

    // Until what was said has been written, or tried.
    net::Task<void> flush();

    std::size_t running() const;
    // Takes nothing new, waits up to `grace` for running turns, aborts the rest, joins them, and flushes.
    net::Task<void> drain(Milliseconds grace);

    struct Impl;

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace openclaw::chat
