#include "providers/wire/ollama/installed.h"

#include "base/text.h"
#include "providers/wire/endpoint.h"

namespace openclaw::providers::ollama {
namespace {

constexpr std::size_t answer_bytes_max = 1u << 20, models_max = 1000, name_bytes_max = 200;
constexpr std::int64_t usual_context_window = 128'000;

bool is_said_to_reason(std::string_view name) {
    const auto low = lowered(name);
    return low.find("r1") != std::string::npos || low.find("reasoning") != std::string::npos;
}

Model model_named(std::string_view name) {
    return {.ref = {"ollama", std::string(name)},
            .name = std::string(name),
            .api = "openai-completions",
            .reasoning = is_said_to_reason(name),
            .cost = {},
            .context_window = usual_context_window,
            .compat = {}};
}

// The API of its own stands beside the one under /v1.
net::Url tags_url(net::Url base) {
    base.target = base.target.substr(0, base.target.find('?'));
    while (base.target.ends_with('/')) base.target.pop_back();
    if (base.target.ends_with("/v1")) base.target.resize(base.target.size() - 3);
    return joined_url(std::move(base), "/api/tags");
}

}  // namespace

Result<std::vector<Model>> parse_installed(std::string_view answer) {
    const auto parsed = parse_json(answer, answer_bytes_max);
    const auto* document = parsed ? as_object(&*parsed) : nullptr;
    const auto* list = document ? array_at(*document, "models") : nullptr;
    if (!list) return fail(Code::invalid_input, "Ollama's answer is no list of models");
    std::vector<Model> models;
    for (const auto& value : *list) {
        const auto* entry = as_object(&value);
        const auto name = trimmed(entry ? string_at(*entry, "name").value_or("") : "");
        if (name.empty() || name.size() > name_bytes_max) continue;
        models.push_back(model_named(name));
        if (models.size() == models_max) break;
    }
    return models;
}

net::Task<Result<std::vector<Model>>> fetch_installed(Transport transport, net::Url base,
                                                      Milliseconds timeout) {
    net::ClientRequest get{.url = tags_url(std::move(base)),
                           .headers = {{"accept", "application/json"}, {"user-agent", user_agent()}},
                           .deadlines = deadlines_for(timeout, false)};
    const auto place = get.url.authority();
    auto response = co_await transport.http.send(std::move(get));
    if (!response) co_return failed(response.error(), "asking Ollama at {} for its models", place);
    if (response->status != 200)
        co_return fail(Code::unavailable, "Ollama at {} answered {} instead of its models", place,
                       response->status);
    auto body = co_await net::read_all(*response->body, answer_bytes_max);
    if (!body) co_return failed(body.error(), "asking Ollama at {} for its models", place);
    co_return parse_installed(*body);
}

}  // namespace openclaw::providers::ollama
