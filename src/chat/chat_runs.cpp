#include <new>

#include "base/random.h"
#include "base/text.h"
#include "chat/chat_impl.h"
#include "net/loop/exhaustion.h"

namespace openclaw::chat {
namespace {

constexpr std::size_t message_bytes_max = 4u << 20;
constexpr std::size_t run_id_bytes_max = 256;
constexpr std::size_t waiting_max = 20;  // in one session, besides the running one
constexpr std::size_t remembered_max = 1000;
constexpr auto remembered_for = std::chrono::minutes(10);

bool is_fresh_command(const std::optional<Recognised>& command) {
    return command && command->command != nullptr &&
           (command->command->name == "new" || command->command->name == "reset");
}

// Ends a turn that takes too long. Gives up when the turn is over first.
net::Task<void> watch_deadline(net::Loop& loop, Milliseconds deadline, std::shared_ptr<Run> run,
                               net::Abort over) {
    if (!co_await loop.sleep(deadline, over) || run->abort.requested()) co_return;
    run->abort_reason = "timeout";
    run->abort.request();
}

Result<SessionKey> key_for(const SendRequest& request, const config::Config& config) {
    if (request.session_key.empty() && !request.agent_id.empty())
        return session_for(
            request.asked_by,
            main_session_for(request.asked_by, config::normalised_agent_id(request.agent_id)).text, config);
    return session_for(request.asked_by, request.session_key, config);
}

// Whose sessions are all his, or who may talk in those of others: nothing that a record says would hold him
// back.
bool may_talk_anywhere(const access::Principal& who) {
    return who.may(access::Scope::models) && who.may(access::Scope::chat);
}

}  // namespace

const Chat::Impl::Limits& Chat::Impl::limits_of(const ConfigPointer& config) {
    if (limits.of == config) return limits;
    const auto seconds = config->integer_or_default("agents.defaults.timeoutSeconds");
    const auto configured = config->integer_or_default("agents.defaults.maxConcurrent");
    limits = {.of = config,
              .deadline = std::chrono::seconds(seconds > 0 ? seconds : 600),
              .running_max = configured > 0 ? static_cast<std::size_t>(configured) : 4};
    return limits;
}

namespace {

// Who can send commands gets those as next steps.
Surface surface_of(const SendRequest& request) {
    return request.commands ? Surface::conversation : Surface::elsewhere;
}

}  // namespace

Maker Chat::Impl::maker_in_lane(const SessionKey& key) const {
    const auto run = lanes.first(key.text);
    return run ? run->origin.maker : std::nullopt;
}

Result<SendAck> Chat::Impl::accept(SendRequest request) {
    forget_old_runs();
    const auto config = means.config();
    if (request.run_id.size() > run_id_bytes_max)
        return fail(Code::invalid_input, "the run id is longer than {} bytes", run_id_bytes_max);
    if (const auto known = runs.find(request.run_id); known != runs.end()) {
        const auto& run = *known->second;
        if (!run.is_within_reach_of(request.asked_by))
            return fail(Code::invalid_input, "the run id is in use by somebody else");
        return SendAck{run.outcome.over() ? SendAck::Status::ok : SendAck::Status::in_flight, request.run_id,
                       run.key().text};
    }
    if (draining)
        return hinted(fail(Code::unavailable, "the gateway is shutting down"), "try again in a moment");
    if (trimmed(request.message).empty())
        return hinted(fail(Code::invalid_input, "no text was received"),
                      "send a message with some text in it");
    if (request.message.size() > message_bytes_max)
        return fail(Code::too_large, "the message is larger than {} bytes", message_bytes_max);
    if (request.wishes.model && request.wishes.model->profile && !may_pin(request.asked_by))
        return std::unexpected(pin_refusal(request.asked_by));
    auto key = key_for(request, *config);
    if (!key) return std::unexpected(std::move(key).error());

    // What memory knows of the session keeps others out of its queue: its record, or, while that is looked at
    // anew, a run that goes on in it. What only the file knows comes later.
    const auto store = sessions.store_of(key->agent_id, *config);
    if (!store) return std::unexpected(store.error());
    const auto record = (*store)->known(*key);
    auto maker = record ? maker_of(record.get(), *key, *config) : maker_in_lane(*key);
    if (!maker) maker = maker_of(record.get(), *key, *config);
    if (auto may = may_talk(request.asked_by, *key, maker); !may)
        return std::unexpected(std::move(may).error());

    if (request.run_id.empty()) request.run_id = random_uuid();
    const auto command = recognise_in(request, *config);
    const auto run = std::make_shared<Run>(means.loop, std::move(request), std::move(*key), std::move(maker));
    if (command && !is_fresh_command(command)) {
        runs.emplace(run->request.run_id, run);
        tasks.spawn(drive_command(run, *command));
    } else {
        if (!lanes.push(run->key().text, run, waiting_max))
            return hinted(fail(Code::busy, "{} messages already wait in this session", waiting_max),
                          surface_of(run->request) == Surface::conversation
                              ? "wait for an answer, or send /stop"
                              : "wait for an answer, or use another session key");
        runs.emplace(run->request.run_id, run);
        start_ready();
    }
    return SendAck{SendAck::Status::started, run->request.run_id, run->key().text};
}

void Chat::Impl::start_ready() {
    if (!lanes.any_ready()) return;
    const auto most = limits_of(means.config()).running_max;
    while (auto run = lanes.next(most)) {
        if (net::attempt([&] { tasks.spawn(drive(run)); })) continue;
        end_without_memory(*run);
        lanes.finish(run->key().text);
    }
}

// One run ends over it; its lane goes on with the next.
void Chat::Impl::end_without_memory(Run& run) {
    if (run.outcome.over()) return;
    run.outcome.error = net::out_of_memory();
    net::attempt([&] { finish(run, RunOutcome::State::error); });
}

Chat::Impl::RunPointer Chat::Impl::run_of(const access::Principal& who, const std::string& run_id) const {
    const auto found = runs.find(run_id);
    return found != runs.end() && found->second->is_within_reach_of(who) ? found->second : nullptr;
}

// False when the run is over: its session turned out to be somebody else's, or it was stopped.
net::Task<bool> Chat::Impl::admit(RunPointer run) {
    if (run->outcome.over()) co_return false;
    const auto& who = run->request.asked_by;
    if (may_talk_anywhere(who)) co_return true;
    const auto config = means.config();
    const auto record = co_await find_record(run->key(), config);
    if (run->outcome.over()) co_return false;
    if (record) run->origin.maker = maker_of(*record, run->key(), *config);
    const auto may = record ? may_talk(who, run->key(), run->origin.maker) : std::unexpected(record.error());
    if (may) co_return true;
    run->outcome.error = may.error();
    run->outcome.forbidden = record.has_value();
    finish(*run, RunOutcome::State::error);
    co_return false;
}

net::Task<void> Chat::Impl::perform(RunPointer run) {
    if (!co_await admit(run)) co_return;
    auto message = run->request.message;
    const auto command = recognise_in(run->request, *means.config());
    if (is_fresh_command(command)) message = co_await perform_command(run, *command);
    if (!run->outcome.over()) co_await perform_turn(run, std::move(message));
}

net::Task<void> Chat::Impl::drive(RunPointer run) {
    try {
        co_await perform(run);
    } catch (const std::bad_alloc&) {
        end_without_memory(*run);
    }
    lanes.finish(run->key().text);
    start_ready();
}

net::Task<void> Chat::Impl::perform_turn(RunPointer run, std::string message) {
    begin(*run);
    const auto config = means.config();
    const auto wanted = run->request.timeout.value_or(Milliseconds(0));
    const auto deadline = wanted.count() > 0 ? wanted : limits_of(config).deadline;
    net::Abort over;
    tasks.spawn(watch_deadline(means.loop, deadline, run, over));
    TurnRequest request{.asked_by = run->request.asked_by,
                        .key = run->key(),
                        .run_id = run->request.run_id,
                        .message = std::move(message),
                        .extra_system_prompt = run->request.extra_system_prompt,
                        .surface = surface_of(run->request),
                        .wishes = run->request.wishes,
                        .deadline = deadline,
                        .on_delta =
                            [this, &run = *run](std::string_view text) {
                                if (text.empty() || run.outcome.over()) return;
                                run.said += text;
                                emit(run, {.kind = RunEvent::Kind::delta, .delta = text, .text = run.said});
                            },
                        .room = run->request.room,
                        .on_opened = [&run = *run](Maker maker) { run.origin.maker = std::move(maker); },
                        .abort = run->abort};
    auto result = co_await turns.run(std::move(request), config);
    over.request();

    auto& outcome = run->outcome;
    outcome.session_id = std::move(result.session_id);
    outcome.text = std::move(result.text);
    outcome.stop_reason = std::move(result.stop_reason);
    outcome.error = std::move(result.error);
    outcome.forbidden = result.forbidden;
    outcome.reason = result.reason;
    outcome.again_in = result.again_in;
    outcome.limited = result.limited;
    outcome.model = std::move(result.model);
    outcome.credential = std::move(result.credential);
    outcome.usage = result.usage;
    outcome.notices.insert(outcome.notices.end(), result.notices.begin(), result.notices.end());
    if (result.aborted && run->abort_reason == "timeout") {
        outcome.error =
            Error{Code::timed_out, fmt::format("no complete answer within {} s", deadline.count() / 1000),
                  "ask for less at a time, or raise agents.defaults.timeoutSeconds"};
        outcome.stop_reason = "timeout";
        finish(*run, RunOutcome::State::aborted);
    } else if (result.aborted) {
        outcome.stop_reason = run->abort_reason.empty() ? "rpc" : run->abort_reason;
        finish(*run, RunOutcome::State::aborted);
    } else {
        finish(*run, outcome.error ? RunOutcome::State::error : RunOutcome::State::final);
    }
}

void Chat::Impl::stop_run(const RunPointer& run, const std::string& reason) {
    run->abort_reason = reason;
    if (lanes.remove(run->key().text, run)) {
        run->outcome.stop_reason = reason;
        finish(*run, RunOutcome::State::aborted);
    }
    run->abort.request();
}

void Chat::Impl::begin(Run& run) {
    if (run.outcome.state == RunOutcome::State::running) return;
    run.outcome.state = RunOutcome::State::running;
    run.outcome.started = means.clock.now();
    emit(run, {.kind = RunEvent::Kind::start});
}

void Chat::Impl::finish(Run& run, RunOutcome::State state) {
    auto& outcome = run.outcome;
    outcome.state = state;
    outcome.ended = means.clock.now();
    if (to_ms(outcome.started) == 0) outcome.started = outcome.ended;
    run.over_since = means.clock.steady();
    RunEvent event{.text = outcome.text, .stop_reason = outcome.stop_reason, .notices = outcome.notices};
    event.kind = state == RunOutcome::State::final     ? RunEvent::Kind::final
                 : state == RunOutcome::State::aborted ? RunEvent::Kind::aborted
                                                       : RunEvent::Kind::error;
    if (state != RunOutcome::State::final) {
        event.error = outcome.error;
        event.again_in = outcome.again_in;
    }
    emit(run, std::move(event));
    run.let_go();
    if (const auto known = runs.find(outcome.run_id); known != runs.end()) ended.push_back(known->second);
    run.changed.notify();
}

namespace {

struct Emitting {
    explicit Emitting(int& depth) : depth_(depth) { ++depth_; }
    ~Emitting() { --depth_; }
    Emitting(const Emitting&) = delete;
    Emitting& operator=(const Emitting&) = delete;

private:
    int& depth_;
};

}  // namespace

void Chat::Impl::emit(Run& run, RunEvent event) {
    event.origin = &run.origin;
    event.run_id = run.outcome.run_id;
    event.session_key = run.key().text;
    event.seq = ++run.seq;
    event.at = means.clock.now();
    // A listener may subscribe, leave or cause another event while it is called: none moves meanwhile.
    if (emitting == 0)
        std::erase_if(subscriptions, [](const auto& subscription) { return subscription.expired(); });
    const Emitting here(emitting);
    for (std::size_t i = 0, count = subscriptions.size(); i < count; ++i)
        if (const auto subscription = subscriptions[i].lock()) subscription->listener(event);
}

void Chat::Impl::forget_old_runs() {
    const auto now = means.clock.steady();
    while (!ended.empty() &&
           (now - ended.front()->over_since > remembered_for || runs.size() > remembered_max)) {
        runs.erase(ended.front()->outcome.run_id);
        ended.pop_front();
    }
}

}  // namespace openclaw::chat
