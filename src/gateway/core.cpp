#include "gateway/core.h"

#include <sys/utsname.h>
#include <unistd.h>

namespace openclaw::gateway {

namespace {

Presence::Host this_host(const std::string& version) {
    utsname names{};
    uname(&names);
    return {.name = names.nodename,
            .version = version,
            .platform = fmt::format("linux {}", names.release),
            .machine = names.machine};
}

chat::Parts chat_parts(Core& core) {
    return {.loop = core.parts.loop,
            .files = core.parts.files,
            .clock = core.parts.clock,
            .log = core.parts.log,
            .providers = core.parts.providers,
            .config = [&core] { return core.settings.config; },
            .credentials = core.credentials,
            .version = core.parts.version};
}

}  // namespace

Settings settings_of(std::shared_ptr<const config::Config> config, access::GatewaySecret secret,
                     std::string_view fingerprint_key) {
    Settings settings;
    settings.access = access::access_policy(secret, fingerprint_key, geteuid());
    settings.secret = std::move(secret);
    settings.browser = access::BrowserPolicy::from(*config);
    settings.guesses = access::GuessRules::from(*config);
    const auto* enabled = config->find("gateway.http.endpoints.chatCompletions.enabled");
    settings.completions_enabled = !enabled || !enabled->is_bool() || enabled->get_bool();
    settings.config = std::move(config);
    return settings;
}

Core::Core(Parts parts_given, Settings settings_given, Endpoint endpoint_given)
    : parts(std::move(parts_given)),
      settings(std::move(settings_given)),
      endpoint(std::move(endpoint_given)),
      tasks(parts.loop),
      limiter(settings.guesses),
      refusals(parts.log),
      credentials({.loop = parts.loop,
                   .files = parts.files,
                   .clock = parts.clock,
                   .log = parts.log,
                   .fingerprint_key = parts.fingerprint_key,
                   .sources = parts.sources,
                   .retry_pause = std::chrono::seconds(1),
                   .watch = credentials::system_watch(parts.loop)}),
      chat(chat_parts(*this)),
      hub(parts.loop, parts.clock, tasks),
      feed(parts.loop, parts.clock, tasks, hub, chat),
      presence(this_host(parts.version)),
      started(parts.clock.steady()) {}

Milliseconds Core::uptime() const {
    return std::chrono::duration_cast<Milliseconds>(parts.clock.steady() - started);
}

json::object Core::state_version() const {
    return {{"presence", presence.version()}, {"health", health_version}};
}

}  // namespace openclaw::gateway
