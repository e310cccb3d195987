// What it costs to know the keys of a large store: to be told 10,000 that begin alike, and to take them out
// of a log of 100 KB. Budget: the same for a line, however many keys are known.
#include <benchmark/benchmark.h>

#include "base/redact.h"

namespace {

using namespace openclaw;

// As providers make them: 24 bytes that all share, and a body.
Secret key(std::int64_t number) {
    return Secret(fmt::format("sk-ant-api03-aaaaaaaaaaa{:016x}{:060}", number * 0x9E3779B9, number));
}

void add_keys(benchmark::State& state) {
    for (auto step : state) {
        static_cast<void>(step);
        Redactor redactor;
        for (std::int64_t i = 0; i < state.range(0); ++i) redactor.add(key(i));
    }
}
BENCHMARK(add_keys)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

std::string log_of(std::string_view line) {
    std::string text;
    while (text.size() < 100'000) text += line;
    return text;
}

void redact_log(benchmark::State& state, std::string_view line) {
    Redactor redactor;
    for (std::int64_t i = 0; i < state.range(0); ++i) redactor.add(key(i));
    const auto text = log_of(line);
    for (auto step : state) {
        static_cast<void>(step);
        benchmark::DoNotOptimize(redactor.redact(text));
    }
}
BENCHMARK_CAPTURE(redact_log, ordinary,
                  "12:00:01 [gateway] chat.send from 10.1.2.3: answered in 812 ms, 120 tokens\n")
    ->Arg(1)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);
// A text in which the common beginning stands everywhere, with a key that nobody knows.
BENCHMARK_CAPTURE(redact_log, unknown_keys, "key=\"sk-ant-api03-aaaaaaaaaaa-but-not-one-of-ours-at-all\" ")
    ->Arg(1)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
