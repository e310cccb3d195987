#include <algorithm>
#include <set>

#include "auth/choice/remedy.h"
#include "auth/rests/rest_list.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/surroundings.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t reason_max = 200;

// What the running gateway of this state directory answers; nothing when none runs. It knows more than the
// files: what it remembers of variables and keys in the config, and who is on trial.
std::optional<json::object> ask_running_gateway(Context& context, std::string method, json::object params) {
    auto answer = gateway::ask_local_gateway(client_host(context), std::move(method), std::move(params),
                                             std::chrono::seconds(3));
    if (answer) return std::move(*answer);
    const auto code = answer.error().code;
    if (code != Code::unavailable && code != Code::not_found)
        context.out.note("note: the gateway was not asked: " + answer.error().message);
    return std::nullopt;
}

Exit run_list(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto& credentials = **opened;
    note_oddities(context, credentials);
    const auto now = context.clock.now();
    json::array rows;
    const auto answer =
        ask_running_gateway(context, "models.auth.cooldown.list", {{"agentId", credentials.agent->id}});
    const auto* live = answer ? answer->if_contains("cooldowns") : nullptr;
    if (live && live->is_array())
        rows = live->get_array();
    else
        rows = auth::list_rests({.store = *credentials.profiles,
                                 .fingerprint_key = context.fingerprint_key,
                                 .live = nullptr,
                                 .now = now});
    const auto file = context.paths.shortened(credentials.store.file());
    if (arguments.has("--json")) {
        context.out.json(json::object{{"agentId", credentials.agent->id},
                                      {"authStorePath", file},
                                      {"gateway", live != nullptr},
                                      {"cooldowns", std::move(rows)}});
        return Exit::ok;
    }
    context.out.line("Agent: " + credentials.agent->id);
    context.out.line("Auth file: " + file);
    if (rows.empty()) context.out.line("No credential rests.");
    for (const auto& row : rows)
        if (row.is_object()) context.out.line("- " + auth::rest_line(row.get_object(), now));
    return Exit::ok;
}

// The bare id of --model. "anthropic/opus", an alias or the bare id itself; it is the provider's own id when
// it names another provider, as the ids of routers do.
std::string model_of(const AgentCredentials& credentials, const Arguments& arguments,
                     const auth::ProviderId& provider) {
    const auto typed = arguments.text("--model").value_or("");
    const auto choice = auth::parse_model_choice(typed, *credentials.config);
    if (typed.empty() || !choice) return typed;
    const bool elsewhere =
        !provider.empty() && choice->model.provider != provider && typed.find('/') != std::string::npos;
    return elsewhere ? typed : choice->model.model;
}

// A stored profile, or the place of a credential that rests in the gateway's memory.
Result<void> check_name(const AgentCredentials& credentials, const std::string& name) {
    if (credentials.profiles->find({name})) return {};
    const std::string_view variable = name.starts_with("env: ") ? std::string_view(name).substr(5) : name;
    if (credentials.config->environment().variable(variable) || name.starts_with("models.providers."))
        return {};
    return auth::unknown_profile(credentials, {name});
}

Result<auth::RestFilter> filter_of(const AgentCredentials& credentials, const Arguments& arguments) {
    const auto& names = arguments.positional();
    const auto ways = names.size() + (arguments.has("--provider") ? 1 : 0) + (arguments.has("--all") ? 1 : 0);
    if (ways != 1)
        return hinted(fail(Code::invalid_input, "say which rests to end: PROFILE, --provider or --all"),
                      "`openclaw models auth cooldown list` shows them");
    auth::RestFilter filter;
    if (!names.empty()) {
        filter.name = names.front();
        if (auto known = check_name(credentials, filter.name); !known)
            return std::unexpected(std::move(known).error());
    }
    filter.provider = auth::ProviderId(arguments.text("--provider").value_or(""));
    const auto* profile = credentials.profiles->find({filter.name});
    filter.model =
        model_of(credentials, arguments,
                 profile ? auth::ProviderId(profile->provider) : auth::ProviderId(filter.provider));
    return filter;
}

Result<std::set<std::string>> clear_in_file(AgentCredentials& credentials, const auth::RestFilter& filter) {
    auto store = credentials.store.load();
    if (!store) return std::unexpected(std::move(store).error());
    std::set<std::string> names;
    for (const auto& id : auth::clearable_profiles(**store, filter)) {
        const auto written = credentials.store.update_usage(
            id, [&](auth::UsageStats before) { return auth::after_clear(std::move(before), filter.model); });
        if (!written) return std::unexpected(written.error());
        names.insert(id.text);
    }
    return names;
}

// By the gateway first, so that what it remembers goes too, and then here, should none run.
Result<std::set<std::string>> clear_everywhere(Context& context, AgentCredentials& credentials,
                                               const auth::RestFilter& filter) {
    json::object params{{"agentId", credentials.agent->id}};
    if (!filter.name.empty()) params["profileId"] = filter.name;
    if (!filter.provider.empty()) params["provider"] = filter.provider;
    if (!filter.model.empty()) params["model"] = filter.model;
    if (filter.name.empty() && filter.provider.empty()) params["all"] = true;
    const auto answer = ask_running_gateway(context, "models.auth.cooldown.clear", std::move(params));
    auto names = clear_in_file(credentials, filter);
    const auto* cleared = answer ? answer->if_contains("cleared") : nullptr;
    if (names && cleared && cleared->is_array())
        for (const auto& name : cleared->get_array())
            if (const auto* text = name.if_string()) names->insert(std::string(*text));
    return names;
}

Exit run_clear(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto filter = filter_of(credentials, arguments);
    if (!filter) return report(context, filter.error());
    const auto names = clear_everywhere(context, credentials, *filter);
    if (!names) return report(context, names.error());
    if (names->empty() && !filter->provider.empty())
        note_unknown_provider(context, credentials, filter->provider);
    if (arguments.has("--json")) {
        context.out.json(json::object{{"agentId", credentials.agent->id},
                                      {"cleared", json::array(names->begin(), names->end())}});
        return Exit::ok;
    }
    const std::string of_model = filter->model.empty() ? "" : " for " + printable(filter->model);
    if (names->empty()) context.out.line("Nothing to clear: no such credential rests" + of_model + ".");
    for (const auto& name : *names)
        context.out.line(fmt::format("{} may be used again{}.", printable(name), of_model));
    return Exit::ok;
}

Result<Milliseconds> span_of(const Arguments& arguments) {
    const auto typed = arguments.text("--for").value_or("");
    const auto span = parse_duration(typed, std::chrono::minutes(1));
    if (!span || *span < std::chrono::seconds(1) || *span > auth::rest_max)
        return hinted(fail(Code::invalid_input, "\"{}\" is no time to rest", printable(typed)),
                      "write 30m, 2h or 1d; at least a second, at most 31 days");
    return *span;
}

Result<auth::Resolution> resolve_now(Context& context, AgentCredentials& credentials,
                                     const auth::ProviderId& provider, const std::string& model) {
    const auto store = credentials.store.load();
    if (!store) return std::unexpected(store.error());
    auth::ResolveRequest request;
    request.provider = provider;
    request.agent_id = credentials.agent->id;
    request.model = model;
    const auto& config = *credentials.config;
    return auth::resolve(request, **store, config, context.clock.now(),
                         surroundings_of(context, **store, config));
}

// Which secret stands there now: the rest is about that one. A login's tokens change by themselves.
std::string print_of(const auth::Resolution& resolution, const std::string& id, const Context& context) {
    for (const auto& candidate : resolution.candidates)
        if (candidate.profile.text == id && candidate.secret && candidate.kind != "oauth")
            return auth::credential_print(*candidate.secret, context.fingerprint_key);
    return {};
}

json::object bench_json(const std::string& id, const std::string& model, const auth::Bench& bench,
                        const auth::Resolution& after) {
    json::object object{{"profileId", id}, {"until", to_ms(bench.until)}};
    if (!model.empty()) object["model"] = model;
    object["next"] = after.chosen() ? json::value(auth::place_of(*after.chosen())) : json::value(nullptr);
    return object;
}

Exit run_set(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto span = span_of(arguments);
    if (!span) return report(context, span.error());
    const auto& id = arguments.positional().front();
    const auto* profile = credentials.profiles->find({id});
    if (!profile) return report(context, auth::unknown_profile(credentials, {id}).error());
    const auto model = model_of(credentials, arguments, auth::ProviderId(profile->provider));
    const auto before = resolve_now(context, credentials, profile->provider, model);
    if (!before) return report(context, before.error());
    const auto now = context.clock.now();
    const auth::Bench bench{.since = now,
                            .until = now + *span,
                            .why = shortened(arguments.text("--reason").value_or(""), reason_max)};
    const auto print = print_of(*before, id, context);
    const auto set = credentials.store.update_usage({id}, [&](auth::UsageStats usage) {
        return auth::after_bench(std::move(usage), bench, model, print);
    });
    if (!set) return report(context, set.error());
    const auto after = resolve_now(context, credentials, profile->provider, model);
    if (!after) return report(context, after.error());
    if (arguments.has("--json")) {
        context.out.json(bench_json(id, model, bench, *after));
        return Exit::ok;
    }
    context.out.line(fmt::format("{} rests{} for {}.", printable(id),
                                 model.empty() ? "" : " for " + printable(model), format_span(*span)));
    if (after->chosen())
        context.out.line("Meanwhile requests use " + printable(auth::place_of(*after->chosen())) + ".");
    else
        context.out.note(fmt::format("note: nothing else is usable for {} meanwhile", after->provider));
    return Exit::ok;
}

constexpr Option model_option{.name = "--model",
                              .value_name = "MODEL",
                              .help = "Only the rest of this model (default: of the account and all models)",
                              .completes = "model"};
constexpr Option list_options[] = {agent_option, json_option};
constexpr Option clear_options[] = {
    {.name = "--provider",
     .value_name = "NAME",
     .help = "All credentials of a provider",
     .completes = "provider"},
    {.name = "--all", .help = "All credentials of the agent", .kind = OptionKind::flag},
    model_option,
    agent_option,
    json_option};
constexpr Option set_options[] = {
    {.name = "--for", .value_name = "TIME", .help = "How long: 30m, 2h, 1d", .required = true},
    model_option,
    {.name = "--reason", .value_name = "TEXT", .help = "What others are told about it"},
    agent_option,
    json_option};

}  // namespace

const Command models_auth_cooldown_list{
    .name = "models auth cooldown list",
    .summary = "Show which credentials rest, for what, why and until when",
    .options = list_options,
    .example = "openclaw models auth cooldown list --json",
    .run = run_list,
    .details = "A running gateway is asked for what it remembers besides the file.",
};

const Command models_auth_cooldown_clear{
    .name = "models auth cooldown clear",
    .summary = "End the rests of a credential, of a provider's or of all",
    .arguments = "[PROFILE]",
    .options = clear_options,
    .example = "openclaw models auth cooldown clear anthropic:work",
    .run = run_clear,
    .arguments_max = 1,
    .completes = "profile",
    .details = "The next request may use it, in a running gateway too.",
};

const Command models_auth_cooldown_set{
    .name = "models auth cooldown set",
    .summary = "Let a credential rest for a while",
    .arguments = "PROFILE",
    .options = set_options,
    .example = "openclaw models auth cooldown set anthropic:work --for 30m --reason 'kept for the demo'",
    .run = run_set,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "profile",
    .details = "Neither an answer nor a failure ends it early; `cooldown clear` does.",
};

}  // namespace openclaw::cli
