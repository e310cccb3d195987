#include "base/text.h"
#include "chat/commands/credential_text.h"
#include "chat/commands/model_lists.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::chat {
namespace {

std::string provider_block(const auth::ProviderId& provider, const std::vector<auth::ModelRef>& models,
                           const auth::ModelPlan& plan, const CommandContext& context) {
    const auto* settings = providers::find_provider_config(context.config.value(), provider);
    const auto base = settings != nullptr ? string_at(*settings, "baseUrl") : std::nullopt;
    const auto api = settings != nullptr ? string_at(*settings, "api") : std::nullopt;
    auto text = fmt::format("[{}] endpoint: {}", provider, base.value_or("default"));
    if (api) text += fmt::format(" api: {}", *api);

    std::vector<std::string> candidates;
    for (const auto& candidate : context.resolve(provider, std::nullopt).candidates)
        if (candidate.verdict != auth::Verdict::not_set)
            candidates.push_back(describe_candidate(candidate, context));
    text += " auth: " + (candidates.empty() ? std::string("missing") : joined(candidates, ", "));
    for (const auto& model : models) {
        text += fmt::format("\n  • {}", model.key());
        for (const auto& alias : plan.aliases)
            if (alias.key == model.key()) text += fmt::format(" ({})", alias.name);
    }
    return text;
}

}  // namespace

std::string model_status(const CommandContext& context) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    auto text = fmt::format("Current: {}\nDefault: {}\nAgent: {}\nAuth file: {}",
                            context.entry.model_override.value_or(plan.primary).key(), plan.primary.key(),
                            context.agent.id, context.store_file);
    if (const auto& pin = context.entry.pin)
        text += fmt::format("\nPinned: {} ({})", pin->profile.text,
                            pin->source == PinSource::user ? "chosen by you" : "chosen automatically");
    for (const auto& [provider, models] : usable_models(context))
        text += "\n\n" + provider_block(provider, models, plan, context);
    return text;
}

}  // namespace openclaw::chat
