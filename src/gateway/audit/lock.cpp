// Who gets in, from where, and by what.
#include <algorithm>

#include "access/guess_limiter.h"
#include "access/network.h"
#include "base/near_host.h"
#include "base/text.h"
#include "config/settings/page_origin.h"
#include "config/texts.h"
#include "gateway/audit/looks.h"
#include "gateway/serving/tls_lock.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::gateway::audit {

namespace {

// A proof that whoever reads along or guesses for a night doesn't find: what the reference calls short.
constexpr std::size_t token_bytes_min = 24;
// More tries than this in a row, or a shorter rest behind them, and a password is found by trying.
constexpr int attempts_max = 100;
constexpr Milliseconds lockout_min = std::chrono::seconds(10);

bool is_open(const config::Config& config) {
    return config.text("gateway.auth.mode") == "none";
}

Observations weak(const Subject& subject, WeakPlace place) {
    Observations seen;
    const auto secret = access::resolve_gateway_secret(subject.config, subject.files, {});
    for (auto& point : placed_weak_points(subject.config, secret ? &*secret : nullptr, {}))
        if (point.place == place)
            seen.push_back({fmt::format("{}{}{}", point.problem.path, point.problem.path.empty() ? "" : ": ",
                                        point.problem.message),
                            point.problem.hint});
    return seen;
}

// Whether the config itself holds a secret, and doesn't only say which variable or file does.
bool is_written(const config::Config& config, std::string_view path) {
    return config.text(path) && !config.reference(path) && !trimmed(*config.text(path)).empty();
}

Observations written(const Subject& subject, std::string_view path) {
    if (!is_written(subject.config, path) || subject.seals == true) return {};
    return {{fmt::format("{} stands in {}", path, subject.shown(subject.paths().config_file)),
             fmt::format(
                 "keep it in a variable: `openclaw config set {} '{}'`; or seal it: `openclaw secrets seal "
                 "--key-file PATH --create`",
                 path, "${OPENCLAW_GATEWAY_SECRET}")}};
}

// A network so wide that it takes in people whom nobody chose.
bool is_wide(std::string_view text, const access::Network& network) {
    const auto a = access::AddressBytes::parse("1.2.3.4"), b = access::AddressBytes::parse("200.1.2.3");
    const auto c = access::AddressBytes::parse("2a00::1"), d = access::AddressBytes::parse("2600::1");
    const bool all_of_4 = a && b && network.contains(*a) && network.contains(*b);
    const bool all_of_6 = c && d && network.contains(*c) && network.contains(*d);
    return all_of_4 || all_of_6 || text.ends_with("/0");
}

std::string lock_of(const Subject& subject) {
    if (is_open(subject.config)) return "none";
    if (!subject.secret) return "unusable";
    const auto mode = name_of(subject.secret->mode);
    const auto* chosen = subject.secret->chosen();
    if (chosen) return fmt::format("{} from {}", mode, chosen->place);
    const bool made_at_start = subject.secret->mode == access::AccessMode::token;
    return made_at_start ? "a token that the first start makes" : std::string(mode);
}

// What needs no proof.
std::string_view open_to_all(const Subject& subject) {
    if (is_open(subject.config)) return "everything";
    const bool by_certificate = subject.secret && subject.secret->mode == access::AccessMode::mtls;
    return by_certificate ? "nothing" : "health and readiness alone";
}

// Without what stands behind the host: people put tokens there.
std::string remote_host(const config::Config& config) {
    const auto url = net::parse_url(trimmed(config.text("gateway.remote.url").value_or("")));
    return url ? fmt::format("{}://{}", url->scheme, url->authority()) : "nobody";
}

}  // namespace

std::optional<platform::Path> Subject::file_at(std::string_view setting) const {
    const auto text = config.text(setting);
    if (!text || trimmed(*text).empty()) return std::nullopt;
    return config::expanded(*text, paths().home, {});
}

Observations look_at_open_bind(const Subject& subject) {
    if (!is_open(subject.config) || !subject.exposed()) return {};
    return {
        {fmt::format("gateway.auth.mode is none and gateway.bind is {}: whoever reaches port {} is the owner",
                     subject.endpoint->bind, subject.endpoint->port),
         "`openclaw config set gateway.auth.mode token`, or `openclaw config set gateway.bind loopback`"}};
}

Observations look_at_open_loopback(const Subject& subject) {
    if (!is_open(subject.config) || subject.exposed()) return {};
    return {{"gateway.auth.mode is none: every program and every user of this host is the owner",
             "`openclaw config set gateway.auth.mode token`"}};
}

Observations look_at_unusable_lock(const Subject& subject) {
    if (subject.config.text("gateway.mode") == "remote" || is_open(subject.config)) return {};
    if (!subject.secret) return {{subject.secret.error().message, subject.secret.error().hint}};
    if (!subject.endpoint) return {{subject.endpoint.error().message, subject.endpoint.error().hint}};
    Observations seen;
    for (auto& problem : lock_problems(subject.files, subject.config, *subject.secret, !subject.exposed(),
                                       subject.own_authority, subject.check_own_certificate, subject.now))
        seen.push_back({std::move(problem.message), std::move(problem.hint)});
    return seen;
}

Observations look_at_guessable_secret(const Subject& subject) {
    if (is_open(subject.config)) return {};  // there is none to guess, which is said above
    return weak(subject, WeakPlace::lock);
}

Observations look_at_short_token(const Subject& subject) {
    if (!subject.secret || subject.secret->mode != access::AccessMode::token) return {};
    const auto* chosen = subject.secret->chosen();
    if (!chosen || chosen->value.size() >= token_bytes_min) return {};
    if (!look_at_guessable_secret(subject).empty()) return {};  // said there, and worse
    return {{fmt::format("the token in {} has {} characters; {} or more keep guessing hopeless",
                         chosen->place, chosen->value.size(), token_bytes_min),
             fmt::format("put the output of `openssl rand -hex 24` in its place ({})", chosen->place)}};
}

Observations look_at_lenient_limit(const Subject& subject) {
    if (!subject.secret || subject.secret->mode != access::AccessMode::password) return {};
    const auto rules = access::GuessRules::from(subject.config);
    if (rules.attempts_max <= attempts_max && rules.lockout >= lockout_min) return {};
    return {{fmt::format("an address may guess the password {} times, and then rests for {} ms",
                         rules.attempts_max, rules.lockout.count()),
             "`openclaw config unset gateway.auth.rateLimit` goes back to 10 guesses and 5 minutes"}};
}

Observations look_at_written_password(const Subject& subject) {
    return written(subject, "gateway.auth.password");
}

Observations look_at_written_token(const Subject& subject) {
    return written(subject, "gateway.auth.token");
}

Observations look_at_clear_bind(const Subject& subject) {
    return weak(subject, WeakPlace::bind);
}

Observations look_at_clear_remote(const Subject& subject) {
    return weak(subject, WeakPlace::remote);
}

Observations look_at_clear_providers(const Subject& subject) {
    return weak(subject, WeakPlace::provider);
}

Observations look_at_proxies(const Subject& subject) {
    return weak(subject, WeakPlace::proxy);
}

Observations look_at_wide_proxies(const Subject& subject) {
    Observations seen;
    for (const auto& text : config::texts_at(subject.config, "gateway.trustedProxies"))
        if (const auto network = access::Network::parse(text); network && is_wide(text, *network))
            seen.push_back(
                {fmt::format("gateway.trustedProxies trusts {}: whoever connects from there says which "
                             "address he has, and guesses as somebody else each time",
                             printable(text)),
                 "list your proxies' own addresses: `openclaw config set gateway.trustedProxies "
                 "'[\"127.0.0.1\"]'`"});
    return seen;
}

Observations look_at_unread_proxies(const Subject& subject) {
    Observations seen;
    for (const auto& text : config::texts_at(subject.config, "gateway.trustedProxies"))
        if (!access::Network::parse(text))
            seen.push_back(
                {fmt::format("gateway.trustedProxies: \"{}\" is no address and no network: it trusts nobody",
                             printable(text)),
                 "write addresses or networks: `openclaw config set gateway.trustedProxies "
                 "'[\"127.0.0.1\"]'`"});
    return seen;
}

// Somebody who lists pages of another name for a gateway on loopback has a proxy in front of it.
Observations look_at_missing_proxies(const Subject& subject) {
    if (subject.exposed() || !config::texts_at(subject.config, "gateway.trustedProxies").empty()) return {};
    for (const auto& text : config::texts_at(subject.config, "gateway.controlUi.allowedOrigins")) {
        const auto host = text.contains("://") ? access::host_of(text.substr(text.find("://") + 3)) : text;
        if (is_near_host(host)) continue;
        return {{fmt::format(
                     "gateway.controlUi.allowedOrigins names {}, so a proxy seems to stand in front, but "
                     "gateway.trustedProxies is empty: wrong guesses of all its clients count as this host's",
                     printable(text)),
                 "`openclaw config set gateway.trustedProxies '[\"127.0.0.1\"]'` if the proxy runs on this "
                 "host"}};
    }
    return {};
}

Observations look_at_clear_origins(const Subject& subject) {
    Observations seen;
    for (const auto& text : config::texts_at(subject.config, "gateway.controlUi.allowedOrigins")) {
        const auto origin = config::page_origin(text);
        if (!origin || !origin->starts_with("http://")) continue;
        if (is_near_host(access::host_of(origin->substr(std::string_view("http://").size())))) continue;
        seen.push_back(
            {fmt::format("pages of {} may call the gateway, and whoever is on the way to that page can "
                         "change what it does with the token",
                         printable(*origin)),
             "serve that page over https and list it so: `openclaw config set "
             "gateway.controlUi.allowedOrigins '[\"https://app.example.com\"]'`"});
    }
    return seen;
}

Observations look_at_useless_origins(const Subject& subject) {
    Observations seen;
    for (const auto& text : config::texts_at(subject.config, "gateway.controlUi.allowedOrigins"))
        if (!config::page_origin(text) && !config::host_name(text))
            seen.push_back(
                {fmt::format("gateway.controlUi.allowedOrigins: \"{}\" matches no page", printable(text)),
                 "write a page's origin: `openclaw config set gateway.controlUi.allowedOrigins "
                 "'[\"https://app.example.com\"]'`"});
    return seen;
}

Observations look_at_funnel(const Subject& subject) {
    if (subject.config.text("gateway.tailscale.mode") != "funnel") return {};
    return {{"gateway.tailscale.mode is funnel: the gateway can be reached from the whole internet",
             "`openclaw config unset gateway.tailscale` takes it out of the internet"}};
}

Observations look_at_serve(const Subject& subject) {
    if (subject.config.text("gateway.tailscale.mode") != "serve") return {};
    return {{"gateway.tailscale.mode is serve: the devices of your tailnet reach the gateway", {}}};
}

Observations look_at_config_problems(const Subject& subject) {
    Observations seen;
    for (const auto& problem : subject.config.problems()) {
        if (problem.code == Code::denied) continue;  // owners and modes have checks of their own
        seen.push_back(
            {fmt::format("{}{}{}", problem.path, problem.path.empty() ? "" : ": ", problem.message),
             problem.hint.empty() ? "`openclaw config validate`" : problem.hint});
    }
    return seen;
}

Observations look_at_unsealed(const Subject& subject) {
    const bool somewhere =
        std::ranges::any_of(subject.secrets, [](const auto& count) { return count.plain > 0; });
    if (subject.seals != false || !somewhere) return {};
    return {{"credentials are stored in plain, in files that only you may read",
             "`openclaw secrets seal --key-file PATH --create` encrypts them; `openclaw secrets audit` finds "
             "copies"}};
}

Observations look_at_plain_beside_sealed(const Subject& subject) {
    Observations seen;
    for (const auto& count : subject.secrets)
        if (subject.seals == true && count.plain > 0)
            seen.push_back({fmt::format("{} holds {} secrets in plain beside {} that are sealed",
                                        subject.shown(count.file), count.plain, count.sealed),
                            "`openclaw secrets seal` takes them in"});
    return seen;
}

Observations look_at_surface(const Subject& subject) {
    if (subject.config.text("gateway.mode") == "remote")
        return {{fmt::format("no gateway runs here; commands talk to {}", remote_host(subject.config)), {}}};
    const auto listens =
        subject.endpoint
            ? fmt::format("{} port {}", joined(subject.endpoint->addresses, ", "), subject.endpoint->port)
            : std::string("nowhere");
    const auto lock = lock_of(subject);
    return {{fmt::format("listens: {}; TLS: {}; locked by: {}; open to all: {}", listens,
                         subject.speaks_tls() ? "on" : "off", lock, open_to_all(subject)),
             {}}};
}

}  // namespace openclaw::gateway::audit
