// Which logins a request needs renewed before it decides, and what a failed try means for those after it.
#include "auth/profiles/program_login.h"
#include "credentials/credentials.h"

namespace openclaw::credentials {

namespace oauth = auth::oauth;

namespace {

// A turn doesn't wait longer for a login; the renewal goes on, and the next turn has it.
constexpr Milliseconds wait_max = std::chrono::seconds(30);
// Nobody asks again so soon, whatever the reason was.
constexpr Milliseconds pause_after_failure = std::chrono::seconds(30);

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
        logins.push_back({profile.id, tokens->expires});
    }
    return logins;
}

net::Task<void> Credentials::renew_logins(std::string agent_id, auth::ProviderId provider,
                                          ConfigPointer config, net::Abort abort) {
    const auto desk = ready_desk(agent_id, config);
    if (!desk) co_return;  // who decides says why
    const auto now = clock_.now();
    const auto margin = oauth::renewal_margin(std::nullopt, 0);
    std::vector<AgentDesk::Login> ended;
    for (const auto& login : logins_of(**desk, provider)) {
        if (!login.expires || *login.expires - margin > now) continue;
        if (*login.expires <= now)
            ended.push_back(login);
        else
            renewer_->start({agent_id, login.profile}, oauth::Wish::fresh, config, sealing_keys(config));
    }
    for (auto& login : ended) co_await renew(agent_id, std::move(login), oauth::Wish::fresh, config, abort);
}

// True when there is another access token now.
net::Task<bool> Credentials::renew(const std::string& agent_id, AgentDesk::Login login, oauth::Wish wish,
                                   ConfigPointer config, net::Abort abort) {
    const auto key = std::pair(agent_id, login.profile.text);
    const auto known = failed_.find(key);
    if (known != failed_.end() && known->second.expires == login.expires &&
        clock_.steady() < known->second.until)
        co_return false;
    const auto renewed = co_await renewer_->renew({agent_id, login.profile}, wish, config,
                                                  sealing_keys(config), wait_max, abort);
    if (!renewed) {
        if (renewed.error().code != Code::cancelled)
            failed_.insert_or_assign(key, Failed{login.expires, clock_.steady() + pause_after_failure});
        log_.warn("credentials", "{}{}{}", renewed.error().message, renewed.error().hint.empty() ? "" : "; ",
                  renewed.error().hint);
        co_return false;
    }
    failed_.erase(key);
    if (!renewed->changed) co_return false;
    const auto desk = desk_of(agent_id, config);
    if (!desk) co_return false;
    (*desk)->stale = true;
    co_await refresh(*desk, Eye::strict);
    co_return true;
}

net::Task<void> Credentials::settle_logins(Milliseconds longest) {
    if (renewer_) co_await renewer_->settle(longest);
}

}  // namespace openclaw::credentials
