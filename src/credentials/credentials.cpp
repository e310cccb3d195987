// Every agent has a desk (agent_desk.h): its store as it was last read, what requests have learned on top,
// and the index over both. A decision asks the watch first, has the desk read again where something changed,
// and reads memory from there on. An outcome changes the desks at once and is handed to the writer; when the
// writer is done, the desks take over what the store holds by then, somebody else's changes included.
#include "credentials/credentials.h"

#include <algorithm>
#include <utility>

#include "auth/choice/look_around.h"
#include "auth/sealed/open_all.h"
#include "auth/sources/held_references.h"
#include "auth/store/profile_store.h"

namespace openclaw::credentials {
namespace {

// Between two looks for a key that is missing, and the longest that a turn waits for somebody else's look.
constexpr Milliseconds next_look_after = std::chrono::seconds(5), look_max = std::chrono::seconds(30);
// Between two looks at stores of which nobody tells us when they change.
constexpr Milliseconds unwatched_look = std::chrono::seconds(1);
// How often a request reads a store that changes all the time before it goes on with what it has.
constexpr int readings_max = 3;

// What is in a store now. What a damaged one doesn't show any more may still be in it.
std::vector<const Secret*> held_secrets(const auth::Store& now, const auth::Store* before) {
    auto secrets = auth::secrets_of(now);
    if (before && !now.damaged_files.empty()) {
        const auto earlier = auth::secrets_of(*before);
        secrets.insert(secrets.end(), earlier.begin(), earlier.end());
    }
    return secrets;
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

Credentials::Credentials(Means means)
    : loop_(means.loop),
      files_(means.files),
      clock_(means.clock),
      log_(means.log),
      fingerprint_key_(std::move(means.fingerprint_key)),
      random_(means.sources.random ? means.sources.random : [] { return 0.5; }),
      on_secrets_(means.sources.on_secrets),
      opened_(means.loop),
      sources_(means.loop, means.files, means.clock, std::move(means.sources), means.retry_pause),
      watch_(std::move(means.watch)),
      self_(std::make_shared<Credentials*>(this)),
      writer_(
          [&loop = loop_, owner = std::weak_ptr(self_)](OutcomeWriter::Written written) {
              loop.post([owner, written = std::move(written)] {
                  if (const auto self = owner.lock()) (*self)->take_written(written, 0);
              });
          },
          means.pace) {
    if (means.http == nullptr) return;
    renewer_ = std::make_unique<Renewer>(Renewer::Means{.loop = loop_,
                                                        .files = files_,
                                                        .clock = clock_,
                                                        .log = log_,
                                                        .http = *means.http,
                                                        .holder = std::move(means.holder),
                                                        .fingerprint_key = fingerprint_key_,
                                                        .random = random_,
                                                        .on_secrets = on_secrets_});
}

Credentials::~Credentials() = default;

std::shared_ptr<auth::sealed::KeyRing> Credentials::sealing_keys(const ConfigPointer& config) {
    if (keys_ == nullptr)
        keys_ = std::make_shared<auth::sealed::KeyRing>(files_, auth::sealed::places_of(*config));
    return keys_;
}

// Desks that look at the same files under another config share what they are read from, and so needn't read
// it again.
Credentials::Desk Credentials::make_desk(const config::AgentEntry& agent, const ConfigPointer& config) {
    const auto folders = auth::store_folders(*config, agent);
    auto desk = std::make_shared<AgentDesk>(loop_, agent.id, config);
    desk->own_file = (folders.own / auth::store_file_name).string();
    desk->main_file = (folders.main / auth::store_file_name).string();
    for (const auto& [key, other] : desks_)
        if (other->own_file == desk->own_file && other->main_file == desk->main_file)
            desk->source = other->source;
    if (!desk->source)
        desk->source = std::make_shared<auth::ProfileStore>(files_, folders, sealing_keys(config));
    return desk;
}

Result<Credentials::Desk> Credentials::desk_of(const std::string& agent_id, const ConfigPointer& config) {
    const auto* agent = config->find_agent(agent_id);
    if (agent == nullptr) return fail(Code::not_found, "no agent {}", agent_id);
    const auto found = desks_.find({agent->id, config.get()});
    if (found != desks_.end()) return found->second;
    auto desk = make_desk(*agent, config);
    desks_.emplace(std::pair(agent->id, config.get()), desk);
    watch_stores();
    return desk;
}

void Credentials::use(const ConfigPointer& config) {
    std::map<std::pair<std::string, const config::Config*>, Desk> kept;
    // Made while the old ones are there, so that what stayed the same is not read again.
    for (const auto& agent : config->agents())
        if (std::ranges::any_of(desks_, [&](const auto& each) { return each.first.first == agent.id; }))
            kept.emplace(std::pair(agent.id, config.get()), make_desk(agent, config));
    desks_ = std::move(kept);
    watch_stores();
}

// A file outside the state folder that isn't there is not waited for: its folder may be somebody's home,
// where something happens all the time.
void Credentials::watch_stores() {
    std::vector<std::filesystem::path> watched;
    watches_all_ = true;
    for (const auto& [key, desk] : desks_) {
        const auto state = desk->config->paths().state.string() + "/";
        for (auto& place : desk->source->places()) {
            if (std::ranges::find(watched, place) != watched.end()) continue;
            if (place.string().starts_with(state) || platform::exists(files_, place))
                watched.push_back(std::move(place));
            else
                watches_all_ = false;
        }
    }
    if (!watch_->watch(std::move(watched))) watches_all_ = false;
}

void Credentials::mark_stale() {
    const bool changed = watch_->take_changes();
    const auto now = clock_.steady();
    for (const auto& [key, desk] : desks_)
        desk->stale = desk->stale || changed || (!watches_all_ && now - desk->read_at >= unwatched_look);
}

net::Task<void> Credentials::refresh(Desk desk, Eye eye) {
    for (int readings = 0; desk->reading || (desk->stale && readings < readings_max);) {
        if (desk->reading) {
            co_await desk->read.wait();
            continue;
        }
        ++readings;
        desk->reading = true;
        desk->stale = false;
        desk->read_at = clock_.steady();
        const auto ends_before = writer_.acknowledged();
        const bool written_before = is_written(*desk);
        std::move_only_function<Reading()> work = [source = desk->source, before = desk->seen,
                                                   told = on_secrets_, place = place_of_store(desk->agent)] {
            auto reading = credentials::read_again(*source, before);
            if (told && reading.changed) told(place, held_secrets(*reading.changed, before.store.get()));
            return reading;
        };
        auto reading = co_await loop_.blocking(std::move(work));
        desk->reading = false;
        const bool certain = !written_before && !is_written(*desk) && ends_before == writer_.acknowledged();
        if (may_be_half_written(*desk, reading) && eye == Eye::patient) {
            desk->stale = true;  // for the next one who asks
            desk->read.notify();
            co_return;
        }
        desk->take(std::move(reading), writer_, certain);
        desk->unsure = !certain;
        desk->read.notify();
    }
}

bool Credentials::is_written(const AgentDesk& desk) const {
    return writer_.writes(desk.own_file) || writer_.writes(desk.main_file);
}

// Whether a file that is damaged or not whole may only be half written as yet: an editor that writes in place
// shows it so for a moment. What was read last serves for so long.
bool Credentials::may_be_half_written(AgentDesk& desk, const Reading& reading) {
    constexpr auto writing_max = std::chrono::seconds(1);
    const bool whole =
        reading.now ? reading.now->store->damaged_files.empty() : reading.now.error().code != Code::corrupt;
    if (whole) desk.damaged_since.reset();
    if (whole || !desk.store || desk.problem || !desk.store->damaged_files.empty()) return false;
    if (!desk.damaged_since) desk.damaged_since = clock_.steady();
    return clock_.steady() - *desk.damaged_since < writing_max;
}

Result<Credentials::Desk> Credentials::ready_desk(const std::string& agent_id, const ConfigPointer& config) {
    auto desk = desk_of(agent_id, config);
    if (!desk) return desk;
    if ((*desk)->problem) return std::unexpected(*(*desk)->problem);
    if (!(*desk)->store)
        return fail(Code::unavailable, "the credentials of agent {} were not read yet", agent_id);
    auto values = sources_.values();
    if ((*desk)->index && (*desk)->values == values) return desk;
    (*desk)->values = std::move(values);
    prepare_index(**desk);
    log_notices(**desk);
    return desk;
}

// What is sealed is opened once for each state of the store, and with keys that are at hand: this is the
// loop's thread. open_sealed() fetches the others.
void Credentials::prepare_index(AgentDesk& desk) {
    auto surroundings = auth::look_around(files_, *desk.config, fingerprint_key_);
    if (desk.store->profiles.empty())
        surroundings.unused = auth::find_unused_stores(files_, desk.config->paths());
    surroundings.values = desk.values;
    surroundings.asked_when_needed = true;
    desk.closed = false;
    desk.index.reset();
    desk.asked.clear();
    desk.logins.clear();
    std::vector<Secret> opened;
    if (auth::sealed::holds_sealed(*desk.store, *desk.config)) {
        auto values = std::make_shared<auth::SourceValues>(*desk.values);
        desk.closed = !auth::sealed::open_all(*values, *desk.store, *desk.config, *sealing_keys(desk.config),
                                              clock_.now(), auth::sealed::Keys::opened,
                                              [&](const Secret& secret) { opened.push_back(secret); });
        surroundings.values = std::move(values);
    }
    if (on_secrets_) {
        std::vector<const Secret*> held;
        for (const auto& secret : opened) held.push_back(&secret);
        on_secrets_("sealed " + place_of_store(desk.agent), held);
    }
    desk.index = std::make_unique<auth::Index>(*desk.store, *desk.config, std::move(surroundings));
}

void Credentials::log_notices(AgentDesk& desk) {
    auto notices = desk.index->notices();
    for (const auto& notice : notices)
        if (std::ranges::find(desk.notices, notice) == desk.notices.end())
            log_.warn("auth", "agent {}: {}", desk.agent, notice);
    desk.notices = std::move(notices);
}

net::Task<void> Credentials::catch_up(std::string agent_id, ConfigPointer config, net::Abort abort) {
    const auto desk = desk_of(agent_id, config);
    if (!desk) co_return;  // who decides says why
    mark_stale();
    if ((*desk)->stale || (*desk)->reading) co_await refresh(*desk, Eye::patient);
    const auto ready = ready_desk(agent_id, config);
    if (ready && (*ready)->closed) co_await open_sealed(std::move(abort));
}

net::Task<void> Credentials::open_sealed(net::Abort abort) {
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
    say_closed();
    next_look_ = clock_.steady() + next_look_after;
    for (auto& [key, each] : desks_)
        if (each->closed) each->index.reset();
    opened_.notify();
}

// Once for each reason.
void Credentials::say_closed() {
    const auto document = keys_->document();
    const auto key =
        document && *document ? keys_->opened_key((*document)->current) : auth::sealed::DataKey();
    const auto why = key ? std::string() : key.error().message;
    if (!why.empty() && why != said_closed_)
        log_.warn("credentials", "what is sealed can't be opened: {}", why);
    said_closed_ = why;
}

// Looking through thousands of profiles for references is not for every request. Whoever asks names the
// provider, so that no more than so many are kept.
std::vector<auth::HeldReference> Credentials::references_for(AgentDesk& desk,
                                                             const auth::ProviderId& provider) {
    constexpr std::size_t providers_max = 64;
    const auto known = desk.asked.find(provider);
    if (known != desk.asked.end()) return known->second;
    auto found = auth::asked_references(*desk.store, *desk.config, provider);
    if (desk.asked.size() < providers_max) desk.asked.emplace(provider, found);
    return found;
}

net::Task<void> Credentials::prepare(std::string agent_id, auth::ProviderId provider, ConfigPointer config,
                                     net::Abort abort) {
    co_await catch_up(agent_id, config, abort);
    if (renewer_) co_await renew_logins(agent_id, provider, config, abort);
    const auto desk = ready_desk(agent_id, config);
    if (!desk) co_return;  // who decides says why
    auto wanted = references_for(**desk, auth::ProviderId(provider));
    co_await sources_.prepare(std::move(wanted), std::move(config), std::move(abort));
}

Result<std::optional<auth::Candidate>> Credentials::choose(const auth::ResolveRequest& request,
                                                           const ConfigPointer& config) {
    const auto desk = ready_desk(request.agent_id, config);
    if (!desk) return std::unexpected(desk.error());
    live_.forget_trials(clock_.steady());
    auto question = request;
    question.live = &live_;
    return auth::choose(question, *(*desk)->index, clock_.now());
}

Result<Credentials::Sight> Credentials::look_at(const auth::ProfileId& profile,
                                                const auth::ResolveRequest& request,
                                                const ConfigPointer& config) {
    const auto desk = ready_desk(request.agent_id, config);
    if (!desk) return std::unexpected(desk.error());
    live_.forget_trials(clock_.steady());
    auto question = request;
    question.live = &live_;
    return Sight{.stored = (*desk)->find(profile),
                 .candidate = auth::find_candidate(question, profile, *(*desk)->index, clock_.now())};
}

Result<auth::Resolution> Credentials::resolve(const auth::ResolveRequest& request,
                                              const ConfigPointer& config) {
    const auto desk = ready_desk(request.agent_id, config);
    if (!desk) return std::unexpected(desk.error());
    live_.forget_trials(clock_.steady());
    auto question = request;
    question.live = &live_;
    return auth::resolve(question, *(*desk)->index, clock_.now());
}

Result<std::shared_ptr<const auth::Store>> Credentials::stored(const std::string& agent_id,
                                                               const ConfigPointer& config) {
    const auto desk = ready_desk(agent_id, config);
    if (!desk) return std::unexpected(desk.error());
    return (*desk)->store;
}

Result<Inputs> Credentials::inputs(const std::string& agent_id, const ConfigPointer& config) {
    const auto desk = ready_desk(agent_id, config);
    if (!desk) return std::unexpected(desk.error());
    live_.forget_trials(clock_.steady());
    return Inputs{.store = (*desk)->store,
                  .config = config,
                  .agent = config->find_agent(agent_id),
                  .store_file = (*desk)->own_file,
                  .fingerprint_key = fingerprint_key_,
                  .surroundings = (*desk)->index->surroundings(),
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

net::Task<std::optional<auth::Candidate>> Credentials::look_again(auth::ResolveRequest request,
                                                                  auth::Candidate refused,
                                                                  ConfigPointer config, net::Abort abort) {
    if (refused.kind == "oauth" && refused.source == auth::Source::profile && renewer_) {
        if (!co_await renew_refused(request.agent_id, refused, config, abort)) co_return std::nullopt;
    } else {
        if (!refused.reference) co_return std::nullopt;
        const auth::HeldReference held{*refused.reference, {}, refused.provider};
        if (!co_await sources_.ask_again(held, config, abort)) co_return std::nullopt;
    }
    const auto resolution = resolve(request, config);
    if (!resolution) co_return std::nullopt;
    for (const auto& candidate : resolution->candidates)
        if (label_of(candidate) == label_of(refused) && auth::is_usable(candidate.verdict) &&
            candidate.secret && candidate.secret != refused.secret)
            co_return candidate;
    co_return std::nullopt;
}

net::Task<Result<json::array>> Credentials::rests(std::string agent_id, ConfigPointer config) {
    co_await catch_up(agent_id, config, {});
    const auto desk = ready_desk(agent_id, config);
    if (!desk) co_return std::unexpected(desk.error());
    live_.forget_trials(clock_.steady());
    co_return auth::list_rests(
        {.store = *(*desk)->store, .fingerprint_key = fingerprint_key_, .live = &live_, .now = clock_.now()});
}

net::Task<Result<std::vector<std::string>>> Credentials::clear_rests(std::string agent_id,
                                                                     auth::RestFilter filter,
                                                                     ConfigPointer config) {
    co_await catch_up(agent_id, config, {});
    const auto ready = ready_desk(agent_id, config);
    if (!ready) co_return std::unexpected(ready.error());
    const auto desk = *ready;
    auto cleared = auth::clear_live(live_, filter);
    for (const auto& id : auth::clearable_profiles(*desk->store, filter)) {
        cleared.push_back(id.text);
        learn(desk, *desk->find(id), auth::Cleared{filter.model});
    }
    for (const auto& profile : desk->store->profiles)
        if (filter.matches(profile.id.text, profile.provider))
            live_.clear(auth::credential_name(auth::ProviderId(profile.provider), auth::Source::profile,
                                              profile.id.text),
                        filter.model);
    co_await flush();
    co_return cleared;
}

namespace {

// What was used when doesn't matter to anybody but the next choice.
bool same_credentials(const auth::Store& left, const auth::Store& right) {
    return left.profiles == right.profiles && left.damaged == right.damaged && left.order == right.order;
}

// Which of an agent's two files it is that can't be read.
std::string damaged_file(platform::FileSystem& files, const auth::StoreFolders& folders) {
    auto main_alone = folders;
    main_alone.own = folders.main;
    const bool main_is_sound = auth::ProfileStore(files, std::move(main_alone)).load().has_value();
    return ((main_is_sound ? folders.own : folders.main) / auth::store_file_name).string();
}

}  // namespace

net::Task<CredentialNews> Credentials::read_again(bool from_scratch, ConfigPointer config) {
    CredentialNews news;
    const auto before = desks_;
    if (from_scratch) desks_.clear();  // who records something still holds what he needs
    for (const auto& entry : config->agents()) {
        const auto desk = *desk_of(entry.id, config);
        const auto known = before.find({entry.id, config.get()});
        const auto old = known == before.end() ? nullptr : known->second->seen.store;
        desk->stale = true;
        co_await refresh(desk, Eye::strict);
        if (desk->problem) {
            std::move_only_function<std::string()> look = [this,
                                                           folders = auth::store_folders(*config, entry)] {
                return damaged_file(files_, folders);
            };
            news.damaged.emplace(co_await loop_.blocking(std::move(look)), desk->problem->message);
        } else if (!old || (desk->seen.store != old && !same_credentials(*old, *desk->seen.store))) {
            news.changed.push_back(entry.id);
        }
    }
    co_return news;
}

json::object Credentials::remembered(const std::string& agent_id, const ConfigPointer& config) {
    auto all = live_;
    if (const auto desk = ready_desk(agent_id, config))
        for (const auto& profile : (*desk)->store->profiles)
            if (writer_.knows_of((*desk)->file_of(profile), profile.id))
                all.put(auth::credential_name(auth::ProviderId(profile.provider), auth::Source::profile,
                                              profile.id.text),
                        (*desk)->usage_of(profile.id));
    return auth::remembered_json(all);
}

}  // namespace openclaw::credentials
