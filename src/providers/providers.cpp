#include "providers/wire/anthropic/anthropic_provider.h"
#include "providers/wire/demo/demo_provider.h"
#include "providers/wire/openai/openai_provider.h"

namespace openclaw::providers {
namespace {

class AllProviders final : public Providers {
public:
    AllProviders(Transport transport, ProviderOptions options)
        : anthropic_(std::make_unique<AnthropicProvider>(transport)),
          openai_(std::make_unique<OpenAiProvider>(transport)),
          demo_(std::make_unique<DemoProvider>(transport.loop, transport.clock, options.demo_pace)) {}

    Provider* find(const std::string& api) const override {
        if (api == "anthropic-messages") return anthropic_.get();
        if (api == "openai-completions") return openai_.get();
        if (api == "demo") return demo_.get();
        return nullptr;
    }

private:
    std::unique_ptr<AnthropicProvider> anthropic_;
    std::unique_ptr<OpenAiProvider> openai_;
    std::unique_ptr<DemoProvider> demo_;
};

}  // namespace

std::unique_ptr<Providers> all_providers(net::Loop& loop, net::HttpClient& http, const Clock& clock,
                                         ProviderOptions options) {
    return std::make_unique<AllProviders>(Transport{.loop = loop, .http = http, .clock = clock}, options);
}

}  // namespace openclaw::providers
