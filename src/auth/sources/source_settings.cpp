#include "auth/sources/source_settings.h"

#include <algorithm>

namespace openclaw::auth {
namespace {

std::vector<std::string> texts_at(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    if (const auto* array = array_at(object, key))
        for (const auto& value : *array)
            if (const auto* text = value.if_string()) texts.emplace_back(*text);
    return texts;
}

Milliseconds span_at(const json::object& object, std::string_view key, Milliseconds fallback) {
    const auto number = integer_at(object, key);
    return number && *number > 0 ? Milliseconds(*number) : fallback;
}

std::size_t size_at(const json::object& object, std::string_view key, std::size_t fallback) {
    const auto number = integer_at(object, key);
    return number && *number > 0 ? static_cast<std::size_t>(*number) : fallback;
}

EnvSource env_source(const json::object& entry) {
    EnvSource source;
    if (array_at(entry, "allowlist")) source.allowed = texts_at(entry, "allowlist");
    return source;
}

FileSource file_source(const json::object& entry, const config::Paths& paths) {
    FileSource source;
    source.path = config::expanded(string_at(entry, "path").value_or(""), paths.home, paths.state);
    source.is_json = string_at(entry, "mode").value_or("json") == "json";
    source.timeout = span_at(entry, "timeoutMs", source.timeout);
    source.bytes_max = size_at(entry, "maxBytes", source.bytes_max);
    return source;
}

// Nothing is inherited: what `passEnv` names and what `env` says is all that the program sees.
std::map<std::string, Secret> variables_of(const json::object& entry,
                                           const config::Environment& environment) {
    std::map<std::string, Secret> variables;
    for (const auto& name : texts_at(entry, "passEnv"))
        if (const auto value = environment.find(name)) variables.insert_or_assign(name, Secret(*value));
    if (const auto* own = object_at(entry, "env"))
        for (const auto& [name, value] : *own)
            if (const auto* text = value.if_string())
                variables.insert_or_assign(std::string(name), Secret(std::string_view(*text)));
    return variables;
}

CommandSource command_source(const json::object& entry, const config::Config& config) {
    const auto& home = config.paths().home;
    CommandSource source;
    // A relative path stays relative, and is refused when it is used.
    source.command = string_at(entry, "command").value_or("");
    source.arguments = texts_at(entry, "args");
    source.variables = variables_of(entry, config.environment());
    source.timeout = span_at(entry, "timeoutMs", source.timeout);
    source.silence_max = span_at(entry, "noOutputTimeoutMs", source.timeout);
    source.output_bytes_max = size_at(entry, "maxOutputBytes", source.output_bytes_max);
    source.json_only = bool_at(entry, "jsonOnly").value_or(true);
    source.links_allowed = bool_at(entry, "allowSymlinkCommand").value_or(false);
    for (const auto& folder : texts_at(entry, "trustedDirs"))
        source.trusted_folders.push_back(config::expanded(folder, home, home));
    return source;
}

void read_providers(SourceSettings& settings, const json::object& providers, const config::Config& config) {
    for (const auto& [name, value] : providers) {
        const auto* entry = value.if_object();
        if (!entry) continue;
        const auto kind = string_at(*entry, "source").value_or("");
        if (kind == "env") settings.providers[std::string(name)] = env_source(*entry);
        if (kind == "file") settings.providers[std::string(name)] = file_source(*entry, config.paths());
        if (kind == "exec") settings.providers[std::string(name)] = command_source(*entry, config);
    }
}

bool is_of(const SourceProvider& provider, SecretRef::Source source) {
    switch (source) {
        case SecretRef::Source::env:
            return std::holds_alternative<EnvSource>(provider);
        case SecretRef::Source::file:
            return std::holds_alternative<FileSource>(provider);
        case SecretRef::Source::exec:
            return std::holds_alternative<CommandSource>(provider);
        case SecretRef::Source::sealed:
            return false;
    }
    return false;
}

const SourceProvider& environment_itself() {
    static const SourceProvider all = EnvSource{};
    return all;
}

}  // namespace

SourceSettings SourceSettings::from(const config::Config& config) {
    SourceSettings settings;
    const auto* secrets = object_at(config.value(), "secrets");
    if (!secrets) return settings;
    if (const auto* providers = object_at(*secrets, "providers"))
        read_providers(settings, *providers, config);
    if (const auto* defaults = object_at(*secrets, "defaults"))
        for (const auto source : {SecretRef::Source::env, SecretRef::Source::file, SecretRef::Source::exec})
            if (const auto name = string_at(*defaults, name_of(source)))
                settings.defaults[source] = std::string(*name);
    if (const auto* resolution = object_at(*secrets, "resolution")) {
        settings.concurrency_max = size_at(*resolution, "maxProviderConcurrency", settings.concurrency_max);
        settings.references_max = size_at(*resolution, "maxRefsPerProvider", settings.references_max);
        settings.batch_bytes_max = size_at(*resolution, "maxBatchBytes", settings.batch_bytes_max);
        const auto seconds = number_at(*resolution, "cacheSeconds");
        if (seconds && *seconds >= 0 && *seconds <= 30 * 86'400.0)
            settings.lifetime = Milliseconds(static_cast<std::int64_t>(*seconds * 1000));
    }
    return settings;
}

std::string SourceSettings::provider_of(const SecretRef& reference) const {
    if (reference.provider != "default") return reference.provider;
    const auto own = providers.find("default");
    if (own != providers.end() && is_of(own->second, reference.source)) return "default";
    const auto named = defaults.find(reference.source);
    return named == defaults.end() ? "default" : named->second;
}

Result<const SourceProvider*> SourceSettings::find(const SecretRef& reference) const {
    const auto name = provider_of(reference);
    const auto found = providers.find(name);
    const bool is_env = reference.source == SecretRef::Source::env;
    if (found == providers.end() && is_env && name == "default") return &environment_itself();
    if (found == providers.end() || !is_of(found->second, reference.source))
        return hinted(
            fail(Code::denied, "secrets.providers has no {} of source {}", name, name_of(reference.source)),
            "add it to the config: docs/secrets.md shows how");
    if (const auto* env = std::get_if<EnvSource>(&found->second))
        if (env->allowed && std::ranges::find(*env->allowed, reference.id) == env->allowed->end())
            return fail(Code::denied, "secrets.providers.{}.allowlist doesn't name it", name);
    return &found->second;
}

}  // namespace openclaw::auth
