#include "auth/sealed/open_all.h"

namespace openclaw::auth::sealed {
namespace {

using Visit = std::function<void(const SecretRef&, const RefHolder&)>;

void visit_config(const config::Config& config, const Visit& visit) {
    const auto* providers = as_object(config.find("models.providers"));
    if (!providers) return;
    for (const auto& [name, value] : *providers) {
        const auto* provider = value.if_object();
        const auto* object = provider ? object_at(*provider, "apiKey") : nullptr;
        const auto reference = object ? parse_secret_ref(*object) : fail(Code::not_found, "no reference");
        if (reference && reference->source == SecretRef::Source::sealed)
            visit(*reference, {"", fmt::format("models.providers.{}.apiKey", std::string_view(name))});
    }
}

void visit_all(const Store& store, const config::Config& config, const Visit& visit) {
    for (const auto& profile : store.profiles)
        for (const auto& [field, reference] : profile.references)
            if (reference.source == SecretRef::Source::sealed) visit(reference, {profile.id.text, field});
    visit_config(config, visit);
}

SourceValue value_of(Result<Secret> opened, TimePoint now) {
    if (opened) return {.value = std::move(*opened), .problem = {}, .read_at = now};
    const auto& error = opened.error();
    return {.problem = error.hint.empty() ? error.message : fmt::format("{}; {}", error.message, error.hint)};
}

}  // namespace

bool open_all(SourceValues& values, const Store& store, const config::Config& config, KeyRing& keys,
              TimePoint now, Keys which, const std::function<void(const Secret&)>& on_value) {
    bool whole = true;
    std::map<std::string, Result<DataKey>> known;  // a key that can't be had is looked for once
    visit_all(store, config, [&](const SecretRef& reference, const RefHolder& holder) {
        const auto id = key_id_of(reference.id);
        Result<Secret> opened = id ? Secret() : Result<Secret>(std::unexpected(id.error()));
        if (id) {
            auto found = known.find(*id);
            if (found == known.end())
                found = known.emplace(*id, which == Keys::look ? keys.key(*id) : keys.opened_key(*id)).first;
            opened = found->second ? sealed::open(reference.id, holder, *found->second)
                                   : Result<Secret>(std::unexpected(found->second.error()));
        }
        whole = whole && opened.has_value();
        if (opened && on_value) on_value(*opened);
        values.set(reference, holder, value_of(std::move(opened), now));
    });
    return whole;
}

bool holds_sealed(const Store& store, const config::Config& config) {
    bool any = false;
    visit_all(store, config, [&](const SecretRef&, const RefHolder&) { any = true; });
    return any;
}

}  // namespace openclaw::auth::sealed
