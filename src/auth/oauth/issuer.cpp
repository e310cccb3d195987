#include "auth/oauth/issuer.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/form.h"
#include "base/near_host.h"
#include "base/text.h"
#include "net/http/http.h"

namespace openclaw::auth::oauth {
namespace {

// What is known of an issuer without any config; the client is always the user's own.
struct BuiltIn {
    std::string_view provider, issuer, authorization, token, device, revocation;
    std::string_view client_variable, secret_variable;
    std::string_view scopes;  // one blank between two
    std::string_view redirect;
    std::array<std::pair<std::string_view, std::string_view>, 2> parameters = {};
};

constexpr std::array built_in = {
    BuiltIn{.provider = "chutes",
            .issuer = "",
            .authorization = "https://api.chutes.ai/idp/authorize",
            .token = "https://api.chutes.ai/idp/token",
            .device = "",
            .revocation = "",
            .client_variable = "CHUTES_CLIENT_ID",
            .secret_variable = "CHUTES_CLIENT_SECRET",
            .scopes = "openid profile chutes:invoke",
            .redirect = "http://127.0.0.1:1456/oauth-callback"},
    BuiltIn{.provider = "google",
            .issuer = "https://accounts.google.com",
            .authorization = "https://accounts.google.com/o/oauth2/v2/auth",
            .token = "https://oauth2.googleapis.com/token",
            .device = "",
            .revocation = "https://oauth2.googleapis.com/revoke",
            .client_variable = "GOOGLE_OAUTH_CLIENT_ID",
            .secret_variable = "GOOGLE_OAUTH_CLIENT_SECRET",
            .scopes = "openid email https://www.googleapis.com/auth/generative-language.retriever",
            .redirect = "http://127.0.0.1:8085/oauth2callback",
            .parameters = {{{"access_type", "offline"}, {"prompt", "consent"}}}},
};

constexpr std::size_t url_bytes_max = 2048;

const BuiltIn* find_built_in(std::string_view provider) {
    const auto found = std::ranges::find(built_in, provider, &BuiltIn::provider);
    return found == built_in.end() ? nullptr : &*found;
}

const json::object* entries_of(const config::Config& config) {
    const auto* auth = object_at(config.value(), "auth");
    const auto* oauth = auth ? object_at(*auth, "oauth") : nullptr;
    return oauth ? object_at(*oauth, "providers") : nullptr;
}

const json::object* entry_of(const config::Config& config, std::string_view provider) {
    const auto* entries = entries_of(config);
    if (!entries) return nullptr;
    for (const auto& [name, value] : *entries)
        if (ProviderId(name).text() == provider) return value.if_object();
    return nullptr;
}

std::string setting(std::string_view provider, std::string_view member) {
    return fmt::format("auth.oauth.providers.{}.{}", provider, member);
}

// What a secret may be sent to, or a person's browser.
Result<void> check_endpoint(const std::string& url, std::string_view name) {
    if (url.size() > url_bytes_max)
        return fail(Code::too_large, "{}: more than {} bytes", name, url_bytes_max);
    const auto parsed = net::parse_url(url);
    if (!parsed) return failed(parsed.error(), "{}", name);
    if (parsed->scheme == "https" || (parsed->scheme == "http" && is_near_host(parsed->host))) return {};
    return hinted(
        fail(Code::invalid_input, "{}: no login goes over {}:// to {}", name, parsed->scheme, parsed->host),
        "write its https:// address");
}

struct Endpoint {
    std::string_view member;    // of the config's entry
    std::string_view metadata;  // of a discovery document
    std::string Issuer::* place;
};
constexpr std::array endpoints = {
    Endpoint{"authorizationEndpoint", "authorization_endpoint", &Issuer::authorization},
    Endpoint{"tokenEndpoint", "token_endpoint", &Issuer::token},
    Endpoint{"deviceAuthorizationEndpoint", "device_authorization_endpoint", &Issuer::device},
    Endpoint{"revocationEndpoint", "revocation_endpoint", &Issuer::revocation},
};

void take_built_in(Issuer& issuer, const BuiltIn& known, const config::Environment& environment) {
    issuer.issuer = known.issuer;
    issuer.authorization = known.authorization;
    issuer.token = known.token;
    issuer.device = known.device;
    issuer.revocation = known.revocation;
    issuer.client_id = trimmed(environment.find(known.client_variable).value_or(""));
    if (const auto secret = environment.find(known.secret_variable); secret && !trimmed(*secret).empty())
        issuer.client_secret = Secret(trimmed(*secret));
    for (const auto scope : split(known.scopes, ' ')) issuer.scopes.emplace_back(scope);
    issuer.redirects = {std::string(known.redirect)};
    for (const auto& [name, value] : known.parameters)
        if (!name.empty()) issuer.parameters.emplace(name, value);
}

void take_text(std::string& place, const json::object& entry, std::string_view member) {
    if (const auto text = string_at(entry, member); text && !trimmed(*text).empty()) place = trimmed(*text);
}

void take_texts(std::vector<std::string>& place, const json::object& entry, std::string_view member) {
    const auto* array = array_at(entry, member);
    if (!array) return;
    place.clear();
    for (const auto& value : *array)
        if (const auto* text = value.if_string()) place.emplace_back(*text);
}

// Both halves are form-encoded first. Source: RFC 6749, 2.3.1.
Secret basic_credentials(const std::string& client, const Secret& secret) {
    Form user, password;
    user.add("", client);
    password.add("", secret);
    const auto text = user.take().substr(1) + ":" + password.take().substr(1);
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string encoded(sodium_base64_encoded_len(text.size(), variant), '\0');
    sodium_bin2base64(encoded.data(), encoded.size(), reinterpret_cast<const unsigned char*>(text.data()),
                      text.size(), variant);
    encoded.pop_back();  // the terminator
    return Secret(std::move(encoded));
}

Result<void> take_proof(Issuer& issuer, const json::object& entry) {
    const auto named = string_at(entry, "tokenEndpointAuthMethod");
    const auto method = named.value_or(issuer.client_secret ? "client_secret_post" : "none");
    if (method == "none")
        issuer.proof = ClientProof::none;
    else if (method == "client_secret_post")
        issuer.proof = ClientProof::post;
    else
        issuer.proof = ClientProof::basic;
    if (issuer.proof == ClientProof::basic && issuer.client_secret)
        issuer.basic = basic_credentials(issuer.client_id, *issuer.client_secret);
    if (issuer.proof == ClientProof::none || issuer.client_secret) return {};
    return hinted(
        fail(Code::invalid_input, "{} is not set, and {} needs it", setting(issuer.provider, "clientSecret"),
             method),
        fmt::format("set it, or set {} to none", setting(issuer.provider, "tokenEndpointAuthMethod")));
}

void take_entry(Issuer& issuer, const json::object& entry) {
    take_text(issuer.issuer, entry, "issuer");
    for (const auto& endpoint : endpoints) take_text(issuer.*endpoint.place, entry, endpoint.member);
    take_text(issuer.client_id, entry, "clientId");
    if (const auto secret = string_at(entry, "clientSecret"); secret && !trimmed(*secret).empty())
        issuer.client_secret = Secret(trimmed(*secret));
    take_texts(issuer.scopes, entry, "scopes");
    take_texts(issuer.redirects, entry, "redirectUris");
    if (const auto* parameters = object_at(entry, "authorizationParams"))
        for (const auto& [name, value] : *parameters)
            if (const auto* text = value.if_string())
                issuer.parameters.insert_or_assign(std::string(name), std::string(*text));
    if (const auto seconds = integer_at(entry, "lifetimeSeconds"); seconds && *seconds > 0)
        issuer.lifetime = std::chrono::seconds(*seconds);
}

Result<void> check_issuer(const Issuer& issuer) {
    if (issuer.client_id.empty())
        return hinted(fail(Code::invalid_input, "no client is known for logins of {}", issuer.provider),
                      fmt::format("register one with the provider, then `openclaw config set {} ID`",
                                  setting(issuer.provider, "clientId")));
    if (issuer.issuer.empty() && issuer.token.empty())
        return hinted(
            fail(Code::invalid_input, "{} is not set", setting(issuer.provider, "tokenEndpoint")),
            fmt::format("set it, or {} for one that describes itself", setting(issuer.provider, "issuer")));
    if (!issuer.issuer.empty())
        if (auto fit = check_endpoint(issuer.issuer, setting(issuer.provider, "issuer")); !fit) return fit;
    for (const auto& endpoint : endpoints)
        if (const auto& url = issuer.*endpoint.place; !url.empty())
            if (auto fit = check_endpoint(url, setting(issuer.provider, endpoint.member)); !fit) return fit;
    return {};
}

}  // namespace

bool needs_discovery(const Issuer& issuer) {
    const bool has_way_in = !issuer.authorization.empty() || !issuer.device.empty();
    return issuer.token.empty() || (!has_way_in && !issuer.issuer.empty());
}

std::vector<std::string> metadata_urls(const Issuer& issuer) {
    const auto url = net::parse_url(issuer.issuer);
    if (!url) return {};
    auto root = *url;
    auto path = url->target.substr(0, url->target.find('?'));
    while (path.ends_with('/')) path.pop_back();
    std::vector<std::string> urls;
    root.target = path + "/.well-known/openid-configuration";
    urls.push_back(root.text());
    root.target = "/.well-known/oauth-authorization-server" + path;
    urls.push_back(root.text());
    return urls;
}

Result<Issuer> with_metadata(Issuer issuer, const json::object& metadata) {
    const auto same = [](std::string_view text) {
        return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
    };
    const auto named = string_at(metadata, "issuer").value_or("");
    if (same(named) != same(issuer.issuer))
        return fail(Code::denied, "the document of {} describes another issuer: {}", issuer.issuer,
                    printable(shortened(named, 100)));
    issuer.issuer = named;
    for (const auto& endpoint : endpoints)
        if ((issuer.*endpoint.place).empty()) take_text(issuer.*endpoint.place, metadata, endpoint.metadata);
    issuer.tells_issuer = bool_at(metadata, "authorization_response_iss_parameter_supported").value_or(false);
    if (issuer.token.empty())
        return fail(Code::invalid_input, "the document of {} names no token_endpoint", issuer.issuer);
    if (auto fit = check_issuer(issuer); !fit) return std::unexpected(fit.error());
    return issuer;
}

Result<Issuer> issuer_of(const ProviderId& provider, const config::Config& config) {
    const auto* known = find_built_in(provider);
    const auto* entry = entry_of(config, provider);
    if (!known && !entry)
        return hinted(
            fail(Code::not_found, "no login is described for {}", provider),
            fmt::format("describe it in auth.oauth.providers.{}, or enter a key: `openclaw models auth "
                        "paste-api-key --provider {}`",
                        provider, provider));
    Issuer issuer{.provider = provider.text()};
    if (known) take_built_in(issuer, *known, config.environment());
    if (entry) take_entry(issuer, *entry);
    if (auto taken = take_proof(issuer, entry ? *entry : json::object()); !taken)
        return std::unexpected(taken.error());
    if (auto fit = check_issuer(issuer); !fit) return std::unexpected(fit.error());
    return issuer;
}

bool is_described(const ProviderId& provider, const config::Config& config) {
    return entry_of(config, provider) != nullptr;
}

std::vector<std::string> providers_with_issuer(const config::Config& config) {
    std::vector<std::string> providers;
    for (const auto& known : built_in) providers.emplace_back(known.provider);
    if (const auto* entries = entries_of(config))
        for (const auto& [name, value] : *entries) providers.push_back(ProviderId(name).text());
    std::ranges::sort(providers);
    providers.erase(std::ranges::unique(providers).begin(), providers.end());
    return providers;
}

}  // namespace openclaw::auth::oauth
