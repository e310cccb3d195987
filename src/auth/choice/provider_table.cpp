#include "auth/choice/provider_table.h"

#include <algorithm>

#include "auth/profiles/profile.h"

namespace openclaw::auth {
namespace {

// Providers without variables of their own.
constexpr std::string_view other_providers[] = {
    "amazon-bedrock",     "claude-cli",        "codex-cli", "copilot-proxy", "demo",
    "google-antigravity", "google-gemini-cli", "lmstudio",  "openai-codex",  "vllm"};

}  // namespace

std::span<const std::string_view> variables_of(std::string_view provider) {
    const auto found = std::ranges::find(provider_variables, provider, &ProviderVariables::provider);
    if (found == provider_variables.end()) return {};
    const auto filled = std::ranges::count_if(found->variables, [](auto name) { return !name.empty(); });
    return std::span(found->variables).first(static_cast<std::size_t>(filled));
}

std::vector<std::string> known_providers(const config::Config& config) {
    std::vector<std::string> names;
    for (const auto& entry : provider_variables) names.emplace_back(entry.provider);
    for (const auto name : other_providers) names.emplace_back(name);
    const auto* models = object_at(config.value(), "models");
    if (const auto* providers = models ? object_at(*models, "providers") : nullptr)
        for (const auto& member : *providers) names.push_back(ProviderId(member.key()));
    const auto* agents = object_at(config.value(), "agents");
    const auto* defaults = agents ? object_at(*agents, "defaults") : nullptr;
    if (const auto* backends = defaults ? object_at(*defaults, "cliBackends") : nullptr)
        for (const auto& member : *backends) names.push_back(ProviderId(member.key()));
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    return names;
}

bool is_built_in(std::string_view provider) {
    return std::ranges::find(provider_variables, provider, &ProviderVariables::provider) !=
               provider_variables.end() ||
           std::ranges::find(other_providers, provider) != std::end(other_providers);
}

bool is_cli_backend(std::string_view provider, const json::object& config) {
    if (provider == "claude-cli" || provider == "codex-cli") return true;
    const auto* agents = object_at(config, "agents");
    const auto* defaults = agents ? object_at(*agents, "defaults") : nullptr;
    const auto* backends = defaults ? object_at(*defaults, "cliBackends") : nullptr;
    if (!backends) return false;
    return std::ranges::any_of(*backends,
                               [&](const auto& member) { return ProviderId(member.key()) == provider; });
}

}  // namespace openclaw::auth
