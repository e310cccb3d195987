#include <algorithm>

#include "base/duration.h"
#include "base/nearest.h"
#include "base/text.h"
#include "chat/commands/commands.h"
#include "chat/commands/model_lists.h"
#include "chat/sessions/session_rights.h"
#include "credentials/credentials.h"
#include "providers/catalogue/catalog.h"
#include "providers/catalogue/typed_model.h"

namespace openclaw::chat {
namespace {

std::string current_model(const CommandContext& context) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    auto text = fmt::format("Current: {}", context.entry.model_override.value_or(plan.primary).key());
    if (const auto& pin = context.entry.pin; pin && pin->source == PinSource::user)
        text += fmt::format("\nPinned: {} (chosen by you)", pin->profile.text);
    if (!plan.fallbacks.empty()) {
        std::vector<std::string> fallbacks;
        for (const auto& fallback : plan.fallbacks) fallbacks.push_back(fallback.key());
        text += fmt::format("\nFallbacks: {}", joined(fallbacks, ", "));
    }
    return text +
           "\n\nSwitch: /model <provider/model>\nBrowse: /models (providers) or /models <provider> (models)\n"
           "More: /model status";
}

// A model that nothing speaks for: not in the catalogue, and its provider not configured.
bool is_known(const auth::ModelRef& model, const CommandContext& context, const auth::ModelPlan& plan) {
    return model == plan.primary || providers::find_model(model, context.config).has_value() ||
           providers::find_provider_config(context.config.value(), model.provider) != nullptr;
}

// " Did you mean sonnet?", or "".
std::string suggestion(std::string_view typed, const std::vector<std::string>& known) {
    const auto near = nearest(typed, known);
    return near ? fmt::format(" Did you mean {}?", *near) : std::string();
}

// What may be typed for a model that can be used here: aliases, keys, and bare ids.
std::vector<std::string> model_names(const CommandContext& context, const auth::ModelPlan& plan) {
    std::vector<std::string> names;
    for (const auto& alias : plan.aliases) names.push_back(alias.name);
    for (const auto& [provider, models] : usable_models(context))
        for (const auto& model : models) names.push_back(model.key());
    return names;
}

std::string unrecognized(std::string_view typed, const CommandContext& context, const auth::ModelPlan& plan) {
    auto near = suggestion(typed, model_names(context, plan));
    if (const auto known = providers::nearest_model(typed, context.config); near.empty() && known)
        if (const auto model = auth::parse_model(*known, context.config);
            model && may_choose(context, plan, *model))
            near = fmt::format(" Did you mean {}?", *known);
    return fmt::format(
        "Unrecognized model \"{}\".{} Use /models to list providers, or /models <provider> to list models.",
        printable(typed), near);
}

std::string not_allowed(const auth::ModelRef& model, std::string_view typed, const CommandContext& context,
                        const auth::ModelPlan& plan) {
    const auto names = model_names(context, plan);
    auto near = suggestion(typed, names);
    if (near.empty()) near = suggestion(model.key(), names);
    return fmt::format(
        "Model \"{}\" is not allowed.{} Use /models to list providers, or /models <provider> to list models.",
        model.key(), near);
}

// Why a profile can't be chosen for a provider, or "".
std::string objection(const auth::ProfileId& profile, const auth::ProviderId& provider,
                      const CommandContext& context) {
    const auto* stored = context.store.find(profile);
    if (stored == nullptr) {
        std::vector<std::string> known;
        for (const auto& candidate : context.store.profiles)
            if (auth::ProviderId(candidate.provider) == provider) known.push_back(candidate.id.text);
        return fmt::format("Auth profile \"{}\" not found.{}", profile.text, suggestion(profile.text, known));
    }
    const auto owner = auth::ProviderId(stored->provider);
    if (owner != provider)
        return fmt::format("Auth profile \"{}\" is for {}, not {}.", profile.text, owner, provider);
    const auto resolution = context.resolve(provider, profile);
    if (resolution.chosen() != nullptr) return {};
    for (const auto& candidate : resolution.candidates)
        if (candidate.source == auth::Source::profile && candidate.profile == profile)
            return fmt::format("Auth profile \"{}\" can't be used: {}.", profile.text, candidate.reason);
    return fmt::format("Auth profile \"{}\" can't be used.", profile.text);
}

// Why the provider can't answer at all, or "".
std::string missing_credential(const auth::ModelRef& model, const CommandContext& context) {
    const auto resolution = context.resolve(model.provider, std::nullopt);
    if (resolution.chosen() != nullptr || resolution.ready_at()) return {};
    return fmt::format(
        "Model \"{0}\" can't be used: there is no usable credential for {1}. Add one with "
        "`openclaw models auth paste-api-key --provider {1}`.",
        model.key(), model.provider);
}

// " It rests for 4m." when that is so.
std::string rest_note(const auth::ProfileId& profile, const auth::ProviderId& provider,
                      const CommandContext& context) {
    for (const auto& candidate : context.resolve(provider, std::nullopt).candidates)
        if (candidate.source == auth::Source::profile && candidate.profile == profile && candidate.until &&
            *candidate.until > context.now && !auth::is_usable(candidate.verdict))
            return fmt::format(" It rests for {} and is tried all the same.",
                               format_remaining(*candidate.until - context.now));
    return {};
}

CommandReply switch_model(const CommandContext& context, std::string_view text) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    auth::ModelChoice choice{.model = plan.primary, .profile = {}, .alias = {}};
    const bool is_default_word = equal_ignoring_case(text, "default") || equal_ignoring_case(text, "reset");
    if (!is_default_word) {
        auto parsed = auth::parse_model_choice(text, context.config);
        if (!parsed) {
            auto reply = fmt::format(
                "Unrecognized model \"{}\". Use /models to list providers, or /models <provider> to list "
                "models.",
                printable(text));
            if (!parsed.error().hint.empty()) reply += fmt::format(" ({})", parsed.error().hint);
            return {.text = std::move(reply)};
        }
        choice = std::move(*parsed);
    }
    if (choice.profile && !may_pin(context.asked_by)) {
        const auto refusal = pin_refusal(context.asked_by);
        return {.text = fmt::format("Not allowed: {} ({}).", refusal.message, refusal.hint)};
    }
    if (!may_choose(context, plan, choice.model))
        return {.text = not_allowed(choice.model, text, context, plan)};
    if (!is_default_word && !providers::check_typed(choice.model, choice.typed, context.config))
        return {.text = unrecognized(choice.typed, context, plan)};
    if (!is_known(choice.model, context, plan))
        return {.text = not_allowed(choice.model, text, context, plan)};
    auto problem = choice.profile ? objection(*choice.profile, choice.model.provider, context)
                                  : missing_credential(choice.model, context);
    if (!problem.empty()) return {.text = std::move(problem)};

    const auto name =
        choice.alias.empty() ? choice.model.key() : fmt::format("{} ({})", choice.alias, choice.model.key());
    const bool is_default = choice.model == plan.primary;
    CommandReply reply{.text = is_default ? fmt::format("Model reset to default ({}).", name)
                                          : fmt::format("Model set to {}.", name)};
    if (choice.profile)
        reply.text += fmt::format(" Auth profile set to {}.{}", choice.profile->text,
                                  rest_note(*choice.profile, choice.model.provider, context));
    reply.change = [choice, is_default, now = context.now](json::object& record) {
        set_model_override(record, is_default ? std::nullopt : std::optional(choice.model));
        set_pin(record,
                choice.profile ? std::optional(Pin{*choice.profile, PinSource::user, 0}) : std::nullopt);
        touch(record, now);
    };
    return reply;
}

CommandReply run_model(const CommandContext& context, std::string_view arguments) {
    const auto word = trimmed(arguments);
    if (word.empty()) return {.text = current_model(context)};
    if (equal_ignoring_case(word, "list")) return {.text = provider_list(context)};
    if (equal_ignoring_case(word, "status")) return {.text = model_status(context)};
    if (word.starts_with('@') || lowered(word).starts_with("list@") || lowered(word).starts_with("status@"))
        return {.text = "Auth profile override requires a model selection."};
    if (std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; }))
        return {.text =
                    "Numeric model selection is not supported in chat.\n\nBrowse: /models or /models "
                    "<provider>\nSwitch: /model <provider/model>"};
    if (word.find_first_of(" \t") != word.npos && word.find('@') == word.npos)
        return {
            .text =
                "Use: /model <provider/model>[@profile], with nothing behind it. The message was not sent."};
    return switch_model(context, word);
}

}  // namespace

const Command model_command{.name = "model",
                            .alias = "",
                            .arguments = "[list | status | default | <model>[@profile]]",
                            .summary = "show or choose the model and the credential of this session",
                            .run = run_model};

}  // namespace openclaw::chat
