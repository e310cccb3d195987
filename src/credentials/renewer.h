#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "auth/oauth/login_book.h"
#include "auth/oauth/renewal.h"
#include "auth/profiles/profile.h"
#include "auth/sealed/key_ring.h"
#include "base/log.h"
#include "base/redact.h"
#include "config/config.h"
#include "credentials/token_call.h"
#include "net/loop/background.h"
#include "net/loop/loop.h"

namespace openclaw::credentials {

// Whose login: a profile as an agent sees it.
struct LoginName {
    std::string agent;
    auth::ProfileId profile;
};

// Why, and after what: the access token that the provider refused, should there be another one by now.
struct Asked {
    auth::oauth::Wish wish = auth::oauth::Wish::fresh;
    std::optional<Secret> refused = {};
};

struct Renewed {
    bool changed = false;  // there is another access token than before, by us or by somebody else
    std::optional<TimePoint> expires = {};
};

// Renews logins, so that no refresh token is ever sent twice: not by two turns, agents or processes, not
// after a crash, not from a copy of the store. One holds the lease of a login; before the token goes, that it
// goes is on the disk; what comes is on the disk before anything else happens, and then in every store that
// had the token. Lives on the loop's thread, which waits for no disk.
class Renewer {
public:
    struct Means {
        net::Loop& loop;
        platform::FileSystem& files;
        const Clock& clock;
        Log& log;
        net::HttpClient& http;
        std::string holder;              // "the gateway, pid 812"
        std::string fingerprint_key;     // of this host and user
        std::function<double()> random;  // in [0, 1)
        SecretsHeld on_secrets;          // hears new tokens before they are used; empty: nobody does
    };
    using ConfigPointer = std::shared_ptr<const config::Config>;
    using Keys = std::shared_ptr<auth::sealed::KeyRing>;

    explicit Renewer(Means means);
    ~Renewer();  // what is under way is left where it is: a token that was sent has an unknown fate
    Renewer(const Renewer&) = delete;
    Renewer& operator=(const Renewer&) = delete;

    // Once for all who ask at the same time; goes on when whoever asked gives up, which is `cancelled`.
    // `busy`: another process has the lease, and is named. `denied`: only a person can help; the hint says
    // how. `unavailable`: later.
    net::Task<Result<Renewed>> renew(LoginName login, Asked asked, ConfigPointer config, Keys keys,
                                     Milliseconds longest, net::Abort abort);
    // Where it ends soon, and nobody waits.
    void start(LoginName login, ConfigPointer config, Keys keys);
    // Until nothing is under way.
    net::Task<void> settle(Milliseconds longest);

private:
    struct Job;
    struct Found;
    std::shared_ptr<Job> begin(LoginName login, Asked asked, ConfigPointer config, Keys keys);
    net::Task<void> run(Job& job);
    net::Task<Result<Renewed>> perform(Job& job);
    net::Task<Result<void>> take_lease(Job& job, std::string name);
    net::Task<Result<Renewed>> perform_leased(Job& job, Found found);
    net::Task<Result<Renewed>> send(Job& job, Found found, auth::oauth::RenewalRecord record);
    net::Task<auth::oauth::Outcome> ask_issuer(const Job& job, const Found& found,
                                               const auth::oauth::Issuer& issuer,
                                               auth::oauth::RenewalRecord intent);
    net::Task<Result<void>> write(const Job& job, std::string name, auth::oauth::RenewalRecord record);
    net::Task<Result<Renewed>> bring_home(Job& job, Found found, auth::oauth::RenewalRecord record);
    net::Task<Result<Renewed>> adopt(Job& job, Found found, auth::oauth::Granted answer);
    net::Task<Result<Found>> look(const Job& job);
    void sweep();

    Means means_;
    std::map<std::string, std::shared_ptr<Job>> jobs_;  // by agent and profile
    std::shared_ptr<net::Event> ended_;
};

}  // namespace openclaw::credentials
