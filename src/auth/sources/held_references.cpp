#include "auth/sources/held_references.h"

namespace openclaw::auth {
namespace {

bool is_asked(const SecretRef& reference) {
    return reference.source == SecretRef::Source::file || reference.source == SecretRef::Source::exec;
}

void add(std::vector<HeldReference>& found, const json::value* value, std::string path,
         const ProviderId& provider) {
    const auto reference = reference_in(value);
    if (reference && *reference && is_asked(**reference))
        found.push_back({**reference, {.record = {}, .field = std::move(path)}, provider});
}

void add_headers(std::vector<HeldReference>& found, const json::object& from, const std::string& path,
                 const ProviderId& provider) {
    if (const auto* headers = object_at(from, "headers"))
        for (const auto& [name, value] : *headers)
            add(found, &value, fmt::format("{}.headers.{}", path, std::string_view(name)), provider);
}

void add_request(std::vector<HeldReference>& found, const json::object& entry, const std::string& path,
                 const ProviderId& provider) {
    const auto* request = object_at(entry, "request");
    if (!request) return;
    add_headers(found, *request, path + ".request", provider);
    const auto* auth = object_at(*request, "auth");
    if (!auth) return;
    for (const std::string_view name : {"token", "value"})
        add(found, value_at(*auth, name), fmt::format("{}.request.auth.{}", path, name), provider);
}

void add_configured(std::vector<HeldReference>& found, const config::Config& config,
                    std::string_view wanted) {
    const auto* models = object_at(config.value(), "models");
    const auto* providers = models ? object_at(*models, "providers") : nullptr;
    if (!providers) return;
    for (const auto& [key, value] : *providers) {
        const ProviderId provider(key);
        const auto* entry = value.if_object();
        if (!entry || (!wanted.empty() && provider != wanted)) continue;
        const auto path = fmt::format("models.providers.{}", std::string_view(key));
        add(found, value_at(*entry, "apiKey"), path + ".apiKey", provider);
        add_headers(found, *entry, path, provider);
        add_request(found, *entry, path, provider);
        const auto* list = array_at(*entry, "models");
        for (std::size_t at = 0; list && at < list->size(); ++at)
            if (const auto* model = (*list)[at].if_object())
                add_headers(found, *model, fmt::format("{}.models[{}]", path, at), provider);
    }
}

}  // namespace

std::optional<Result<SecretRef>> reference_in(const json::value* value) {
    const auto* object = as_object(value);
    if (!object) return std::nullopt;
    return parse_secret_ref(*object);
}

std::vector<HeldReference> asked_references(const Store& store, const config::Config& config,
                                            std::string_view provider) {
    std::vector<HeldReference> found;
    for (const auto& profile : store.profiles) {
        if (profile.references.empty()) continue;
        const ProviderId own(profile.provider);
        if (!provider.empty() && own != provider) continue;
        for (const auto& [field, reference] : profile.references)
            if (is_asked(reference)) found.push_back({reference, {profile.id.text, field}, own});
    }
    add_configured(found, config, provider);
    return found;
}

}  // namespace openclaw::auth
