// Which logins a request needs renewed before it decides, and what a failed try means for those after it.
#include "auth/profiles/program_login.h"
#include "credentials/credentials.h"

namespace openclaw::credentials {

namespace oauth = auth::oauth;

namespace {

// A turn doesn't wait longer for a login; the renewal goes on, and the next turn has it.
constexpr Milliseconds wait_max = std::chrono::seconds(30);
// Between two tries for the same end, whatever came of the first.
constexpr Milliseconds pause_between = std::chrono::seconds(30);
constexpr Milliseconds pause_after_refusal = std::chrono::minutes(1);

}  // namespace

// Looking through thousands of profiles is not for every request.
const std::vector<AgentDesk::Login>& Credentials::logins_of(AgentDesk& desk,
                                                            const auth::ProviderId& provider) {
    const auto known = desk.logins.find(provider.text());
    if (known != desk.logins.end()) return known->second;
    constexpr std::size_t providers_max = 64;
    if (desk.logins.size() >= providers_max) desk.logins.clear();
    auto& logins = desk.logins[provider.text()];
    if (!oauth::issuer_of(provider, *desk.config)) return logins;
    for (const auto& profile : desk.store->profiles) {
        const auto* tokens = std::get_if<auth::OAuth>(&profile.credential);
        if (!tokens || auth::ProviderId(profile.provider) != provider || !auth::refresh_owner(profile).ours)
            continue;
        logins.push_back({profile.id, tokens->expires, tokens->lifetime});
    }
    return logins;
}

// True once in so long, and whenever the login has another end.
bool Credentials::is_due(const std::string& agent_id, const AgentDesk::Login& login) {
    auto& last = attempted_[std::pair(agent_id, login.profile.text)];
    const bool due = last.expires != login.expires || clock_.steady() >= last.until;
    if (due) last = {login.expires, clock_.steady() + pause_between};
    return due;
}

// Those that end soon are renewed beside the request. Those that have ended are begun together, and waited
// for as long as one alone.
net::Task<void> Credentials::renew_logins(std::string agent_id, auth::ProviderId provider,
                                          ConfigPointer config, net::Abort abort) {
    const auto desk = ready_desk(agent_id, config);
    if (!desk) co_return;  // who decides says why
    const auto now = clock_.now();
    std::vector<AgentDesk::Login> ended;
    for (const auto& login : logins_of(**desk, provider)) {
        const auto margin = oauth::renewal_margin(login.lifetime, oauth::jitter_of(login.profile.text));
        if (!login.expires || *login.expires - margin > now || !is_due(agent_id, login)) continue;
        renewer_->start({agent_id, login.profile}, config, sealing_keys(config));
        if (*login.expires <= now) ended.push_back(login);
    }
    const auto end = loop_.now() + wait_max;
    for (auto& login : ended)
        co_await renew(agent_id, std::move(login), {}, config,
                       std::max(std::chrono::duration_cast<Milliseconds>(end - loop_.now()), Milliseconds(1)),
                       abort);
}

// True when there is another access token now.
net::Task<bool> Credentials::renew(const std::string& agent_id, AgentDesk::Login login, Asked asked,
                                   ConfigPointer config, Milliseconds longest, net::Abort abort) {
    const auto renewed = co_await renewer_->renew({agent_id, login.profile}, std::move(asked), config,
                                                  sealing_keys(config), longest, abort);
    if (!renewed) {
        log_.warn("credentials", "{}{}{}", renewed.error().message, renewed.error().hint.empty() ? "" : "; ",
                  renewed.error().hint);
        co_return false;
    }
    if (!renewed->changed) co_return false;
    const auto desk = desk_of(agent_id, config);
    if (!desk) co_return false;
    (*desk)->stale = true;
    co_await refresh(*desk, Eye::strict);
    co_return true;
}

// The provider refused it before its end. Once in a while: a provider that refuses every token must not make
// a login be renewed with each message.
net::Task<bool> Credentials::renew_refused(const std::string& agent_id, const auth::Candidate& refused,
                                           ConfigPointer config, net::Abort abort) {
    auto& next = next_after_refusal_[std::pair(agent_id, refused.profile.text)];
    if (clock_.steady() < next) co_return false;
    next = clock_.steady() + pause_after_refusal;
    const AgentDesk::Login login{refused.profile, refused.expires, {}};
    co_return co_await renew(agent_id, login, {oauth::Wish::refused, refused.secret}, config, wait_max,
                             abort);
}

net::Task<void> Credentials::settle_logins(Milliseconds longest) {
    if (renewer_) co_await renewer_->settle(longest);
}

}  // namespace openclaw::credentials
