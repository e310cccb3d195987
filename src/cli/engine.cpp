#include "cli/engine.h"

#include "config/environment/proxies.h"

namespace openclaw::cli {

std::unique_ptr<Engine> build_engine(const Context& context, const config::Config& config) {
    const config::Environment& environment = config.environment();
    auto engine = std::make_unique<Engine>();
    net::HttpClient::Options options;
    options.proxy = config::proxies_of(environment);
    options.tls.extra_ca_file = environment.find_filled("NODE_EXTRA_CA_CERTS").value_or("");
    engine->http = std::make_unique<net::HttpClient>(engine->loop, std::move(options));
    engine->providers = providers::all_providers(engine->loop, *engine->http, context.clock);
    return engine;
}

credentials::SourceMeans source_parts(const Context& context) {
    return {.processes = &context.processes,
            .user_id = context.user_id,
            .random = context.random,
            .on_secrets = {}};
}

void WarningLog::write(LogLevel level, std::string_view subsystem, std::string_view message) {
    if (subsystem == "chat") return;
    if (level == LogLevel::warn || level == LogLevel::error) warnings_.emplace_back(message);
}

}  // namespace openclaw::cli
