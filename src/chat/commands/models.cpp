#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "chat/commands/commands.h"
#include "chat/commands/model_lists.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::chat {
namespace {

struct Page {
    std::string provider;
    std::size_t number = 1, size = 20;
    bool all = false;
};

std::size_t number_in(std::string_view text) {
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size() ? number : 0;
}

// "anthropic", "anthropic 2", "anthropic page=2 limit=50", "anthropic all"
Page page_of(std::string_view arguments) {
    Page page;
    for (const auto piece : split(arguments, ' ')) {
        const auto word = trimmed(piece);
        const auto value = word.substr(std::min(word.find('=') + 1, word.size()));
        if (word.empty()) continue;
        if (page.provider.empty())
            page.provider = auth::ProviderId(word);
        else if (word == "all")
            page.all = true;
        else if (word.starts_with("limit=") || word.starts_with("size="))
            page.size = std::clamp<std::size_t>(number_in(value), 1, 100);
        else
            page.number = number_in(word.starts_with("page=") ? value : word);
    }
    return page;
}

CommandReply run_models(const CommandContext& context, std::string_view arguments) {
    return {.text = arguments.empty() ? provider_list(context) : model_page(context, arguments)};
}

}  // namespace

bool may_choose(const CommandContext& context, const auth::ModelPlan& plan, const auth::ModelRef& model) {
    return auth::allows(plan, model) && context.asked_by.limits().allow_model(model.key());
}

std::map<std::string, std::vector<auth::ModelRef>> usable_models(const CommandContext& context) {
    const auto plan = auth::model_plan(context.config, &context.agent);
    std::map<std::string, std::vector<auth::ModelRef>> models;
    const auto add = [&](const auth::ModelRef& model) {
        if (!context.asked_by.limits().allow_model(model.key())) return;
        auto& of_provider = models[model.provider];
        if (std::ranges::find(of_provider, model) == of_provider.end()) of_provider.push_back(model);
    };
    add(plan.primary);
    for (const auto& model : plan.listed) add(model);
    if (!plan.restricted) {
        std::map<std::string, bool> has_credential;
        for (const auto& model : providers::list_models(context.config)) {
            const auto [known, is_new] = has_credential.try_emplace(model.ref.provider, false);
            if (is_new) known->second = context.resolve(model.ref.provider, std::nullopt).chosen() != nullptr;
            if (known->second) add(model.ref);
        }
    }
    for (auto& [provider, of_provider] : models) std::ranges::sort(of_provider);
    return models;
}

std::string provider_list(const CommandContext& context) {
    std::string text = "Providers:";
    for (const auto& [provider, models] : usable_models(context))
        text += fmt::format("\n- {} ({})", provider, models.size());
    return text + "\n\nUse: /models <provider>\nSwitch: /model <provider/model>";
}

std::string model_page(const CommandContext& context, std::string_view arguments) {
    const auto page = page_of(arguments);
    const auto all = usable_models(context);
    const auto found = all.find(page.provider);
    if (found == all.end()) {
        auto text = fmt::format("Unknown provider: {}\n\nAvailable providers:", page.provider);
        for (const auto& [provider, models] : all) text += fmt::format("\n- {}", provider);
        return text + "\n\nUse: /models <provider>";
    }
    const auto& models = found->second;
    const auto size = page.all ? models.size() : page.size;
    const auto pages = (models.size() + size - 1) / size;
    if (page.number < 1 || page.number > pages)
        return fmt::format(
            "Page out of range: {0} (valid: 1-{1})\n\nTry: /models {2} {1}\nAll: /models {2} all",
            page.number, pages, page.provider);
    const auto first = (page.number - 1) * size, last = std::min(first + size, models.size());
    auto text = fmt::format("Models ({}) — showing {}-{} of {} (page {}/{})", page.provider, first + 1, last,
                            models.size(), page.number, pages);
    for (auto index = first; index < last; ++index) text += fmt::format("\n- {}", models[index].key());
    text += "\n\nSwitch: /model <provider/model>";
    if (page.number < pages) text += fmt::format("\nMore: /models {} {}", page.provider, page.number + 1);
    return text + fmt::format("\nAll: /models {} all", page.provider);
}

const Command models_command{.name = "models",
                             .alias = "",
                             .arguments = "[provider] [page|all]",
                             .summary = "providers, or the models of one",
                             .run = run_models};

}  // namespace openclaw::chat
