#include "auth/rests/live_rests.h"

#include <algorithm>

#include "auth/profiles/profile_format.h"
#include "auth/rests/rest.h"

namespace openclaw::auth {

const UsageStats* LiveRests::usage_of(std::string_view name) const {
    const auto found = usage_.find(name);
    return found == usage_.end() ? nullptr : &found->second;
}

UsageStats& LiveRests::update(const std::string& name, const std::function<UsageStats(UsageStats)>& change) {
    auto& usage = usage_[name];
    usage = change(std::move(usage));
    return usage;
}

bool LiveRests::begin_trial(const std::string& name, const std::string& model, Steady until) {
    const auto is_it = [&](const Trial& trial) { return trial.name == name && trial.model == model; };
    if (std::ranges::any_of(trials_, is_it)) return false;
    trials_.push_back({name, model, until});
    return true;
}

void LiveRests::end_trial(const std::string& name, const std::string& model) {
    std::erase_if(trials_, [&](const Trial& trial) { return trial.name == name && trial.model == model; });
}

void LiveRests::hold_trial(const std::string& name, const std::string& model, Steady until) {
    for (auto& trial : trials_)
        if (trial.name == name && trial.model == model) trial.until = until;
}

bool LiveRests::tries(std::string_view name, std::string_view model) const {
    return std::ranges::any_of(
        trials_, [&](const Trial& trial) { return trial.name == name && trial.model == model; });
}

void LiveRests::forget_trials(Steady now) {
    std::erase_if(trials_, [&](const Trial& trial) { return trial.until <= now; });
}

bool LiveRests::clear(const std::string& name, const std::string& model) {
    const auto trials = std::erase_if(trials_, [&](const Trial& trial) {
        return trial.name == name && (model.empty() || trial.model == model);
    });
    const auto found = usage_.find(name);
    if (found == usage_.end()) return trials > 0;
    const auto before = found->second;
    found->second = after_clear(std::move(found->second), model);
    return trials > 0 || !(found->second == before);
}

json::object remembered_json(const LiveRests& live) {
    json::object document;
    for (const auto& [name, usage] : live.usage()) put_usage(document, {name}, usage);
    auto* records = document.if_contains("usageStats");
    return records ? std::move(records->get_object()) : json::object();
}

Store with_remembered(Store store, const LiveRests& live) {
    for (const auto& profile : store.profiles)
        if (const auto* usage = live.usage_of(
                credential_name(ProviderId(profile.provider), Source::profile, profile.id.text)))
            store.usage.insert_or_assign(profile.id.text, *usage);
    return store;
}

LiveRests remembered_from(const json::object& records) {
    LiveRests live;
    for (const auto& record : records)
        if (const auto* object = record.value().if_object())
            live.put(std::string(record.key()), parse_usage(*object));
    return live;
}

}  // namespace openclaw::auth
