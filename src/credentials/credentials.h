#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "auth/choice/resolver.h"
#include "auth/report/status_report.h"
#include "auth/rests/cooldown.h"
#include "auth/rests/live_rests.h"
#include "auth/rests/rest_list.h"
#include "auth/sealed/key_ring.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "credentials/agent_desk.h"
#include "credentials/outcome_writer.h"
#include "credentials/renewer.h"
#include "credentials/secret_sources.h"
#include "credentials/store_watch.h"
#include "net/loop/loop.h"
#include "providers/wire/provider.h"

namespace openclaw::credentials {

// What reading the credentials of all agents again has brought.
struct CredentialNews {
    std::vector<std::string> changed;            // agents with other credentials or another order than before
    std::map<std::string, std::string> damaged;  // store file -> why it can't be used
};

using ConfigPointer = std::shared_ptr<const config::Config>;

// One request on its way with one credential. While it exists and the credential's rest has just ended, the
// request is the trial, and the others keep away. Doesn't outlive the Credentials that made it.
class CredentialUse {
public:
    CredentialUse(CredentialUse&& other) noexcept;
    CredentialUse& operator=(CredentialUse&&) = delete;
    ~CredentialUse();

    const auth::Candidate& credential() const { return credential_; }  // its secret removed

private:
    friend class Credentials;
    explicit CredentialUse(auth::LiveRests& live) : live_(&live) {}

    auth::LiveRests* live_;
    std::shared_ptr<AgentDesk> desk_;
    ConfigPointer config_;
    std::string model_, print_;
    auth::Candidate credential_;
    TimePoint sent_;
    std::chrono::steady_clock::time_point next_demand_{};  // of one that rests: when another may try it
    bool holds_trial_ = false;
};

// What the owner of credentials works with; all of it outlives him.
struct Means {
    net::Loop& loop;
    platform::FileSystem& files;
    const Clock& clock;
    Log& log;
    std::string fingerprint_key;        // of this host and user
    SourceMeans sources;                // for secrets that stand in files and behind commands
    Milliseconds retry_pause;           // before a source that failed is asked once more
    std::unique_ptr<StoreWatch> watch;  // of the stores
    OutcomeWriter::Pace pace = {};
    net::HttpClient* http = nullptr;  // for issuers of logins; null: no login is renewed
    std::string holder = {};          // who renews, for others who wait: "the gateway (pid 812)"
};

// Everything that a decision about an agent's credentials looks at, for those who show it: status, explain,
// probes. Valid for as long as it is held; what a request learns meanwhile shows in it.
struct Inputs {
    std::shared_ptr<const auth::Store> store;
    std::shared_ptr<const config::Config> config;
    const config::AgentEntry* agent;  // in `config`
    std::string store_file, fingerprint_key;
    auth::Surroundings surroundings;
    TimePoint now;
    const auth::LiveRests* live;

    auth::StatusRequest status_request() const;
};

// The one owner of credentials while the program runs. Whoever needs one (a turn, a probe, a method that
// shows them) asks here, and here alone the inputs of a decision are put together.
//
// What a request learns (it worked, was refused, rests until) is true at once in memory, for every request,
// and goes to the stores behind it (OutcomeWriter). A store is read again when the watch has something to
// tell, beside the loop; where nobody tells of changes, it is looked at once a second at most, when a request
// comes. Lives on the loop's thread, which never waits for a disk here.
class Credentials {
public:
    explicit Credentials(Means means);
    ~Credentials();  // writes what isn't written yet
    Credentials(const Credentials&) = delete;
    Credentials& operator=(const Credentials&) = delete;

    // Has the agent's credentials as they stand now, what is sealed in them opened as far as its key is to be
    // had. A key that was missing is looked for again after a while: a disk that is mounted later, a keyring
    // that is unlocked. Before each of the calls below that decide or show.
    net::Task<void> catch_up(std::string agent_id, ConfigPointer config, net::Abort abort);
    // The same, and what references to files and commands give for this provider; "": for all providers.
    net::Task<void> prepare(std::string agent_id, auth::ProviderId provider, ConfigPointer config,
                            net::Abort abort);

    // Which credential the request uses; nothing: none. Fails when the agent's store is damaged or can't be
    // read: nothing is guessed then.
    Result<std::optional<auth::Candidate>> choose(const auth::ResolveRequest& request,
                                                  const ConfigPointer& config);
    // One stored profile: as it is stored, whatever provider it is for, and as a candidate for this request.
    struct Sight {
        const auth::Profile* stored = nullptr;
        std::optional<auth::Candidate> candidate = {};
    };
    Result<Sight> look_at(const auth::ProfileId& profile, const auth::ResolveRequest& request,
                          const ConfigPointer& config);
    // The same decision with everything that it looked at, for showing.
    Result<auth::Resolution> resolve(const auth::ResolveRequest& request, const ConfigPointer& config);
    Result<std::shared_ptr<const auth::Store>> stored(const std::string& agent_id,
                                                      const ConfigPointer& config);
    Result<Inputs> inputs(const std::string& agent_id, const ConfigPointer& config);
    // The provider refused a secret that stands elsewhere and may have changed there: looks again. The same
    // credential with another secret, or nothing.
    net::Task<std::optional<auth::Candidate>> look_again(auth::ResolveRequest request,
                                                         auth::Candidate refused, ConfigPointer config,
                                                         net::Abort abort);

    // A request for this model goes out with it now.
    [[nodiscard]] CredentialUse begin_use(const std::string& agent_id, const auth::Candidate& credential,
                                          const std::string& model, const ConfigPointer& config);
    // Until when the credential rests now, for that model, if it does. What isn't a stored profile rests in
    // memory alone.
    std::optional<auth::Rest> settle_failure(const CredentialUse& use, const providers::Failure& failure);
    void settle_success(const CredentialUse& use);

    // What rests and what is being tried, of an agent: rows of auth/rests/rest_list.h.
    net::Task<Result<json::array>> rests(std::string agent_id, ConfigPointer config);
    // Ends rests and trials, in memory and, before it returns, in the store where that can be written; the
    // credentials that it was about.
    net::Task<Result<std::vector<std::string>>> clear_rests(std::string agent_id, auth::RestFilter filter,
                                                            ConfigPointer config);

    // Looks at the stores of all agents; `from_scratch`: whatever the times of the files say.
    net::Task<CredentialNews> read_again(bool from_scratch, ConfigPointer config);
    // This config counts from now on: what was prepared under others goes. A turn that still holds one of
    // them goes on with it, and changes nothing for the rest.
    void use(const ConfigPointer& config);
    // Until what is known now stands in the stores, or could not be written.
    net::Task<void> flush();
    // Until no login is being renewed: what an issuer is answering now would be lost with us.
    net::Task<void> settle_logins(Milliseconds longest);

    // What no store says of how credentials fare, for those who tell what the next request would use.
    const auth::LiveRests& live() const { return live_; }
    // The same for another process: besides, the records of an agent's profiles that their store doesn't have
    // yet.
    json::object remembered(const std::string& agent_id, const ConfigPointer& config);
    // Stores that can't be written, and why: what is learned of their credentials lives in memory.
    const std::map<std::string, std::string>& unwritable() const { return unwritable_; }
    const std::string& fingerprint_key() const { return fingerprint_key_; }
    // What files and commands that secrets stand in have given, as far as a turn has asked them.
    std::shared_ptr<const auth::SourceValues> source_values() { return sources_.values(); }
    // The keys that are open by now.
    std::shared_ptr<auth::sealed::KeyRing> sealing_keys(const ConfigPointer& config);

private:
    using Desk = std::shared_ptr<AgentDesk>;
    enum class Eye { patient, strict };  // with a file that may be half written as yet

    Result<Desk> desk_of(const std::string& agent_id, const ConfigPointer& config);
    Desk make_desk(const config::AgentEntry& agent, const ConfigPointer& config);
    Result<Desk> ready_desk(const std::string& agent_id, const ConfigPointer& config);
    void mark_stale();
    void watch_stores();
    net::Task<void> refresh(Desk desk, Eye eye);
    bool may_be_half_written(AgentDesk& desk, const Reading& reading);
    net::Task<void> open_sealed(net::Abort abort);
    bool is_written(const AgentDesk& desk) const;
    void prepare_index(AgentDesk& desk);
    static const std::vector<AgentDesk::Login>& logins_of(AgentDesk& desk, const auth::ProviderId& provider);
    net::Task<void> renew_logins(std::string agent_id, auth::ProviderId provider, ConfigPointer config,
                                 net::Abort abort);
    bool is_due(const std::string& agent_id, const AgentDesk::Login& login);
    net::Task<bool> renew(const std::string& agent_id, AgentDesk::Login login, Asked asked,
                          ConfigPointer config, Milliseconds longest, net::Abort abort);
    net::Task<bool> renew_refused(const std::string& agent_id, const auth::Candidate& refused,
                                  ConfigPointer config, net::Abort abort);
    static std::vector<auth::HeldReference> references_for(AgentDesk& desk, const auth::ProviderId& provider);
    void log_notices(AgentDesk& desk);
    void say_closed();
    std::optional<auth::UsageStats> learn(const CredentialUse& use, const auth::Outcome& outcome);
    auth::UsageStats learn(const Desk& desk, const auth::Profile& profile, const auth::Outcome& outcome);
    void take_written(const OutcomeWriter::Written& written, std::size_t from);

    net::Loop& loop_;
    platform::FileSystem& files_;
    const Clock& clock_;
    Log& log_;
    std::string fingerprint_key_;
    auth::LiveRests live_;
    std::function<double()> random_;
    SecretsHeld on_secrets_;                       // hears each one that a turn may use, from any thread
    std::shared_ptr<auth::sealed::KeyRing> keys_;  // of all agents: a slow key is made once
    bool opening_ = false;                         // somebody is looking for keys
    net::Event opened_;                            // and has ended
    std::chrono::steady_clock::time_point next_look_{};
    std::string said_closed_;  // why the key can't be opened, as it was last logged
    SecretSources sources_;
    std::map<std::pair<std::string, const config::Config*>, Desk> desks_;
    std::unique_ptr<StoreWatch> watch_;
    bool watches_all_ = false;
    std::map<std::string, std::string> unwritable_;
    std::shared_ptr<Credentials*> self_;  // for what other threads post: empty once we are gone
    OutcomeWriter writer_;
    std::unique_ptr<Renewer> renewer_;
    // The last try for each login, by agent and profile: which end it was about, and until when no request
    // begins another.
    struct Attempted {
        std::optional<TimePoint> expires = {};
        std::chrono::steady_clock::time_point until = {};
    };
    std::map<std::pair<std::string, std::string>, Attempted> attempted_;
    std::map<std::pair<std::string, std::string>, std::chrono::steady_clock::time_point> next_after_refusal_;
};

// What a Redactor knows an agent's store by: "store of main".
std::string place_of_store(std::string_view agent_id);
// "anthropic:work", "env: ANTHROPIC_API_KEY", "models.providers.corp.apiKey".
std::string label_of(const auth::Candidate& credential);

}  // namespace openclaw::credentials
