#include "providers/catalogue/catalog.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"

namespace openclaw::providers {
namespace {

// They serve more models than any list holds, under names of their own.
constexpr std::array<std::string_view, 8> open_ended = {
    "openrouter", "ollama", "huggingface", "vercel-ai-gateway", "opencode", "groq", "venice", "synthetic"};

Model from_known(const KnownModel& known) {
    return {.ref = {std::string(known.provider), std::string(known.id)},
            .name = std::string(known.name),
            .api = std::string(known.api),
            .reasoning = known.reasoning,
            .image = known.image,
            .cost = known.cost,
            .context_window = known.context_window,
            .tokens_max = known.tokens_max,
            .compat = {},
            .configured = false};
}

std::string api_of(const json::object& provider_config, const json::object* model_config,
                   std::string_view id) {
    if (model_config) {
        if (const auto api = string_at(*model_config, "api")) return std::string(*api);
    }
    if (const auto api = string_at(provider_config, "api")) return std::string(*api);
    const auto* known = find_known_provider(id);
    return std::string(known ? known->api : "openai-completions");
}

Compat compat_from(const json::object& model) {
    const auto* compat = object_at(model, "compat");
    if (!compat) return {};
    return {.supports_store = bool_at(*compat, "supportsStore"),
            .supports_developer_role = bool_at(*compat, "supportsDeveloperRole"),
            .supports_reasoning_effort = bool_at(*compat, "supportsReasoningEffort"),
            .tokens_max_field = std::string(string_at(*compat, "maxTokensField").value_or(""))};
}

Cost cost_from(const json::object& model) {
    const auto* cost = object_at(model, "cost");
    if (!cost) return {};
    const auto price = [&](std::string_view key) { return number_at(*cost, key).value_or(0); };
    return {price("input"), price("output"), price("cacheRead"), price("cacheWrite")};
}

bool reads_images(const json::object& model) {
    const auto* input = array_at(model, "input");
    return input && std::ranges::any_of(*input, [](const json::value& kind) {
               return kind.is_string() && kind.get_string() == "image";
           });
}

// What may be used of what the model can read.
std::int64_t context_of(const json::object& model) {
    const auto window = integer_at(model, "contextWindow").value_or(context_window_default);
    const auto wanted = integer_at(model, "contextTokens").value_or(window);
    return wanted > 0 ? std::min(wanted, window) : window;
}

Model from_config(const auth::ProviderId& provider, const json::object& provider_config,
                  const json::object& model) {
    const std::string id(string_at(model, "id").value_or(""));
    Model made{.ref = {provider, id},
               .name = std::string(string_at(model, "name").value_or(id)),
               .api = api_of(provider_config, &model, provider),
               .reasoning = bool_at(model, "reasoning").value_or(false),
               .image = reads_images(model),
               .cost = cost_from(model),
               .context_window = context_of(model),
               .tokens_max = 0,
               .compat = compat_from(model),
               .configured = true};
    made.tokens_max =
        integer_at(model, "maxTokens").value_or(std::min(tokens_max_default, made.context_window));
    return made;
}

const json::object* provider_configs(const json::object& config) {
    const auto* models = object_at(config, "models");
    return models ? object_at(*models, "providers") : nullptr;
}

// The configured models of a provider; null when it has none and the built-in ones stand.
const json::array* configured_models(const json::object* provider_config) {
    const auto* models = provider_config ? array_at(*provider_config, "models") : nullptr;
    return models && !models->empty() ? models : nullptr;
}

// "https://API.example/v1/" and "https://api.example/v1" are the same place.
std::string place_of(std::string_view url) {
    url = trimmed(url);
    while (url.ends_with('/')) url.remove_suffix(1);
    return lowered(url);
}

bool only_configured(const json::object& config) {
    const auto* models = object_at(config, "models");
    return models && string_at(*models, "mode") == "replace";
}

// Whether a provider's built-in models are served where the config says that its configured ones are.
bool keeps_known_models(std::string_view provider, const json::object* provider_config,
                        const json::object& config) {
    if (!configured_models(provider_config)) return true;
    const auto* known = find_known_provider(provider);
    const auto base = string_at(*provider_config, "baseUrl");
    return known && !only_configured(config) && (!base || place_of(*base) == place_of(known->base));
}

Model defaults_for(const auth::ModelRef& ref, const json::object* provider_config) {
    Model made{.ref = ref, .name = ref.model, .api = {}, .cost = {}, .compat = {}};
    made.api = api_of(provider_config ? *provider_config : json::object(), nullptr, ref.provider);
    made.configured = provider_config != nullptr;
    return made;
}

}  // namespace

const json::object* find_provider_config(const json::object& config, std::string_view id) {
    const auto* all = provider_configs(config);
    if (!all) return nullptr;
    if (const auto* exact = object_at(*all, id)) return exact;
    for (const auto& [key, value] : *all) {
        if (auth::ProviderId(key) == id) return as_object(&value);
    }
    return nullptr;
}

const json::object* find_model_config(const json::object& provider, const auth::ModelRef& ref) {
    const auto* models = array_at(provider, "models");
    if (!models) return nullptr;
    const json::object* longer = nullptr;
    for (const auto& entry : *models) {
        const auto* model = as_object(&entry);
        const auto id = model ? string_at(*model, "id") : std::nullopt;
        if (id == ref.model) return model;
        if (id && !longer && auth::is_id_of(*id, ref)) longer = model;
    }
    return longer;
}

std::string served_id(const auth::ModelRef& ref, const json::object& config) {
    const auto* provider_config = find_provider_config(config, ref.provider);
    const auto* model = provider_config ? find_model_config(*provider_config, ref) : nullptr;
    if (model) return std::string(*string_at(*model, "id"));
    const auto whole = fmt::format("{}/{}", ref.provider, ref.model);
    const bool is_routers_own = ref.provider == "openrouter" && ref.model.find('/') == std::string::npos;
    const bool known_whole =
        !find_known_model(ref.provider, ref.model) && find_known_model(ref.provider, whole);
    return is_routers_own || known_whole ? whole : ref.model;
}

std::vector<Model> list_models(const json::object& config) {
    std::vector<Model> list;
    for (const auto& provider : known_providers()) {
        const auto* provider_config = find_provider_config(config, provider.id);
        if (!provider_config && only_configured(config)) continue;
        if (!keeps_known_models(provider.id, provider_config, config)) continue;
        for (std::size_t i = 0; i < provider.models; ++i) {
            const auto known = known_model(provider.models_from + i);
            if (!provider_config ||
                !find_model_config(*provider_config,
                                   auth::ModelRef{auth::ProviderId(provider.id), std::string(known.id)}))
                list.push_back(from_known(known));
        }
    }
    const auto* configs = provider_configs(config);
    if (!configs) return list;
    for (const auto& [key, value] : *configs) {
        const auto* provider_config = as_object(&value);
        const auto* models = configured_models(provider_config);
        if (!models) continue;
        for (const auto& entry : *models) {
            const auto* model = as_object(&entry);
            if (model) list.push_back(from_config(auth::ProviderId(key), *provider_config, *model));
        }
    }
    return list;
}

std::optional<Model> find_model(const auth::ModelRef& ref, const json::object& config) {
    const auto* provider_config = find_provider_config(config, ref.provider);
    if (provider_config) {
        if (const auto* model = find_model_config(*provider_config, ref)) {
            return from_config(ref.provider, *provider_config, *model);
        }
    }
    if (keeps_known_models(ref.provider, provider_config, config)) {
        if (const auto known = find_known_model(ref.provider, served_id(ref, config)))
            return from_known(*known);
    }
    if (provider_config || std::ranges::find(open_ended, ref.provider.text()) != open_ended.end())
        return defaults_for(ref, provider_config);
    return std::nullopt;
}

std::string base_of(std::string_view provider, const json::object& config) {
    const auto* provider_config = find_provider_config(config, provider);
    const auto configured = provider_config ? string_at(*provider_config, "baseUrl") : std::nullopt;
    const auto* known = find_known_provider(provider);
    return std::string(configured ? trimmed(*configured) : known ? known->base : "");
}

std::vector<std::string> list_providers(const json::object& config) {
    std::set<std::string> ids;
    for (const auto& known : known_providers()) ids.emplace(known.id);
    if (const auto* configs = provider_configs(config)) {
        for (const auto& [key, value] : *configs) ids.insert(auth::ProviderId(key));
    }
    return {ids.begin(), ids.end()};
}

std::vector<Model> list_models(const config::Config& config) {
    return list_models(config.value());
}
std::optional<Model> find_model(const auth::ModelRef& ref, const config::Config& config) {
    return find_model(ref, config.value());
}
std::vector<std::string> list_providers(const config::Config& config) {
    return list_providers(config.value());
}

}  // namespace openclaw::providers
