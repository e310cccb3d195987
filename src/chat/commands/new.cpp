#include "base/text.h"
#include "chat/commands/commands.h"
#include "chat/commands/model_lists.h"

namespace openclaw::chat {
namespace {

// "/new [model] [text]": a first word that is exactly an allowed model or alias chooses it.
CommandReply run_new(const CommandContext& context, std::string_view arguments) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    auto model = context.entry.model_override.value_or(plan.primary);
    CommandReply reply{.text = {}, .fresh_session = true, .then_message = std::string(trimmed(arguments))};

    const auto word = arguments.substr(0, arguments.find_first_of(" \t\n"));
    const auto is_alias = [&](const auth::Alias& alias) { return equal_ignoring_case(alias.name, word); };
    const bool looks_like_model = word.find('/') != word.npos || std::ranges::any_of(plan.aliases, is_alias);
    const auto chosen = looks_like_model ? auth::parse_model(word, context.config)
                                         : Result<auth::ModelRef>(fail(Code::not_found, "no model"));
    if (chosen && may_choose(context, plan, *chosen)) {
        model = *chosen;
        reply.then_message = trimmed(arguments.substr(word.size()));
        reply.change = [model, is_default = model == plan.primary](json::object& record) {
            set_model_override(record, is_default ? std::nullopt : std::optional(model));
            set_pin(record, std::nullopt);
        };
    }
    reply.text = fmt::format("✅ New session started · model: {}", model.key());
    if (model != plan.primary) reply.text += fmt::format(" (default: {})", plan.primary.key());
    return reply;
}

}  // namespace

const Command new_command{.name = "new",
                          .alias = "",
                          .arguments = "[model] [message]",
                          .summary = "start afresh; model and credential stay",
                          .run = run_new};
const Command reset_command{.name = "reset",
                            .alias = "",
                            .arguments = "[model] [message]",
                            .summary = "the same as /new",
                            .run = run_new};

}  // namespace openclaw::chat
