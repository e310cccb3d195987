#include "auth/sources/read_sources.h"

#include <atomic>
#include <thread>

#include "auth/sources/source_cache.h"

namespace openclaw::auth {

SourceValues read_sources(const SourceTools& tools, const SourceSettings& settings,
                          const std::vector<HeldReference>& wanted, Commands commands, const Clock& clock) {
    std::vector<HeldReference> asked;
    for (const auto& held : wanted)
        if (held.reference.source == SecretRef::Source::file || commands == Commands::run)
            asked.push_back(held);
    SourceCache cache([] { return 0.5; });
    cache.configure(settings);
    const auto moment = [&] { return Moment{clock.now(), clock.steady()}; };
    const auto questions = cache.plan(asked, moment()).now;
    std::vector<SourceAnswer> answers(questions.size());
    std::atomic<std::size_t> next = 0;
    const auto work = [&] {
        for (auto at = next++; at < questions.size(); at = next++)
            answers[at] = ask_source(tools, questions[at]);
    };
    {
        std::vector<std::jthread> others;
        const auto threads = std::min(questions.size(), settings.concurrency_max);
        for (std::size_t at = 1; at < threads; ++at) others.emplace_back(work);
        work();
    }
    for (std::size_t at = 0; at < questions.size(); ++at)
        cache.answered(questions[at], answers[at], moment());
    return *cache.values();
}

}  // namespace openclaw::auth
