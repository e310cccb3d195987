#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/profiles/profile.h"
#include "base/result.h"
#include "config/config.h"

namespace openclaw::auth {

struct ModelRef {
    ProviderId provider;
    std::string model;
    std::string key() const { return provider.text() + "/" + model; }
    auto operator<=>(const ModelRef&) const = default;
};

// "opus@anthropic:work": a model (or alias) and the profile asked for.
struct ModelChoice {
    ModelRef model;
    std::optional<ProfileId> profile;
    std::string alias;       // as typed, when it was one
    std::string typed = {};  // the model as it was written, without the profile
};

constexpr std::string_view default_provider = "anthropic";
constexpr std::string_view default_model_key = "anthropic/claude-opus-4-5";

// A provider and a model as they are written after normalisation: "Z.AI" -> "zai",
// "anthropic/opus-4.5" -> "anthropic/claude-opus-4-5". No aliases. Nothing for "", "/x", "x/".
std::optional<ModelRef> find_reference(std::string_view text);

// Whether both name one model: ids that begin with their provider's name ("nvidia/nemotron-x" of nvidia) are
// written without it too.
bool is_same(const ModelRef& one, const ModelRef& other);
// Whether an id in a provider's list of models is this one, in either form.
bool is_id_of(std::string_view id, const ModelRef& model);
// Whether the config has it: among its provider's models, in agents.defaults.models, or as somebody's model.
bool is_configured(const ModelRef& model, const config::Config& config);

// A reference or an alias, any case. Fails with `invalid_input` ("invalid model reference: x").
Result<ModelRef> parse_model(std::string_view text, const config::Config& config);
// The same with a profile behind an '@'. What is an alias or configured as a whole is not cut.
Result<ModelChoice> parse_model_choice(std::string_view text, const config::Config& config);

struct Alias {
    std::string name, key;
    std::string written;  // the model as the file has it
    bool operator==(const Alias&) const = default;
};
// In file order, with the built-in aliases of entries that have none of their own.
std::vector<Alias> configured_aliases(const config::Config& config);
// The alias most likely meant by a word that isn't one.
std::optional<std::string> nearest_alias(std::string_view typed, const config::Config& config);

// modelPolicy.allow, aliases resolved: the models that may be chosen.
struct ModelPolicy {
    std::vector<ModelRef> models;
    std::vector<std::string> prefixes;  // "openai/" of "openai/*"
    bool everything = false;            // "*" is among them
};

// What the config says about models, aliases resolved, for an agent or (nullptr) the defaults.
struct ModelPlan {
    ModelRef primary;
    std::string primary_text;  // as configured, alias kept
    std::vector<ModelRef> fallbacks;
    std::optional<ModelRef> image;
    std::vector<ModelRef> image_fallbacks;
    std::vector<Alias> aliases;
    std::vector<ModelRef> listed;  // agents.defaults.models, in file order
    // The same as they are written: one for each of the above.
    std::string image_text;
    std::vector<std::string> fallback_texts, image_fallback_texts, listed_texts;
    std::optional<ModelPolicy> policy;  // where the config has one, `listed` restricts nothing
    bool restricted = false;  // only the policy's models, or the listed ones, and the default may be used
    bool primary_from_agent = false, fallbacks_from_agent = false;
    std::vector<std::string> warnings;
};
ModelPlan model_plan(const config::Config& config, const config::AgentEntry* agent);

// Whether the plan lets a model be used: everything unless `restricted`; the default always. An entry that
// nobody knows stays an entry: it never opens the list. The entry "*" lists every model, so that
// aliases and parameters can be kept without restricting anything.
bool allows(const ModelPlan& plan, const ModelRef& model);
// Whether a configured fallback is tried: a policy says what people may choose, not what stands in for it.
bool may_stand_in(const ModelPlan& plan, const ModelRef& fallback);
// Whether the config restricts models by modelPolicy, as newer versions do, so that agents.defaults.models
// doesn't: it has one, or says that its list of old was brought over.
bool has_model_policy(const json::object& document);

}  // namespace openclaw::auth
