#include <algorithm>

#include "auth/enrol/pasted_secret.h"
#include "auth/enrol/provider_name.h"
#include "auth/enrol/store_credential.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/model_settings.h"
#include "cli/commands/models/store_credential.h"
#include "cli/commands/models/surroundings.h"
#include "cli/engine.h"
#include "cli/gateway/tell_gateway.h"
#include "config/environment/substitution.h"
#include "config/json5/key_path.h"
#include "providers/wire/offered.h"

namespace openclaw::cli {

namespace {

constexpr Milliseconds patience = std::chrono::seconds(15);
constexpr std::size_t named_max = 5;

// The key of the new provider: what is asked with now, and how it is kept.
struct Key {
    std::optional<Secret> secret = {};
    std::string reference = {};    // "${LAB_KEY}": this stands in the config, the secret where it was
    bool is_to_be_stored = false;  // as a profile
    NewCredential wanted = {};
};

struct Wish {
    std::string provider;
    std::string base_url, api;
    std::vector<std::string> models;
};

// An endpoint as it would be with this entry in the config, and nothing else.
Result<providers::Endpoint> endpoint_of(const Wish& wish) {
    const json::object entry{{"baseUrl", wish.base_url}, {"api", wish.api}, {"models", json::array{}}};
    const json::object config{{"models", {{"providers", {{wish.provider, entry}}}}}};
    return providers::endpoint_from({wish.provider, "any"}, config, [](auto) { return std::nullopt; });
}

// "${NAME}", a variable that the gateway knows.
std::optional<std::string> variable_of(std::string_view text) {
    text = trimmed(text);
    if (!config::is_sole_reference(text)) return std::nullopt;
    return std::string(text.substr(2, text.size() - 3));
}

// The key that a request to it would carry today: of a provider that is configured already, or by a variable.
std::optional<Secret> known_key(Context& context, const AgentCredentials& credentials,
                                const std::string& provider) {
    const auto resolution = auth::resolve(
        {.provider = provider, .agent_id = credentials.agent->id, .model = {}, .pinned = {}},
        *credentials.profiles, *credentials.config, context.clock.now(),
        surroundings_of(context, *credentials.profiles, *credentials.config, SourceCommands::run));
    const auto* chosen = resolution.chosen();
    return chosen ? chosen->secret : std::nullopt;
}

Result<Key> key_of(Context& context, const Arguments& arguments, const AgentCredentials& credentials,
                   const std::string& provider) {
    const auto typed = arguments.text("--key");
    const auto file = arguments.text("--key-file");
    if (!typed && !file) return Key{.secret = known_key(context, credentials, provider)};
    if (const auto variable = typed ? variable_of(*typed) : std::nullopt) {
        const auto value = credentials.config->environment().find_filled(*variable);
        if (!value)
            return hinted(
                fail(Code::invalid_input, "{} is not set", printable(*variable)),
                fmt::format("write it into {} first: `openclaw env` shows where variables come from",
                            context.paths.shortened(context.paths.state / ".env")));
        return Key{.secret = Secret(*value), .reference = fmt::format("${}", *variable)};
    }
    auto wanted = auth::plan_credential({.provider = provider, .kind = auth::EnteredKind::api_key},
                                        *credentials.profiles, context.clock.now());
    if (!wanted) return std::unexpected(wanted.error());
    auto pasted = typed && *typed != "-" ? Result<Secret>(*arguments.secret("--key"))
                                         : read_secret(context, file ? file : typed, *wanted);
    if (!pasted) return std::unexpected(pasted.error());
    auto cleaned = auth::clean_pasted(*pasted, auth::paste_rules(*wanted, true));
    if (!cleaned) return std::unexpected(cleaned.error());
    return Key{.secret = std::move(cleaned->value), .is_to_be_stored = true, .wanted = std::move(*wanted)};
}

std::unexpected<Error> unanswered(Error problem) {
    if (problem.code == Code::denied)
        return hinted(std::move(problem), "give its key with --key KEY, or --key-file FILE");
    return hinted(std::move(problem),
                  "look at the address, or name the models yourself with --model ID; nothing was written");
}

Result<providers::Offered> ask_server(Context& context, const Wish& wish, const Key& key,
                                      const config::Config& config) {
    auto endpoint = endpoint_of(wish);
    if (!endpoint) return std::unexpected(endpoint.error());
    if (key.secret && endpoint->readable_on_the_way)
        context.out.note("warning: the address is plain http: the key can be read on the way");
    if (!wish.models.empty()) {
        providers::Offered offered{.base = endpoint->base, .models = {}};
        for (const auto& id : wish.models) offered.models.push_back({.id = id});
        return offered;
    }
    const auto engine = build_engine(context, config);
    context.out.progress(fmt::format("Asking {} for its models", endpoint->base.authority()));
    auto offered = engine->loop.run_until(providers::fetch_offered(
        {engine->loop, *engine->http, context.clock}, std::move(*endpoint), key.secret, patience));
    context.out.progress("");
    if (!offered) return unanswered(std::move(offered).error());
    if (offered->models.empty())
        return unanswered({Code::invalid_input, fmt::format("{} has no models", offered->base.text()), {}});
    return offered;
}

json::object entry_of(const providers::OfferedModel& model) {
    json::object entry{{"id", model.id}, {"name", model.id}};
    if (model.context_window) entry["contextWindow"] = *model.context_window;
    return entry;
}

// What the entry holds besides stays, models that it lists already too.
Result<void> write_entry(json::object& document, const Wish& wish, const Key& key,
                         const providers::Offered& offered) {
    auto section = config::section(document, {"models", "providers", wish.provider});
    if (!section) return std::unexpected(section.error());
    json::object& entry = **section;
    entry["baseUrl"] = offered.base.text();
    entry["api"] = wish.api;
    if (!key.reference.empty()) entry["apiKey"] = key.reference;
    if (!array_at(entry, "models")) entry["models"] = json::array{};
    json::array& models = entry["models"].as_array();
    for (const auto& model : offered.models) {
        const bool listed = std::ranges::any_of(models, [&](const json::value& each) {
            const auto* object = as_object(&each);
            return object && string_at(*object, "id") == model.id;
        });
        if (!listed) models.push_back(entry_of(model));
    }
    return {};
}

void say_what_came(Context& context, const Wish& wish, const providers::Offered& offered) {
    std::vector<std::string> names;
    for (const auto& model : offered.models)
        if (names.size() < named_max) names.push_back(wish.provider + "/" + printable(model.id));
    const auto more = offered.models.size() - names.size();
    context.out.line(fmt::format("{} at {}: {} model{}: {}{}", wish.provider, offered.base.text(),
                                 offered.models.size(), offered.models.size() == 1 ? "" : "s",
                                 joined(names, ", "), more == 0 ? "" : fmt::format(" and {} more", more)));
    context.out.note(fmt::format("use one of them: `openclaw models set {}`", names.front()));
}

json::object json_of(const Wish& wish, const Key& key, const providers::Offered& offered) {
    json::array models;
    for (const auto& model : offered.models) models.push_back(json::value(wish.provider + "/" + model.id));
    json::object object{{"provider", wish.provider},
                        {"baseUrl", offered.base.text()},
                        {"api", wish.api},
                        {"models", std::move(models)}};
    if (key.is_to_be_stored) object["profileId"] = key.wanted.id.text;
    return object;
}

// Stores it without a word: the one JSON value is said by the caller.
Result<void> keep_quietly(Context& context, AgentCredentials& credentials, const Key& key) {
    auto writer = context.config_writer();
    const auto stored = auth::store_credential(
        credentials, writer, auth::profile_of(key.wanted, Secret(*key.secret), context.clock.now()));
    if (!stored) return std::unexpected(stored.error());
    if (stored->config_problem) return std::unexpected(*stored->config_problem);
    tell_gateway_and_note(context, {credentials.store.file()});
    return {};
}

// An entry that is there goes on speaking what it speaks.
std::string known_api(const config::Config& config, const std::string& provider) {
    const auto path = config::format_key_path({"models", "providers", provider, "api"});
    return config.text(path).value_or("openai-completions");
}

Exit run(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto provider = auth::checked_provider(arguments.positional().front(), {}, true);
    if (!provider) return report(context, provider.error());
    const Wish wish{.provider = *provider,
                    .base_url = arguments.text("--base-url").value_or(""),
                    .api = arguments.text("--api").value_or(known_api(*credentials.config, *provider)),
                    .models = arguments.all("--model")};
    const auto key = key_of(context, arguments, credentials, *provider);
    if (!key) return report(context, key.error());
    const auto offered = ask_server(context, wish, *key, *credentials.config);
    if (!offered) return report(context, offered.error());
    const bool as_json = arguments.has("--json");
    const auto write = [&](json::object& document) { return write_entry(document, wish, *key, *offered); };
    const auto changed = change_config(context, write, as_json);
    if (!changed) return report(context, changed.error());
    if (!as_json) say_what_came(context, wish, *offered);
    if (!key->is_to_be_stored) {
        if (as_json) context.out.json(json_of(wish, *key, *offered));
        return Exit::ok;
    }
    const auto again = open_credentials(context, arguments);
    if (!again) return report(context, again.error());
    if (as_json) {
        if (auto kept = keep_quietly(context, **again, *key); !kept) return report(context, kept.error());
        context.out.json(json_of(wish, *key, *offered));
        return Exit::ok;
    }
    return store_credential(context, **again, key->wanted, *key->secret,
                            {.any_shape = true, .as_json = false, .verify = false});
}

constexpr Option options[] = {
    {.name = "--base-url",
     .value_name = "URL",
     .help = "Where it answers, such as http://localhost:8000/v1",
     .required = true},
    {.name = "--api",
     .value_name = "API",
     .help = "The interface that it speaks (default: openai-completions)",
     .values = "openai-completions|anthropic-messages"},
    {.name = "--key",
     .value_name = "KEY",
     .help = "Its key: ${NAME} for a variable, - for standard input; others may see one that is typed here",
     .secret = true,
     .excludes = "--key-file"},
    {.name = "--key-file", .value_name = "FILE", .help = "Read its key from a file", .completes = "file"},
    {.name = "--model",
     .value_name = "ID",
     .help = "A model that it has; without any the server is asked",
     .kind = OptionKind::repeated},
    agent_option,
    json_option,
};

}  // namespace

const Command models_providers_add{
    .name = "models providers add",
    .summary = "Add a server of your own, or any other that speaks a known interface",
    .arguments = "NAME",
    .options = options,
    .example = "openclaw models providers add lab --base-url http://localhost:8000/v1",
    .run = run,
    .arguments_min = 1,
    .arguments_max = 1,
    .details =
        "Asks the server for its models and writes baseUrl and api of models.providers.NAME, with "
        "--key '${NAME}' apiKey too; models and other members that stand there stay. "
        "A key is stored as the profile NAME:default, and nothing is written when the server doesn't "
        "answer.",
    .noted = Noted::with_subject,
};

}  // namespace openclaw::cli
