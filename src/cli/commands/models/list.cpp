#include <cmath>
#include <map>

#include "auth/choice/credential_rules.h"
#include "auth/choice/resolver.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/surroundings.h"
#include "cli/engine.h"
#include "cli/output/table.h"
#include "providers/catalogue/catalog.h"
#include "providers/wire/ollama/installed.h"

namespace openclaw::cli {

namespace {

// Ollama answers at once or not at all.
constexpr Milliseconds ollama_timeout = std::chrono::seconds(1);

struct Row {
    auth::ModelRef ref;
    std::vector<std::string> tags;
    std::optional<providers::Model> model;  // nothing: nobody knows it
    std::optional<bool> local, available;
};

void add_row(std::vector<Row>& rows, const auth::ModelRef& ref, const std::string& tag) {
    auto found = std::ranges::find(rows, ref, &Row::ref);
    if (found == rows.end())
        found =
            rows.insert(rows.end(), Row{.ref = ref, .tags = {}, .model = {}, .local = {}, .available = {}});
    if (!tag.empty()) found->tags.push_back(tag);
}

std::vector<Row> configured_rows(const auth::ModelPlan& plan) {
    std::vector<Row> rows;
    add_row(rows, plan.primary, "default");
    for (std::size_t i = 0; i < plan.fallbacks.size(); ++i)
        add_row(rows, plan.fallbacks[i], fmt::format("fallback#{}", i + 1));
    if (plan.image) add_row(rows, *plan.image, "image");
    for (std::size_t i = 0; i < plan.image_fallbacks.size(); ++i)
        add_row(rows, plan.image_fallbacks[i], fmt::format("img-fallback#{}", i + 1));
    for (const auto& model : plan.listed) add_row(rows, model, "configured");
    return rows;
}

// What is the same for all models of a provider.
struct ProviderState {
    std::optional<bool> local;
    bool available = false;
};

// Usable now or after a rest or a refresh: what the one resolver says, not what is merely stored.
bool is_available(const auth::Resolution& resolution) {
    using auth::Verdict;
    return resolution.chosen() ||
           std::ranges::any_of(resolution.candidates, [](const auth::Candidate& candidate) {
               return candidate.verdict == Verdict::cooling || candidate.verdict == Verdict::disabled ||
                      candidate.verdict == Verdict::needs_refresh;
           });
}

// Asks about each provider once, however many models it has.
class ProviderStates {
public:
    ProviderStates(Context& context, const AgentCredentials& credentials)
        : credentials_(credentials),
          index_(*credentials.profiles, *credentials.config,
                 surroundings_of(context, *credentials.profiles, *credentials.config)),
          now_(context.clock.now()) {}

    const ProviderState& of(const auth::ProviderId& provider) {
        const auto [found, is_new] = states_.try_emplace(provider);
        if (is_new) found->second = look(provider);
        return found->second;
    }

private:
    ProviderState look(const auth::ProviderId& provider) const {
        ProviderState state;
        const auto& config = *credentials_.config;
        const auto base = providers::base_of(provider, config.value());
        if (!base.empty() || providers::find_known_provider(provider))
            state.local = provider == "demo" || auth::is_local_url(base);
        state.available = is_available(auth::resolve(
            {.provider = provider, .agent_id = credentials_.agent->id, .model = {}, .pinned = {}}, index_,
            now_));
        return state;
    }

    const AgentCredentials& credentials_;
    auth::Index index_;
    TimePoint now_;
    std::map<std::string, ProviderState, std::less<>> states_;
};

// What a local Ollama has installed. When it is down, the others are listed all the same; that is said only
// to those who use it (`in_use`).
std::vector<providers::Model> ollama_models(Context& context, const config::Config& config, bool in_use) {
    const auto base = providers::base_of("ollama", config.value());
    const auto url = net::parse_url(base);
    if (!url || !auth::is_local_url(base)) return {};
    const auto engine = build_engine(context, config);
    const providers::Transport transport{engine->loop, *engine->http, context.clock};
    auto found = engine->loop.run_until(providers::ollama::fetch_installed(transport, *url, ollama_timeout));
    if (found) return std::move(*found);
    if (in_use)
        context.out.note(fmt::format("note: {}; none of it is listed", printable(found.error().message)));
    return {};
}

// Whether anything stored or configured is about Ollama.
bool uses_ollama(const AgentCredentials& credentials, const std::vector<Row>& rows) {
    const auto* models = object_at(credentials.config->value(), "models");
    const auto* providers = models ? object_at(*models, "providers") : nullptr;
    return (providers && providers->contains("ollama")) ||
           std::ranges::any_of(rows, [](const Row& row) { return row.ref.provider == "ollama"; }) ||
           std::ranges::any_of(credentials.profiles->profiles, [](const auth::Profile& profile) {
               return auth::ProviderId(profile.provider) == "ollama";
           });
}

std::vector<providers::Model> every_model(Context& context, const config::Config& config,
                                          ProviderStates& states, const std::optional<std::string>& provider,
                                          bool uses_ollama) {
    auto models = providers::list_models(config);
    std::erase_if(models, [&](const providers::Model& model) {
        if (provider && model.ref.provider != *provider) return true;
        const auto* known = providers::find_known_provider(model.ref.provider);
        return known && known->needs_credential && !model.configured &&
               !states.of(model.ref.provider).available;
    });
    if ((!provider || *provider == "ollama") && states.of("ollama").available) {
        for (auto& model : ollama_models(context, config, uses_ollama || provider))
            if (std::ranges::find(models, model.ref, &providers::Model::ref) == models.end())
                models.push_back(std::move(model));
    }
    return models;
}

// The configured ones with their tags, and all others, sorted.
std::vector<Row> with_catalogue(std::vector<Row> rows, std::vector<providers::Model> models) {
    const auto mentioned = rows.size();
    for (auto& model : models) {
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(mentioned);
        const auto is_it = [&](const Row& row) { return auth::is_same(row.ref, model.ref); };
        if (const auto found = std::find_if(rows.begin(), end, is_it); found != end) {
            found->model = std::move(model);
            continue;
        }
        auto ref = model.ref;
        rows.push_back(
            {.ref = std::move(ref), .tags = {}, .model = std::move(model), .local = {}, .available = {}});
    }
    std::ranges::sort(rows, {}, [](const Row& row) -> const auth::ModelRef& { return row.ref; });
    return rows;
}

void add_aliases(Row& row, const auth::ModelPlan& plan) {
    std::vector<std::string> names;
    for (const auto& alias : plan.aliases)
        if (alias.key == row.ref.key()) names.push_back(alias.name);
    if (!names.empty()) row.tags.push_back("alias:" + joined(names, ","));
}

// OpenRouter and its like may serve a model that isn't in their list, but nobody here knows it.
std::optional<providers::Model> find_listed(const auth::ModelRef& ref, const config::Config& config) {
    auto model = providers::find_model(ref, config);
    const auto* known = providers::find_known_provider(ref.provider);
    const bool has_list = known && known->models > 0;
    if (model && !model->configured && has_list && !providers::find_known_model(ref.provider, ref.model))
        return std::nullopt;
    return model;
}

void complete(Row& row, const config::Config& config, ProviderStates& states) {
    if (!row.model) row.model = find_listed(row.ref, config);
    if (!row.model) {
        row.tags.emplace_back("missing");
        return;
    }
    const auto& state = states.of(row.ref.provider);
    row.local = state.local;
    row.available = state.available;
}

std::string input_of(const Row& row) {
    return !row.model ? "-" : row.model->image ? "text+image" : "text";
}

json::object row_json(const Row& row) {
    json::array tags;
    for (const auto& tag : row.tags) tags.emplace_back(tag);
    return {{"key", row.ref.key()},
            {"name", row.model ? row.model->name : row.ref.key()},
            {"input", input_of(row)},
            {"contextWindow", row.model ? json::value(row.model->context_window) : json::value(nullptr)},
            {"local", row.local ? json::value(*row.local) : json::value(nullptr)},
            {"available", row.available ? json::value(*row.available) : json::value(nullptr)},
            {"tags", std::move(tags)},
            {"missing", !row.model}};
}

std::string window_of(const Row& row) {
    if (!row.model || row.model->context_window <= 0) return "-";
    const auto tokens = row.model->context_window;
    return tokens < 1024 ? std::to_string(tokens)
                         : fmt::format("{}k", std::llround(static_cast<double>(tokens) / 1024));
}

std::string answer(const std::optional<bool>& value) {
    return !value ? "-" : *value ? "yes" : "no";
}

void print(Output& out, const std::vector<Row>& rows) {
    constexpr std::size_t widths[] = {42, 10, 8, 5, 5};
    if (rows.empty()) return out.line("No models found.");
    std::vector<std::vector<std::string>> cells{{"Model", "Input", "Ctx", "Local", "Auth", "Tags"}};
    for (const auto& row : rows)
        cells.push_back({row.ref.key(), input_of(row), window_of(row), answer(row.local),
                         answer(row.available), joined(row.tags, ",")});
    for (const auto& line : table(cells, widths, out.columns())) out.line(line);
}

Exit run(Context& context, const Arguments& arguments) {
    if (auto formats = check_formats(arguments); !formats) return report(context, formats.error());
    const auto credentials = open_credentials(context, arguments);
    if (!credentials) return report(context, credentials.error());
    const auto& config = *(*credentials)->config;
    const auto plan = auth::model_plan(config, (*credentials)->agent);
    ProviderStates states(context, **credentials);
    auto rows = configured_rows(plan);
    auto provider = arguments.text("--provider");
    if (provider) {
        note_unknown_provider(context, **credentials, *provider);
        provider = auth::ProviderId(*provider);
        std::erase_if(rows, [&](const Row& row) { return row.ref.provider != *provider; });
    }
    if (arguments.has("--all"))
        rows = with_catalogue(std::move(rows), every_model(context, config, states, provider,
                                                           uses_ollama(**credentials, rows)));
    for (auto& row : rows) {
        add_aliases(row, plan);
        complete(row, config, states);
    }
    if (arguments.has("--local"))
        std::erase_if(rows, [](const Row& row) { return !row.local.value_or(false); });
    if (arguments.has("--json")) {
        json::array models;
        for (const auto& row : rows) models.push_back(row_json(row));
        context.out.json(json::object{{"count", rows.size()}, {"models", std::move(models)}});
    } else if (arguments.has("--plain")) {
        for (const auto& row : rows) context.out.line(row.ref.key());
    } else {
        print(context.out, rows);
    }
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--all", .help = "The whole catalogue, not only what is configured", .kind = OptionKind::flag},
    {.name = "--local",
     .help = "Only models of servers on this machine or network",
     .kind = OptionKind::flag},
    {.name = "--provider",
     .value_name = "ID",
     .help = "Only models of this provider",
     .completes = "provider"},
    json_option,
    plain_option,
    agent_option,
};

}  // namespace

const Command models_list{
    .name = "models list",
    .summary = "List the configured models, or the whole catalogue",
    .options = options,
    .example = "openclaw models list --all --provider anthropic",
    .run = run,
    .details =
        "Without --all: the default model, the fallbacks, and what agents.defaults.models lists. A model of "
        "your own goes to models.providers.ID.models in the config.",
};

}  // namespace openclaw::cli
