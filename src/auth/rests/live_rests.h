#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/credential_name.h"
#include "auth/rests/cooldown.h"

namespace openclaw::auth {

// What only a running program knows of rests: how credentials fare that no store has a record for (variables,
// keys in the config, a cloud's own chain), and which credentials some request is trying just now. One thread
// uses it. Names are those of credential_name().
class LiveRests {
public:
    using Steady = std::chrono::steady_clock::time_point;

    const UsageStats* usage_of(std::string_view name) const;
    const std::map<std::string, UsageStats, std::less<>>& usage() const { return usage_; }
    void put(std::string name, UsageStats usage) {
        usage_.insert_or_assign(std::move(name), std::move(usage));
    }
    UsageStats& update(const std::string& name, const std::function<UsageStats(UsageStats)>& change);

    // One request tries a credential whose rest is over, for the account (`model` is empty) or for one model;
    // to the others it still rests. A trial ends by end_trial, or by itself, so that a request that hangs
    // benches nobody. False: another one tries it already.
    bool begin_trial(const std::string& name, const std::string& model, Steady until);
    void end_trial(const std::string& name, const std::string& model);
    // Its request is over, but the next one that rests all the same waits until then.
    void hold_trial(const std::string& name, const std::string& model, Steady until);
    bool tries(std::string_view name, std::string_view model) const;
    void forget_trials(Steady now);  // those whose time is up

    // Ends what is remembered of one credential, of one model on it when given.
    bool clear(const std::string& name, const std::string& model = {});

private:
    struct Trial {
        std::string name, model;
        Steady until;
    };

    std::map<std::string, UsageStats, std::less<>> usage_;
    std::vector<Trial> trials_;  // few: one for each credential that has just rested
};

// What is remembered, for another process of ours: name -> record as in auth-profiles.json. No secret is in
// it. What makes no sense is left out.
json::object remembered_json(const LiveRests& live);
LiveRests remembered_from(const json::object& records);
// The store as the running gateway has it: with the records of its profiles that are remembered there and
// that no file may have yet.
Store with_remembered(Store store, const LiveRests& live);

}  // namespace openclaw::auth
