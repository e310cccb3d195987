#include "gateway/serving/reloader.h"

#include <algorithm>
#include <new>

#include "base/text.h"
#include "gateway/serving/weak_points.h"
#include "net/loop/exhaustion.h"

namespace openclaw::gateway {
namespace {

// A change is taken over within this time, however restless the files are.
constexpr Milliseconds report_within{800};
// Between two looks where the kernel doesn't tell of changes.
constexpr Milliseconds look_every = std::chrono::seconds(1);
// Who waits for a time of day looks at the clock that often: somebody may set it.
constexpr Milliseconds clock_looked_at_every = std::chrono::minutes(1);
// Before what could not be read is tried again: first and, after some tries, at last.
constexpr Milliseconds pause_first{100}, pause_longest = std::chrono::seconds(30);

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

// A file of variables that could be read before and can't be just now: a config without them is not what is
// written, and a lock that stands there would be another one.
std::optional<Error> newly_unread(const config::Config& config, const config::Config& before) {
    for (const auto& warning : config.warnings())
        if (warning.code == Code::unavailable &&
            std::ranges::find(before.warnings(), warning) == before.warnings().end())
            return Error{warning.code, warning.message, {}};
    return std::nullopt;
}

FileUse use_of(const platform::Path& file, const config::Config& config, const Currency& currency) {
    if (contains(credential_files(config), file)) {
        const auto damaged = std::ranges::find_if(
            currency.damaged_stores, [&](const auto& each) { return same_place(each.first, file); });
        if (damaged == currency.damaged_stores.end()) return {.used = true};
        return {.why_not = damaged->second};
    }
    if (!contains(config_files(config), file)) return {.why_not = "it doesn't read that file"};
    if (is_off(config)) return {.why_not = "gateway.reload.mode is off"};
    return {.used = currency.problem.empty(), .why_not = currency.problem};
}

}  // namespace

Reloader::Reloader(Means means, Reactions reactions)
    : means_(std::move(means)),
      reactions_(std::move(reactions)),
      started_with_(means_.serving.take()),
      off_(is_off(*started_with_->config)),
      currency_{.read_at = means_.clock.now(), .tls_problems = started_with_->tls.problems},
      look_(means_.files, config_files(*started_with_->config)),
      config_watcher_(means_.loop, [this](const Result<void>& watching) { config_touched(watching); }),
      store_watcher_(means_.loop, [this](const Result<void>&) { stores_touched(); }),
      looked_at_(means_.clock.steady()),
      carried_(means_.loop),
      pause_(pause_first) {}

Reloader::UpToDate Reloader::up_to_date() {
    if (has_changed()) return UpToDate(done(order(false)));
    if (carrying_out_) return UpToDate(done(ordered_));
    return UpToDate();
}

bool Reloader::has_changed() {
    if (off_) return false;
    if (config_watcher_.take_changes()) return true;
    if (told_) return false;
    const auto now = means_.clock.steady();
    if (now - looked_at_ < look_every) return false;
    looked_at_ = now;
    return true;
}

void Reloader::glance() {
    if (has_changed()) order(false);
}

net::Task<void> Reloader::reload() {
    co_await done(order(true));
}

net::Task<void> Reloader::reread() {
    if (!off_) co_await done(order(true));
    if (means_.keys) co_await (*means_.keys)->reread();
    if (means_.devices) co_await (*means_.devices)->reread();
    if (co_await read_stores(true)) reactions_.news();
}

std::uint64_t Reloader::order(bool anyway) {
    anyway_ |= anyway;
    ++ordered_;
    if (!carrying_out_) means_.tasks.spawn(carry_out_orders());
    carrying_out_ = true;
    return ordered_;
}

net::Task<void> Reloader::done(std::uint64_t ordered) {
    while (carried_out_ < ordered) co_await carried_.wait();
}

net::Task<void> Reloader::carry_out_orders() {
    while (carried_out_ < ordered_) {
        const auto round = ordered_;
        std::move_only_function<Reading()> reading = [this, look = look_,
                                                      anyway = std::exchange(anyway_, false)]() mutable {
            return read(std::move(look), anyway);
        };
        try {
            if (take_over(co_await means_.loop.blocking(std::move(reading)))) reactions_.news();
        } catch (const std::bad_alloc&) {
            net::attempt([this] { keep_old("out of memory"); });
            net::attempt([this] { try_again_later(); });
        }
        carried_out_ = round;
        carried_.notify();
    }
    carrying_out_ = false;
}

// The look comes first: what changes after it is noticed by the next one.
Reloader::Reading Reloader::read(FileLook look, bool anyway) const {
    const bool touched = look.changed();
    Reading reading{.look = std::move(look), .touched = touched};
    if (!touched && !anyway) return reading;
    reading.serving = load();
    if (!reading.serving) return reading;
    const auto& config = *(*reading.serving)->config;
    FileLook next(means_.files, config_files(config));
    next.continue_from(reading.look);
    reading.look = std::move(next);
    reading.to_watch = worth_watching(config);
    reading.told_of_changes = std::ranges::all_of(reading.to_watch, means_.is_told_of_changes);
    return reading;
}

Result<ServingPointer> Reloader::load() const {
    auto config = load_valid(means_.load_config);
    if (!config) return std::unexpected(std::move(config).error());
    if (auto problem = newly_unread(**config, *means_.serving.take()->config))
        return std::unexpected(std::move(*problem));
    auto secret = access::resolve_gateway_secret(**config, means_.files, means_.options.secret);
    if (!secret) return std::unexpected(std::move(secret).error());
    // The lock stays as it is: a secret that has vanished opens nothing and closes nothing.
    if (secret->is_needed() && !secret->chosen())
        return fail(Code::not_found, "the gateway's secret is gone");
    if (auto locked = check_lock(**config, *secret, means_.loopback_only); !locked)
        return std::unexpected(std::move(locked).error());
    auto tls =
        read_tls_lock(means_.tls, **config, secret->mode, &means_.serving.take()->tls, means_.clock.now());
    if (!tls) return std::unexpected(std::move(tls).error());
    auto weak = weak_points(**config, &*secret, means_.options);
    return make_serving(std::move(*config), std::move(*secret), std::move(*tls), std::move(weak));
}

// A file outside the state folder that isn't there is not waited for: its folder may be somebody's home,
// where something happens all the time.
std::vector<platform::Path> Reloader::worth_watching(const config::Config& config) const {
    auto files = config_files(config);
    const auto state = config.paths().state.string() + "/";
    std::erase_if(files, [&](const platform::Path& file) {
        return file != config.paths().config_file && !file.string().starts_with(state) &&
               !platform::exists(means_.files, file);
    });
    return files;
}

// Gives whether something is different now: the files, what they say, or whether they can be used. (Variables
// that the config doesn't mention may be different all the same.)
bool Reloader::take_over(Reading reading) {
    look_ = std::move(reading.look);
    if (!reading.serving) {
        const bool news = keep_old(reading.serving.error().message);
        try_again_later();
        return news || reading.touched;
    }
    if (!*reading.serving) return false;
    const bool news = use(std::move(*reading.serving));
    watch(std::move(reading.to_watch), reading.told_of_changes);
    return news || reading.touched;
}

bool Reloader::keep_old(std::string problem) {
    if (currency_.problem == problem) return false;
    means_.log.warn("gateway", "config reload skipped: {}", problem);
    currency_.problem = std::move(problem);
    return true;
}

bool Reloader::use(ServingPointer serving) {
    const auto before = means_.serving.take();
    const auto change = compare(before->config->value(), serving->config->value());
    if (!change.empty())
        means_.log.info("gateway", "config change applied ({})", joined(change.changed, ", "));
    if (!change.needs_restart.empty())
        means_.log.warn("gateway", "config change requires gateway restart ({})",
                        joined(change.needs_restart, ", "));
    for (const auto& point : serving->weak_points)
        if (std::ranges::find(before->weak_points, point) == before->weak_points.end())
            means_.log.warn("gateway", "{}", in_a_line(point));
    const bool repaired = !currency_.problem.empty() || currency_.tls_problems != serving->tls.problems;
    for (const auto& problem : serving->tls.problems)
        if (std::ranges::find(currency_.tls_problems, problem) == currency_.tls_problems.end())
            means_.log.warn("gateway", "not in use as it is written: {}", problem);
    off_ = is_off(*serving->config);
    currency_ = {
        .read_at = means_.clock.now(),
        .problem = {},
        .needs_restart = compare(started_with_->config->value(), serving->config->value()).needs_restart,
        .damaged_stores = std::move(currency_.damaged_stores),
        .tls_problems = serving->tls.problems};
    if (currency_.tls_problems.empty()) pause_ = pause_first;
    means_.serving.swap(serving);
    means_.credentials.use(serving->config);
    if (means_.doorman.use(serving->lock(means_.fingerprint_key), serving->guesses)) {
        means_.log.info("gateway", "the gateway's lock has changed: ending what it lets in no longer");
        reactions_.lock_changed();
    }
    if (!currency_.tls_problems.empty()) try_again_later();
    mind_earlier_secret();
    return repaired || !change.empty();
}

void Reloader::mind_earlier_secret() {
    const auto earlier = means_.serving.take()->secret.earlier;
    if (!earlier || minded_ == earlier) return;
    means_.tasks.spawn(end_in_time(*earlier));
    minded_ = earlier;
}

// Neither a clock that is set back nor a host that sleeps makes the time longer.
net::Task<void> Reloader::end_in_time(access::EarlierSecret earlier) {
    const auto until = means_.loop.now() + (earlier.ends - means_.clock.now());
    while (true) {
        const auto left = std::min(std::chrono::ceil<Milliseconds>(until - means_.loop.now()),
                                   earlier.ends - means_.clock.now());
        if (left <= Milliseconds(0)) break;
        if (!co_await means_.loop.sleep(std::min(left, clock_looked_at_every), means_.life.ending)) co_return;
    }
    if (means_.doorman.end_earlier_secret(earlier)) {
        means_.log.info("gateway", "the token {} has ended: ending what it has opened", earlier.fingerprint);
        reactions_.lock_changed();
    }
    std::move_only_function<void()> forgetting = [paths = means_.serving.take()->config->paths(),
                                                  &files = means_.files, earlier] {
        // One that can't be forgotten has ended all the same: its file says when.
        (void)access::forget_earlier_secret(paths, files, earlier);
    };
    co_await means_.loop.blocking(std::move(forgetting));
}

void Reloader::try_again_later() {
    if (trying_) return;
    means_.tasks.spawn(try_again(pause_));
    trying_ = true;
    pause_ = std::min(2 * pause_, pause_longest);
}

net::Task<void> Reloader::try_again(Milliseconds pause) {
    const bool in_time = co_await means_.loop.sleep(pause, means_.life.ending);
    trying_ = false;
    if (!in_time || means_.life.stopping) co_return;
    if (!currency_.problem.empty() || !currency_.tls_problems.empty()) order(true);
    if (!currency_.damaged_stores.empty() && co_await read_stores(false)) reactions_.news();
}

// Gives whether an agent has other credentials, or another order of them, than before.
net::Task<bool> Reloader::read_stores(bool from_scratch) {
    auto news = co_await means_.credentials.read_again(from_scratch, means_.serving.take()->config);
    for (const auto& [file, problem] : news.damaged)
        if (!currency_.damaged_stores.contains(file))
            means_.log.warn("auth", "the credentials in {} can't be used: {}", file, problem);
    const bool repaired = news.damaged != currency_.damaged_stores;
    currency_.damaged_stores = std::move(news.damaged);
    if (!currency_.damaged_stores.empty()) try_again_later();
    if (!news.changed.empty())
        means_.log.info("auth", "credentials read again ({})", joined(news.changed, ", "));
    co_return repaired || !news.changed.empty();
}

void Reloader::follow() {
    const auto& config = *means_.serving.take()->config;
    watched_ = worth_watching(config);
    watch(watched_, std::ranges::all_of(watched_, means_.is_told_of_changes));
    if (FileLook(look_).changed()) order(false);  // before it was watched
    if (!currency_.tls_problems.empty()) try_again_later();
    mind_earlier_secret();
}

void Reloader::watch(std::vector<platform::Path> files, bool told_of_changes) {
    const auto serving = means_.serving.take();
    const Milliseconds asked(serving->config->integer_or_default("gateway.reload.debounceMs"));
    const net::FileWatcher::Pace pace{.quiet = std::min(asked, report_within), .longest = report_within};
    config_watcher_.set_pace(pace);
    store_watcher_.set_pace(pace);
    const auto watching = config_watcher_.watch(files);
    const auto watching_stores = store_watcher_.watch(credential_files(*serving->config));
    told_ = watching && told_of_changes;
    if (!told_ || !watching_stores)
        degraded(!watching          ? watching.error().message
                 : !watching_stores ? watching_stores.error().message
                                    : "the system doesn't tell of changes on this file system");
    // What changed in another file before it was watched.
    if (std::exchange(watched_, files) != files) order(true);
}

void Reloader::degraded(const std::string& why) {
    if (!std::exchange(degraded_, true))
        means_.log.warn("gateway", "{}; changes are seen when a request comes", why);
}

// Folders may have come or been replaced, so it is looked in any case.
void Reloader::config_touched(const Result<void>& watching) {
    if (!watching) degraded(watching.error().message);
    told_ = told_ && watching;
    if (means_.life.stopping || off_) return;
    config_watcher_.take_changes();
    order(false);
}

void Reloader::stores_touched() {
    if (!means_.life.stopping) means_.tasks.spawn(follow_stores());
}

net::Task<void> Reloader::follow_stores() {
    if (co_await read_stores(false)) reactions_.news();
}

// Those of the keys and devices, which have keepers of their own.
std::vector<Reloader::KeptApart> Reloader::kept_apart() const {
    std::vector<KeptApart> kept;
    if (means_.keys) kept.push_back({{(*means_.keys)->file()}, (*means_.keys)->problem()});
    if (means_.devices) kept.push_back({(*means_.devices)->files(), (*means_.devices)->problem()});
    return kept;
}

net::Task<std::vector<FileUse>> Reloader::uses_of(std::vector<std::string> files) const {
    std::move_only_function<std::vector<FileUse>()> looking = [config = means_.serving.take()->config,
                                                               currency = currency_, files = std::move(files),
                                                               kept = kept_apart()] {
        std::vector<FileUse> uses;
        for (const auto& file : files) {
            const auto apart =
                std::ranges::find_if(kept, [&](const KeptApart& each) { return contains(each.files, file); });
            uses.push_back(apart == kept.end()
                               ? use_of(file, *config, currency)
                               : FileUse{.used = apart->problem.empty(), .why_not = apart->problem});
        }
        return uses;
    };
    return means_.loop.blocking(std::move(looking));
}

}  // namespace openclaw::gateway
