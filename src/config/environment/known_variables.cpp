#include "config/environment/known_variables.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace openclaw::config {
namespace {

constexpr KnownVariable key(std::string_view provider, std::string_view name) {
    return {name, VariablePurpose::provider_key, provider, true, true};
}
constexpr KnownVariable secret(VariablePurpose purpose, std::string_view name) {
    return {name, purpose, {}, true, true};
}
constexpr KnownVariable plain(VariablePurpose purpose, std::string_view name) {
    return {name, purpose, {}, false, false};
}

using enum VariablePurpose;

constexpr std::array variables = {
    key("anthropic", "ANTHROPIC_OAUTH_TOKEN"),
    key("anthropic", "ANTHROPIC_API_KEY"),
    key("github-copilot", "COPILOT_GITHUB_TOKEN"),
    key("github-copilot", "GH_TOKEN"),
    key("github-copilot", "GITHUB_TOKEN"),
    key("openai", "OPENAI_API_KEY"),
    key("google", "GEMINI_API_KEY"),
    key("groq", "GROQ_API_KEY"),
    key("cerebras", "CEREBRAS_API_KEY"),
    key("xai", "XAI_API_KEY"),
    key("openrouter", "OPENROUTER_API_KEY"),
    key("zai", "ZAI_API_KEY"),
    key("zai", "Z_AI_API_KEY"),
    key("mistral", "MISTRAL_API_KEY"),
    key("synthetic", "SYNTHETIC_API_KEY"),
    key("chutes", "CHUTES_OAUTH_TOKEN"),
    key("chutes", "CHUTES_API_KEY"),
    key("opencode", "OPENCODE_API_KEY"),
    key("opencode", "OPENCODE_ZEN_API_KEY"),
    key("qwen-portal", "QWEN_OAUTH_TOKEN"),
    key("qwen-portal", "QWEN_PORTAL_API_KEY"),
    key("minimax-portal", "MINIMAX_OAUTH_TOKEN"),
    key("minimax", "MINIMAX_API_KEY"),
    key("minimax-cn", "MINIMAX_CN_API_KEY"),
    key("kimi-coding", "KIMI_API_KEY"),
    key("kimi-coding", "KIMICODE_API_KEY"),
    key("deepgram", "DEEPGRAM_API_KEY"),
    key("vercel-ai-gateway", "AI_GATEWAY_API_KEY"),
    key("moonshot", "MOONSHOT_API_KEY"),
    key("xiaomi", "XIAOMI_API_KEY"),
    key("venice", "VENICE_API_KEY"),
    key("ollama", "OLLAMA_API_KEY"),
    key("huggingface", "HF_TOKEN"),
    key("azure-openai-responses", "AZURE_OPENAI_API_KEY"),
    secret(gateway, "OPENCLAW_GATEWAY_TOKEN"),
    secret(gateway, "OPENCLAW_GATEWAY_PASSWORD"),
    secret(gateway, "CLAWDBOT_GATEWAY_TOKEN"),
    secret(gateway, "CLAWDBOT_GATEWAY_PASSWORD"),
    plain(gateway, "OPENCLAW_GATEWAY_PORT"),
    plain(gateway, "CLAWDBOT_GATEWAY_PORT"),
    plain(gateway, "OPENCLAW_ALLOW_MULTI_GATEWAY"),
    plain(place, "HOME"),
    plain(place, "OPENCLAW_STATE_DIR"),
    plain(place, "CLAWDBOT_STATE_DIR"),
    plain(place, "OPENCLAW_CONFIG_PATH"),
    plain(place, "CLAWDBOT_CONFIG_PATH"),
    plain(place, "OPENCLAW_PROFILE"),
    plain(place, "OPENCLAW_AGENT_DIR"),
    plain(place, "PI_CODING_AGENT_DIR"),
    plain(place, "OPENCLAW_OAUTH_DIR"),
    KnownVariable{"OPENCLAW_SEALING_PASSPHRASE", place, {}, true, false},
    plain(place, "CREDENTIALS_DIRECTORY"),
    plain(behaviour, "OPENCLAW_LOAD_SHELL_ENV"),
    plain(behaviour, "OPENCLAW_DEFER_SHELL_ENV_FALLBACK"),
    plain(behaviour, "OPENCLAW_SHELL_ENV_TIMEOUT_MS"),
    plain(behaviour, "OPENCLAW_NIX_MODE"),
    plain(behaviour, "SHELL"),
    plain(behaviour, "NO_COLOR"),
    plain(behaviour, "FORCE_COLOR"),
    plain(cloud, "AWS_PROFILE"),
    plain(cloud, "AWS_REGION"),
    plain(cloud, "AWS_DEFAULT_REGION"),
    plain(cloud, "AWS_ACCESS_KEY_ID"),
    KnownVariable{"AWS_SECRET_ACCESS_KEY", cloud, {}, true, false},
    KnownVariable{"AWS_SESSION_TOKEN", cloud, {}, true, false},
    KnownVariable{"AWS_BEARER_TOKEN_BEDROCK", cloud, {}, true, false},
    plain(cloud, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
    plain(cloud, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    plain(cloud, "AWS_WEB_IDENTITY_TOKEN_FILE"),
    plain(cloud, "GOOGLE_APPLICATION_CREDENTIALS"),
    plain(cloud, "GOOGLE_CLOUD_PROJECT"),
    plain(cloud, "GCLOUD_PROJECT"),
    plain(cloud, "GOOGLE_CLOUD_LOCATION"),
    // A proxy's address may carry a password.
    KnownVariable{"HTTPS_PROXY", proxy, {}, true, false},
    KnownVariable{"https_proxy", proxy, {}, true, false},
    KnownVariable{"HTTP_PROXY", proxy, {}, true, false},
    KnownVariable{"http_proxy", proxy, {}, true, false},
    KnownVariable{"ALL_PROXY", proxy, {}, true, false},
    KnownVariable{"all_proxy", proxy, {}, true, false},
    plain(proxy, "NO_PROXY"),
    plain(proxy, "no_proxy"),
    plain(proxy, "SSL_CERT_FILE"),
    plain(proxy, "SSL_CERT_DIR"),
    plain(proxy, "NODE_EXTRA_CA_CERTS"),
};

constexpr std::array<std::string_view, 20> sensitive_prefixes = {
    "OPENCLAW_", "CLAWDBOT_", "MOLTBOT_", "PI_",  "LD_",   "DYLD_", "NODE_", "AWS_",  "GOOGLE_", "GCLOUD_",
    "AZURE_",    "SSL_CERT",  "CURL_",    "XDG_", "BASH_", "GIT_",  "SSH_",  "DBUS_", "GLIBC_",  "MALLOC_"};
constexpr std::array<std::string_view, 15> sensitive_parts = {
    "KEY",   "TOKEN",  "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "OAUTH",
    "PROXY", "BEARER", "COOKIE", "AUTH",     "CERT",   "BASE_URL",   "ENDPOINT"};
constexpr std::array<std::string_view, 9> sensitive_names = {"HOME", "PATH", "SHELL",  "USER", "LOGNAME",
                                                             "IFS",  "ENV",  "TMPDIR", "TZDIR"};

}  // namespace

std::span<const KnownVariable> known_variables() {
    return variables;
}

const KnownVariable* find_known_variable(std::string_view name) {
    const auto* found = std::ranges::find(variables, name, &KnownVariable::name);
    return found == variables.end() ? nullptr : found;
}

std::optional<int> pool_number(std::string_view suffix) {
    constexpr int number_max = 64;
    if (suffix.size() < 2 || suffix.size() > 3 || suffix.front() != '_' || suffix[1] == '0')
        return std::nullopt;
    int number = 0;
    for (const char c : suffix.substr(1)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number <= number_max ? std::optional(number) : std::nullopt;
}

const KnownVariable* find_pool_of(std::string_view name) {
    const auto key_named = [](std::string_view single) -> const KnownVariable* {
        const auto* known = find_known_variable(single);
        if (known) return known->purpose == provider_key ? known : nullptr;
        // <PROVIDER>_API_KEY, where the provider's own variable has another name.
        if (!single.ends_with("_API_KEY")) return nullptr;
        auto provider = replaced(lowered(single.substr(0, single.size() - 8)), "_", "-");
        const auto* found = std::ranges::find(variables, provider, &KnownVariable::provider);
        return found == variables.end() ? nullptr : found;
    };
    constexpr std::string_view live = "OPENCLAW_LIVE_", live_end = "_KEY";
    if (name.starts_with(live) && name.ends_with(live_end) && name.size() > live.size() + live_end.size())
        return key_named(
            fmt::format("{}_API_KEY", name.substr(live.size(), name.size() - live.size() - live_end.size())));
    if (name.ends_with('S') && !find_known_variable(name)) return key_named(name.substr(0, name.size() - 1));
    const auto line = name.rfind('_');
    if (line == std::string_view::npos || !pool_number(name.substr(line))) return nullptr;
    return key_named(name.substr(0, line));
}

bool is_sensitive_variable(std::string_view name) {
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const auto starts = [&](std::string_view prefix) { return upper.starts_with(prefix); };
    const auto contains = [&](std::string_view part) { return upper.contains(part); };
    return find_known_variable(name) != nullptr || find_pool_of(name) != nullptr ||
           std::ranges::find(sensitive_names, upper) != sensitive_names.end() ||
           std::ranges::any_of(sensitive_prefixes, starts) || std::ranges::any_of(sensitive_parts, contains);
}

}  // namespace openclaw::config
