#include "auth/live_rests.h"

#include <algorithm>

#include "auth/profile_format.h"
#include "auth/rest.h"

namespace openclaw::auth {

std::string LiveRests::name_of(std::string_view provider, Source source, std::string_view place) {
    return fmt::format("{}\n{}\n{}", provider, auth::name_of(source), place);
}

std::string LiveRests::name_of(const Candidate& credential) {
    const bool stored = credential.source == Source::profile;
    return name_of(credential.provider, credential.source,
                   stored ? credential.profile.text : credential.place);
}

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

const UsageStats* remembered_of(const LiveRests* live, const Candidate& credential,
                                std::string_view fingerprint_key) {
    if (!live || credential.source == Source::profile) return nullptr;
    const auto* usage = live->usage_of(LiveRests::name_of(credential));
    const bool about = usage && (!credential.secret || is_about(*usage, *credential.secret, fingerprint_key));
    return about ? usage : nullptr;
}

json::object remembered_json(const LiveRests& live) {
    json::object document;
    for (const auto& [name, usage] : live.usage()) put_usage(document, {name}, usage);
    auto* records = document.if_contains("usageStats");
    return records ? std::move(records->get_object()) : json::object();
}

LiveRests remembered_from(const json::object& records) {
    LiveRests live;
    for (const auto& record : records)
        if (const auto* object = record.value().if_object())
            live.put(std::string(record.key()), parse_usage(*object));
    return live;
}

}  // namespace openclaw::auth
