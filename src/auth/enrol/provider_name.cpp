#include "auth/enrol/provider_name.h"

#include <algorithm>
#include <array>

#include "auth/profiles/profile.h"
#include "base/nearest.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

struct Product {
    std::string_view name, provider;
};
constexpr std::array products = {
    Product{"azure", "azure-openai-responses"},
    Product{"bedrock", "amazon-bedrock"},
    Product{"chatgpt", "openai"},
    Product{"claude", "anthropic"},
    Product{"claude-code", "anthropic"},
    Product{"codex", "openai-codex"},
    Product{"copilot", "github-copilot"},
    Product{"gemini", "google"},
    Product{"gemini-cli", "google-gemini-cli"},
    Product{"github", "github-copilot"},
    Product{"glm", "zai"},
    Product{"gpt", "openai"},
    Product{"grok", "xai"},
    Product{"hf", "huggingface"},
    Product{"kimi", "kimi-coding"},
    Product{"vercel", "vercel-ai-gateway"},
    Product{"vertex", "google-vertex"},
    Product{"zen", "opencode"},
    Product{"zhipu", "zai"},
};

}  // namespace

std::optional<std::string> meant_provider(std::string_view typed, std::span<const std::string> known) {
    const auto* product = std::ranges::find(products, lowered(trimmed(typed)), &Product::name);
    if (product != products.end() && std::ranges::find(known, product->provider) != known.end())
        return std::string(product->provider);
    return nearest(typed, known);
}

Result<std::string> checked_provider(std::string_view typed, std::span<const std::string> known,
                                     bool custom) {
    const ProviderId provider(typed);
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    if (provider.empty() || provider.text().find_first_not_of(allowed) != std::string::npos)
        return hinted(fail(Code::invalid_input, "\"{}\" is no provider id", printable(typed)),
                      "use letters, digits, dots, dashes and underscores");
    if (custom || std::ranges::find(known, provider.text()) != known.end()) return provider.text();
    const auto near = meant_provider(provider, known);
    return hinted(fail(Code::invalid_input, "unknown provider \"{}\"", provider),
                  near ? fmt::format("did you mean {}? For a provider of your own add --custom", *near)
                       : "for a provider of your own add --custom");
}

}  // namespace openclaw::auth
