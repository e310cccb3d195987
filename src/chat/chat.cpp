#include "chat/chat.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"
#include "chat/chat_impl.h"

namespace openclaw::chat {
namespace {

constexpr std::size_t history_bytes_read = 32u << 20, history_bytes_max = 6u << 20;

}  // namespace

std::string_view name_of(SendAck::Status status) {
    switch (status) {
        case SendAck::Status::started:
            return "started";
        case SendAck::Status::in_flight:
            return "in_flight";
        case SendAck::Status::ok:
            return "ok";
    }
    return "ok";
}

Chat::Impl::Impl(Means given)
    : means(std::move(given)),
      sessions(means.files, means.loop, means.log),
      answerer({means.loop, means.credentials, means.clock, means.log, means.providers, means.retry_pause,
                means.usage}),
      turns({means.loop, means.clock, means.log, sessions, means.credentials, answerer}),
      tasks(means.loop) {}

Chat::Chat(Means means) : impl_(std::make_unique<Impl>(std::move(means))) {}
Chat::~Chat() = default;

Result<SendAck> Chat::send(SendRequest request) {
    return impl_->accept(std::move(request));
}

Result<std::optional<RunOutcome>> Chat::find_repeated(const access::Principal& who,
                                                      const std::string& run_id) const {
    if (!impl_->runs.contains(run_id)) return std::nullopt;
    if (auto known = find_run(who, run_id)) return known;
    return hinted(fail(Code::invalid_input, "the run id is in use by somebody else"),
                  "send each message with a new idempotencyKey");
}

bool may_follow(const access::Principal& who, const RunOrigin& origin) {
    if (who.id() == origin.asked_by.id()) return true;
    if (!who.limits().allow_session(origin.key.text, origin.key.agent_id)) return false;
    // Nobody's yet: until it is looked at, it is no session of anybody else's.
    const bool known = origin.maker.has_value() || who.may(access::Scope::read);
    return who.is_same_as(origin.asked_by) || (known && may_see(who, origin.key, origin.maker));
}

std::shared_ptr<Chat::Subscription> Chat::subscribe(Listener listener) {
    auto subscription = std::make_shared<Subscription>(std::move(listener));
    impl_->subscriptions.push_back(subscription);
    return subscription;
}

std::vector<std::string> Chat::abort(const access::Principal& who, const std::string& session_key,
                                     const std::string& run_id, const std::string& reason) {
    const auto key = key_of(who, session_key);
    std::vector<Impl::RunPointer> meant;
    for (const auto& [id, run] : impl_->runs) {
        const bool here = key && run->key() == *key;
        const bool fits = run_id.empty() ? here : id == run_id && (session_key.empty() || here);
        if (fits && !run->outcome.over() && run->is_within_reach_of(who)) meant.push_back(run);
    }
    std::vector<std::string> ids;
    for (const auto& run : meant) {
        ids.push_back(run->outcome.run_id);
        impl_->stop_run(run, reason);
    }
    return ids;
}

net::Task<std::optional<RunOutcome>> Chat::wait(access::Principal who, std::string run_id,
                                                Milliseconds timeout) {
    const auto run = impl_->run_of(who, run_id);
    if (run == nullptr) co_return std::nullopt;
    if (!run->outcome.over()) co_await run->changed.wait_for(timeout);
    co_return run->outcome;
}

std::optional<RunOutcome> Chat::find_run(const access::Principal& who, const std::string& run_id) const {
    const auto run = impl_->run_of(who, run_id);
    return run == nullptr ? std::nullopt : std::optional(run->outcome);
}

net::Task<Result<History>> Chat::history(access::Principal who, std::string session_key, std::size_t limit) {
    const auto config = impl_->means.config();
    const auto key = session_for(who, session_key, *config);
    if (!key) co_return std::unexpected(key.error());
    const auto store = impl_->sessions.store_of(key->agent_id, *config);
    if (!store) co_return std::unexpected(store.error());
    const auto record = co_await impl_->find_record(*key, config);
    if (!record) co_return std::unexpected(record.error());
    if (!may_see(who, *key, maker_of(*record, *key, *config)))
        co_return hinted(fail(Code::denied, "the session {} was not begun by {}", key->text, who.shown()),
                         "use a session key of your own, or have the scope `read` added to this client");
    const auto entry = SessionEntry::from(record->value_or(json::object{}));
    History history{.session_key = key->text,
                    .session_id = entry.session_id,
                    .messages = {},
                    .thinking_level = entry.thinking_level};
    if (entry.session_id.empty()) co_return history;
    std::move_only_function<Result<std::vector<json::object>>()> reading =
        [conversation = impl_->sessions.conversation(**store, entry),
         most = std::clamp<std::size_t>(limit, 1, 1000)]() -> Result<std::vector<json::object>> {
        const auto entries = conversation->entries(history_bytes_read);
        if (!entries) return std::unexpected(entries.error());
        return shown_of(*entries, most, history_bytes_max);
    };
    auto messages = co_await impl_->means.loop.blocking(std::move(reading));
    if (!messages) co_return std::unexpected(messages.error());
    for (auto& message : *messages) history.messages.push_back({std::move(message)});
    co_return history;
}

bool may_see(const access::Principal& who, const SessionInfo& session) {
    return may_see(who, stored_session(session.key, session.agent_id),
                   SessionEntry::from(session.entry).maker);
}

namespace {

using AgentStores = std::vector<std::pair<std::string, std::shared_ptr<SessionStore>>>;

Result<std::vector<SessionInfo>> all_of(const AgentStores& stores, const access::Principal& who) {
    std::vector<SessionInfo> found;
    for (const auto& [agent_id, store] : stores) {
        auto records = store->list();
        if (!records) return std::unexpected(records.error());
        for (auto& record : *records) {
            const auto entry = SessionEntry::from(record.entry);
            if (!may_see(who, stored_session(record.key, agent_id), entry.maker)) continue;
            const auto updated = entry.updated;
            found.push_back({std::move(record.key), agent_id, std::move(record.entry), updated});
        }
    }
    std::ranges::sort(found, {},
                      [](const SessionInfo& info) { return std::pair(-to_ms(info.updated), info.key); });
    return found;
}

}  // namespace

net::Task<Result<std::vector<SessionInfo>>> Chat::list_sessions(access::Principal who, std::string agent_id) {
    const auto config = impl_->means.config();
    AgentStores stores;
    for (const auto& agent : config->agents()) {
        if (!agent_id.empty() && agent.id != config::normalised_agent_id(agent_id)) continue;
        auto store = impl_->sessions.store_of(agent.id, *config);
        if (!store) co_return std::unexpected(store.error());
        stores.emplace_back(agent.id, std::move(*store));
    }
    std::move_only_function<Result<std::vector<SessionInfo>>()> listing =
        [stores = std::move(stores), who = std::move(who)] { return all_of(stores, who); };
    co_return co_await impl_->means.loop.blocking(std::move(listing));
}

net::Task<Result<std::string>> Chat::find_session(access::Principal who, std::string session_id) {
    const auto sessions = co_await list_sessions(std::move(who));
    if (!sessions) co_return std::unexpected(sessions.error());
    for (const auto& session : *sessions)
        if (string_at(session.entry, "sessionId") == session_id) co_return session.key;
    co_return hinted(fail(Code::not_found, "no session with the id {}", printable(session_id)),
                     "`openclaw sessions` lists the conversations; name one by its key with --session-key");
}

net::Task<Result<json::object>> Chat::change_record(access::Principal who, std::string session_key,
                                                    RecordChange change) {
    const auto config = impl_->means.config();
    const auto key = session_for(who, session_key, *config);
    if (!key) co_return std::unexpected(key.error());
    auto begun_for = [change = std::move(change),
                      maker = maker_to_note(who, *key, *config)](json::object& record) {
        if (record.empty()) set_maker(record, maker);
        return change(record);
    };
    co_return co_await impl_->update_record(*key, config, std::move(begun_for));
}

namespace {

Result<Chat::Removed> remove_session(platform::FileSystem& files, SessionStore& store, const SessionKey& key,
                                     bool archive, TimePoint now) {
    const auto record = store.remove(key);
    if (!record) return std::unexpected(record.error());
    Chat::Removed removed{.was_there = record->has_value(), .archived = {}};
    if (!*record || !archive || !string_at(**record, "sessionId")) return removed;
    const auto transcript = store.transcript_of(SessionEntry::from(**record));
    auto aside = transcript.string() + ".deleted." + replaced(iso_time(now), ":", "-");
    if (files.rename(transcript, aside)) removed.archived.push_back(std::move(aside));
    return removed;
}

}  // namespace

net::Task<Result<Chat::Removed>> Chat::remove(access::Principal who, std::string session_key, bool archive) {
    const auto config = impl_->means.config();
    const auto key = session_for(who, session_key, *config);
    if (!key) co_return std::unexpected(key.error());
    auto store = impl_->sessions.store_of(key->agent_id, *config);
    if (!store) co_return std::unexpected(store.error());
    co_await flush();  // what was said last belongs to the transcript that goes
    std::move_only_function<Result<Removed>()> removing =
        [&files = impl_->means.files, store = *store, key = *key, archive, now = impl_->means.clock.now()] {
            return remove_session(files, *store, key, archive, now);
        };
    co_return co_await impl_->means.loop.blocking(std::move(removing));
}

net::Task<void> Chat::flush() {
    co_await impl_->sessions.flush();
}

Result<SessionKey> Chat::key_of(const access::Principal& who, const std::string& session_key) const {
    return session_for(who, session_key, *impl_->means.config());
}

net::Task<Result<SessionInfo>> Chat::reset(access::Principal who, std::string session_key) {
    const auto config = impl_->means.config();
    const auto key = session_for(who, session_key, *config);
    if (!key) co_return std::unexpected(key.error());
    abort(who, key->text, {}, "rpc");
    const auto changed =
        co_await impl_->change_session(who, *key, config, {.text = {}, .fresh_session = true});
    if (!changed) co_return std::unexpected(changed.error());
    auto record = co_await impl_->record_of(*key, config);
    if (!record) co_return std::unexpected(std::move(record).error());
    const auto updated = SessionEntry::from(*record).updated;
    co_return SessionInfo{key->text, key->agent_id, std::move(*record), updated};
}

net::Task<std::expected<Answered, AnswerFailure>> Chat::answer(AnswerRequest request) {
    const auto config = impl_->means.config();
    const auto& who = request.asked_by;
    if (const auto agent = agent_for(who, request.agent_id, *config); !agent)
        co_return std::unexpected(AnswerFailure{.error = agent.error(), .forbidden = true});
    if (request.pinned && !may_pin(who))
        co_return std::unexpected(AnswerFailure{.error = pin_refusal(who), .forbidden = true});
    co_return co_await impl_->answerer.answer(std::move(request), config);
}

std::size_t Chat::running() const {
    return impl_->lanes.running();
}

net::Task<void> Chat::drain(Milliseconds grace) {
    impl_->draining = true;
    const auto started = impl_->means.loop.now();
    while (impl_->lanes.running() > 0 && impl_->means.loop.now() - started < grace) {
        Impl::RunPointer going;
        for (const auto& [id, run] : impl_->runs)
            if (!run->outcome.over()) going = run;
        if (going == nullptr) break;
        const auto left = std::chrono::ceil<Milliseconds>(grace - (impl_->means.loop.now() - started));
        co_await going->changed.wait_for(left);
    }
    for (const auto& [id, run] : std::unordered_map(impl_->runs))
        if (!run->outcome.over()) impl_->stop_run(run, "rpc");
    co_await impl_->tasks.join();
    co_await flush();
}

}  // namespace openclaw::chat
