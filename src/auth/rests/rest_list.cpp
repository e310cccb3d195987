#include "auth/rests/rest_list.h"

#include <algorithm>

#include "base/duration.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

// Whose rests a row tells of.
struct Owner {
    Source source;
    std::string name, provider;  // name: the profile's id, or the place
    std::string live_name;
};

std::string_view kind_of(const Rest& rest) {
    if (rest.reason == manual_reason) return "manual";
    return rest.kind == Rest::Kind::disabled ? "disabled" : "cooldown";
}

void add_cause(json::object& row, const Rest& rest, const Trouble& trouble) {
    if (rest.reason == manual_reason && trouble.bench) {
        row["at"] = to_ms(trouble.bench->since);
        if (!trouble.bench->why.empty()) row["why"] = trouble.bench->why;
        return;
    }
    if (!rest.reason.empty()) row["reason"] = rest.reason;
    if (!trouble.last_failure) return;
    row["at"] = to_ms(*trouble.last_failure);
    if (trouble.last_failure_status != 0) row["status"] = trouble.last_failure_status;
    if (!trouble.last_failure_text.empty()) row["said"] = trouble.last_failure_text;
}

json::object row_of(const Owner& owner, const RestWindow& window, const UsageStats& usage,
                    const RestQuestion& question) {
    const auto& rest = window.rest;
    const Trouble* trouble = &usage;
    if (!rest.model.empty()) trouble = usage.find_model(rest.model);
    json::object row;
    row[owner.source == Source::profile ? "profileId" : "place"] = owner.name;
    row["source"] = name_of(owner.source);
    row["provider"] = owner.provider;
    row["scope"] = rest.model.empty() ? "account" : "model";
    if (!rest.model.empty()) row["model"] = rest.model;
    row["kind"] = kind_of(rest);
    add_cause(row, rest, *trouble);
    const bool resting = window.contains(question.now);
    const bool tried = question.live && question.live->tries(owner.live_name, rest.model);
    row["state"] = resting ? "resting" : tried ? "on_trial" : "trial_due";
    row["until"] = to_ms(rest.until);
    row["remainingMs"] = std::max(rest.until - question.now, Milliseconds(0)).count();
    if (resting && kind_of(rest) != "manual") row["nextTrialAt"] = to_ms(rest.ready_at());
    return row;
}

void add_rows(std::vector<json::object>& rows, const Owner& owner, const UsageStats& usage,
              const RestQuestion& question) {
    for (const auto& window : rest_windows(usage))
        if (window.contains(question.now) || window.wants_trial(question.now))
            rows.push_back(row_of(owner, window, usage, question));
}

// "environment\nANTHROPIC_API_KEY" behind the provider, as credential_name writes it.
std::optional<Owner> owner_of(const std::string& live_name) {
    const auto parts = split(live_name, '\n');
    if (parts.size() != 3) return std::nullopt;
    for (const auto source : {Source::environment, Source::config_key, Source::ambient})
        if (parts[1] == name_of(source))
            return Owner{source, std::string(parts[2]), std::string(parts[0]), live_name};
    return std::nullopt;
}

std::string text_at(const json::object& row, std::string_view key) {
    return printable(string_at(row, key).value_or(""));
}

std::string state_text(const json::object& row, TimePoint now) {
    const auto span_to = [&](std::string_view key) {
        const auto at = integer_at(row, key);
        return at ? format_left(std::max(from_ms(*at) - now, Milliseconds(0))) : std::string();
    };
    const auto state = string_at(row, "state").value_or("");
    if (state == "on_trial") return "its rest is over, and a request tries it just now";
    if (state == "trial_due") return "its rest is over; the next request tries it";
    auto text = "rests for another " + span_to("until");
    const auto trial = integer_at(row, "nextTrialAt");
    return trial && trial != integer_at(row, "until") ? text + ", tried again in " + span_to("nextTrialAt")
                                                      : text;
}

}  // namespace

bool RestFilter::matches(std::string_view credential, std::string_view its_provider) const {
    if (!name.empty() && name != credential && name != fmt::format("env: {}", credential)) return false;
    return provider.empty() || ProviderId(provider) == ProviderId(its_provider);
}

std::vector<ProfileId> clearable_profiles(const Store& store, const RestFilter& filter) {
    std::vector<ProfileId> ids;
    for (const auto& profile : store.profiles) {
        const auto* usage = store.usage_of(profile.id);
        if (usage && filter.matches(profile.id.text, profile.provider) &&
            !(after_clear(*usage, filter.model) == *usage))
            ids.push_back(profile.id);
    }
    return ids;
}

std::vector<std::string> clear_live(LiveRests& live, const RestFilter& filter) {
    std::vector<Owner> owners;
    for (const auto& [name, usage] : live.usage())
        if (auto owner = owner_of(name); owner && filter.matches(owner->name, owner->provider))
            owners.push_back(std::move(*owner));
    std::vector<std::string> cleared;
    for (const auto& owner : owners)
        if (live.clear(owner.live_name, filter.model)) cleared.push_back(owner.name);
    return cleared;
}

json::array list_rests(const RestQuestion& question) {
    std::vector<json::object> rows;
    for (const auto& profile : question.store.profiles) {
        const auto* usage = usage_about(question.store, profile, question.fingerprint_key);
        if (!usage) continue;
        const ProviderId provider(profile.provider);
        add_rows(rows,
                 {Source::profile, profile.id.text, provider,
                  credential_name(provider, Source::profile, profile.id.text)},
                 *usage, question);
    }
    if (question.live)
        for (const auto& [name, usage] : question.live->usage())
            if (const auto owner = owner_of(name)) add_rows(rows, *owner, usage, question);
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (std::size_t i = 0; i < rows.size(); ++i)
        order.emplace_back(integer_at(rows[i], "until").value_or(0), i);
    std::ranges::sort(order);
    json::array list;
    for (const auto& [until, i] : order) list.emplace_back(std::move(rows[i]));
    return list;
}

std::string rest_line(const json::object& row, TimePoint now) {
    auto line = row.contains("profileId") ? text_at(row, "profileId") : text_at(row, "place");
    if (!row.contains("profileId"))
        line += fmt::format(" ({}, in the gateway's memory)", text_at(row, "source"));
    line += fmt::format(" [{}]", row.contains("model") ? text_at(row, "model") : "account");
    const auto kind = string_at(row, "kind").value_or("");
    const auto reason = replaced(text_at(row, "reason"), "_", " ");
    line += " " + (kind == "manual" ? "set by a person" : reason.empty() ? std::string(kind) : reason);
    const auto status = integer_at(row, "status").value_or(0);
    const auto said = kind == "manual" ? text_at(row, "why") : text_at(row, "said");
    if (said.empty() && status != 0) line += fmt::format(" (HTTP {})", status);
    if (!said.empty() && status != 0 && !said.starts_with(std::to_string(status)))
        line += fmt::format(": {} {}", status, said);
    else if (!said.empty())
        line += ": " + said;
    if (const auto at = integer_at(row, "at"); at && from_ms(*at) <= now)
        line += fmt::format(", {} ago", format_span(now - from_ms(*at)));
    return fmt::format("{}; {}", line, state_text(row, now));
}

}  // namespace openclaw::auth
