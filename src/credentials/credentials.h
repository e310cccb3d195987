#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "auth/choice/resolver.h"
#include "auth/report/status_report.h"
#include "auth/rests/cooldown.h"
#include "auth/rests/rest_list.h"
#include "auth/sealed/key_ring.h"
#include "auth/store/profile_store.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "credentials/secret_sources.h"
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
    std::string agent_id_, model_, print_;
    ConfigPointer config_;
    auth::Candidate credential_;
    TimePoint sent_;
    bool holds_trial_ = false;
};

// What the owner of credentials works with; all of it outlives him.
struct Means {
    net::Loop& loop;
    platform::FileSystem& files;
    const Clock& clock;
    Log& log;
    std::string fingerprint_key;  // of this host and user
    SourceParts sources;          // for secrets that stand in files and behind commands
    Milliseconds retry_pause;     // before a source that failed is asked once more
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
// shows them) asks here, and here alone the inputs of a decision are put together. Lives on the loop's
// thread; the disk is waited for elsewhere.
class Credentials {
public:
    explicit Credentials(Means means)
        : loop_(means.loop),
          files_(means.files),
          clock_(means.clock),
          log_(means.log),
          fingerprint_key_(std::move(means.fingerprint_key)),
          on_secrets_(means.sources.on_secrets),
          opened_(means.loop),
          sources_(means.loop, means.files, means.clock, std::move(means.sources), means.retry_pause) {}

    using ConfigPointer = credentials::ConfigPointer;
    // Not before open_sealed(): making a key would keep everybody waiting.
    Result<Inputs> inputs(const std::string& agent_id, const ConfigPointer& config);
    // Has what is sealed and what references to files and commands give ready for the next resolve of this
    // provider.
    net::Task<void> prepare(std::string agent_id, std::string provider, ConfigPointer config,
                            net::Abort abort);
    // Opens what is sealed, as far as its key is to be had. One that was missing is looked for again after a
    // while: a disk that is mounted later, a keyring that is unlocked.
    net::Task<void> open_sealed(std::string agent_id, ConfigPointer config, net::Abort abort);
    // The keys that are open by now.
    std::shared_ptr<auth::sealed::KeyRing> sealing_keys(const ConfigPointer& config);
    // The provider refused a secret that stands elsewhere and may have changed there: looks again. The same
    // credential with another secret, or nothing.
    net::Task<std::optional<auth::Candidate>> look_again(auth::ResolveRequest request,
                                                         auth::Candidate refused, ConfigPointer config,
                                                         net::Abort abort);
    std::shared_ptr<const auth::SourceValues> source_values() { return sources_.values(); }

    // Fails when the agent's store is damaged or can't be read: nothing is guessed then.
    Result<auth::Resolution> resolve(const auth::ResolveRequest& request, const ConfigPointer& config);
    Result<std::shared_ptr<const auth::Store>> stored(const std::string& agent_id,
                                                      const ConfigPointer& config);

    CredentialNews read_again(bool from_scratch, const ConfigPointer& config);

    const std::string& fingerprint_key() const { return fingerprint_key_; }
    // What no file says of how credentials fare, for those who tell what the next request would use.
    const auth::LiveRests& live() const { return live_; }

    // A request for this model goes out with it now.
    [[nodiscard]] CredentialUse begin_use(const std::string& agent_id, const auth::Candidate& credential,
                                          const std::string& model, const ConfigPointer& config);
    // Until when the credential rests now, for that model, if it does. What isn't a stored profile rests in
    // memory. `use` is the caller's for as long as that takes.
    net::Task<std::optional<auth::Rest>> record_failure(const CredentialUse& use, providers::Failure failure);
    net::Task<void> record_success(const CredentialUse& use);

    // What rests and what is being tried, of an agent: rows of auth/rests/rest_list.h.
    Result<json::array> rests(const std::string& agent_id, const ConfigPointer& config);
    // Ends rests and trials, in the file and in memory; the credentials that it was about.
    net::Task<Result<std::vector<std::string>>> clear_rests(std::string agent_id, auth::RestFilter filter,
                                                            ConfigPointer config);

private:
    struct Agent {
        std::shared_ptr<auth::ProfileStore> profiles;
        std::shared_ptr<const auth::Store> store;  // what `index` borrows, with `config`
        ConfigPointer config;
        std::shared_ptr<const auth::SourceValues> values;
        std::unique_ptr<auth::Index> index;
        bool closed = false;               // whether something sealed could not be opened
        std::vector<std::string> notices;  // that were logged: each is said once
        std::optional<std::chrono::steady_clock::time_point> damaged_since = {};  // of a store that was whole
    };
    enum class Eye { patient, strict };  // with a file that may be half written as yet
    bool may_be_half_written(Agent& agent, const Result<std::shared_ptr<const auth::Store>>& store);
    void prepare_index(const std::string& agent_id, Agent& agent);
    Result<Agent*> refreshed(const std::string& agent_id, const ConfigPointer& config,
                             Eye eye = Eye::patient);
    void log_notices(const std::string& agent_id, Agent& agent);
    Agent& agent_of(const std::string& agent_id, const ConfigPointer& config);

    net::Loop& loop_;
    platform::FileSystem& files_;
    const Clock& clock_;
    Log& log_;
    std::string fingerprint_key_;
    auth::LiveRests live_;
    SecretsHeld on_secrets_;                       // hears each one that a turn may use
    std::shared_ptr<auth::sealed::KeyRing> keys_;  // of all agents: a slow key is made once
    bool opening_ = false;                         // somebody is looking for keys
    net::Event opened_;                            // and has ended
    std::chrono::steady_clock::time_point next_look_{};
    SecretSources sources_;
    std::map<std::string, Agent> agents_;
};

// What a Redactor knows an agent's store by: "store of main".
std::string place_of_store(std::string_view agent_id);
// "anthropic:work", "env: ANTHROPIC_API_KEY", "models.providers.corp.apiKey".
std::string label_of(const auth::Candidate& credential);

}  // namespace openclaw::credentials
