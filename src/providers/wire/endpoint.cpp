#include "providers/wire/endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "auth/choice/provider_table.h"
#include "auth/sources/held_references.h"
#include "base/near_host.h"
#include "base/nearest.h"
#include "base/text.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::providers {
namespace {

// The client's own, and those that would change where or how the message ends.
constexpr std::array<std::string_view, 7> reserved_headers = {
    "host", "content-length", "connection", "transfer-encoding", "upgrade", "te", "expect"};

std::unexpected<Error> unknown_provider(const std::string& id, const json::object& config) {
    if (auth::is_cli_backend(id, config))
        return hinted(fail(Code::invalid_input, "{} is a program on this host, and this version runs none",
                           printable(id)),
                      "use a model of the provider behind it, with an API key");
    const auto known = list_providers(config);
    Error error{Code::not_found, fmt::format("unknown provider {}", printable(id)), {}};
    if (const auto near = nearest(id, known)) {
        error.hint = fmt::format("did you mean {}?", *near);
    } else {
        error.hint =
            fmt::format("add models.providers.{} with its baseUrl to the configuration", printable(id));
    }
    return std::unexpected(std::move(error));
}

// The Responses API and Ollama's own are not spoken; their servers serve Chat Completions beside them.
Result<std::string> spoken_api(std::string api, const auth::ProviderId& provider) {
    if (api == "openai-responses" || api == "ollama") return "openai-completions";
    if (api == "openai-completions" || api == "anthropic-messages" || api == "demo") return api;
    auto error =
        fail(Code::invalid_input, "{} needs the API {}, which this version doesn't speak", provider, api);
    return hinted(std::move(error), "use a model of another provider, for example through openrouter");
}

bool ends_at_root(const net::Url& url) {
    return url.target.empty() || url.target == "/";
}

// Local servers (Ollama, vLLM, LM Studio) serve the API under /v1; people leave it out.
void add_usual_path(net::Url& url, std::string_view api) {
    if (api == "openai-completions" && ends_at_root(url) && is_near_host(url.host)) url.target = "/v1";
}

Result<net::Url> base_url(const auth::ProviderId& provider, const json::object* provider_config,
                          const KnownProvider* known, std::string_view api) {
    const auto configured = provider_config ? string_at(*provider_config, "baseUrl") : std::nullopt;
    const auto text = configured ? trimmed(*configured) : std::string_view(known ? known->base : "");
    const auto path = fmt::format("models.providers.{}.baseUrl", provider);
    if (text.empty()) {
        return hinted(fail(Code::invalid_input, "provider {} has no base URL", provider), "set " + path);
    }
    auto url = net::parse_url(text);
    if (!url)
        return hinted(failed(url.error(), "{}", path), "write it as https://host/path, without a user name");
    if (url->scheme != "https" && url->scheme != "http") {
        return fail(Code::invalid_input, "{}: {} is not http or https", path, url->scheme);
    }
    add_usual_path(*url, api);
    return std::move(*url);
}

Result<std::string> header_value(const std::string& name, std::string_view value,
                                 const VariableLookup& variable) {
    if (value.starts_with('!')) {
        return hinted(fail(Code::invalid_input, "header {}: commands are not run", printable(name)),
                      "refer to a variable: ${NAME}");
    }
    if (const auto found = variable(value)) return std::string(*found);
    return std::string(value);
}

// Where header values come from.
struct HeaderSources {
    const VariableLookup& variable;
    const auth::SourceValues* values;
};

// A header whose value stands elsewhere; nothing when nobody has looked there.
Result<std::optional<std::string>> referred_value(const std::string& name, const json::value& value,
                                                  const HeaderSources& sources) {
    const auto reference = auth::reference_in(&value);
    if (!reference) return fail(Code::invalid_input, "header {} is not a text", printable(name));
    if (!*reference) return failed(reference->error(), "header {}", printable(name));
    if ((*reference)->source == auth::SecretRef::Source::env) {
        const auto found = sources.variable((*reference)->id);
        if (found) return std::string(*found);
        return fail(Code::unavailable, "header {}: {} is not set", printable(name), (*reference)->id);
    }
    if (!sources.values) return std::nullopt;
    const auto* found = sources.values->find(**reference, {});
    if (found && found->value) return std::string(trimmed(found->value->reveal()));
    return fail(Code::unavailable, "header {}: {}: {}", printable(name), describe(**reference),
                found ? found->problem : "it was not asked");
}

Result<void> add_headers(net::Headers& headers, const json::object* from, const HeaderSources& sources) {
    const auto* configured = from ? object_at(*from, "headers") : nullptr;
    if (!configured) return {};
    for (const auto& [key, value] : *configured) {
        const std::string name(key);
        if (std::ranges::find(reserved_headers, lowered(name)) != reserved_headers.end()) {
            return hinted(fail(Code::invalid_input, "header {} can't be set", name),
                          "remove it from headers");
        }
        if (!value.is_string()) {
            auto referred = referred_value(name, value, sources);
            if (!referred) return std::unexpected(referred.error());
            if (*referred) headers.set(name, std::move(**referred));
            continue;
        }
        auto text = header_value(name, std::string_view(value.get_string()), sources.variable);
        if (!text) return std::unexpected(text.error());
        headers.set(name, std::move(*text));
    }
    if (!headers.valid()) {
        return hinted(fail(Code::invalid_input, "a configured header can't be sent"),
                      "names and values must not hold line breaks");
    }
    return {};
}

// A secret of `request.auth`; nothing when nobody has looked where it stands.
Result<std::optional<std::string>> proof_of(const json::object& auth, std::string_view member,
                                            const HeaderSources& sources) {
    const auto* value = value_at(auth, member);
    if (!value) return fail(Code::invalid_input, "request.auth.{} is missing", member);
    const auto name = fmt::format("request.auth.{}", member);
    if (!value->is_string()) return referred_value(name, *value, sources);
    auto text = header_value(name, std::string_view(value->get_string()), sources.variable);
    if (!text) return std::unexpected(text.error());
    return std::optional(std::move(*text));
}

// "Token" stands a blank before the value, "token=" doesn't.
std::string behind_prefix(std::string_view prefix, const std::string& value) {
    prefix = trimmed(prefix);
    const bool is_word = !prefix.empty() && std::isalnum(static_cast<unsigned char>(prefix.back())) != 0;
    return fmt::format("{}{}{}", prefix, is_word ? " " : "", value);
}

// What `request` says about headers and about how requests prove themselves: then the key isn't sent.
Result<void> add_request(Endpoint& endpoint, const json::object* from, const HeaderSources& sources) {
    const auto* request = from ? object_at(*from, "request") : nullptr;
    if (!request) return {};
    if (auto added = add_headers(endpoint.headers, request, sources); !added) return added;
    const auto* auth = object_at(*request, "auth");
    const auto mode = auth ? string_at(*auth, "mode").value_or("") : "";
    const bool bearer = mode == "authorization-bearer";
    if (!bearer && mode != "header") return {};
    const std::string name(bearer ? "Authorization" : string_at(*auth, "headerName").value_or(""));
    if (name.empty()) return fail(Code::invalid_input, "request.auth.headerName is missing");
    auto proof = proof_of(*auth, bearer ? "token" : "value", sources);
    if (!proof) return std::unexpected(proof.error());
    endpoint.auth_header = AuthHeader::none;
    if (!*proof) return {};
    const auto prefix = bearer ? "Bearer" : string_at(*auth, "prefix").value_or("");
    const json::object headers{{"headers", json::object{{name, behind_prefix(prefix, **proof)}}}};
    const VariableLookup none = [](std::string_view) -> std::optional<std::string_view> { return {}; };
    return add_headers(endpoint.headers, &headers, {none, nullptr});
}

bool host_is(const net::Url& url, std::string_view domain) {
    return url.host == domain || (url.host.ends_with(domain) && url.host.size() > domain.size() &&
                                  url.host[url.host.size() - domain.size() - 1] == '.');
}

// What each server understands: defaults by provider and host, then the model's own `compat`.
void apply_compat(Endpoint& endpoint, const Model* model) {
    const bool openai = host_is(endpoint.base, "api.openai.com");
    const bool old_field = endpoint.provider == "mistral" || endpoint.provider == "ollama" ||
                           host_is(endpoint.base, "mistral.ai") || host_is(endpoint.base, "chutes.ai");
    if (old_field) endpoint.tokens_max_field = "max_tokens";
    endpoint.send_store = openai;
    bool developer = openai;
    if (model) {
        if (!model->compat.tokens_max_field.empty())
            endpoint.tokens_max_field = model->compat.tokens_max_field;
        endpoint.send_store = model->compat.supports_store.value_or(endpoint.send_store);
        developer = model->compat.supports_developer_role.value_or(developer);
    }
    if (developer && model && model->reasoning) endpoint.system_role = "developer";
}

AuthHeader auth_header(const json::object* provider_config) {
    const auto flag = provider_config ? bool_at(*provider_config, "authHeader") : std::nullopt;
    if (!flag) return AuthHeader::standard;
    return *flag ? AuthHeader::bearer : AuthHeader::none;
}

}  // namespace

net::Url joined_url(net::Url base, std::string_view path) {
    const auto mark = base.target.find('?');
    const std::string query = mark == std::string::npos ? "" : base.target.substr(mark);
    std::string target = base.target.substr(0, mark);
    while (target.ends_with('/')) target.pop_back();
    for (std::size_t length = path.size(); length > 0; --length) {
        const bool at_seam = length == path.size() || path[length] == '/';
        if (at_seam && target.ends_with(path.substr(0, length))) {
            path.remove_prefix(length);
            break;
        }
    }
    base.target = target + std::string(path) + query;
    return base;
}

Result<Endpoint> endpoint_from(const auth::ModelRef& ref, const json::object& config,
                               const VariableLookup& variable, const auth::SourceValues* values) {
    const HeaderSources sources{variable, values};
    const auto* provider_config = find_provider_config(config, ref.provider);
    const auto* known = find_known_provider(ref.provider);
    if (!provider_config && !known) return unknown_provider(ref.provider, config);

    const auto model = find_model(ref, config);
    auto api =
        spoken_api(model ? model->api : std::string(known ? known->api : "openai-completions"), ref.provider);
    if (!api) return std::unexpected(api.error());
    Endpoint endpoint{.provider = ref.provider, .api = std::move(*api), .base = {}, .headers = {}};
    if (endpoint.api == "demo") return endpoint;

    auto base = base_url(ref.provider, provider_config, known, endpoint.api);
    if (!base) return std::unexpected(base.error());
    endpoint.base = std::move(*base);
    endpoint.model = served_id(ref, config);
    endpoint.readable_on_the_way = !endpoint.base.secure() && !is_near_host(endpoint.base.host);
    endpoint.auth_header = auth_header(provider_config);
    for (const auto* from :
         {provider_config, provider_config ? find_model_config(*provider_config, ref) : nullptr}) {
        auto added = add_headers(endpoint.headers, from, sources);
        if (!added) return failed(added.error(), "models.providers.{}", ref.provider);
    }
    if (auto added = add_request(endpoint, provider_config, sources); !added)
        return failed(added.error(), "models.providers.{}", ref.provider);
    if (const auto seconds = provider_config ? integer_at(*provider_config, "timeoutSeconds") : std::nullopt)
        if (*seconds > 0) endpoint.request_max = std::chrono::seconds(*seconds);
    apply_compat(endpoint, model ? &*model : nullptr);
    return endpoint;
}

Result<Endpoint> endpoint_of(const auth::ModelRef& model, const config::Config& config,
                             const auth::SourceValues* values) {
    const VariableLookup variable = [&](std::string_view name) {
        return config.environment().find_filled(name);
    };
    return endpoint_from(model, config.value(), variable, values);
}

std::string why_unsendable(const auth::ModelRef& model, const config::Config& config) {
    const auto endpoint = endpoint_of(model, config);
    if (endpoint) return {};
    const auto& [code, message, hint] = endpoint.error();
    return hint.empty() ? message : fmt::format("{}; {}", message, hint);
}

}  // namespace openclaw::providers
