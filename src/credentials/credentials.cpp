#include "credentials/credentials.h"

#include <algorithm>
#include <utility>

#include "auth/choice/look_around.h"
#include "auth/sealed/open_all.h"

namespace openclaw::credentials {
namespace {

// A trial that hasn't ended by then keeps the others away no longer.
constexpr Milliseconds trial_max = std::chrono::minutes(2);
// Between two looks for a key that is missing, and the longest that a turn waits for somebody else's look.
constexpr Milliseconds next_look_after = std::chrono::seconds(5), look_max = std::chrono::seconds(30);

// A store's secrets, those that are sealed opened.
void tell_secrets(const SecretsHeld& on_secrets, const std::string& agent_id, const auth::Store& store,
                  const std::vector<Secret>& opened) {
    if (!on_secrets) return;
    auto secrets = auth::secrets_of(store);
    for (const auto& secret : opened) secrets.push_back(&secret);
    on_secrets(place_of_store(agent_id), secrets);
}

}  // namespace

std::string place_of_store(std::string_view agent_id) {
    return fmt::format("store of {}", agent_id);
}

std::string label_of(const auth::Candidate& credential) {
    switch (credential.source) {
        case auth::Source::profile:
            return credential.profile.text;
        case auth::Source::environment:
            return "env: " + credential.place;
        case auth::Source::config_key:
            return credential.place;
        case auth::Source::ambient:
            return credential.place.empty() ? "the provider's own login" : credential.place;
        case auth::Source::keyless:
            return "no key";
    }
    return {};
}

Credentials::Agent& Credentials::agent_of(const std::string& agent_id, const ConfigPointer& config) {
    auto& agent = agents_[agent_id];
    // A reload may move an agent's folder.
    if (agent.profiles == nullptr || agent.config != config) {
        agent.index.reset();
        agent.store.reset();
        agent.config = config;
        // An unknown agent gets this far only to record; refreshed() refuses it.
        agent.profiles = std::make_shared<auth::ProfileStore>(files_, auth::store_folders(*config, agent_id),
                                                              sealing_keys(config));
    }
    return agent;
}

std::shared_ptr<auth::sealed::KeyRing> Credentials::sealing_keys(const ConfigPointer& config) {
    if (keys_ == nullptr)
        keys_ = std::make_shared<auth::sealed::KeyRing>(files_, auth::sealed::places_of(*config));
    return keys_;
}

void Credentials::log_notices(const std::string& agent_id, Agent& agent) {
    auto notices = agent.index->notices();
    for (const auto& notice : notices)
        if (std::ranges::find(agent.notices, notice) == agent.notices.end())
            log_.warn("auth", "agent {}: {}", agent_id, notice);
    agent.notices = std::move(notices);
}

// Whether a file that is damaged or not whole may only be half written as yet: an editor that writes in place
// shows it so for a moment. What was read last serves for so long.
bool Credentials::may_be_half_written(Agent& agent, const Result<std::shared_ptr<const auth::Store>>& store) {
    constexpr auto writing_max = std::chrono::seconds(1);
    const bool whole = store ? (*store)->damaged_files.empty() : store.error().code != Code::corrupt;
    if (whole) agent.damaged_since.reset();
    if (whole || !agent.index || !agent.store->damaged_files.empty()) return false;
    if (!agent.damaged_since) agent.damaged_since = clock_.steady();
    return clock_.steady() - *agent.damaged_since < writing_max;
}

Result<Credentials::Agent*> Credentials::refreshed(const std::string& agent_id, const ConfigPointer& config,
                                                   Eye eye) {
    if (config->find_agent(agent_id) == nullptr) return fail(Code::not_found, "no agent {}", agent_id);
    auto& agent = agent_of(agent_id, config);
    auto store = agent.profiles->load();
    if (may_be_half_written(agent, store) && eye == Eye::patient) return &agent;
    if (!store) return std::unexpected(std::move(store).error());
    auto values = sources_.values();
    const bool stands = agent.index != nullptr && agent.store == *store && agent.values == values;
    if (!stands) {
        agent.index.reset();
        agent.store = std::move(*store);
        agent.values = std::move(values);
        prepare_index(agent_id, agent);
        log_notices(agent_id, agent);
    }
    return &agent;
}

// What is sealed is opened once for each state of the store, and with keys that are at hand: this is the
// loop's thread. open_sealed() fetches the others.
void Credentials::prepare_index(const std::string& agent_id, Agent& agent) {
    auto surroundings = auth::look_around(files_, *agent.config, fingerprint_key_);
    surroundings.values = agent.values;
    surroundings.asked_when_needed = true;
    agent.closed = false;
    std::vector<Secret> opened;
    if (auth::sealed::holds_sealed(*agent.store, *agent.config)) {
        auto values = std::make_shared<auth::SourceValues>(*agent.values);
        agent.closed = !auth::sealed::open_all(*values, *agent.store, *agent.config, *keys_, clock_.now(),
                                               auth::sealed::Keys::opened,
                                               [&](const Secret& secret) { opened.push_back(secret); });
        surroundings.values = std::move(values);
    }
    tell_secrets(on_secrets_, agent_id, *agent.store, opened);
    agent.index = std::make_unique<auth::Index>(*agent.store, *agent.config, std::move(surroundings));
}

Result<auth::Resolution> Credentials::resolve(const auth::ResolveRequest& request,
                                              const ConfigPointer& config) {
    const auto agent = refreshed(request.agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    live_.forget_trials(clock_.steady());
    auto question = request;
    question.live = &live_;
    return auth::resolve(question, *(*agent)->index, clock_.now());
}

Result<std::shared_ptr<const auth::Store>> Credentials::stored(const std::string& agent_id,
                                                               const ConfigPointer& config) {
    const auto agent = refreshed(agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    return (*agent)->store;
}

Result<Inputs> Credentials::inputs(const std::string& agent_id, const ConfigPointer& config) {
    const auto agent = refreshed(agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    const auto* entry = config->find_agent(agent_id);
    auto surroundings = (*agent)->index->surroundings();
    surroundings.asked_when_needed = true;
    return Inputs{.store = (*agent)->store,
                  .config = config,
                  .agent = entry,
                  .store_file = (auth::store_folders(*config, *entry).own / auth::store_file_name).string(),
                  .fingerprint_key = fingerprint_key_,
                  .surroundings = std::move(surroundings),
                  .now = clock_.now(),
                  .live = &live_};
}

auth::StatusRequest Inputs::status_request() const {
    return {.store = *store,
            .config = *config,
            .agent = *agent,
            .store_file = store_file,
            .fingerprint_key = fingerprint_key,
            .surroundings = surroundings,
            .now = now,
            .live = live,
            .unsendable = [config = config](const auth::ModelRef& model) {
                return providers::why_unsendable(model, *config);
            }};
}

namespace {

// What was used when doesn't matter to anybody but the next choice.
bool same_credentials(const auth::Store& left, const auth::Store& right) {
    return left.profiles == right.profiles && left.damaged == right.damaged && left.order == right.order;
}

// Which of an agent's two files it is that can't be read.
platform::Path damaged_file(platform::FileSystem& files, const auth::StoreFolders& folders) {
    auto main_alone = folders;
    main_alone.own = folders.main;
    const bool main_is_sound = auth::ProfileStore(files, std::move(main_alone)).load().has_value();
    return (main_is_sound ? folders.own : folders.main) / auth::store_file_name;
}

}  // namespace

CredentialNews Credentials::read_again(bool from_scratch, const ConfigPointer& config) {
    CredentialNews news;
    std::map<std::string, std::shared_ptr<const auth::Store>> before;
    for (const auto& [id, agent] : agents_) before.emplace(id, agent.store);
    if (from_scratch) agents_.clear();  // who records something still holds what he needs
    for (const auto& entry : config->agents()) {
        const auto agent = refreshed(entry.id, config, Eye::strict);
        if (!agent) {
            const auto file = damaged_file(files_, auth::store_folders(*config, entry));
            news.damaged.emplace(file.string(), agent.error().message);
            continue;
        }
        const auto& old = before[entry.id];
        if (!old || !same_credentials(*old, *(*agent)->store)) news.changed.push_back(entry.id);
    }
    return news;
}

net::Task<void> Credentials::open_sealed(std::string agent_id, ConfigPointer config, net::Abort abort) {
    const auto agent = refreshed(agent_id, config);
    if (!agent || !(*agent)->closed) co_return;
    if (opening_) {
        co_await opened_.wait_for(look_max, std::move(abort));
        co_return;
    }
    if (clock_.steady() < next_look_ && !keys_->has_untried()) co_return;
    opening_ = true;
    std::move_only_function<bool()> work = [keys = keys_] {
        keys->open_keys();
        return true;
    };
    co_await loop_.blocking(std::move(work));
    opening_ = false;
    next_look_ = clock_.steady() + next_look_after;
    for (auto& [id, each] : agents_)
        if (each.closed) each.index.reset();
    opened_.notify();
}

net::Task<void> Credentials::prepare(std::string agent_id, std::string provider, ConfigPointer config,
                                     net::Abort abort) {
    co_await open_sealed(agent_id, config, abort);
    const auto store = stored(agent_id, config);
    if (!store) co_return;  // resolve() says why
    auto wanted = auth::asked_references(**store, *config, auth::normalised_provider(provider));
    co_await sources_.prepare(std::move(wanted), std::move(config), std::move(abort));
}

net::Task<std::optional<auth::Candidate>> Credentials::look_again(auth::ResolveRequest request,
                                                                  auth::Candidate refused,
                                                                  ConfigPointer config, net::Abort abort) {
    if (!refused.reference) co_return std::nullopt;
    const auth::HeldReference held{*refused.reference, {}, refused.provider};
    if (!co_await sources_.ask_again(held, config, abort)) co_return std::nullopt;
    const auto resolution = resolve(request, config);
    if (!resolution) co_return std::nullopt;
    for (const auto& candidate : resolution->candidates)
        if (label_of(candidate) == label_of(refused) && auth::is_usable(candidate.verdict) &&
            candidate.secret && candidate.secret != refused.secret)
            co_return candidate;
    co_return std::nullopt;
}

CredentialUse Credentials::begin_use(const std::string& agent_id, const auth::Candidate& credential,
                                     const std::string& model, const ConfigPointer& config) {
    CredentialUse use(live_);
    use.agent_id_ = agent_id;
    use.model_ = model;
    use.config_ = config;
    use.credential_ = credential;
    use.credential_.secret.reset();
    // A login's tokens change by themselves, so they don't tell one account from another.
    if (credential.secret && credential.kind != "oauth")
        use.print_ = auth::credential_print(*credential.secret, fingerprint_key_);
    use.sent_ = clock_.now();
    if (credential.trial)
        use.holds_trial_ = live_.begin_trial(auth::credential_name(credential), *credential.trial,
                                             clock_.steady() + trial_max);
    return use;
}

CredentialUse::CredentialUse(CredentialUse&& other) noexcept
    : live_(other.live_),
      agent_id_(std::move(other.agent_id_)),
      model_(std::move(other.model_)),
      print_(std::move(other.print_)),
      config_(std::move(other.config_)),
      credential_(std::move(other.credential_)),
      sent_(other.sent_),
      holds_trial_(std::exchange(other.holds_trial_, false)) {}

CredentialUse::~CredentialUse() {
    if (holds_trial_) live_->end_trial(auth::credential_name(credential_), *credential_.trial);
}

net::Task<std::optional<auth::Rest>> Credentials::record_failure(const CredentialUse& use,
                                                                 providers::Failure failure) {
    const auth::FailureEvent event{.reason = failure.reason,
                                   .retry_after = failure.retry_after,
                                   .status = failure.status,
                                   .text = failure.message,
                                   .scope = failure.scope,
                                   .model = use.model_,
                                   .credential = use.print_};
    const auto& credential = use.credential_;
    const auto rules = auth::CooldownRules::from(*use.config_, credential.provider);
    const auto now = clock_.now();
    const auto change = [event, rules, now](auth::UsageStats before) {
        return auth::after_failure(std::move(before), event, rules, now);
    };
    if (credential.source == auth::Source::keyless) co_return std::nullopt;  // there is nothing to spare
    if (credential.source != auth::Source::profile)
        co_return auth::rest_of(live_.update(auth::credential_name(credential), change), now, use.model_);
    auto after = std::make_shared<auth::UsageStats>();
    std::move_only_function<Result<void>()> work = [profiles = agent_of(use.agent_id_, use.config_).profiles,
                                                    id = credential.profile, change, after] {
        return profiles->update_usage(
            id, [&](auth::UsageStats before) { return *after = change(std::move(before)); });
    };
    const auto written = co_await loop_.blocking(std::move(work));
    // The turn goes on: a full disk must not take away the answer that the next credential can give.
    if (!written)
        log_.error("auth", "recording a failure of {}: {}", label_of(credential), written.error().message);
    co_return auth::rest_of(*after, now, use.model_);
}

net::Task<void> Credentials::record_success(const CredentialUse& use) {
    const auto& credential = use.credential_;
    const auth::SuccessEvent event{.model = use.model_, .sent = use.sent_, .credential = use.print_};
    const auto now = clock_.now();
    if (credential.source == auth::Source::keyless) co_return;
    if (credential.source != auth::Source::profile) {
        live_.update(auth::credential_name(credential), [&](auth::UsageStats before) {
            return auth::after_success(std::move(before), now, event);
        });
        co_return;
    }
    std::move_only_function<Result<void>()> work = [profiles = agent_of(use.agent_id_, use.config_).profiles,
                                                    id = credential.profile, event,
                                                    now] { return profiles->record_success(id, now, event); };
    const auto written = co_await loop_.blocking(std::move(work));
    if (!written)
        log_.error("auth", "recording the use of {}: {}", label_of(credential), written.error().message);
}

Result<json::array> Credentials::rests(const std::string& agent_id, const ConfigPointer& config) {
    const auto agent = refreshed(agent_id, config);
    if (!agent) return std::unexpected(agent.error());
    live_.forget_trials(clock_.steady());
    return auth::list_rests({.store = *(*agent)->store,
                             .fingerprint_key = fingerprint_key_,
                             .live = &live_,
                             .now = clock_.now()});
}

net::Task<Result<std::vector<std::string>>> Credentials::clear_rests(std::string agent_id,
                                                                     auth::RestFilter filter,
                                                                     ConfigPointer config) {
    const auto agent = refreshed(agent_id, config);
    if (!agent) co_return std::unexpected(agent.error());
    const auto ids = auth::clearable_profiles(*(*agent)->store, filter);
    auto cleared = auth::clear_live(live_, filter);
    for (const auto& id : ids) cleared.push_back(id.text);
    for (const auto& profile : (*agent)->store->profiles)
        if (filter.matches(profile.id.text, profile.provider))
            live_.clear(auth::credential_name(auth::normalised_provider(profile.provider),
                                              auth::Source::profile, profile.id.text),
                        filter.model);
    std::move_only_function<Result<void>()> work = [profiles = (*agent)->profiles, ids,
                                                    model = filter.model]() -> Result<void> {
        const auto change = [&](auth::UsageStats before) {
            return auth::after_clear(std::move(before), model);
        };
        for (const auto& id : ids)
            if (auto written = profiles->update_usage(id, change); !written) return written;
        return {};
    };
    if (auto written = co_await loop_.blocking(std::move(work)); !written)
        co_return std::unexpected(std::move(written).error());
    co_return cleared;
}

}  // namespace openclaw::credentials
