#include "chat/commands/credential_text.h"

#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "credentials/credentials.h"

namespace openclaw::chat {
namespace {

std::string mark_of(const auth::Candidate& candidate, const CommandContext& context) {
    return candidate.secret ? fingerprint(*candidate.secret, context.fingerprint_key)
                            : std::string("no value");
}

std::string remaining(const std::optional<TimePoint>& until, TimePoint now) {
    return until && *until > now ? " " + format_remaining(*until - now) : std::string();
}

std::vector<std::string> flags_of(const auth::Candidate& candidate, const CommandContext& context) {
    using auth::Verdict;
    std::vector<std::string> flags;
    switch (candidate.verdict) {
        case Verdict::chosen:
            flags.emplace_back("next");
            break;
        case Verdict::in_reserve:
            break;
        case Verdict::cooling:
            flags.push_back("cooldown" + remaining(candidate.until, context.now));
            break;
        case Verdict::disabled:
            flags.push_back("disabled" + remaining(candidate.until, context.now));
            break;
        case Verdict::expired:
            flags.emplace_back("expired");
            break;
        default:
            flags.push_back(candidate.reason);
    }
    if (candidate.expires && *candidate.expires > context.now)
        flags.push_back("exp " + format_remaining(*candidate.expires - context.now));
    const auto& pin = context.entry.pin;
    if (pin && candidate.source == auth::Source::profile && pin->profile == candidate.profile)
        flags.emplace_back(pin->source == PinSource::user ? "pinned by you" : "pinned");
    return flags;
}

}  // namespace

std::string describe_candidate(const auth::Candidate& candidate, const CommandContext& context) {
    std::string text;
    const auto* profile =
        candidate.source == auth::Source::profile ? context.store.find(candidate.profile) : nullptr;
    if (candidate.source != auth::Source::profile)
        text = fmt::format("{} ({})", mark_of(candidate, context), credentials::label_of(candidate));
    else if (candidate.kind == "oauth")
        text = fmt::format("{}=OAuth{}", candidate.profile.text,
                           profile != nullptr && !profile->email.empty() ? " (" + profile->email + ")" : "");
    else
        text = fmt::format("{}={}{}", candidate.profile.text, candidate.kind == "token" ? "token:" : "",
                           mark_of(candidate, context));
    const auto flags = flags_of(candidate, context);
    return flags.empty() ? text : fmt::format("{} ({})", text, joined(flags, ", "));
}

std::string describe_auth(const auth::Candidate* candidate, const CommandContext& context) {
    if (candidate == nullptr) return "none usable";
    if (candidate->source == auth::Source::keyless) return "no key needed";
    if (candidate->kind == "oauth") return fmt::format("oauth ({})", credentials::label_of(*candidate));
    return fmt::format("{} {} ({})", candidate->kind == "token" ? "token" : "api-key",
                       mark_of(*candidate, context), credentials::label_of(*candidate));
}

}  // namespace openclaw::chat
