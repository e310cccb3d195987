#include "auth/choice/prepared_index.h"
#include "auth/profiles/program_login.h"
#include "auth/rests/cooldown.h"
#include "base/duration.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

std::string failure_text(const Trouble& trouble) {
    std::string reason = replaced(trouble.last_failure_reason, "_", " ");
    if (trouble.last_failure_status != 0) reason = fmt::format("{} {}", trouble.last_failure_status, reason);
    return reason;
}

// What began a rest: "429 rate limit", or the words of the person who set it.
std::string cause_of(const Rest& rest, const UsageStats& usage) {
    const Trouble* trouble = rest.model.empty() ? &usage : nullptr;
    if (!trouble) trouble = usage.find_model(rest.model);
    if (!trouble) return {};
    if (rest.reason == manual_reason) return trouble->bench ? printable(trouble->bench->why) : std::string();
    return failure_text(*trouble);
}

std::string rest_text(const UsageStats& usage, std::string_view model, TimePoint now) {
    const auto rest = rest_of(usage, now, model);
    if (!rest) return "resting";
    const std::string subject = rest->model.empty() ? "" : fmt::format(" {}", printable(rest->model));
    const auto left = format_left(rest->until - now);
    const auto cause = cause_of(*rest, usage);
    if (rest->reason == manual_reason)
        return fmt::format("a person lets{} rest for another {}{}", subject.empty() ? " it" : subject, left,
                           cause.empty() ? "" : ": " + cause);
    if (rest->kind == Rest::Kind::disabled) {
        auto text = fmt::format("disabled ({}){} for another {}", rest->reason,
                                subject.empty() ? "" : " for" + subject, left);
        return rest->trial_at ? fmt::format("{}, tried again in {}", text, format_left(*rest->trial_at - now))
                              : text;
    }
    const auto text = subject.empty() ? fmt::format("cooling for another {}", left)
                                      : fmt::format("cooling for{} for another {}", subject, left);
    return cause.empty() ? text : fmt::format("{} after {}", text, cause);
}

// What nobody waits for, because we guessed it: "cooling for ...; resting, tried on demand in 4 s".
std::string demand_text(const Told& told) {
    const auto rest = rest_text(*told.usage, told.model, told.now);
    const auto left = *told.on_demand - told.now;
    return left <= Milliseconds(0)
               ? rest + "; resting, tried on demand"
               : fmt::format("{}; resting, tried on demand in {}", rest, format_left(left));
}

std::string header_text(const Told& told) {
    return told.header ? fmt::format("left out: {} is sent in its place", told.header->place)
                       : std::string("it belongs to the entry of another model");
}

std::string end_text(const Slot& slot, TimePoint now) {
    return slot.ends <= 0 ? std::string("no access token")
                          : fmt::format("expired {} ago", format_span(now - from_ms(slot.ends)));
}

std::string refresh_text(const SlotDetail& detail) {
    const auto owner = detail.profile ? refresh_owner(*detail.profile) : RefreshOwner();
    return owner.ours ? "has a refresh token, but must be refreshed before it can be used" : owner.remedy;
}

std::string owner_text(const SlotDetail& detail) {
    const auto owner = detail.profile ? refresh_owner(*detail.profile) : RefreshOwner();
    return owner.ours ? std::string() : "; " + owner.remedy;
}

// What there is to say about the source of a usable credential.
std::string source_text(const SlotDetail& detail, TimePoint now) {
    if (!detail.referral) return {};
    const auto& [reference, source, asked_later] = *detail.referral;
    const auto named = describe(reference);
    if (asked_later)
        return reference.source == SecretRef::Source::exec
                   ? fmt::format(
                         "; {}: its command is run when a request needs it; `--allow-exec` runs it now",
                         named)
                   : fmt::format("; {}: read when a request needs it", named);
    if (source.problem.empty() && source.elsewhere && source.read_at)
        return fmt::format("; the gateway read {} {} ago", named, format_span(now - *source.read_at));
    if (source.problem.empty()) return "; from " + named;
    const auto age = source.read_at ? format_span(now - *source.read_at) : std::string("?");
    return fmt::format("; last good value, {} old; {}: {}", age, named, source.problem);
}

// Where it stands in the order, and why.
std::string place_text(const Slot& slot, const SlotDetail& detail, Verdict verdict, const Group& group) {
    const bool first = verdict == Verdict::chosen;
    switch (slot.source) {
        case Source::environment:
            return first ? "set in the environment"
                         : "set in the environment, tried after what stands before it";
        case Source::config_key:
            if (slot.header) return "a header that the config sets; no key goes with it";
            return first ? "set in the config" : "set in the config, tried after what stands before it";
        case Source::ambient:
            return detail.kind == "cli" ? "the program's own login" : "the provider's own chain";
        case Source::keyless:
            return "needs no key";
        case Source::profile:
            break;
    }
    const std::string order =
        group.explicit_order ? fmt::format("the order that the {} sets", group.order_origin) : "order";
    return first ? "the first ready one in " + order : "ready, later in " + order;
}

std::string limit_text(const Profile& profile) {
    const auto& agents = *profile.allowed_agents;
    return agents.empty() ? std::string("no agent may use it")
                          : fmt::format("only {} may use it", shortened(joined(agents, ", "), 200));
}

}  // namespace

std::string_view name_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::chosen:
            return "chosen";
        case Verdict::in_reserve:
            return "in_reserve";
        case Verdict::needs_refresh:
            return "needs_refresh";
        case Verdict::cooling:
            return "cooling";
        case Verdict::disabled:
            return "disabled";
        case Verdict::on_trial:
            return "on_trial";
        case Verdict::expired:
            return "expired";
        case Verdict::blank:
            return "blank";
        case Verdict::damaged:
            return "damaged";
        case Verdict::excluded_by_order:
            return "excluded_by_order";
        case Verdict::excluded_by_config:
            return "excluded_by_config";
        case Verdict::excluded_by_pin:
            return "excluded_by_pin";
        case Verdict::provider_mismatch:
            return "provider_mismatch";
        case Verdict::mode_mismatch:
            return "mode_mismatch";
        case Verdict::not_allowed_here:
            return "not_allowed_here";
        case Verdict::not_stored:
            return "not_stored";
        case Verdict::not_set:
            return "not_set";
        case Verdict::unavailable:
            return "unavailable";
    }
    return "not_set";
}

std::string reason_for(const Slot& slot, const SlotDetail& detail, const Group& group, const Told& told) {
    const auto now = told.now;
    const bool resting = told.usage && rest_of(*told.usage, now, told.model);
    switch (told.verdict) {
        case Verdict::chosen:
        case Verdict::in_reserve: {
            if (told.pinned)
                return (resting ? "asked for, although it is " + rest_text(*told.usage, told.model, now)
                                : "asked for") +
                       source_text(detail, now);
            if (told.on_demand) return demand_text(told) + source_text(detail, now);
            const auto place =
                place_text(slot, detail, told.verdict, group) + source_text(detail, now) + owner_text(detail);
            if (told.on_trial)
                return place + "; its rest is over and another request tries it, but nothing else is usable";
            return told.usage && wants_trial(*told.usage, now, told.model)
                       ? place + "; its rest is over, and one request tries it"
                       : place;
        }
        case Verdict::on_trial:
            return "its rest is over, and another request tries it just now";
        case Verdict::needs_refresh:
            return end_text(slot, now) + "; " + refresh_text(detail);
        case Verdict::cooling:
        case Verdict::disabled:
            return told.on_demand ? demand_text(told) : rest_text(*told.usage, told.model, now);
        case Verdict::expired:
            return end_text(slot, now);
        case Verdict::excluded_by_pin:
            return "another profile was asked for and nothing else may be used";
        case Verdict::excluded_by_config:
            return detail.reason.empty() ? header_text(told) : detail.reason;
        case Verdict::blank:
        case Verdict::damaged:
        case Verdict::excluded_by_order:
        case Verdict::provider_mismatch:
        case Verdict::mode_mismatch:
        case Verdict::not_stored:
        case Verdict::not_set:
        case Verdict::unavailable:
            return detail.reason;
        case Verdict::not_allowed_here:
            return limit_text(*detail.profile);
    }
    return detail.reason;
}

}  // namespace openclaw::auth
