#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/profile.h"
#include "base/result.h"
#include "config/config.h"

namespace openclaw::auth {

struct ModelRef {
    std::string provider;  // normalised
    std::string model;
    std::string key() const { return provider + "/" + model; }
    auto operator<=>(const ModelRef&) const = default;
};

// "opus@anthropic:work": a model (or alias) and the profile asked for.
struct ModelChoice {
    ModelRef model;
    std::optional<ProfileId> profile;
    std::string alias;  // as typed, when it was one
};

// model-auth 9.1. Fails with `invalid_input` ("invalid model reference: x") and the nearest alias as hint.
Result<ModelRef> parse_model(std::string_view text, const config::Config& config);
Result<ModelChoice> parse_model_choice(std::string_view text, const config::Config& config);

// What the config says about models, aliases resolved, for an agent or (nullptr) the defaults.
struct ModelPlan {
    ModelRef primary;
    std::string primary_text;  // as configured, alias kept
    std::vector<ModelRef> fallbacks;
    std::optional<ModelRef> image;
    std::vector<ModelRef> image_fallbacks;
    std::map<std::string, std::string> aliases;  // alias -> key, in file order where it matters
    std::vector<ModelRef> allowed;               // empty: all
    bool primary_from_agent = false, fallbacks_from_agent = false;
    std::vector<std::string> warnings;
};
ModelPlan model_plan(const config::Config& config, const config::AgentEntry* agent);

}  // namespace openclaw::auth
