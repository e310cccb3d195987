#include "gateway/serving/serving.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace openclaw::gateway {

access::Policy Serving::lock(std::string_view fingerprint_key) const {
    auto policy = access::policy_of(secret, fingerprint_key, geteuid());
    policy.certificates = tls.certificates;
    if (secret.mode == access::AccessMode::trusted_proxy)
        policy.proxies = std::make_shared<const access::ProxyRules>(access::ProxyRules::from(*config));
    policy.tailnet = access::TailnetRules::from(*config, secret.mode);
    return policy;
}

ServingPointer make_serving(std::shared_ptr<const config::Config> config, access::GatewaySecret secret,
                            TlsLock tls, std::vector<config::Problem> weak_points) {
    const auto* completions = config->find("gateway.http.endpoints.chatCompletions.enabled");
    auto browser =
        access::BrowserPolicy::from(*config, tls.context ? tls.context->names() : std::vector<std::string>());
    return std::make_shared<const Serving>(
        Serving{.config = config,
                .secret = std::move(secret),
                .tls = std::move(tls),
                .browser = std::move(browser),
                .guesses = access::GuessRules::from(*config),
                .repeat_limit = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                    config->integer_or_default("gateway.keys.repeatLimit"), 0, UINT32_MAX)),
                .completions_enabled = !completions || !completions->is_bool() || completions->get_bool(),
                .weak_points = std::move(weak_points)});
}

Result<std::shared_ptr<const config::Config>> load_valid(const ConfigLoader& load) {
    auto config = load();
    if (!config) return config;
    if (auto problem = (*config)->error()) return std::unexpected(*problem);
    return config;
}

}  // namespace openclaw::gateway
