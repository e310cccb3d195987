#include "auth/enrol/login_methods.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.h"

namespace openclaw::auth {
namespace {

using Kind = LoginMethod::Kind;
constexpr LoginMethod key{Kind::api_key, "api-key", "API key"};
constexpr LoginMethod bearer{Kind::token, "token", "bearer token"};

constexpr std::array key_first = {key, bearer};
constexpr std::array anthropic_methods = {
    key, LoginMethod{Kind::setup_token, "setup-token", "setup token of a subscription (claude setup-token)"},
    bearer};
constexpr std::array token_only = {bearer};

constexpr std::pair<std::string_view, std::string_view> own_logins[] = {
    {"openai-codex", "it is entered through a browser login of ChatGPT; an API key works for `openai`"},
    {"google-gemini-cli", "it is entered through a browser login of Google; an API key works for `google`"},
    {"google-antigravity", "it is entered through a browser login of Google; an API key works for `google`"},
    {"claude-cli", "it uses the login of the program `claude`; run `claude` and log in there"},
    {"codex-cli", "it uses the login of the program `codex`; run `codex login`"},
    {"amazon-bedrock", "it uses AWS's own credentials; set AWS_PROFILE or AWS_BEARER_TOKEN_BEDROCK"},
    {"google-vertex", "it uses gcloud's own login; run `gcloud auth application-default login`"},
    {"demo", "it needs no login"},
};

constexpr std::pair<std::string_view, std::string_view> first_models[] = {
    {"anthropic", "anthropic/claude-opus-4-5"},
    {"openai", "openai/gpt-5.2"},
    {"google", "google/gemini-3-pro-preview"},
    {"openrouter", "openrouter/auto"},
    {"vercel-ai-gateway", "vercel-ai-gateway/anthropic/claude-opus-4.5"},
    {"zai", "zai/glm-4.7"},
    {"moonshot", "moonshot/kimi-k2-0905-preview"},
    {"kimi-coding", "kimi-coding/k2p5"},
    {"xiaomi", "xiaomi/mimo-v2-flash"},
    {"synthetic", "synthetic/hf:MiniMaxAI/MiniMax-M2.1"},
    {"venice", "venice/llama-3.3-70b"},
    {"minimax", "minimax/MiniMax-M2.1"},
    {"opencode", "opencode/claude-opus-4-5"},
    {"qwen-portal", "qwen-portal/coder-model"},
    {"minimax-portal", "minimax-portal/MiniMax-M2.1"},
};

template <class Table>
std::string_view find_in(const Table& table, std::string_view provider) {
    const auto found = std::ranges::find(table, provider, [](const auto& row) { return row.first; });
    return found == std::ranges::end(table) ? std::string_view() : found->second;
}

std::string ids_of(std::span<const LoginMethod> methods) {
    std::vector<std::string> ids;
    for (const auto& method : methods) ids.emplace_back(method.id);
    return joined(ids, ", ");
}

}  // namespace

std::span<const LoginMethod> login_methods(std::string_view provider) {
    if (provider == "anthropic") return anthropic_methods;
    if (!why_no_login(provider).empty()) return {};
    // Their keys are GitHub tokens and portal tokens, not API keys.
    if (provider == "github-copilot" || provider == "qwen-portal" || provider == "minimax-portal")
        return token_only;
    return key_first;
}

std::string_view why_no_login(std::string_view provider) {
    return find_in(own_logins, provider);
}

Result<std::span<const LoginMethod>> offered_methods(const ProviderId& provider) {
    const auto methods = login_methods(provider);
    if (!methods.empty()) return methods;
    return hinted(fail(Code::invalid_input, "no credential of {} is entered here", provider),
                  std::string(why_no_login(provider)));
}

Result<const LoginMethod*> find_login_method(const ProviderId& provider, std::string_view typed) {
    const auto methods = offered_methods(provider);
    if (!methods) return std::unexpected(methods.error());
    const auto wanted = lowered(trimmed(typed));
    for (const auto& method : *methods)
        if (method.id == wanted || lowered(method.label) == wanted) return &method;
    return hinted(fail(Code::not_found, "{} has no login method \"{}\"", provider, printable(typed)),
                  "choose one of " + ids_of(*methods));
}

Result<void> check_setup_token(const Secret& pasted, bool any_shape) {
    const auto cleaned =
        clean_pasted(pasted, {.provider = "anthropic", .is_token = true, .any_shape = any_shape});
    if (!cleaned) return std::unexpected(cleaned.error());
    if (cleaned->value.starts_with("sk-ant-oat01-")) return {};
    return hinted(fail(Code::invalid_input, "expected a token that starts with sk-ant-oat01-"),
                  "run `claude setup-token` to the end and paste the token that it prints");
}

std::string_view first_model_of(std::string_view provider) {
    return find_in(first_models, provider);
}

}  // namespace openclaw::auth
