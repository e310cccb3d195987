#include "credentials/renewer.h"

#include <fmt/format.h>

#include <algorithm>

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

}  // namespace

// The login as it stands in the store.
struct Renewer::Found {
    std::string provider, name;  // of the refresh token in the book
    auth::OAuth tokens;
    bool is_ours = true;
    std::string owner_remedy = {};
};

struct Renewer::Job {
    Job(net::Loop& loop, LoginName whose, oauth::Wish wanted, ConfigPointer under, Keys ring)
        : login(std::move(whose)),
          wish(wanted),
          config(std::move(under)),
          keys(std::move(ring)),
          done(loop) {}

    const LoginName login;
    const oauth::Wish wish;
    const ConfigPointer config;
    const Keys keys;
    oauth::Issuer issuer = {};
    std::unique_ptr<platform::FileLock> lease = {};
    std::optional<Result<Renewed>> result = {};
    net::Event done;
    net::Background task = {};
};

Renewer::Renewer(Means means) : means_(std::move(means)), ended_(std::make_shared<net::Event>(means_.loop)) {}
Renewer::~Renewer() = default;

std::shared_ptr<Renewer::Job> Renewer::begin(LoginName login, oauth::Wish wish, ConfigPointer config,
                                             Keys keys) {
    sweep();
    auto& slot = jobs_[key_of(login)];
    if (slot) return slot;
    slot = std::make_shared<Job>(means_.loop, std::move(login), wish, std::move(config), std::move(keys));
    const auto job = slot;
    job->task = net::Background(run(*job));
    return job;
}

void Renewer::start(LoginName login, oauth::Wish wish, ConfigPointer config, Keys keys) {
    begin(std::move(login), wish, std::move(config), std::move(keys));
}

net::Task<Result<Renewed>> Renewer::renew(LoginName login, oauth::Wish wish, ConfigPointer config, Keys keys,
                                          Milliseconds longest, net::Abort abort) {
    const auto job = begin(std::move(login), wish, std::move(config), std::move(keys));
    const auto end = means_.loop.now() + longest;
    while (!job->result && !abort.requested() && means_.loop.now() < end)
        co_await job->done.wait_for(
            std::chrono::duration_cast<Milliseconds>(end - means_.loop.now()) + Milliseconds(1), abort);
    if (job->result) co_return *job->result;
    co_return fail(Code::cancelled, "the renewal of {} goes on without whoever asked",
                   job->login.profile.text);
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
    auto result = co_await perform(job);
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
                                                     keys = job.keys, login = job.login,
                                                     issuer = job.issuer]() -> Result<Found> {
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
        if (!issuer.token.empty()) found.name = oauth::LoginBook::name_of(issuer, found.tokens.refresh);
        return found;
    };
    co_return co_await means_.loop.blocking(std::move(work));
}

net::Task<Result<Renewed>> Renewer::perform(Job& job) {
    auto found = co_await look(job);
    if (!found) co_return std::unexpected(found.error());
    if (!found->is_ours) co_return stopped(job.login, found->provider, found->owner_remedy);
    if (found->tokens.refresh.blank())
        co_return stopped(job.login, found->provider, "it has no refresh token");
    auto issuer = oauth::issuer_of(found->provider, *job.config);
    if (!issuer) co_return std::unexpected(issuer.error());
    auto known = co_await discovered({means_.http, means_.clock}, std::move(*issuer), {});
    if (!known) co_return std::unexpected(known.error());
    job.issuer = std::move(*known);
    found->name = oauth::LoginBook::name_of(job.issuer, found->tokens.refresh);

    const auto end = means_.loop.now() + lease_max;
    while (!job.lease) {
        std::move_only_function<Result<std::unique_ptr<platform::FileLock>>()> take =
            [&files = means_.files, config = job.config, keys = job.keys, name = found->name] {
                return oauth::LoginBook(files, config->paths().state, keys).lease(name);
            };
        auto lease = co_await means_.loop.blocking(std::move(take));
        if (lease) {
            job.lease = std::move(*lease);
            break;
        }
        if (lease.error().code != Code::busy || means_.loop.now() >= end)
            co_return failed(lease.error(), "renewing {}", job.login.profile.text);
        co_await means_.loop.sleep(lease_look);
    }
    // Whoever had it before may have brought what is wanted here.
    auto again = co_await look(job);
    if (!again) co_return std::unexpected(again.error());
    if (again->name != found->name || !(again->tokens.access == found->tokens.access))
        co_return Renewed{.changed = true, .expires = again->tokens.expires};
    co_return co_await perform_leased(job, std::move(*again));
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
    const auto plan =
        oauth::plan_renewal({.expires = found.tokens.expires, .can_renew = true, .wish = job.wish},
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
            co_return co_await adopt(job, std::move(found), std::move(**record));
        case Move::send:
            break;
    }
    co_return co_await send(job, std::move(found), record->value_or(RenewalRecord{}));
}

net::Task<Result<Renewed>> Renewer::send(Job& job, Found found, RenewalRecord record) {
    record.stage = Stage::sent;
    record.provider = found.provider;
    record.issuer = job.issuer.token;
    record.client = job.issuer.client_id;
    record.since = means_.clock.now();
    record.holder = means_.holder;
    const auto write = [&](const RenewalRecord& what) {
        std::move_only_function<Result<void>()> work = [&files = means_.files, config = job.config,
                                                        keys = job.keys, name = found.name, what] {
            return oauth::LoginBook(files, config->paths().state, keys).write(name, what);
        };
        return means_.loop.blocking(std::move(work));
    };
    if (auto intent = co_await write(record); !intent)
        co_return failed(intent.error(), "{} is not renewed: that it is can't be written down first",
                         job.login.profile.text);
    const auto outcome =
        co_await spend_refresh_token({means_.http, means_.clock}, job.issuer, found.tokens.refresh, {});
    record = oauth::after(std::move(record), outcome, means_.clock.now(), means_.random());
    if (record.answer && means_.on_secrets) {
        std::vector<const Secret*> held{&record.answer->access};
        if (record.answer->refresh) held.push_back(&*record.answer->refresh);
        means_.on_secrets("renewed " + job.login.profile.text, held);
    }
    auto written = co_await write(record);
    if (record.answer) {
        // From here on what came exists nowhere else: into the book, or else straight into the stores.
        for (bool told = false; !written; told = true) {
            if (!told)
                means_.log.error("credentials",
                                 "{} was renewed, and its tokens can't be written down yet: {}",
                                 job.login.profile.text, written.error().message);
            if (auto adopted = co_await adopt(job, found, record); adopted) co_return adopted;
            co_await means_.loop.sleep(keep_pause);
            written = co_await write(record);
        }
        co_return co_await adopt(job, std::move(found), std::move(record));
    }
    if (record.stage == Stage::idle)
        co_return fail(Code::unavailable, "{} could not be renewed: {}", job.login.profile.text,
                       record.reason);
    means_.log.warn("credentials", "{}: {}", job.login.profile.text, record.reason);
    co_return stopped(job.login, found.provider, record.reason);
}

net::Task<Result<Renewed>> Renewer::adopt(Job& job, Found found, RenewalRecord record) {
    const auto& answer = *record.answer;
    if (!found.tokens.account_id.empty() && !answer.account.id.empty() &&
        found.tokens.account_id != answer.account.id)
        co_return stopped(job.login, found.provider,
                          fmt::format("its issuer answered for the account {}, and it is of {}",
                                      answer.account.id, found.tokens.account_id));
    std::move_only_function<Result<void>()> work = [&files = means_.files, config = job.config,
                                                    keys = job.keys, fingerprint_key = means_.fingerprint_key,
                                                    found, answer, issuer = job.issuer,
                                                    now = means_.clock.now()]() -> Result<void> {
        const auth::NewTokens tokens{.spent = found.tokens.refresh,
                                     .access = answer.access,
                                     .refresh = answer.refresh,
                                     .expires = answer.expires};
        std::size_t renewed = 0;
        for (const auto& folders : auth::sealed::agent_folders(files, *config)) {
            auto ids = auth::ProfileStore(files, folders, keys).renew(tokens, fingerprint_key);
            if (!ids) return std::unexpected(ids.error());
            renewed += ids->size();
        }
        if (renewed == 0) return fail(Code::unavailable, "no store has it any more");
        oauth::LoginBook book(files, config->paths().state, keys);
        const bool rotates = answer.refresh && !(*answer.refresh == found.tokens.refresh);
        return rotates ? book.close(found.name, oauth::LoginBook::name_of(issuer, *answer.refresh), now)
                       : book.forget(found.name);
    };
    if (auto done = co_await means_.loop.blocking(std::move(work)); !done)
        co_return failed(done.error(), "{} was renewed, and its new tokens can't be stored",
                         job.login.profile.text);
    means_.log.info("credentials", "{} was renewed", job.login.profile.text);
    co_return Renewed{.changed = true, .expires = answer.expires};
}

}  // namespace openclaw::credentials
