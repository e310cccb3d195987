#include "credentials/secret_sources.h"

#include <algorithm>
#include <deque>

#include "auth/sources/source_cache.h"
#include "net/loop/blocking_pool.h"
#include "net/loop/completion.h"

namespace openclaw::credentials {
namespace {

constexpr Milliseconds slack{1'000};  // for starting threads and programs

}  // namespace

// Shared with what runs on the threads, which may end after a turn has gone.
struct SecretSources::State {
    State(net::Loop& loop_given, platform::FileSystem& files, const Clock& clock_given, SourceMeans given)
        : loop(loop_given), clock(clock_given), means(std::move(given)), cache(means.random), answered(loop) {
        if (means.processes != nullptr)
            tools.emplace(auth::SourceTools{files, *means.processes, means.user_id, abandoned});
    }

    auth::Moment now() const { return {clock.now(), clock.steady()}; }
    void configure(const std::shared_ptr<const config::Config>& with);
    void enqueue(std::vector<auth::SourceQuestion> questions);
    static void start_next(const std::shared_ptr<State>& self);
    void take(const auth::SourceQuestion& question, const auth::SourceAnswer& answer);
    void tell_values(const auth::SourceQuestion& question, const auth::SourceAnswer& answer) const;

    net::Loop& loop;
    const Clock& clock;
    SourceMeans means;
    const std::shared_ptr<std::atomic<bool>> abandoned = std::make_shared<std::atomic<bool>>(false);
    std::optional<auth::SourceTools> tools;
    auth::SourceCache cache;
    std::shared_ptr<const config::Config> config;
    std::size_t at_once = 4;
    std::deque<auth::SourceQuestion> queue;
    std::size_t running = 0;
    std::vector<std::pair<std::string, Milliseconds>>
        bounds;  // of what runs or waits: source, longest answer
    net::Event answered;
    net::BlockingPool pool{16};
};

void SecretSources::State::configure(const std::shared_ptr<const config::Config>& with) {
    if (config == with) return;
    config = with;
    const auto settings = auth::SourceSettings::from(*with);
    at_once = settings.concurrency_max;
    cache.configure(settings);
}

void SecretSources::State::enqueue(std::vector<auth::SourceQuestion> questions) {
    for (auto& question : questions) {
        bounds.emplace_back(question.name, question.longest());
        queue.push_back(std::move(question));
    }
}

void SecretSources::State::start_next(const std::shared_ptr<State>& self) {
    while (self->running < self->at_once && !self->queue.empty()) {
        auto question = std::make_shared<auth::SourceQuestion>(std::move(self->queue.front()));
        self->queue.pop_front();
        const auto answer = std::make_shared<auth::SourceAnswer>();
        // The threads are joined before the state goes; what they bring is looked at only while it is there.
        net::submit(
            self->pool, self->loop,
            [tools = *self->tools, question, answer]() mutable {
                *answer = auth::ask_source(tools, *question);
            },
            [question, answer, waiting = std::weak_ptr<State>(self)] {
                const auto state = waiting.lock();
                if (!state) return;
                --state->running;
                state->take(*question, *answer);
                start_next(state);
            });
        ++self->running;
    }
}

// Each reference is a place of its own: what it gave before is let go.
void SecretSources::State::tell_values(const auth::SourceQuestion& question,
                                       const auth::SourceAnswer& answer) const {
    for (const auto& [id, value] : answer.values) {
        if (!value) continue;
        const Secret* const held[] = {&*value};
        means.on_secrets(fmt::format("{} of {}", id, question.name), held);
    }
}

void SecretSources::State::take(const auth::SourceQuestion& question, const auth::SourceAnswer& answer) {
    if (means.on_secrets) tell_values(question, answer);
    const auto bound = std::ranges::find(bounds, std::pair(question.name, question.longest()));
    if (bound != bounds.end()) bounds.erase(bound);
    cache.answered(question, answer, now());
    answered.notify();
}

SecretSources::SecretSources(net::Loop& loop, platform::FileSystem& files, const Clock& clock,
                             SourceMeans means, Milliseconds retry_pause)
    : loop_(loop), retry_pause_(retry_pause) {
    if (!means.random) means.random = [] { return 0.5; };
    random_ = means.random;
    state_ = std::make_shared<State>(loop, files, clock, std::move(means));
}

SecretSources::~SecretSources() {
    *state_->abandoned = true;
    state_->pool.stop();
}

bool SecretSources::ask(const std::vector<auth::HeldReference>& wanted, const ConfigPointer& config) {
    state_->configure(config);
    if (!state_->tools) return false;
    auto plan = state_->cache.plan(wanted, state_->now());
    const bool worth_waiting = plan.pending || !plan.now.empty();
    state_->enqueue(std::move(plan.now));
    state_->enqueue(std::move(plan.soon));
    State::start_next(state_);
    return worth_waiting;
}

net::Task<void> SecretSources::wait(const std::vector<auth::HeldReference>& wanted, net::Abort abort) {
    Milliseconds longest{0};
    for (const auto& [name, bound] : state_->bounds)
        if (std::ranges::any_of(wanted, [&](const auto& held) {
                return state_->cache.settings().provider_of(held.reference) == name;
            }))
            longest = std::max(longest, bound);
    const auto ends = loop_.now() + longest + slack;
    while (state_->cache.waits_for(wanted) && !abort.requested()) {
        const auto left = std::chrono::floor<Milliseconds>(ends - loop_.now());
        if (left <= Milliseconds(0)) co_return;
        co_await state_->answered.wait_for(left, abort);
    }
}

net::Task<void> SecretSources::prepare(std::vector<auth::HeldReference> wanted, ConfigPointer config,
                                       net::Abort abort) {
    if (wanted.empty() || !ask(wanted, config)) co_return;
    co_await wait(wanted, abort);
    if (!state_->cache.may_recover(wanted)) co_return;
    const auto pause = static_cast<double>(retry_pause_.count()) * (0.5 + random_());
    if (!co_await loop_.sleep(Milliseconds(static_cast<std::int64_t>(pause)), abort)) co_return;
    state_->cache.try_now(wanted, state_->now());
    if (ask(wanted, config)) co_await wait(wanted, abort);
}

net::Task<bool> SecretSources::ask_again(auth::HeldReference held, ConfigPointer config, net::Abort abort) {
    state_->configure(config);
    if (!state_->tools || !state_->cache.forget(held.reference, state_->now())) co_return false;
    const std::vector wanted{std::move(held)};
    if (ask(wanted, config)) co_await wait(wanted, abort);
    co_return true;
}

std::shared_ptr<const auth::SourceValues> SecretSources::values() {
    return state_->cache.values();
}

}  // namespace openclaw::credentials
