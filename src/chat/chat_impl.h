#pragma once

#include <deque>
#include <unordered_map>

#include "chat/chat.h"
#include "chat/commands/command.h"
#include "chat/lanes.h"
#include "chat/run.h"
#include "chat/turn.h"

namespace openclaw::chat {

struct Chat::Subscription {
    Listener listener;
};

// What the .cpp files of Chat share. All of it lives on the loop's thread.
struct Chat::Impl {
    explicit Impl(Means given);

    using RunPointer = std::shared_ptr<Run>;
    using ConfigPointer = std::shared_ptr<const config::Config>;

    Means means;
    SessionBook sessions;
    Answerer answerer;
    Turns turns;
    net::TaskGroup tasks;
    Lanes<Run> lanes;
    std::unordered_map<std::string, RunPointer> runs;  // by id: going on, or over and remembered
    std::deque<RunPointer> ended;                      // those that are over, in that order
    std::vector<std::weak_ptr<Subscription>> subscriptions;
    int emitting = 0;  // how deep
    bool draining = false;

    // What the config says to every turn, read once for each config.
    struct Limits {
        ConfigPointer of = {};
        Milliseconds deadline{};
        std::size_t running_max = 0;
    };
    Limits limits;
    const Limits& limits_of(const ConfigPointer& config);

    // chat_runs.cpp
    Result<SendAck> accept(SendRequest request);
    Maker maker_in_lane(const SessionKey& key) const;  // as the run that goes on there knows it
    // Null where the id is unknown, or the run none of his.
    RunPointer run_of(const access::Principal& who, const std::string& run_id) const;
    net::Task<bool> admit(RunPointer run);
    void start_ready();
    void end_without_memory(Run& run);
    net::Task<void> drive(RunPointer run);
    net::Task<void> perform(RunPointer run);
    net::Task<void> perform_turn(RunPointer run, std::string message);
    void stop_run(const RunPointer& run, const std::string& reason);
    void begin(Run& run);
    void finish(Run& run, RunOutcome::State state);
    void emit(Run& run, RunEvent event);
    void forget_old_runs();

    // chat_commands.cpp
    std::optional<Recognised> recognise_in(const SendRequest& request, const config::Config& config) const;
    net::Task<void> drive_command(RunPointer run, Recognised command);
    // What the model is to be told next, if anything.
    net::Task<std::string> perform_command(RunPointer run, Recognised command);
    net::Task<Result<std::string>> change_session(access::Principal who, SessionKey key, ConfigPointer config,
                                                  CommandReply reply);
    net::Task<Result<void>> note_reply(SessionKey key, ConfigPointer config, std::string text);
    net::Task<Result<std::optional<json::object>>> find_record(SessionKey key, ConfigPointer config);
    net::Task<Result<json::object>> record_of(SessionKey key, ConfigPointer config);
    net::Task<Result<json::object>> update_record(SessionKey key, ConfigPointer config, RecordChange change);
};

}  // namespace openclaw::chat
