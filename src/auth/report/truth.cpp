#include "auth/report/truth.h"

#include <algorithm>

#include "auth/choice/remedy.h"
#include "auth/rests/rest.h"
#include "base/duration.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

using Word = Truth::Word;

constexpr Milliseconds warn_span = std::chrono::hours(24);

void add(std::string& text, const std::string& part) {
    if (part.empty()) return;
    text += (text.empty() ? "" : "; ") + part;
}

std::optional<TimePoint> stated_end(const Profile& profile) {
    if (const auto* token = std::get_if<Token>(&profile.credential)) return token->expires;
    if (const auto* login = std::get_if<OAuth>(&profile.credential)) return login->expires;
    return std::nullopt;
}

bool renews_itself(const Profile& profile) {
    const auto* login = std::get_if<OAuth>(&profile.credential);
    return login && (!login->refresh.blank() || profile.reference_of("refresh"));
}

bool is_excluded(Verdict verdict) {
    return verdict == Verdict::excluded_by_order || verdict == Verdict::excluded_by_config ||
           verdict == Verdict::excluded_by_pin || verdict == Verdict::provider_mismatch ||
           verdict == Verdict::mode_mismatch || verdict == Verdict::not_allowed_here;
}

// How long it lasts, in words; sets the word where the end decides.
std::string lifetime_text(const Profile& profile, Truth& truth, std::optional<Word>& word, TimePoint now) {
    if (const auto end = stated_end(profile)) {
        truth.ends = end;
        if (renews_itself(profile)) {
            if (*end > now) return fmt::format("access token ends in {}", format_span(*end - now));
            word = Word::expired;
            return fmt::format("access token ended {} ago, refresh token present", format_span(now - *end));
        }
        if (*end <= now) {
            word = Word::expired;
            return fmt::format("expired {} ago", format_span(now - *end));
        }
        if (*end - now <= warn_span) word = Word::expiring;
        return fmt::format("expires in {}", format_span(*end - now));
    }
    if (std::holds_alternative<ApiKey>(profile.credential)) return {};
    if (const auto age = age_of(profile)) {
        truth.ends = age->latest_end;
        truth.end_is_estimated = true;
        if (now >= age->latest_end - warn_before_documented_end) word = Word::expiring;
        return fmt::format("entered {} ago, {} lasts {}{}", format_span(now - age->entered),
                           age->lifetime->name, age->lifetime->span,
                           now >= age->latest_end ? ": replace it" : "");
    }
    std::string text = "when it ends is not known";
    if (const auto* lifetime = find_documented_lifetime(profile))
        text += fmt::format(" ({} lasts {}; when it was entered was not recorded)", lifetime->name,
                            lifetime->span);
    else if (profile.added)
        text += fmt::format(", entered {} ago", format_span(now - *profile.added));
    return text;
}

Word word_of(const Standing& standing, const Profile& profile, bool has_end) {
    switch (standing.word) {
        case Standing::Word::proven:
            return Word::proven;
        case Standing::Word::refused:
            return Word::refused;
        case Standing::Word::resting:
            return Word::resting;
        case Standing::Word::trial_due:
            return Word::on_trial;
        case Standing::Word::unproven:
            break;
    }
    return std::holds_alternative<ApiKey>(profile.credential) || has_end ? Word::unproven : Word::unknown;
}

std::string rest_text(const Rest& rest, TimePoint now) {
    auto text = fmt::format("rests for another {}", format_left(rest.until - now));
    if (!rest.model.empty()) text += " for " + printable(rest.model);
    if (!rest.reason.empty()) text += fmt::format(" ({})", replaced(rest.reason, "_", " "));
    return text;
}

std::string standing_text(Word word, const Standing& standing, TimePoint now) {
    switch (word) {
        case Word::resting:
            return rest_text(*standing.rest, now);
        case Word::on_trial:
            return "its rest is over, the next request tries it";
        case Word::refused:
            return {};
        default:
            if (standing.last_success) return {};
            return standing.last_failure ? "has not worked yet" : "never used";
    }
}

// Rests of single models; the account's own is the word's.
std::string model_rests_text(const UsageStats& usage, TimePoint now) {
    constexpr std::size_t shown_max = 3;
    std::string text;
    std::size_t models = 0;
    for (const auto& rest : rests_of(usage, now))
        if (!rest.model.empty() && ++models <= shown_max) add(text, rest_text(rest, now));
    if (models > shown_max) add(text, fmt::format("{} more models rest", models - shown_max));
    return text;
}

// Of a variable or a key in the config, by what the gateway remembers of it.
Truth truth_of_remembered(const Candidate& chosen, const Standing& standing, TimePoint now) {
    Truth truth{.last_success = standing.last_success, .last_failure = standing.last_failure};
    switch (standing.word) {
        case Standing::Word::proven:
            truth.word = Word::proven;
            break;
        case Standing::Word::refused:
            truth.word = Word::refused;
            break;
        case Standing::Word::trial_due:
            truth.word = Word::on_trial;
            add(truth.text, standing_text(truth.word, standing, now));
            break;
        case Standing::Word::resting:
        case Standing::Word::unproven:
            truth.word = Word::unknown;
            break;
    }
    add(truth.text, last_failure_text(standing, now));
    add(truth.text, last_success_text(standing, now));
    truth.text = place_of(chosen) + ": " + (truth.text.empty() ? "never used" : truth.text);
    return truth;
}

// Of what rests and is tried all the same.
Truth truth_on_demand(const Candidate& chosen, const Truth* of_profile, const UsageStats* remembered,
                      TimePoint now) {
    Truth truth;
    if (of_profile && chosen.source == Source::profile)
        truth = *of_profile;
    else if (remembered)
        truth = truth_of_remembered(chosen, standing_of(*remembered, {}, now), now);
    truth.word = Word::resting;
    truth.until = chosen.until;
    truth.text = place_of(chosen) + ": " + chosen.reason;
    return truth;
}

}  // namespace

std::string_view name_of(Word word) {
    switch (word) {
        case Word::proven:
            return "proven";
        case Word::unproven:
            return "unproven";
        case Word::refused:
            return "refused";
        case Word::resting:
            return "resting";
        case Word::on_trial:
            return "on_trial";
        case Word::expired:
            return "expired";
        case Word::expiring:
            return "expiring";
        case Word::unknown:
            return "unknown";
        case Word::unavailable:
            return "unavailable";
        case Word::unusable:
            return "unusable";
        case Word::missing:
            return "missing";
    }
    return "unknown";
}

std::string words_of(Word word) {
    return replaced(std::string(name_of(word)), "_", " ");
}

Truth truth_of(const Profile& profile, const Candidate* candidate, const UsageStats* usage, TimePoint now) {
    Truth truth{.entered = profile.added};
    const Standing standing = usage ? standing_of(*usage, {}, now) : Standing{};
    truth.last_success = standing.last_success;
    truth.last_failure = standing.last_failure;
    if (standing.rest) truth.until = standing.rest->until;

    std::optional<Word> by_end;
    const auto lifetime = lifetime_text(profile, truth, by_end, now);
    const auto verdict = candidate ? candidate->verdict : Verdict::in_reserve;
    if (candidate && is_excluded(verdict)) truth.excluded = candidate->reason;
    if (verdict == Verdict::unavailable || verdict == Verdict::blank || verdict == Verdict::damaged) {
        truth.word = verdict == Verdict::unavailable ? Word::unavailable : Word::unusable;
        truth.text = candidate->reason;
    } else {
        const auto by_use = word_of(standing, profile, truth.ends.has_value());
        // What a request would meet comes first: the end, a rest, a refusal; then the warning.
        const bool warns = by_end == Word::expiring &&
                           (by_use == Word::resting || by_use == Word::refused || by_use == Word::on_trial);
        truth.word = by_end && !warns ? *by_end : by_use;
        if (truth.word == by_end) add(truth.text, lifetime);
        add(truth.text, standing_text(by_use, standing, now));
        if (usage && !standing.rest) add(truth.text, model_rests_text(*usage, now));
    }
    const bool failed_last = truth.last_failure && truth.last_failure->at >= standing.last_success;
    if (failed_last) add(truth.text, last_failure_text(standing, now));
    add(truth.text, last_success_text(standing, now));
    if (truth.last_failure && !failed_last) add(truth.text, last_failure_text(standing, now));
    if (truth.word != by_end) add(truth.text, lifetime);
    if (!truth.excluded.empty()) add(truth.text, "no request uses it: " + truth.excluded);
    return truth;
}

Truth truth_of(const Resolution& resolution, const Truth* of_chosen_profile, const UsageStats* remembered,
               TimePoint now) {
    if (const auto* chosen = resolution.chosen()) {
        if (chosen->on_demand) return truth_on_demand(*chosen, of_chosen_profile, remembered, now);
        if (of_chosen_profile && chosen->source == Source::profile) {
            Truth truth = *of_chosen_profile;
            truth.text = place_of(*chosen) + ": " + truth.text;
            return truth;
        }
        if (chosen->source == Source::keyless)
            return {.word = Word::unknown, .text = "needs no key; whether it answers is not known"};
        if (remembered) return truth_of_remembered(*chosen, standing_of(*remembered, {}, now), now);
        return {.word = Word::unknown, .text = place_of(*chosen) + ": no record is kept of it"};
    }
    // The one that comes closest to being usable.
    constexpr std::pair<Verdict, Word> closest[] = {
        {Verdict::cooling, Word::resting},         {Verdict::disabled, Word::resting},
        {Verdict::needs_refresh, Word::expired},   {Verdict::expired, Word::expired},
        {Verdict::unavailable, Word::unavailable}, {Verdict::blank, Word::unusable},
        {Verdict::damaged, Word::unusable},
    };
    for (const auto& [verdict, word] : closest) {
        const auto found = std::ranges::find(resolution.candidates, verdict, &Candidate::verdict);
        if (found == resolution.candidates.end()) continue;
        if (found->source != Source::profile && verdict == Verdict::blank) continue;
        Truth truth{.word = word, .text = place_of(*found) + ": " + found->reason};
        if (word == Word::resting) truth.until = found->until;
        if (word == Word::expired) truth.ends = found->expires;
        return truth;
    }
    for (const auto& candidate : resolution.candidates)
        if (is_excluded(candidate.verdict))
            return {.word = Word::missing,
                    .text = place_of(candidate) + ": " + candidate.reason,
                    .excluded = candidate.reason};
    return {.word = Word::missing, .text = "no credential is stored or set"};
}

}  // namespace openclaw::auth
