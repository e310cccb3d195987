// How long the choice of a credential takes. Budget: 2 µs with 10 profiles, 50 µs with 10,000.
#include <benchmark/benchmark.h>

#include "auth/choice/resolver.h"

namespace {

using namespace openclaw;

constexpr TimePoint noon = from_ms(1'769'774'400'000);

// All of one provider, of all kinds; every seventh rests, every eleventh token has expired.
auth::Store store_of(std::int64_t count) {
    auth::Store store;
    for (std::int64_t i = 0; i < count; ++i) {
        auth::Profile profile;
        profile.id = {fmt::format("anthropic:{}", i)};
        profile.provider = "anthropic";
        if (i % 3 == 0) {
            profile.credential = auth::ApiKey{Secret(fmt::format("sk-ant-api03-{:040}", i))};
        } else {
            profile.credential = auth::Token{Secret(fmt::format("sk-ant-oat01-{:080}", i)),
                                             noon + std::chrono::hours(i % 11 == 0 ? -1 : 100)};
        }
        auto& usage = store.usage[profile.id.text];
        usage.last_used = noon - std::chrono::seconds(i * 7919 % 100'000);
        if (i % 7 == 0) {
            usage.last_failure = noon - std::chrono::seconds(30);
            usage.cooldown_until = noon + std::chrono::seconds(30 + i % 100);
        }
        store.profiles.push_back(std::move(profile));
    }
    return store;
}

void choose_credential(benchmark::State& state) {
    const auto store = store_of(state.range(0));
    const auto config = config::Config::empty({}, {});
    const auth::Index index(store, *config);
    const auth::ResolveRequest request{
        .provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}};
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(auth::choose(request, index, noon));
    }
}
BENCHMARK(choose_credential)->Arg(10)->Arg(10'000)->Unit(benchmark::kMicrosecond);

// The longest walks: nobody is ready but the last, and the last one is asked for by its name.
void choose_the_last(benchmark::State& state) {
    auto store = store_of(state.range(0));
    for (auto& [id, usage] : store.usage) {
        usage.last_failure = noon - std::chrono::seconds(30);
        usage.cooldown_until = noon + std::chrono::hours(1);
    }
    store.usage.erase(store.profiles.back().id.text);
    const auto config = config::Config::empty({}, {});
    const auth::Index index(store, *config);
    const auth::ResolveRequest request{
        .provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}};
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(auth::choose(request, index, noon));
    }
}
BENCHMARK(choose_the_last)->Arg(10)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void choose_pinned(benchmark::State& state) {
    const auto store = store_of(state.range(0));
    const auto config = config::Config::empty({}, {});
    const auth::Index index(store, *config);
    const auth::ResolveRequest request{
        .provider = "anthropic", .agent_id = "main", .model = {}, .pinned = store.profiles.back().id};
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(auth::choose(request, index, noon));
    }
}
BENCHMARK(choose_pinned)->Arg(10)->Arg(10'000)->Unit(benchmark::kMicrosecond);

// What an explanation costs, and preparing the index after a change of the store.
void resolve_with_reasons(benchmark::State& state) {
    const auto store = store_of(state.range(0));
    const auto config = config::Config::empty({}, {});
    const auth::Index index(store, *config);
    const auth::ResolveRequest request{
        .provider = "anthropic", .agent_id = "main", .model = {}, .pinned = {}};
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(auth::resolve(request, index, noon));
    }
}
BENCHMARK(resolve_with_reasons)->Arg(10)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void build_index(benchmark::State& state) {
    const auto store = store_of(state.range(0));
    const auto config = config::Config::empty({}, {});
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(auth::Index(store, *config));
    }
}
BENCHMARK(build_index)->Arg(10)->Arg(10'000)->Unit(benchmark::kMicrosecond);

}  // namespace
