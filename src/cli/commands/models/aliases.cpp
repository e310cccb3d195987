#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"

namespace openclaw::cli {

namespace {

void print_json(Context& context, const config::Config& config) {
    json::object object;
    for (const auto& alias : auth::configured_aliases(config)) object[alias.name] = alias.key;
    context.out.json(json::object{{"aliases", std::move(object)}});
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
        context.out.line(plain ? fmt::format("{} {}", alias.name, alias.key)
                               : fmt::format("- {} -> {}", alias.name, alias.key));
    return Exit::ok;
}

Result<void> check_name(std::string_view name) {
    if (name.empty()) return fail(Code::invalid_input, "Alias cannot be empty.");
    const bool fine = std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_.:-").find(c) != std::string_view::npos;
    });
    if (!fine)
        return fail(Code::invalid_input,
                    "Alias must use letters, numbers, dots, underscores, colons, or dashes.");
    return {};
}

Exit run_add(Context& context, const Arguments& arguments) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const std::string name(trimmed(arguments.positional()[0]));
    if (auto fine = check_name(name); !fine) return report(context, fine.error());
    const auto model = typed_model(context, **config, arguments.positional()[1]);
    if (!model) return report(context, model.error());
    for (const auto& alias : auth::configured_aliases(**config))
        if (equal_ignoring_case(alias.name, name) && alias.key != model->key())
            return report(context, {Code::invalid_input,
                                    fmt::format("Alias {} already points to {}.", alias.name, alias.key),
                                    "remove it first: `openclaw models aliases remove ALIAS`"});
    const auto changed = change_config(
        context,
        [&](json::object& document) -> Result<void> {
            auto entry = model_entry(document, *model);
            if (!entry) return std::unexpected(std::move(entry).error());
            (**entry)["alias"] = name;
            return {};
        },
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
    const std::string name(trimmed(arguments.positional().front()));
    const auto aliases = auth::configured_aliases(**config);
    const auto found = std::ranges::find_if(
        aliases, [&](const auto& alias) { return equal_ignoring_case(alias.name, name); });
    if (found == aliases.end()) {
        std::vector<std::string> names;
        for (const auto& alias : aliases) names.push_back(alias.name);
        const auto near = nearest(name, names);
        return report(context, {Code::not_found, "Alias not found: " + printable(name),
                                near ? fmt::format("did you mean {}?", *near)
                                     : "`openclaw models aliases list` shows them all"});
    }
    const auto model = auth::find_reference(found->key);
    const auto changed = change_config(
        context,
        [&](json::object& document) -> Result<void> {
            auto entry = model_entry(document, *model);
            if (!entry) return std::unexpected(std::move(entry).error());
            (**entry)["alias"] = "";  // and no built-in one comes back in its place
            return {};
        },
        arguments.has("--json"));
    if (!changed) return report(context, changed.error());
    if (arguments.has("--json"))
        print_json(context, **changed);
    else if (auth::configured_aliases(**changed).empty())
        context.out.line("No aliases configured.");
    else
        context.out.line("Alias removed: " + found->name);
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
