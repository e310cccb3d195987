#include "auth/sources/source_cache.h"

#include <algorithm>

namespace openclaw::auth {
namespace {

SecretRef::Source kind_of(const SourceProvider& provider) {
    return std::holds_alternative<FileSource>(provider) ? SecretRef::Source::file : SecretRef::Source::exec;
}

}  // namespace

void SourceCache::configure(const SourceSettings& settings) {
    const auto is_same = [&](const std::string& name) {
        const auto before = settings_.providers.find(name);
        const auto after = settings.providers.find(name);
        return before != settings_.providers.end() && after != settings.providers.end() &&
               before->second == after->second;
    };
    std::erase_if(entries_, [&](const auto& entry) {
        return settings_.provider_of(entry.first) != settings.provider_of(entry.first) ||
               !is_same(settings.provider_of(entry.first));
    });
    std::erase_if(files_, [&](const auto& entry) { return !is_same(entry.first); });
    settings_ = settings;
    values_.reset();
}

SourceCache::Need SourceCache::need_of(const Entry& entry, SteadyTime now) const {
    if (entry.asking || now < entry.not_before) return Need::none;
    if (!entry.known.value) return Need::now;
    // A source that is down has a last good value: nobody waits for the next attempt.
    if (entry.failures > 0) return Need::soon;
    if (now >= entry.good_until) return Need::now;
    const auto early = settings_.lifetime / 5;
    return entry.good_until - now > file_recheck && now + early >= entry.good_until ? Need::soon : Need::none;
}

void SourceCache::add_to(std::vector<SourceQuestion>& questions, const SecretRef& reference,
                         const SourceProvider& provider) {
    const auto name = settings_.provider_of(reference);
    auto found = std::ranges::find_if(questions, [&](const SourceQuestion& question) {
        return question.name == name && question.provider.index() == provider.index();
    });
    if (found == questions.end()) {
        questions.push_back({.name = name,
                             .provider = provider,
                             .ids = {},
                             .references_max = settings_.references_max,
                             .batch_bytes_max = settings_.batch_bytes_max});
        found = std::prev(questions.end());
    }
    if (std::ranges::find(found->ids, reference.id) == found->ids.end()) found->ids.push_back(reference.id);
}

// A file is read as a whole: what else stands in it must not stay as it was in the file before.
void SourceCache::ask_all_of_file(SourceQuestion& question) {
    bool complete = true;
    for (auto& [reference, entry] : entries_) {
        if (reference.source != SecretRef::Source::file || settings_.provider_of(reference) != question.name)
            continue;
        if (std::ranges::find(question.ids, reference.id) == question.ids.end())
            question.ids.push_back(reference.id);
        entry.asking = true;
        complete = complete && entry.known.value && entry.failures == 0;
    }
    const auto known = files_.find(question.name);
    if (complete && known != files_.end()) question.known_file = known->second;
}

void SourceCache::drop_unasked() {
    if (entries_.size() < references_max) return;
    std::erase_if(entries_, [](const auto& entry) { return !entry.second.asking; });
    files_.clear();
}

SourceCache::Plan SourceCache::plan(const std::vector<HeldReference>& wanted, Moment now) {
    Plan plan;
    drop_unasked();
    for (const auto& held : wanted) {
        auto& entry = entries_[held.reference];
        plan.pending = plan.pending || (entry.asking && entry.awaited);
        const auto need = need_of(entry, now.steady);
        if (need == Need::none) continue;
        const auto source = settings_.find(held.reference);
        if (!source) {
            take(held.reference, std::unexpected(source.error()), now);
            continue;
        }
        entry.asking = true;
        entry.awaited = need == Need::now;
        values_.reset();
        add_to(need == Need::now ? plan.now : plan.soon, held.reference, **source);
    }
    for (auto* questions : {&plan.now, &plan.soon})
        for (auto& question : *questions)
            if (std::holds_alternative<FileSource>(question.provider)) ask_all_of_file(question);
    return plan;
}

void SourceCache::take(const SecretRef& reference, const Result<Secret>& given, Moment now) {
    auto& entry = entries_[reference];
    entry.asking = false;
    values_.reset();
    if (given) {
        entry.known = {.value = *given, .problem = {}, .read_at = now.wall};
        entry.failures = 0;
        entry.not_before = now.steady;
        entry.good_until =
            now.steady + (reference.source == SecretRef::Source::file ? file_recheck : settings_.lifetime);
        return;
    }
    // What may not be used is not used a moment longer; what can't be reached may have been right.
    if (given.error().code == Code::denied) entry.known = {};
    entry.known.problem = given.error().message;
    if (!given.error().hint.empty()) entry.known.problem += "; " + given.error().hint;
    const auto pause = std::min(first_pause * (1 << std::min(entry.failures, 10)), longest_pause);
    ++entry.failures;
    entry.brief = given.error().code == Code::unavailable;
    const auto jittered = static_cast<double>(pause.count()) * (0.5 + random_());
    entry.not_before = now.steady + Milliseconds(static_cast<std::int64_t>(jittered));
    // A file costs nothing to look at, and whoever has just mended it doesn't want to wait.
    if (reference.source == SecretRef::Source::file) entry.not_before = now.steady + file_recheck;
}

void SourceCache::answered(const SourceQuestion& question, const SourceAnswer& answer, Moment now) {
    const auto source = kind_of(question.provider);
    if (source == SecretRef::Source::file) {
        files_.erase(question.name);
        if (answer.file) files_.emplace(question.name, *answer.file);
    }
    for (auto& [reference, entry] : entries_) {
        if (reference.source != source || settings_.provider_of(reference) != question.name ||
            std::ranges::find(question.ids, reference.id) == question.ids.end())
            continue;
        // The settings may have changed meanwhile: the answer is of another source then.
        const auto now_configured = settings_.find(reference);
        if (!now_configured || !(**now_configured == question.provider)) {
            entry.asking = false;
            continue;
        }
        if (answer.unchanged) {
            entry.asking = false;
            entry.good_until = now.steady + file_recheck;
            continue;
        }
        const auto given = answer.values.find(reference.id);
        take(reference,
             given == answer.values.end()
                 ? Result<Secret>(std::unexpected(Error{Code::unavailable, "it gave no answer", {}}))
                 : given->second,
             now);
    }
}

bool SourceCache::forget(const SecretRef& reference, Moment now) {
    const auto found = entries_.find(reference);
    if (found == entries_.end() || now.steady < found->second.reread_after) return false;
    auto& entry = found->second;
    entry.reread_after = now.steady + reread_pause;
    entry.known = {};
    entry.failures = 0;
    entry.not_before = now.steady;
    if (reference.source == SecretRef::Source::file) files_.erase(settings_.provider_of(reference));
    values_.reset();
    return true;
}

bool SourceCache::waits_for(const std::vector<HeldReference>& wanted) const {
    return std::ranges::any_of(wanted, [&](const HeldReference& held) {
        const auto found = entries_.find(held.reference);
        return found != entries_.end() && found->second.asking && found->second.awaited;
    });
}

bool SourceCache::may_recover(const std::vector<HeldReference>& wanted) const {
    return std::ranges::any_of(wanted, [&](const HeldReference& held) {
        const auto found = entries_.find(held.reference);
        return found != entries_.end() && !found->second.asking && !found->second.known.value &&
               found->second.failures == 1 && found->second.brief;
    });
}

void SourceCache::try_now(const std::vector<HeldReference>& wanted, Moment now) {
    for (const auto& held : wanted)
        if (const auto found = entries_.find(held.reference); found != entries_.end())
            if (found->second.failures == 1 && found->second.brief) found->second.not_before = now.steady;
}

std::shared_ptr<const SourceValues> SourceCache::values() {
    if (values_) return values_;
    auto values = std::make_shared<SourceValues>();
    for (const auto& [reference, entry] : entries_) {
        auto known = entry.known;
        if (!known.value && known.problem.empty()) known.problem = "no answer yet";
        values->set(reference, {}, std::move(known));
    }
    values_ = values;
    return values_;
}

}  // namespace openclaw::auth
