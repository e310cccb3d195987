#include "providers/demo/demo_provider.h"
#include "providers/provider.h"

namespace openclaw::providers {
namespace {

class AllProviders final : public Providers {
public:
    AllProviders(net::Loop& loop, net::HttpClient&, const Clock& clock, ProviderOptions options)
        : demo_(std::make_unique<DemoProvider>(loop, clock, options.demo_pace)) {}

    Provider* find(const std::string& api) const override { return api == "demo" ? demo_.get() : nullptr; }

private:
    std::unique_ptr<DemoProvider> demo_;
};

}  // namespace

std::unique_ptr<Providers> all_providers(net::Loop& loop, net::HttpClient& http, const Clock& clock,
                                         ProviderOptions options) {
    return std::make_unique<AllProviders>(loop, http, clock, options);
}

}  // namespace openclaw::providers
