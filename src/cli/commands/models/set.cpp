#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/commands/models/model_settings.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::cli {

namespace {

// agents.defaults.model or imageModel: the primary changes, fallbacks stay.
Exit set_primary(Context& context, const Arguments& arguments, auth::ModelRole role, std::string_view label) {
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto model = typed_model(context, **config, arguments.positional().front());
    if (!model) return report(context, model.error());
    if (const auto known = providers::find_model(*model, **config);
        role == auth::ModelRole::image && known && !known->image)
        context.out.note(
            fmt::format("note: {} reads no images, as far as is known", printable(model->key())));
    const auto changed = change_config(
        context, [&](json::object& document) { return auth::set_primary(document, role, *model); },
        arguments.has("--json"));
    if (!changed) return report(context, changed.error());
    if (arguments.has("--json"))
        context.out.json(json::object{{auth::member_of(role), model->key()}});
    else
        context.out.line(fmt::format("{}: {}", label, model->key()));
    return Exit::ok;
}

Exit run_set(Context& context, const Arguments& arguments) {
    return set_primary(context, arguments, auth::ModelRole::text, "Default model");
}

Exit run_set_image(Context& context, const Arguments& arguments) {
    return set_primary(context, arguments, auth::ModelRole::image, "Image model");
}

constexpr Option options[] = {json_option};

}  // namespace

const Command models_set{
    .name = "models set",
    .summary = "Choose the default model",
    .arguments = "MODEL",
    .options = options,
    .example = "openclaw models set anthropic/claude-opus-4-5",
    .run = run_set,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "model",
};

const Command models_set_image{
    .name = "models set-image",
    .summary = "Choose the model for images",
    .arguments = "MODEL",
    .options = options,
    .example = "openclaw models set-image google/gemini-3-pro",
    .run = run_set_image,
    .arguments_min = 1,
    .arguments_max = 1,
    .completes = "model",
};

}  // namespace openclaw::cli
