#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"

namespace openclaw::cli {

namespace {

void print_json(Context& context, const config::Config& config) {
    json::object written, resolved;
    for (const auto& alias : auth::configured_aliases(config)) {
        written[alias.name] = alias.written;
        resolved[alias.name] = alias.key;
    }
    context.out.json(json::object{{"aliases", std::move(written)}, {"resolved", std::move(resolved)}});
}

Exit run_list(Context& context, const Arguments& arguments) {
    if (auto formats = check_formats(arguments); !formats) return report(context, formats.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto aliases = auth::configured_aliases(**config);
    if (arguments.has("--json")) {
        print_json(context, **config);
        return Exit::ok;
    }
    const bool plain = arguments.has("--plain");
    if (!plain) context.out.line(fmt::format("Aliases ({}):", aliases.size()));
    if (!plain && aliases.empty()) context.out.line("- none");
    for (const auto& alias : aliases)
        context.out.line(plain ? fmt::format("{} {}", alias.name, alias.written)
                               : fmt::format("- {} -> {}", alias.name, alias.key));
    return Exit::ok;
}

Exit run_add(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const std::string name(trimmed(arguments.positional()[0]));
    if (auto fine = auth::check_alias_name(name); !fine) return report(context, fine.error());
    const auto model = typed_model(context, **config, arguments.positional()[1]);
    if (!model) return report(context, model.error());
    if (auto free = auth::check_alias_is_free(name, *model, **config); !free)
        return report(context, free.error());
    const auto changed = change_config(
        context, [&](json::object& document) { return auth::add_alias(document, name, *model); },
        arguments.has("--json"));
    if (!changed) return report(context, changed.error());
    if (arguments.has("--json"))
        print_json(context, **changed);
    else
        context.out.line(fmt::format("Alias {} -> {}", name, model->key()));
    return Exit::ok;
}

Exit run_remove(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto alias = auth::configured_alias(trimmed(arguments.positional().front()), **config);
    if (!alias) return report(context, alias.error());
    const auto changed = change_config(
        context, [&](json::object& document) { return auth::remove_alias(document, *alias); },
        arguments.has("--json"));
    if (!changed) return report(context, changed.error());
    if (arguments.has("--json"))
        print_json(context, **changed);
    else if (auth::configured_aliases(**changed).empty())
        context.out.line("No aliases configured.");
    else
        context.out.line("Alias removed: " + alias->name);
    return Exit::ok;
}

constexpr Option list_options[] = {json_option, plain_option};
constexpr Option change_options[] = {json_option};

}  // namespace

const Command models_aliases_list{
    .name = "models aliases list",
    .summary = "List the short names of models",
    .options = list_options,
    .example = "openclaw models aliases list --json",
    .run = run_list,
};

const Command models_aliases_add{
    .name = "models aliases add",
    .summary = "Give a model a short name",
    .arguments = "ALIAS MODEL",
    .options = change_options,
    .example = "openclaw models aliases add fast openai/gpt-5-mini",
    .run = run_add,
    .arguments_min = 2,
    .arguments_max = 2,
    .completes = " model",
};

const Command models_aliases_remove{
    .name = "models aliases remove",
    .summary = "Take a short name away",
    .arguments = "ALIAS",
    .options = change_options,
    .example = "openclaw models aliases remove fast",
    .run = run_remove,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "alias",
};

}  // namespace openclaw::cli
