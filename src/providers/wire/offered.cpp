#include "providers/wire/offered.h"

#include "base/text.h"

namespace openclaw::providers {

namespace {

constexpr std::size_t answer_bytes_max = 4u << 20, models_max = 1000, id_bytes_max = 200;

bool is_plain(std::string_view id) {
    return !id.empty() && id.size() <= id_bytes_max && std::ranges::all_of(id, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) != 0x7f;
    });
}

std::optional<std::int64_t> window_of(const json::object& entry) {
    for (const auto member : {"context_length", "max_model_len", "context_window", "max_context_length"})
        if (const auto tokens = integer_at(entry, member); tokens && *tokens > 0) return tokens;
    return std::nullopt;
}

void add_secret(net::Headers& headers, const Endpoint& endpoint, const Secret& secret) {
    if (endpoint.api == "anthropic-messages") {
        headers.set_secret("x-api-key", secret);
        headers.set("anthropic-version", "2023-06-01");
    } else {
        headers.set_secret("authorization", secret, "Bearer ");
    }
}

net::Task<Result<std::vector<OfferedModel>>> ask(Transport transport, const Endpoint& endpoint, net::Url base,
                                                 const std::optional<Secret>& secret, Milliseconds timeout) {
    net::ClientRequest get{.url = joined_url(std::move(base), "/models"),
                           .headers = endpoint.headers,
                           .deadlines = deadlines_for(timeout, false)};
    get.headers.set("accept", "application/json");
    get.headers.set("user-agent", user_agent());
    if (secret) add_secret(get.headers, endpoint, *secret);
    const auto asked = get.url.text();
    auto response = co_await transport.http.send(std::move(get));
    if (!response) co_return failed(response.error(), "asking {} for its models", asked);
    if (response->status == 401 || response->status == 403)
        co_return fail(Code::denied, "{} {} (HTTP {})", asked, secret ? "refused the key" : "wants a key",
                       response->status);
    if (response->status != 200)
        co_return fail(Code::invalid_input, "{} answered with HTTP {} instead of its models", asked,
                       response->status);
    auto body = co_await net::read_all(*response->body, answer_bytes_max);
    if (!body) co_return failed(body.error(), "asking {} for its models", asked);
    auto models = parse_offered(*body);
    if (!models) co_return failed(models.error(), "{}", asked);
    co_return models;
}

}  // namespace

Result<std::vector<OfferedModel>> parse_offered(std::string_view answer) {
    const auto parsed = parse_json(answer, answer_bytes_max);
    const auto* document = parsed ? as_object(&*parsed) : nullptr;
    const auto* list = document ? array_at(*document, "data") : nullptr;
    if (document && !list) list = array_at(*document, "models");
    if (!list) return fail(Code::invalid_input, "the answer is no list of models");
    std::vector<OfferedModel> models;
    for (const auto& value : *list) {
        const auto* entry = as_object(&value);
        if (!entry || models.size() == models_max) continue;
        const auto id = string_at(*entry, "id").value_or(string_at(*entry, "name").value_or(""));
        const bool known = std::ranges::find(models, id, &OfferedModel::id) != models.end();
        if (is_plain(id) && !known) models.push_back({std::string(id), window_of(*entry)});
    }
    return models;
}

net::Task<Result<Offered>> fetch_offered(Transport transport, Endpoint endpoint, std::optional<Secret> secret,
                                         Milliseconds timeout) {
    auto models = co_await ask(transport, endpoint, endpoint.base, secret, timeout);
    if (models) co_return Offered{endpoint.base, std::move(*models)};
    const bool bare = endpoint.base.target.empty() || endpoint.base.target == "/";
    if (!bare || models.error().code != Code::invalid_input) co_return std::unexpected(models.error());
    const auto deeper = joined_url(endpoint.base, "/v1");
    if (auto there = co_await ask(transport, endpoint, deeper, secret, timeout))
        co_return Offered{deeper, std::move(*there)};
    co_return std::unexpected(models.error());
}

}  // namespace openclaw::providers
