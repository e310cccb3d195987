#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/models/model_ref.h"
#include "base/json.h"
#include "config/config.h"
#include "providers/catalogue/catalog_data.h"

namespace openclaw::providers {

inline constexpr std::int64_t context_window_default = 200000;
inline constexpr std::int64_t tokens_max_default = 8192;

// What a server understands besides the plain API; unset: the provider's default decides.
struct Compat {
    std::optional<bool> supports_store, supports_developer_role, supports_reasoning_effort;
    std::string tokens_max_field;  // "max_tokens", "max_completion_tokens" or empty
    bool operator==(const Compat&) const = default;
};

struct Model {
    auth::ModelRef ref;
    std::string name;
    std::string api;
    bool reasoning = false;
    bool image = false;
    Cost cost;
    std::int64_t context_window = context_window_default;
    std::int64_t tokens_max = tokens_max_default;
    Compat compat;
    bool configured = false;  // from models.providers
    bool operator==(const Model&) const = default;
};

// The catalogue: the built-in list with models.providers over it. A provider's configured models come before
// its built-in ones of the same name, and leave the others only if they are served at the built-in address;
// an empty list changes only where requests go. With models.mode "replace" only what is configured is listed.
std::vector<Model> list_models(const config::Config& config);

// A model of the catalogue, or one that a configured provider or an open-ended one (OpenRouter, Ollama)
// serves under any name, with the defaults of an entry that says nothing more. Nothing for anything else; its
// provider may know it all the same.
std::optional<Model> find_model(const auth::ModelRef& ref, const config::Config& config);

// Every provider id of the catalogue and of models.providers, normalised, sorted.
std::vector<std::string> list_providers(const config::Config& config);

// The same over the resolved document of a config. Pure.
std::vector<Model> list_models(const json::object& config);
std::optional<Model> find_model(const auth::ModelRef& ref, const json::object& config);
std::vector<std::string> list_providers(const json::object& config);

// Where a provider's requests go, as written in the config or built in; empty when neither says.
std::string base_of(std::string_view provider, const json::object& config);
// models.providers.<id>, its key compared normalised.
const json::object* find_provider_config(const json::object& config, std::string_view id);
// Its entry of a model: under this id, or under the same with the provider's own name before it.
const json::object* find_model_config(const json::object& provider, const auth::ModelRef& model);
// The id under which its server has the model: whole, with the provider's own name in it, where the config,
// the catalogue or the provider has it so (OpenRouter's own models).
std::string served_id(const auth::ModelRef& model, const json::object& config);

}  // namespace openclaw::providers
