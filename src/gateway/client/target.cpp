#include "gateway/client/target.h"

#include <algorithm>

#include "access/enrolment/server_key.h"
#include "access/gateway_secret.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "gateway/serving/options.h"
#include "net/http/proxy.h"

namespace openclaw::gateway {

namespace {

std::string source_of(std::string_view place, const Secret& secret, const ClientHost& host) {
    return fmt::format("{} {}", place, fingerprint(secret, host.fingerprint_key));
}

// "ws://127.0.0.1:18789": as people write it.
// Without what stands behind a question mark: people put tokens there.
std::string shown(net::Url url) {
    url.target.resize(std::min(url.target.find('?'), url.target.size()));
    std::string text = url.text();
    if (url.target == "/") text.pop_back();
    return text;
}

// Only the remote gateway that the config names is known by the fingerprint that it names.
Result<std::optional<net::ServerPin>> configured_pin(const net::Url& url, const config::Config* config) {
    const auto text = config ? config->text("gateway.remote.tlsFingerprint") : std::nullopt;
    if (!text || trimmed(*text).empty()) return std::nullopt;
    const auto remote = net::parse_url(config->text("gateway.remote.url").value_or(""));
    if (!remote || remote->host != url.host || remote->port != url.port) return std::nullopt;
    if (!url.secure())
        return hinted(fail(Code::invalid_input, "gateway tls fingerprint requires wss:// gateway url"),
                      "begin gateway.remote.url with wss://, or run `openclaw config unset "
                      "gateway.remote.tlsFingerprint`");
    auto pin = net::ServerPin::parse(*text);
    if (!pin) return failed(pin.error(), "gateway.remote.tlsFingerprint");
    return std::move(*pin);
}

// The same with how the server proves itself, and what of ours it is shown.
Result<GatewayTarget> secured(Result<GatewayTarget> target, const ClientHost& host,
                              const config::Config* config) {
    if (!target) return target;
    auto pin = configured_pin(target->url, config);
    if (!pin) return std::unexpected(pin.error());
    if (!target->url.secure()) return target;
    auto own = find_own_certificate(host.files, host.paths, target->url);
    if (!own) return std::unexpected(own.error());
    if (*own) {
        const auto now = host.clock.now();
        target->tls = (*own)->tls();
        if ((*own)->due(now)) target->renewed_in = &host.files;
        target->own_has_ended = (*own)->ended(now);
        target->own = std::move(*own);
    }
    if (*pin) {
        target->tls.pins = {std::move(**pin)};
        target->pinned_by_config = true;
        target->tls.ca_file.clear();
    }
    if (config)
        target->tls.extra_ca_file = config->environment().find_filled("NODE_EXTRA_CA_CERTS").value_or("");
    return target;
}

// What the gateway of this host shows: its key proves that it is the one.
std::optional<net::ServerPin> pin_of_served(const ClientHost& host, const config::Config& config) {
    const auto shown = access::shown_certificate(host.files, config);
    auto pin = shown ? net::ServerPin::parse(shown->facts.public_key) : std::unexpected(shown.error());
    return pin ? std::optional(std::move(*pin)) : std::nullopt;
}

// What was typed wins; the environment's variables are meant for whatever --url names.
void add_typed_secrets(GatewayTarget& target, const ClientHost& host, const ClientOptions& options,
                       const config::Environment* environment) {
    std::vector<std::string> sources;
    const auto take = [&](std::optional<Secret>& slot, const std::optional<Secret>& typed, const char* option,
                          const char* variable) {
        if (typed) {
            slot = typed;
            sources.push_back(source_of(option, *typed, host));
        } else if (const auto found = environment ? environment->find_filled(variable) : std::nullopt) {
            slot = Secret(*found);
            sources.push_back(source_of(variable, *slot, host));
        }
    };
    take(target.token, options.token, "--token", "OPENCLAW_GATEWAY_TOKEN");
    take(target.password, options.password, "--password", "OPENCLAW_GATEWAY_PASSWORD");
    target.secrets = joined(sources, ", ");
}

Result<GatewayTarget> by_url(const ClientHost& host, const ClientOptions& options,
                             const config::Environment* environment) {
    auto url = net::parse_url(*options.url);
    if (!url) return hinted(url.error(), "a gateway's address looks like ws://127.0.0.1:18789");
    if (url->scheme != "ws" && url->scheme != "wss") {
        return hinted(fail(Code::invalid_input, "{} is no websocket address", *options.url),
                      "a gateway's address looks like ws://127.0.0.1:18789");
    }
    GatewayTarget target{.socket = {},
                         .url = *url,
                         .token = {},
                         .password = {},
                         .described = shown(*url),
                         .secrets = {},
                         .of_another_state = false,
                         .trusted = trusted_users(host.files, host.paths)};
    add_typed_secrets(target, host, options, environment);
    return target;
}

// gateway.remote: another host's gateway that this host's commands talk to.
Result<GatewayTarget> by_remote(const ClientHost& host, const ClientOptions& options,
                                const config::Config& config) {
    ClientOptions remote = options;
    remote.url = config.text("gateway.remote.url");
    if (!remote.url) {
        return hinted(fail(Code::invalid_input, "gateway.mode is remote, but gateway.remote.url is not set"),
                      "set it with `openclaw config set gateway.remote.url wss://HOST:PORT`");
    }
    auto target = by_url(host, remote, nullptr);
    if (!target) return failed(target.error(), "gateway.remote.url");
    const auto take = [&](std::optional<Secret>& slot, const char* path) {
        const auto text = config.text(path);
        if (slot || !text || trimmed(*text).empty()) return;
        slot = Secret(trimmed(*text));
        if (!target->secrets.empty()) target->secrets += ", ";
        target->secrets += source_of(path, *slot, host);
    };
    for (const std::string_view path : {"gateway.remote.token", "gateway.remote.password"})
        if (const auto closed = config.closed().find(path); closed != config.closed().end())
            return hinted(fail(Code::denied, "{} {}", path, closed->second),
                          "see `openclaw config validate` and `openclaw secrets status`");
    take(target->token, "gateway.remote.token");
    take(target->password, "gateway.remote.password");
    return target;
}

Result<GatewayTarget> by_port(const ClientHost& host, const ClientOptions& options,
                              const config::Config& config) {
    const access::SecretFlags flags{.mode = {}, .token = options.token, .password = options.password};
    const auto endpoint = resolve_endpoint(config, {.port = {}, .bind = {}, .secret = flags});
    if (!endpoint) return std::unexpected(endpoint.error());
    const auto secret = access::resolve_gateway_secret(config, host.files, flags);
    if (!secret) return std::unexpected(secret.error());
    GatewayTarget target;
    target.trusted = trusted_users(host.files, host.paths);
    // Listening on all interfaces or on one, the gateway always answers on loopback, unless told otherwise.
    const std::string address = endpoint->bind == "custom" && !endpoint->addresses.empty()
                                    ? endpoint->addresses.front()
                                    : std::string("127.0.0.1");
    const bool tls = config.flag_or_default("gateway.tls.enabled");
    target.url =
        net::Url{.scheme = tls ? "wss" : "ws",
                 .host = net::is_this_machine(address) || address == "0.0.0.0" ? "127.0.0.1" : address,
                 .port = endpoint->port,
                 .target = "/"};
    if (tls)
        if (auto pin = pin_of_served(host, config)) target.tls.pins.push_back(std::move(*pin));
    target.described = shown(target.url);
    target.secrets = secret->described(host.fingerprint_key);
    if (const auto* chosen = secret->chosen()) {
        (secret->mode == access::AccessMode::password ? target.password : target.token) = chosen->value;
    }
    return target;
}

}  // namespace

GatewayTarget local_target(platform::FileSystem& files, const config::Paths& paths) {
    const auto socket = paths.admin_socket();
    return {.socket = socket.string(),
            .url = {.scheme = "ws", .host = "localhost", .port = 80, .target = "/"},
            .token = {},
            .password = {},
            .described = paths.shortened(socket),
            .secrets = {},
            .of_another_state = false,
            .trusted = trusted_users(files, paths)};
}

Result<GatewayTarget> resolve_target(const ClientHost& host, const ClientOptions& options) {
    const bool plain = !options.url && !options.token && !options.password;
    const bool runs_here = platform::exists(host.files, host.paths.admin_socket());
    const auto* config = host.config ? host.config->get() : nullptr;
    const bool remote = config && config->text("gateway.mode") == "remote";
    // A broken config doesn't matter here: the socket's place depends on the state directory alone.
    if (plain && !remote && runs_here) return local_target(host.files, host.paths);
    const auto own_socket = runs_here ? host.paths.admin_socket().string() : std::string();
    if (options.url) {
        auto target = secured(by_url(host, options, config ? &config->environment() : nullptr), host, config);
        if (target) target->elsewhere = !net::is_this_machine(target->url.host);
        if (target && !target->elsewhere) target->own_socket = own_socket;
        return target;
    }
    if (!config) return std::unexpected(host.config.error());
    if (remote) {
        auto target = secured(by_remote(host, options, *config), host, config);
        if (target) target->elsewhere = true;
        return target;
    }
    auto target = by_port(host, options, *config);
    if (target) target->of_another_state = !runs_here;
    if (target) target->own_socket = own_socket;
    return target;
}

}  // namespace openclaw::gateway
