#include "base/duration.h"
#include "chat/commands/commands.h"
#include "chat/commands/credential_text.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::chat {
namespace {

// 999, 1.2k, 12k, 1.5m
std::string count_text(std::int64_t count) {
    const auto value = static_cast<double>(count);
    if (count < 1000) return std::to_string(count);
    if (count < 10'000) return fmt::format("{:.1f}k", value / 1e3);
    if (count < 1'000'000) return fmt::format("{:.0f}k", value / 1e3);
    return fmt::format("{:.1f}m", value / 1e6);
}

std::string age_text(TimePoint then, TimePoint now) {
    if (to_ms(then) == 0) return "not used yet";
    const auto minutes = std::chrono::floor<std::chrono::minutes>(now - then).count();
    if (minutes < 1) return "updated just now";
    if (minutes < 60) return fmt::format("updated {}m ago", minutes);
    if (minutes < 48 * 60) return fmt::format("updated {}h ago", minutes / 60);
    return fmt::format("updated {}d ago", minutes / (24 * 60));
}

CommandReply run_status(const CommandContext& context, std::string_view) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    const auto model = context.entry.model_override.value_or(plan.primary);
    const auto known = providers::find_model(model, context.config);
    const auto window = known ? known->context_window : providers::context_window_default;
    const auto& entry = context.entry;

    std::optional<auth::ProfileId> locked;
    if (entry.pin && entry.pin->source == PinSource::user) locked = entry.pin->profile;
    auto resolution = context.resolve(model.provider, locked);
    const auto* chosen = resolution.chosen();
    // An automatic pin is kept as long as it can be used.
    if (!locked && entry.pin)
        for (const auto& candidate : resolution.candidates)
            if (candidate.profile == entry.pin->profile && auth::is_usable(candidate.verdict))
                chosen = &candidate;

    auto text = fmt::format("🦞 OpenClaw {}\n🧠 Model: {} · 🔑 {}", context.version, model.key(),
                            describe_auth(chosen, context));
    if (locked) text += " · pinned by you";
    if (!entry.model.empty() && (entry.model_provider != model.provider || entry.model != model.model))
        text += fmt::format("\n↪️ Last answer: {}/{}", entry.model_provider, entry.model);
    text += fmt::format("\n🧮 Tokens: {} in / {} out", count_text(entry.input_tokens),
                        count_text(entry.output_tokens));
    text += fmt::format("\n📚 Context: {}/{} ({}%) · 🧹 Compactions: {}", count_text(entry.total_tokens),
                        count_text(window), window > 0 ? entry.total_tokens * 100 / window : 0,
                        entry.compactions);
    text += fmt::format("\n🧵 Session: {} • {}", context.key.text, age_text(entry.updated, context.now));
    text += fmt::format("\n⚙️ Runtime: direct · Think: {}",
                        entry.thinking_level.empty() ? "off" : entry.thinking_level);
    text += fmt::format("\n🪢 Queue: followup (depth {})", context.queued);
    return {.text = std::move(text)};
}

}  // namespace

const Command status_command{.name = "status",
                             .alias = "",
                             .arguments = "",
                             .summary = "model, credential, tokens and queue of this session",
                             .run = run_status};

}  // namespace openclaw::chat
