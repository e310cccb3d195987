#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"

namespace openclaw::cli {

namespace {

using auth::ModelRole;

// The two lists of fallbacks differ in their place and in their words.
struct Kind {
    ModelRole role;
    std::string_view title, one;
};
constexpr Kind text{ModelRole::text, "Fallbacks", "Fallback"};
constexpr Kind image{ModelRole::image, "Image fallbacks", "Image fallback"};

// As they are written, and as requests understand them; null for one that names no model.
void print_json(Context& context, const config::Config& config, const std::vector<std::string>& entries) {
    json::array resolved;
    for (const auto& entry : entries) {
        const auto model = auth::parse_model(entry, config);
        resolved.push_back(model ? json::value(model->key()) : json::value(nullptr));
    }
    context.out.json(json::object{{"fallbacks", json::array(entries.begin(), entries.end())},
                                  {"resolved", std::move(resolved)}});
}

Exit list(Context& context, const Arguments& arguments, const Kind& kind) {
    if (auto formats = check_formats(arguments); !formats) return report(context, formats.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto entries = auth::fallbacks_in((*config)->value(), kind.role);
    if (arguments.has("--json")) {
        print_json(context, **config, entries);
        return Exit::ok;
    }
    const bool plain = arguments.has("--plain");
    if (!plain) context.out.line(fmt::format("{} ({}):", kind.title, entries.size()));
    if (!plain && entries.empty()) context.out.line("- none");
    for (const auto& entry : entries) context.out.line(plain ? entry : "- " + entry);
    return Exit::ok;
}

Exit change_list(Context& context, const Arguments& arguments, const Kind& kind,
                 const std::function<Result<void>(json::object& document)>& change) {
    const auto changed = change_config(context, change, arguments.has("--json"));
    if (!changed) return report(context, changed.error());
    const auto entries = auth::fallbacks_in((*changed)->value(), kind.role);
    if (arguments.has("--json"))
        print_json(context, **changed, entries);
    else if (entries.empty())
        context.out.line(fmt::format("{} list cleared.", kind.one));
    else
        context.out.line(fmt::format("{}: {}", kind.title, joined(entries, ", ")));
    return Exit::ok;
}

Exit add(Context& context, const Arguments& arguments, const Kind& kind) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto model = typed_model(context, **config, arguments.positional().front());
    if (!model) return report(context, model.error());
    return change_list(context, arguments, kind, [&](json::object& document) {
        return auth::add_fallback(document, kind.role, *model, **config);
    });
}

Exit remove(Context& context, const Arguments& arguments, const Kind& kind) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto model = auth::parse_model(arguments.positional().front(), **config);
    if (!model) return report(context, model.error());
    return change_list(context, arguments, kind, [&](json::object& document) {
        return auth::remove_fallback(document, kind.role, *model, **config);
    });
}

Exit clear(Context& context, const Arguments& arguments, const Kind& kind) {
    return change_list(context, arguments, kind,
                       [&](json::object& document) { return auth::clear_fallbacks(document, kind.role); });
}

Exit run_list(Context& context, const Arguments& arguments) {
    return list(context, arguments, text);
}
Exit run_add(Context& context, const Arguments& arguments) {
    return add(context, arguments, text);
}
Exit run_remove(Context& context, const Arguments& arguments) {
    return remove(context, arguments, text);
}
Exit run_clear(Context& context, const Arguments& arguments) {
    return clear(context, arguments, text);
}
Exit run_image_list(Context& context, const Arguments& arguments) {
    return list(context, arguments, image);
}
Exit run_image_add(Context& context, const Arguments& arguments) {
    return add(context, arguments, image);
}
Exit run_image_remove(Context& context, const Arguments& arguments) {
    return remove(context, arguments, image);
}
Exit run_image_clear(Context& context, const Arguments& arguments) {
    return clear(context, arguments, image);
}

constexpr Option list_options[] = {json_option, plain_option};
constexpr Option change_options[] = {json_option};

}  // namespace

const Command models_fallbacks_list{.name = "models fallbacks list",
                                    .summary = "List the models to try when the first can't answer",
                                    .options = list_options,
                                    .example = "openclaw models fallbacks list",
                                    .run = run_list};
const Command models_fallbacks_add{.name = "models fallbacks add",
                                   .summary = "Add a model to the end of the fallbacks",
                                   .arguments = "MODEL",
                                   .options = change_options,
                                   .example = "openclaw models fallbacks add openai/gpt-5.2",
                                   .run = run_add,
                                   .arguments_min = 1,
                                   .arguments_max = 1,
                                   .completes = "model"};
const Command models_fallbacks_remove{.name = "models fallbacks remove",
                                      .summary = "Take a model out of the fallbacks",
                                      .arguments = "MODEL",
                                      .options = change_options,
                                      .example = "openclaw models fallbacks remove openai/gpt-5.2",
                                      .run = run_remove,
                                      .arguments_min = 1,
                                      .arguments_max = 1,
                                      .completes = "fallback"};
const Command models_fallbacks_clear{.name = "models fallbacks clear",
                                     .summary = "Remove all fallbacks",
                                     .options = change_options,
                                     .example = "openclaw models fallbacks clear",
                                     .run = run_clear};
const Command models_image_fallbacks_list{
    .name = "models image-fallbacks list",
    .summary = "List the models to try when the image model can't answer",
    .options = list_options,
    .example = "openclaw models image-fallbacks list",
    .run = run_image_list};
const Command models_image_fallbacks_add{
    .name = "models image-fallbacks add",
    .summary = "Add a model to the end of the image fallbacks",
    .arguments = "MODEL",
    .options = change_options,
    .example = "openclaw models image-fallbacks add google/gemini-3-flash",
    .run = run_image_add,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "model"};
const Command models_image_fallbacks_remove{
    .name = "models image-fallbacks remove",
    .summary = "Take a model out of the image fallbacks",
    .arguments = "MODEL",
    .options = change_options,
    .example = "openclaw models image-fallbacks remove google/gemini-3-flash",
    .run = run_image_remove,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "image-fallback"};
const Command models_image_fallbacks_clear{.name = "models image-fallbacks clear",
                                           .summary = "Remove all image fallbacks",
                                           .options = change_options,
                                           .example = "openclaw models image-fallbacks clear",
                                           .run = run_image_clear};

}  // namespace openclaw::cli
