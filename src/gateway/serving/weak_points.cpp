#include "gateway/serving/weak_points.h"

#include <arpa/inet.h>

#include "access/trusted_proxy.h"
#include "base/near_host.h"
#include "base/text.h"
#include "config/environment/proxies.h"
#include "config/json5/key_path.h"
#include "config/settings/guessable.h"
#include "net/http/proxy.h"

namespace openclaw::gateway {
namespace {

using config::Problem;

std::string shown(const net::Url& url) {
    return fmt::format("{}://{}", url.scheme, url.authority());
}

// Tailscale encrypts what goes to its addresses.
bool is_in_tailnet(const std::string& host) {
    in_addr address{};
    if (inet_pton(AF_INET, host.c_str(), &address) == 1)
        return (ntohl(address.s_addr) >> 22U) == (0x64400000U >> 22U);
    return host.ends_with(".ts.net");
}

void add_proxies(const net::ProxySettings& proxies, std::vector<Problem>& found) {
    for (auto& problem : proxies.problems())
        found.push_back(
            {{}, problem.message + "; requests that need it fail", std::move(problem.hint), problem.code});
    for (const auto* proxy : {&proxies.for_https, &proxies.for_http}) {
        const bool tells = *proxy && **proxy && (**proxy)->credentials && !is_near_host((**proxy)->url.host);
        if (!tells) continue;
        Problem problem{{},
                        fmt::format("the password of the proxy {} ({}) can be read on the way to it",
                                    (**proxy)->url.authority(), (**proxy)->variable),
                        "use a proxy on this host or in this network, or one without a password",
                        Code::denied};
        if (std::ranges::find(found, problem) == found.end()) found.push_back(std::move(problem));
    }
}

// Plain http to far away, or through a proxy that stands there.
void add_provider(const std::string& id, const json::object& provider, const net::ProxySettings& proxies,
                  std::vector<Problem>& found) {
    const auto url = net::parse_url(trimmed(string_at(provider, "baseUrl").value_or("")));
    if (!url || url->scheme != "http") return;
    const auto way = net::find_proxy(proxies, *url);
    const bool far_proxy = way && *way && !is_near_host((*way)->url.host);
    if (is_near_host(url->host) && !far_proxy) return;
    const auto through =
        far_proxy ? fmt::format(" through the proxy {} ({})", (*way)->url.authority(), (*way)->variable)
                  : std::string();
    found.push_back({config::joined_path(config::joined_path("models.providers", id), "baseUrl"),
                     fmt::format("keys and messages to {}{} can be read on the way", shown(*url), through),
                     far_proxy && is_near_host(url->host)
                         ? fmt::format("add {} to NO_PROXY", url->host)
                         : std::string("use an https:// address, or reach it through an ssh tunnel"),
                     Code::denied});
}

void add_remote(const config::Config& config, std::vector<Problem>& found) {
    const auto url = net::parse_url(trimmed(config.text("gateway.remote.url").value_or("")));
    if (config.text("gateway.mode") != "remote" || !url) return;
    for (const std::string_view kind : {"token", "password"}) {
        const auto secret = config.text(fmt::format("gateway.remote.{}", kind));
        if (trimmed(secret.value_or("")).empty()) continue;
        if (auto problem = clear_way(*url, kind)) found.push_back(std::move(*problem));
        return;
    }
}

bool is_exposed(const Result<Endpoint>& endpoint) {
    return endpoint && !endpoint->loopback_only;
}

void add_bind(const config::Config& config, const Options& options, const Result<Endpoint>& endpoint,
              std::vector<Problem>& found) {
    if (!is_exposed(endpoint) || config.flag_or_default("gateway.tls.enabled")) return;
    if (std::ranges::all_of(endpoint->addresses, is_in_tailnet)) return;
    found.push_back({options.bind ? "--bind" : "gateway.bind",
                     fmt::format("is {} without TLS: the {} and all messages can be read on the network",
                                 endpoint->bind, config.text_or_default("gateway.auth.mode")),
                     "set gateway.tls.enabled to true; or bind to loopback, behind an ssh tunnel or "
                     "`tailscale serve`",
                     Code::denied});
}

std::string how_to_strengthen(const std::string& place) {
    return fmt::format("put the output of `openssl rand -hex 24` in its place ({})", place);
}

void add_lock(const access::GatewaySecret& secret, bool exposed, std::vector<Problem>& found) {
    if (secret.mode == access::AccessMode::none)
        found.push_back({"gateway.auth.mode",
                         "is none: whoever runs a program on this host may do everything with the gateway",
                         "lock it with `openclaw gateway lock token`", Code::denied});
    if (secret.earlier_problem)
        found.push_back({{},
                         fmt::format("the token before the present one opens nothing: {}",
                                     secret.earlier_problem->message),
                         secret.earlier_problem->hint,
                         secret.earlier_problem->code});
    const auto* chosen = secret.chosen();
    const auto why = chosen ? config::why_guessable(chosen->value) : std::nullopt;
    if (!why) return;
    found.push_back({chosen->place,
                     fmt::format("the gateway's {} can be guessed: {}; {}", name_of(secret.mode), *why,
                                 exposed ? "the gateway doesn't start with it"
                                         : "beyond loopback the gateway refuses it"),
                     how_to_strengthen(chosen->place), Code::denied});
}

}  // namespace

std::vector<WeakPoint> placed_weak_points(const config::Config& config, const access::GatewaySecret* secret,
                                          const Options& options) {
    std::vector<WeakPoint> points;
    const auto take = [&](WeakPlace place, auto&& add) {
        std::vector<Problem> found;
        add(found);
        for (auto& problem : found) points.push_back({place, std::move(problem)});
    };
    const auto proxies = config::proxies_of(config.environment());
    take(WeakPlace::proxy, [&](auto& found) { add_proxies(proxies, found); });
    take(WeakPlace::provider, [&](auto& found) {
        if (const auto* object = as_object(config.find("models.providers")))
            for (const auto& [id, provider] : *object)
                if (const auto* entry = provider.if_object())
                    add_provider(std::string(id), *entry, proxies, found);
    });
    take(WeakPlace::remote, [&](auto& found) { add_remote(config, found); });
    if (config.text("gateway.mode") == "remote") return points;
    const auto endpoint = resolve_endpoint(config, options);
    take(WeakPlace::bind, [&](auto& found) { add_bind(config, options, endpoint, found); });
    if (secret) take(WeakPlace::lock, [&](auto& found) { add_lock(*secret, is_exposed(endpoint), found); });
    return points;
}

std::vector<Problem> weak_points(const config::Config& config, const access::GatewaySecret* secret,
                                 const Options& options) {
    std::vector<Problem> problems;
    for (auto& point : placed_weak_points(config, secret, options))
        problems.push_back(std::move(point.problem));
    return problems;
}

std::optional<Problem> clear_way(const net::Url& url, std::string_view secret) {
    if (url.scheme != "ws" || net::is_this_machine(url.host) || is_in_tailnet(url.host)) return std::nullopt;
    return Problem{"gateway.remote.url", fmt::format("the {} goes to {} in the clear", secret, shown(url)),
                   "use wss://, or an ssh tunnel and ws://127.0.0.1", Code::denied};
}

std::string in_a_line(const Problem& point) {
    return fmt::format("{}{}{}; {}", point.path, point.path.empty() ? "" : ": ", point.message, point.hint);
}

namespace {

bool is_empty_list(const json::value* value) {
    return !value || !value->is_array() || value->get_array().empty();
}

Result<void> check_no_lock(const config::Config& config, bool loopback_only) {
    const auto tailscale = config.text("gateway.tailscale.mode").value_or("off");
    const std::string beside = !loopback_only ? "an address that others reach"
                               : !is_empty_list(config.find("gateway.trustedProxies"))
                                   ? "gateway.trustedProxies"
                               : tailscale != "off" ? "gateway.tailscale.mode"
                                                    : "";
    if (beside.empty()) return {};
    return hinted(
        fail(Code::denied, "gateway.auth.mode is \"none\" beside {}: everybody would get in", beside),
        "take the lock off on loopback alone, or lock it with `openclaw gateway lock token`");
}

Result<void> check_proxies(const config::Config& config, bool loopback_only) {
    const auto rules = access::ProxyRules::from(config);
    const auto incomplete = [](std::string_view what, std::string_view hint) {
        return hinted(fail(Code::invalid_input, "gateway.auth.mode is \"trusted-proxy\", but {}", what),
                      std::string(hint));
    };
    if (rules.user_header.empty())
        return incomplete("gateway.auth.trustedProxy.userHeader isn't set",
                          "name the header in which the proxy says who is calling");
    const auto* proxies = config.find("gateway.trustedProxies");
    if (is_empty_list(proxies))
        return incomplete("gateway.trustedProxies is empty", "list the proxy's address");
    if (rules.networks.size() != proxies->get_array().size())
        return incomplete("gateway.trustedProxies holds what is no address",
                          "addresses look like \"10.0.0.2\", networks like \"10.0.0.0/24\"");
    if (loopback_only && !rules.allow_loopback)
        return incomplete("only this host can connect, and its programs aren't believed",
                          "bind to the address that the proxy reaches; or set "
                          "gateway.auth.trustedProxy.allowLoopback, where no other program runs here");
    return {};
}

}  // namespace

Result<void> check_lock(const config::Config& config, const access::GatewaySecret& secret,
                        bool loopback_only) {
    if (secret.mode == access::AccessMode::none) return check_no_lock(config, loopback_only);
    if (secret.mode == access::AccessMode::trusted_proxy) return check_proxies(config, loopback_only);
    const auto* chosen = secret.chosen();
    const auto why = chosen && !loopback_only ? config::why_guessable(chosen->value) : std::nullopt;
    if (!why) return {};
    return hinted(fail(Code::denied, "beyond loopback, {} is no lock: {}", chosen->place, *why),
                  how_to_strengthen(chosen->place));
}

}  // namespace openclaw::gateway
