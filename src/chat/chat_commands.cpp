#include "base/random.h"
#include "base/text.h"
#include "chat/chat_impl.h"

namespace openclaw::chat {

std::optional<Recognised> Chat::Impl::recognise_in(const SendRequest& request,
                                                   const config::Config& config) const {
    if (!request.commands) return std::nullopt;
    return recognise(request.message, [&](std::string_view word) {
        for (const auto& alias : auth::configured_aliases(config))
            if (equal_ignoring_case(alias.name, word)) return true;
        return false;
    });
}

net::Task<void> Chat::Impl::drive_command(RunPointer run, Recognised command) {
    if (!co_await admit(run)) co_return;
    if (command.stop)
        for (const auto& [id, other] : std::unordered_map(runs))
            if (other != run && other->key() == run->key() && !other->outcome.over() &&
                other->is_within_reach_of(run->request.asked_by))
                stop_run(other, "stop");
    co_await perform_command(run, std::move(command));
}

net::Task<std::string> Chat::Impl::perform_command(RunPointer run, Recognised command) {
    begin(*run);
    const auto config = means.config();
    const auto fail_run = [&](const Error& error) {
        run->outcome.error = error;
        finish(*run, RunOutcome::State::error);
        return std::string();
    };
    const auto* agent = config->find_agent(run->key().agent_id);
    if (agent == nullptr) co_return fail_run({Code::not_found, "the agent is gone", {}});
    const auto record = co_await record_of(run->key(), config);
    if (!record) co_return fail_run(record.error());
    co_await means.credentials.catch_up(run->key().agent_id, config, {});
    const auto stored = means.credentials.stored(run->key().agent_id, config);
    if (!stored) co_return fail_run(stored.error());

    const auto depth = lanes.depth(run->key().text);
    const CommandContext context{
        .asked_by = run->request.asked_by,
        .config = *config,
        .agent = *agent,
        .key = run->key(),
        .record = *record,
        .entry = SessionEntry::from(*record),
        .store = **stored,
        .store_file = config->paths().shortened(agent->agent_folder / "auth-profiles.json"),
        .now = means.clock.now(),
        .version = means.version,
        .fingerprint_key = means.credentials.fingerprint_key(),
        .queued = depth > 0 ? depth - 1 : 0,
        .resolve = [&](const auth::ProviderId& provider, const std::optional<auth::ProfileId>& locked) {
            auth::ResolveRequest question;
            question.provider = provider;
            question.agent_id = agent->id;
            question.pinned = locked;
            question.pin_is_locked = locked.has_value();
            return means.credentials.resolve(question, config).value_or(auth::Resolution{});
        }};
    const auto reply = command.command != nullptr ? command.command->run(context, command.arguments)
                       : command.stop             ? CommandReply{.text = "⚙️ Agent was aborted."}
                                                  : unknown_command(command.word);
    if (reply.change || reply.fresh_session) {
        const auto changed = co_await change_session(run->request.asked_by, run->key(), config, reply);
        if (!changed) co_return fail_run(changed.error());
        run->outcome.session_id = *changed;
    }
    if (!reply.then_message.empty()) {
        run->outcome.notices.push_back(reply.text);
        co_return reply.then_message;
    }
    if (const auto noted = co_await note_reply(run->key(), config, reply.text); !noted)
        means.log.warn("chat", "noting a command's answer: {}", noted.error().message);
    run->outcome.text = reply.text;
    run->outcome.stop_reason = "injected";
    finish(*run, RunOutcome::State::final);
    co_return std::string();
}

// Looked at again under the store's lock: somebody else may have begun the session meanwhile.
net::Task<Result<std::string>> Chat::Impl::change_session(access::Principal who, SessionKey key,
                                                          ConfigPointer config, CommandReply reply) {
    const auto may = std::make_shared<Result<void>>();
    const auto maker = maker_to_note(who, key, *config);
    const auto changing = [who, key, may, maker, change = std::move(reply.change),
                           fresh = reply.fresh_session, now = means.clock.now()](json::object& content) {
        if (content.empty())
            set_maker(content, maker);
        else
            *may = may_talk(who, key, SessionEntry::from(content).maker);
        if (!*may) return;
        if (change) change(content);
        if (fresh || SessionEntry::from(content).session_id.empty()) renew(content, random_uuid(), now);
    };
    const auto record = co_await update_record(key, config, changing);
    if (!record) co_return failed(record.error(), "changing the session");
    if (!*may) co_return std::unexpected(std::move(*may).error());
    co_return SessionEntry::from(*record).session_id;
}

// The record as it stands: from memory where the kernel says that its file is what it was.
net::Task<Result<std::optional<json::object>>> Chat::Impl::find_record(SessionKey key, ConfigPointer config) {
    auto store = sessions.store_of(key.agent_id, *config);
    if (!store) co_return std::unexpected(store.error());
    if (sessions.is_as_seen((*store)->file()))
        if (const auto known = (*store)->known(key))
            co_return *known;  // else memory doesn't say that there is none
    std::move_only_function<Result<std::optional<json::object>>()> finding = [store = *store, key] {
        return store->find(key);
    };
    co_return co_await means.loop.blocking(std::move(finding));
}

// The same; one without members where there is none.
net::Task<Result<json::object>> Chat::Impl::record_of(SessionKey key, ConfigPointer config) {
    auto found = co_await find_record(std::move(key), std::move(config));
    if (!found) co_return std::unexpected(std::move(found).error());
    co_return std::move(*found).value_or(json::object{});
}

net::Task<Result<json::object>> Chat::Impl::update_record(SessionKey key, ConfigPointer config,
                                                          RecordChange change) {
    auto store = sessions.store_of(key.agent_id, *config);
    if (!store) co_return std::unexpected(store.error());
    std::move_only_function<Result<json::object>()> changing =
        [store = *store, key, change = std::move(change)] { return store->update(key, change); };
    co_return co_await means.loop.blocking(std::move(changing));
}

net::Task<Result<void>> Chat::Impl::note_reply(SessionKey key, ConfigPointer config, std::string text) {
    const auto store = sessions.store_of(key.agent_id, *config);
    if (!store) co_return std::unexpected(store.error());
    const auto record = co_await record_of(key, config);
    if (!record) co_return std::unexpected(record.error());
    // A session that has said nothing yet has no transcript to note anything in.
    const auto entry = SessionEntry::from(*record);
    if (entry.session_id.empty()) co_return Result<void>{};
    const auto now = means.clock.now();
    sessions.conversation(**store, entry)->add(display_entry(text, {}, now), now);
    sessions.wake();
    co_return Result<void>{};
}

}  // namespace openclaw::chat
