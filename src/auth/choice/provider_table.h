#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace openclaw::auth {

// The variables that may hold a provider's key, in the order in which they are looked at.
struct ProviderVariables {
    std::string_view provider;  // normalised
    std::array<std::string_view, 3> variables;
    bool always_shown = false;  // `models status` looks at it even when nothing mentions the provider
};

inline constexpr std::array provider_variables = {
    ProviderVariables{"anthropic", {"ANTHROPIC_OAUTH_TOKEN", "ANTHROPIC_API_KEY"}, true},
    ProviderVariables{"github-copilot", {"COPILOT_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"}, true},
    ProviderVariables{"openai", {"OPENAI_API_KEY"}, true},
    ProviderVariables{"google", {"GEMINI_API_KEY"}, true},
    ProviderVariables{"google-vertex", {}, true},
    ProviderVariables{"groq", {"GROQ_API_KEY"}, true},
    ProviderVariables{"cerebras", {"CEREBRAS_API_KEY"}, true},
    ProviderVariables{"xai", {"XAI_API_KEY"}, true},
    ProviderVariables{"openrouter", {"OPENROUTER_API_KEY"}, true},
    ProviderVariables{"zai", {"ZAI_API_KEY", "Z_AI_API_KEY"}, true},
    ProviderVariables{"mistral", {"MISTRAL_API_KEY"}, true},
    ProviderVariables{"synthetic", {"SYNTHETIC_API_KEY"}, true},
    ProviderVariables{"chutes", {"CHUTES_OAUTH_TOKEN", "CHUTES_API_KEY"}},
    ProviderVariables{"opencode", {"OPENCODE_API_KEY", "OPENCODE_ZEN_API_KEY"}},
    ProviderVariables{"qwen-portal", {"QWEN_OAUTH_TOKEN", "QWEN_PORTAL_API_KEY"}},
    ProviderVariables{"minimax-portal", {"MINIMAX_OAUTH_TOKEN", "MINIMAX_API_KEY"}},
    ProviderVariables{"minimax", {"MINIMAX_API_KEY"}},
    ProviderVariables{"minimax-cn", {"MINIMAX_CN_API_KEY"}},
    ProviderVariables{"kimi-coding", {"KIMI_API_KEY", "KIMICODE_API_KEY"}},
    ProviderVariables{"deepgram", {"DEEPGRAM_API_KEY"}},
    ProviderVariables{"vercel-ai-gateway", {"AI_GATEWAY_API_KEY"}},
    ProviderVariables{"moonshot", {"MOONSHOT_API_KEY"}},
    ProviderVariables{"xiaomi", {"XIAOMI_API_KEY"}},
    ProviderVariables{"venice", {"VENICE_API_KEY"}},
    ProviderVariables{"azure-openai-responses", {"AZURE_OPENAI_API_KEY"}},
    ProviderVariables{"huggingface", {"HF_TOKEN"}},
    ProviderVariables{"ollama", {"OLLAMA_API_KEY"}},
};

std::span<const std::string_view> variables_of(std::string_view provider);  // normalised; may be empty

// Every provider id that is built in or named by the config, for spotting mistyped ones. Sorted.
std::vector<std::string> known_providers(const config::Config& config);

// Whether the program knows this provider without any config.
bool is_built_in(std::string_view provider);

// Models of these run through another program on this machine, under its own login.
bool is_cli_backend(std::string_view provider, const json::object& config);

}  // namespace openclaw::auth
