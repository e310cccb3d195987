#include "auth/rests/standing.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

Standing::Failure failure_of(const Trouble& usage, const std::string& model) {
    return {.at = *usage.last_failure,
            .reason = usage.last_failure_reason,
            .status = usage.last_failure_status,
            .text = usage.last_failure_text,
            .model = model};
}

std::optional<Standing::Failure> last_failure_of(const UsageStats& usage, std::string_view model) {
    std::optional<Standing::Failure> last;
    if (usage.last_failure) last = failure_of(usage, {});
    for (const auto& entry : usage.models) {
        if (!entry.last_failure || (!model.empty() && entry.model != model)) continue;
        if (!last || *entry.last_failure > last->at) last = failure_of(entry, entry.model);
    }
    return last;
}

bool blames_the_credential(std::string_view reason) {
    return reason == "auth" || reason == "billing" || reason == "refused_use";
}

Standing::Word word_of(const Standing& standing, bool trial_due) {
    using Word = Standing::Word;
    if (standing.rest) return Word::resting;
    const auto& failure = standing.last_failure;
    if (failure && failure->at >= standing.last_success && blames_the_credential(failure->reason))
        return Word::refused;
    if (trial_due) return Word::trial_due;
    return standing.last_success ? Word::proven : Word::unproven;
}

}  // namespace

Standing standing_of(const UsageStats& usage, std::string_view model, TimePoint now) {
    Standing standing{.last_success = usage.last_used,
                      .last_failure = last_failure_of(usage, model),
                      .rest = rest_of(usage, now, model)};
    standing.word = word_of(standing, wants_trial(usage, now, model));
    return standing;
}

std::string said_text(const Standing::Failure& failure) {
    const std::string said =
        failure.text.empty() ? replaced(failure.reason, "_", " ") : printable(failure.text);
    const std::string status = failure.status == 0 ? "" : std::to_string(failure.status);
    if (status.empty() || said.starts_with(status)) return said;
    return said.empty() ? status : fmt::format("{} {}", status, said);
}

std::string last_failure_text(const Standing& standing, TimePoint now) {
    if (!standing.last_failure) return {};
    const auto& failure = *standing.last_failure;
    const bool refused = failure.status >= 400 && failure.status < 500;
    auto text =
        fmt::format("last {} {} ago", refused || blames_the_credential(failure.reason) ? "refused" : "failed",
                    format_span(std::max(now - failure.at, Milliseconds(0))));
    if (!failure.model.empty()) text += " for " + printable(failure.model);
    const auto said = said_text(failure);
    return said.empty() ? text : fmt::format("{}: {}", text, said);
}

std::string last_success_text(const Standing& standing, TimePoint now) {
    if (!standing.last_success) return {};
    return fmt::format("last worked {} ago",
                       format_span(std::max(now - *standing.last_success, Milliseconds(0))));
}

}  // namespace openclaw::auth
