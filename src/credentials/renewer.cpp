#include "credentials/renewer.h"

#include <fmt/format.h>

#include <new>

#include "auth/estate/estate.h"
#include "auth/profiles/program_login.h"
#include "auth/store/profile_store.h"

namespace openclaw::credentials {

namespace oauth = auth::oauth;
using oauth::RenewalRecord;
using oauth::Stage;
using Move = oauth::Plan::Move;

namespace {

// A holder needs as long as one call may take; others look every now and then whether he is done.
constexpr Milliseconds lease_look = std::chrono::milliseconds(150), lease_max = std::chrono::seconds(150);
// What could not be put anywhere is tried again.
constexpr Milliseconds keep_pause = std::chrono::seconds(2);

std::string key_of(const LoginName& login) {
    return login.agent + "\n" + login.profile.text;
}

std::string remedy_of(const std::string& provider) {
    return fmt::format("log in again: `openclaw models auth login --provider {}`", provider);
}

std::unexpected<Error> stopped(const LoginName& login, std::string_view provider, std::string_view why) {
    return hinted(fail(Code::denied, "{} can't be renewed: {}", login.profile.text, why),
                  remedy_of(std::string(provider)));
}

// Whether the issuer answered for somebody else than it was asked for.
bool is_of_another(const auth::OAuth& tokens, const oauth::Granted& answer) {
    return !tokens.account_id.empty() && !answer.account.id.empty() && tokens.account_id != answer.account.id;
}

// What the stores made of new tokens.
struct Kept {
    std::size_t profiles = 0;
    std::optional<Error> problem = {};  // of the first store that could not take them
};

// Into every store that had the old ones: one that can't be written keeps nothing from the others.
Kept keep(platform::FileSystem& files, const config::Config& config,
          const std::shared_ptr<auth::sealed::KeyRing>& keys, const auth::NewTokens& tokens,
          const std::string& fingerprint_key) {
    Kept kept;
    for (const auto& folders : auth::sealed::agent_folders(files, config)) {
        const auto ids = auth::ProfileStore(files, folders, keys).renew(tokens, fingerprint_key);
        if (ids) kept.profiles += ids->size();
        if (!ids && !kept.problem) kept.problem = ids.error();
    }
    return kept;
}

}  // namespace

// The login as it stands in the store.
struct Renewer::Found {
    std::string provider, name;  // of the refresh token in the book
    auth::OAuth tokens;
    bool is_ours = true;
    std::string owner_remedy = {};
};

struct Renewer::Job {
    Job(net::Loop& loop, LoginName whose, Asked what, ConfigPointer under, Keys ring)
        : login(std::move(whose)),
          asked(std::move(what)),
          config(std::move(under)),
          keys(std::move(ring)),
          done(loop) {}

    const LoginName login;
    const Asked asked;
    const ConfigPointer config;
    const Keys keys;
    std::unique_ptr<platform::FileLock> lease = {};
    std::optional<Result<Renewed>> result = {};
    net::Event done;
    net::Background task = {};
};

Renewer::Renewer(Means means) : means_(std::move(means)), ended_(std::make_shared<net::Event>(means_.loop)) {}
Renewer::~Renewer() = default;

std::shared_ptr<Renewer::Job> Renewer::begin(LoginName login, Asked asked, ConfigPointer config, Keys keys) {
    sweep();
    auto& slot = jobs_[key_of(login)];
    if (slot) return slot;
    slot = std::make_shared<Job>(means_.loop, std::move(login), std::move(asked), std::move(config),
                                 std::move(keys));
    const auto job = slot;
    job->task = net::Background(run(*job));
    return job;
}

void Renewer::start(LoginName login, ConfigPointer config, Keys keys) {
    begin(std::move(login), {}, std::move(config), std::move(keys));
}

net::Task<Result<Renewed>> Renewer::renew(LoginName login, Asked asked, ConfigPointer config, Keys keys,
                                          Milliseconds longest, net::Abort abort) {
    const auto end = means_.loop.now() + longest;
    while (true) {
        const auto job = begin(login, asked, config, keys);
        while (!job->result && !abort.requested() && means_.loop.now() < end)
            co_await job->done.wait_for(
                std::chrono::duration_cast<Milliseconds>(end - means_.loop.now()) + Milliseconds(1), abort);
        if (!job->result)
            co_return fail(Code::cancelled, "the renewal of {} goes on without whoever asked",
                           login.profile.text);
        // Somebody who wanted less was first, and found nothing to do.
        const bool less = job->asked.wish == oauth::Wish::fresh && asked.wish != oauth::Wish::fresh;
        if (!less || !*job->result || (*job->result)->changed) co_return *job->result;
    }
}

// Those that have ended are kept for their waiters alone.
void Renewer::sweep() {
    std::erase_if(jobs_, [](const auto& entry) { return entry.second->result.has_value(); });
}

net::Task<void> Renewer::settle(Milliseconds longest) {
    const auto end = means_.loop.now() + longest;
    for (sweep(); !jobs_.empty() && means_.loop.now() < end; sweep())
        co_await ended_->wait_for(std::chrono::duration_cast<Milliseconds>(end - means_.loop.now()) +
                                  Milliseconds(1));
}

net::Task<void> Renewer::run(Job& job) {
    Result<Renewed> result =
        fail(Code::unavailable, "there is no memory to renew {}", job.login.profile.text);
    try {
        result = co_await perform(job);
    } catch (const std::bad_alloc&) {
        // The record tells how far it had come.
    }
    job.lease.reset();
    // Told when this is over: whoever hears it may let the job go.
    const auto found = jobs_.find(key_of(job.login));
    means_.loop.post([job = found->second, ended = ended_, result = std::move(result)]() mutable {
        job->result = std::move(result);
        job->done.notify();
        ended->notify();
    });
}

net::Task<Result<Renewer::Found>> Renewer::look(const Job& job) {
    std::move_only_function<Result<Found>()> work = [&files = means_.files, config = job.config,
                                                     keys = job.keys, login = job.login]() -> Result<Found> {
        auth::ProfileStore store(files, auth::store_folders(*config, login.agent), keys);
        const auto stored = store.load();
        if (!stored) return std::unexpected(stored.error());
        const auto* profile = (*stored)->find(login.profile);
        const auto* tokens = profile ? std::get_if<auth::OAuth>(&profile->credential) : nullptr;
        if (!tokens) return fail(Code::not_found, "{} is no stored login", login.profile.text);
        Found found{.provider = auth::ProviderId(profile->provider).text(), .name = {}, .tokens = *tokens};
        for (const auto& [field, place] :
             {std::pair{"access", &found.tokens.access}, std::pair{"refresh", &found.tokens.refresh}}) {
            const auto* reference = profile->reference_of(field);
            if (!reference) continue;
            if (reference->source != auth::SecretRef::Source::sealed)
                return fail(Code::denied, "{}'s {} token stands elsewhere, and is renewed there",
                            login.profile.text, field);
            auto opened = keys->open(reference->id, {login.profile.text, field});
            if (!opened) return failed(opened.error(), "{}", login.profile.text);
            *place = std::move(*opened);
        }
        const auto owner = auth::refresh_owner(*profile);
        found.is_ours = owner.ours;
        found.owner_remedy = owner.remedy;
        found.name = oauth::LoginBook::name_of(found.tokens.refresh);
        return found;
    };
    co_return co_await means_.loop.blocking(std::move(work));
}

net::Task<Result<Renewed>> Renewer::perform(Job& job) {
    const auto found = co_await look(job);
    if (!found) co_return std::unexpected(found.error());
    if (!found->is_ours)
        co_return hinted(fail(Code::denied, "{} isn't renewed here", job.login.profile.text),
                         found->owner_remedy);
    if (found->tokens.refresh.blank())
        co_return stopped(job.login, found->provider, "it has no refresh token");
    // A call that was under way while somebody renewed it: there is another one by now.
    const auto& refused = job.asked.refused;
    if (refused && !(found->tokens.access == *refused))
        co_return Renewed{.changed = true, .expires = found->tokens.expires};
    if (auto leased = co_await take_lease(job, found->name); !leased)
        co_return failed(leased.error(), "renewing {}", job.login.profile.text);
    // Whoever had it before may have brought what is wanted here.
    auto again = co_await look(job);
    if (!again) co_return std::unexpected(again.error());
    if (again->name != found->name || !(again->tokens.access == found->tokens.access))
        co_return Renewed{.changed = true, .expires = again->tokens.expires};
    co_return co_await perform_leased(job, std::move(*again));
}

net::Task<Result<void>> Renewer::take_lease(Job& job, std::string name) {
    const auto end = means_.loop.now() + lease_max;
    while (true) {
        std::move_only_function<Result<std::unique_ptr<platform::FileLock>>()> take =
            [&files = means_.files, config = job.config, keys = job.keys, name] {
                return oauth::LoginBook(files, config->paths().state, keys).lease(name);
            };
        auto lease = co_await means_.loop.blocking(std::move(take));
        if (lease) {
            job.lease = std::move(*lease);
            co_return Result<void>{};
        }
        if (lease.error().code != Code::busy || means_.loop.now() >= end)
            co_return std::unexpected(lease.error());
        co_await means_.loop.sleep(lease_look);
    }
}

net::Task<Result<Renewed>> Renewer::perform_leased(Job& job, Found found) {
    std::move_only_function<Result<std::optional<RenewalRecord>>()> read =
        [&files = means_.files, config = job.config, keys = job.keys, name = found.name,
         now = means_.clock.now()]() -> Result<std::optional<RenewalRecord>> {
        oauth::LoginBook book(files, config->paths().state, keys);
        auto record = book.read(name);
        if (!record || !*record || (*record)->stage != Stage::sent) return record;
        auto lost = oauth::found(**record);
        lost.since = now;
        if (auto written = book.write(name, lost); !written) return std::unexpected(written.error());
        return lost;
    };
    auto record = co_await means_.loop.blocking(std::move(read));
    if (!record)
        co_return failed(record.error(),
                         "{} is not renewed: how far its refresh token has come can't be read",
                         job.login.profile.text);
    const auto plan = oauth::plan_renewal({.expires = found.tokens.expires,
                                           .life = found.tokens.lifetime,
                                           .can_renew = true,
                                           .wish = job.asked.wish,
                                           .jitter = oauth::jitter_of(job.login.profile.text)},
                                          *record ? &**record : nullptr, means_.clock.now());
    switch (plan.move) {
        case Move::use:
            if (!plan.why.empty()) co_return stopped(job.login, found.provider, plan.why);
            co_return Renewed{.changed = false, .expires = found.tokens.expires};
        case Move::stop:
            co_return stopped(job.login, found.provider, plan.why);
        case Move::wait:
            co_return fail(Code::unavailable, "{} is renewed again at {}: {}", job.login.profile.text,
                           iso_time(*plan.until), plan.why);
        case Move::adopt:
            co_return co_await adopt(job, std::move(found), std::move(*(*record)->answer));
        case Move::send:
            break;
    }
    co_return co_await send(job, std::move(found), record->value_or(RenewalRecord{}));
}

net::Task<Result<void>> Renewer::write(const Job& job, std::string name, RenewalRecord record) {
    std::move_only_function<Result<void>()> work = [&files = means_.files, config = job.config,
                                                    keys = job.keys, name = std::move(name),
                                                    record = std::move(record)] {
        return oauth::LoginBook(files, config->paths().state, keys).write(name, record);
    };
    co_return co_await means_.loop.blocking(std::move(work));
}

// The intent goes to the disk when the connection stands: whoever ends before that has sent nothing.
net::Task<oauth::Outcome> Renewer::ask_issuer(const Job& job, const Found& found, const oauth::Issuer& issuer,
                                              RenewalRecord intent) {
    intent.stage = Stage::sent;
    intent.since = means_.clock.now();
    co_return co_await spend_refresh_token(
        {means_.http, means_.clock}, issuer, found.tokens.refresh,
        [this, &job, &found, &intent] { return write(job, found.name, intent); });
}

net::Task<Result<Renewed>> Renewer::send(Job& job, Found found, RenewalRecord record) {
    auto configured = oauth::issuer_of(found.provider, *job.config);
    if (!configured) co_return std::unexpected(configured.error());
    record.provider = found.provider;
    record.issuer = configured->issuer.empty() ? configured->token : configured->issuer;
    record.client = configured->client_id;
    record.holder = means_.holder;
    oauth::Outcome outcome;
    const auto issuer = co_await discovered({means_.http, means_.clock}, std::move(*configured), {});
    if (issuer)
        outcome = co_await ask_issuer(job, found, *issuer, record);
    else
        outcome = oauth::NotSent{issuer.error().message};
    const bool was_sent = !std::holds_alternative<oauth::NotSent>(outcome);
    record = oauth::after(std::move(record), outcome, means_.clock.now(), means_.random());
    if (record.answer && is_of_another(found.tokens, *record.answer)) {
        record.stage = Stage::dead;
        record.reason = fmt::format("its issuer answered for the account {}, and it is of {}",
                                    record.answer->account.id, found.tokens.account_id);
        record.answer.reset();
    }
    if (record.answer) co_return co_await bring_home(job, std::move(found), std::move(record));
    // As long as the disk says `sent`, nobody would dare to send it again.
    auto written = co_await write(job, found.name, record);
    for (int more = was_sent ? 5 : 0; !written && more > 0; --more) {
        co_await means_.loop.sleep(keep_pause);
        written = co_await write(job, found.name, record);
    }
    if (record.stage == Stage::idle)
        co_return fail(Code::unavailable, "{} could not be renewed: {}", job.login.profile.text,
                       record.reason);
    co_return stopped(job.login, found.provider, record.reason);
}

// What came exists nowhere else yet: into the book, or else straight into the stores, as often as it takes.
net::Task<Result<Renewed>> Renewer::bring_home(Job& job, Found found, RenewalRecord record) {
    if (means_.on_secrets) {
        std::vector<const Secret*> held{&record.answer->access};
        if (record.answer->refresh) held.push_back(&*record.answer->refresh);
        means_.on_secrets("renewed " + job.login.profile.text, held);
    }
    auto written = co_await write(job, found.name, record);
    for (bool told = false; !written; told = true) {
        if (!told)
            means_.log.error("credentials", "{} was renewed, and its tokens can't be written down yet: {}",
                             job.login.profile.text, written.error().message);
        if (auto adopted = co_await adopt(job, found, *record.answer); adopted) co_return adopted;
        co_await means_.loop.sleep(keep_pause);
        written = co_await write(job, found.name, record);
    }
    co_return co_await adopt(job, std::move(found), std::move(*record.answer));
}

// The record stays until every store has the new tokens: one that could not be written finds them by it
// later.
net::Task<Result<Renewed>> Renewer::adopt(Job& job, Found found, oauth::Granted answer) {
    std::move_only_function<Kept()> work = [&files = means_.files, config = job.config, keys = job.keys,
                                            fingerprint_key = means_.fingerprint_key, found, answer,
                                            now = means_.clock.now()] {
        const auto& spent = found.tokens.refresh;
        auto kept = keep(files, *config, keys,
                         {.spent = spent,
                          .access = answer.access,
                          .refresh = answer.refresh,
                          .expires = answer.expires,
                          .lifetime = answer.lifetime},
                         fingerprint_key);
        if (kept.problem || kept.profiles == 0) return kept;
        oauth::LoginBook book(files, config->paths().state, keys);
        const bool rotates = answer.refresh && !(*answer.refresh == spent);
        const auto closed = rotates ? book.close(found.name, oauth::LoginBook::name_of(*answer.refresh), now)
                                    : book.forget(found.name);
        if (!closed) kept.problem = closed.error();
        return kept;
    };
    const auto kept = co_await means_.loop.blocking(std::move(work));
    const auto stored = co_await look(job);
    if (!stored || !(stored->tokens.access == answer.access))
        co_return failed(kept.problem.value_or(Error{Code::unavailable, "no store has it any more", {}}),
                         "{} was renewed, and its new tokens can't be stored", job.login.profile.text);
    if (kept.problem)
        means_.log.warn("credentials", "{} was renewed, but not everywhere: {}", job.login.profile.text,
                        kept.problem->message);
    else
        means_.log.info("credentials", "{} was renewed", job.login.profile.text);
    co_return Renewed{.changed = true, .expires = answer.expires};
}

}  // namespace openclaw::credentials
