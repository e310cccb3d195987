#include "gateway/reloader.h"

#include <algorithm>

#include "base/text.h"
#include "gateway/ws/snapshot.h"

namespace openclaw::gateway {
namespace {

// A change is taken over within this time, however restless the files are.
constexpr Milliseconds report_within{800};

// A file outside the state folder that isn't there is not waited for: its folder may be somebody's home,
// where something happens all the time. A request that comes sees it.
std::vector<platform::Path> worth_watching(const Core& core) {
    const auto& config = core.config();
    auto files = config_files(config);
    const auto state = config.paths().state.string() + "/";
    std::erase_if(files, [&](const platform::Path& file) {
        return file != config.paths().config_file && !file.string().starts_with(state) &&
               !platform::exists(core.parts.files, file);
    });
    std::ranges::move(credential_files(config), std::back_inserter(files));
    return files;
}

bool same_place(const platform::Path& left, const platform::Path& right) {
    std::error_code ignored;
    return left == right || std::filesystem::weakly_canonical(left, ignored) ==
                                std::filesystem::weakly_canonical(right, ignored);
}

bool contains(const std::vector<platform::Path>& files, const platform::Path& file) {
    return std::ranges::any_of(files, [&](const auto& each) { return same_place(each, file); });
}

bool is_off(const config::Config& config) {
    return config.text_or_default("gateway.reload.mode") == "off";
}

}  // namespace

Reloader::Reloader(Core& core, access::SecretFlags flags)
    : core_(core),
      flags_(std::move(flags)),
      started_with_(core.settings.config),
      files_(core.parts.files, config_files(core.config())) {
    core_.currency.read_at = core_.now();
}

void Reloader::look() {
    if (take_over_changes()) announce();
}

bool Reloader::take_over_changes() {
    if (is_off(core_.config()) || !files_.changed()) return false;
    take_over();
    return true;
}

void Reloader::reload() {
    files_.changed();  // what is seen here is what is read next
    take_over();
    announce();
}

net::Task<void> Reloader::reread() {
    bool news = false;
    if (!is_off(core_.config())) {
        const bool touched = files_.changed();
        news = take_over() || touched;
    }
    if (co_await read_stores(true) || news) announce();
}

// Reads config and secret. Gives whether the config says something else now, or has become or stopped being
// unusable. (Variables that it doesn't mention may be different all the same.)
bool Reloader::take_over() {
    auto config = core_.parts.load_config();
    if (config)
        if (auto problem = (*config)->error()) config = std::unexpected(std::move(*problem));
    if (!config) {
        core_.parts.log.warn("gateway", "config reload skipped (invalid config): {}", config.error().message);
        return keep_old(config.error().message);
    }
    auto secret = access::resolve_gateway_secret(**config, core_.parts.files, flags_);
    if (!secret || !secret->chosen()) {
        // The lock stays as it is: a secret that has vanished opens nothing and closes nothing.
        const auto problem = secret ? std::string("the gateway's secret is gone") : secret.error().message;
        core_.parts.log.warn("gateway", "reload skipped: {}", problem);
        return keep_old(problem);
    }
    const auto change = compare(core_.config().value(), (*config)->value());
    if (!change.empty())
        core_.parts.log.info("gateway", "config change applied ({})", joined(change.changed, ", "));
    if (!change.needs_restart.empty())
        core_.parts.log.warn("gateway", "config change requires gateway restart ({})",
                             joined(change.needs_restart, ", "));
    const bool repaired = !core_.currency.problem.empty();
    use(settings_of(std::move(*config), std::move(*secret), core_.parts.fingerprint_key));
    return repaired || !change.empty();
}

bool Reloader::keep_old(std::string problem) {
    return std::exchange(core_.currency.problem, problem) != problem;
}

void Reloader::use(Settings settings) {
    const bool same_lock = settings.access.mode == core_.settings.access.mode &&
                           settings.access.secret == core_.settings.access.secret;
    core_.settings = std::move(settings);
    core_.credentials.use(core_.settings.config);
    core_.limiter.use(core_.settings.guesses);
    FileLook files(core_.parts.files, config_files(core_.config()));
    files.continue_from(files_);
    files_ = std::move(files);
    core_.currency = {.read_at = core_.now(),
                      .problem = {},
                      .needs_restart = compare(started_with_->value(), core_.config().value()).needs_restart,
                      .damaged_stores = std::move(core_.currency.damaged_stores)};
    if (watcher_) watch();
    if (same_lock) return;
    core_.parts.log.info("gateway",
                         "the gateway's secret has changed: closing connections that used the old one");
    core_.hub.revoke_where(
        [](const Client& client) { return client.principal().proof() != access::Proof::socket_owner; }, 1008,
        "gateway secret changed");
}

// Gives whether an agent has other credentials, or another order of them, than before.
net::Task<bool> Reloader::read_stores(bool from_scratch) {
    auto news = co_await core_.credentials.read_again(from_scratch, core_.settings.config);
    for (const auto& [file, problem] : news.damaged)
        if (!core_.currency.damaged_stores.contains(file))
            core_.parts.log.warn("auth", "the credentials in {} can't be used: {}", file, problem);
    const bool repaired = news.damaged != core_.currency.damaged_stores;
    core_.currency.damaged_stores = std::move(news.damaged);
    if (!news.changed.empty())
        core_.parts.log.info("auth", "credentials read again ({})", joined(news.changed, ", "));
    co_return repaired || !news.changed.empty();
}

void Reloader::follow() {
    watcher_ = std::make_unique<net::FileWatcher>(
        core_.parts.loop, [this](const Result<void>& watching) { changed(watching); });
    watch();
}

void Reloader::watch() {
    const Milliseconds asked(core_.config().integer_or_default("gateway.reload.debounceMs"));
    watcher_->set_pace({.quiet = std::min(asked, report_within), .longest = report_within});
    degraded(watcher_->watch(worth_watching(core_)));
}

void Reloader::degraded(const Result<void>& watching) {
    if (!watching && !degraded_)
        core_.parts.log.warn("gateway", "{}; changes are seen when a request comes",
                             watching.error().message);
    degraded_ = !watching;
}

void Reloader::changed(const Result<void>& watching) {
    degraded(watching);
    if (core_.stopping) return;
    core_.tasks.spawn(follow_up(take_over_changes()));
}

net::Task<void> Reloader::follow_up(bool config_changed) {
    if (co_await read_stores(false) || config_changed) announce();
}

// As the protocol has it: another health, with its version.
void Reloader::announce() {
    ++core_.health_version;
    if (core_.hub.size() == 0 || core_.stopping) return;
    const json::value version = core_.state_version();
    core_.hub.broadcast("health", health_snapshot(core_), access::Scope::read, Delivery::must_arrive,
                        &version);
}

FileUse use_of(const Core& core, const platform::Path& file) {
    const auto& config = core.config();
    if (contains(credential_files(config), file)) {
        const auto damaged = std::ranges::find_if(
            core.currency.damaged_stores, [&](const auto& each) { return same_place(each.first, file); });
        if (damaged == core.currency.damaged_stores.end()) return {true, {}};
        return {false, damaged->second};
    }
    if (!contains(config_files(config), file)) return {false, "it doesn't read that file"};
    if (is_off(config)) return {false, "gateway.reload.mode is off"};
    return {core.currency.problem.empty(), core.currency.problem};
}

}  // namespace openclaw::gateway
