#include "auth/models/model_ref.h"

#include <algorithm>

#include "auth/profiles/model_id.h"
#include "base/nearest.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

struct Spelling {
    std::string_view provider, typed, id;
};
constexpr Spelling spellings[] = {{"anthropic", "opus-4.5", "claude-opus-4-5"},
                                  {"anthropic", "sonnet-4.5", "claude-sonnet-4-5"},
                                  {"google", "gemini-3-pro", "gemini-3-pro-preview"},
                                  {"google", "gemini-3-flash", "gemini-3-flash-preview"}};

std::string normalised_model(const ProviderId& provider, std::string_view model) {
    for (const auto& spelling : spellings)
        if (provider == spelling.provider && equal_ignoring_case(model, spelling.typed))
            return std::string(spelling.id);
    return std::string(model);
}

constexpr std::pair<std::string_view, std::string_view> built_in_aliases[] = {
    {"opus", "anthropic/claude-opus-4-5"},
    {"sonnet", "anthropic/claude-sonnet-4-5"},
    {"gpt", "openai/gpt-5.2"},
    {"gpt-mini", "openai/gpt-5-mini"},
    {"gemini", "google/gemini-3-pro-preview"},
    {"gemini-flash", "google/gemini-3-flash-preview"}};

const json::object* defaults_of(const config::Config& config) {
    const auto* agents = object_at(config.value(), "agents");
    return agents ? object_at(*agents, "defaults") : nullptr;
}

const json::object* default_settings(const config::Config& config, std::string_view name) {
    const auto* defaults = defaults_of(config);
    return defaults ? object_at(*defaults, name) : nullptr;
}

const json::object* model_entries(const config::Config& config) {
    return default_settings(config, "models");
}

// `model: "opus"` means what `model: {primary: "opus"}` does.
std::string default_primary(const config::Config& config, std::string_view name) {
    const auto* defaults = defaults_of(config);
    if (!defaults) return {};
    if (const auto text = string_at(*defaults, name)) return std::string(trimmed(*text));
    const auto* settings = object_at(*defaults, name);
    return settings ? std::string(trimmed(string_at(*settings, "primary").value_or(""))) : std::string();
}

// Of several aliases with one name the last in the file wins; the built-in ones stand behind them all, so
// that "opus" means what a person expects before anything is configured.
std::optional<ModelRef> find_alias(std::string_view text, const config::Config& config) {
    std::optional<ModelRef> found;
    for (const auto& alias : configured_aliases(config))
        if (equal_ignoring_case(alias.name, text)) found = find_reference(alias.key);
    if (found) return found;
    for (const auto& [name, key] : built_in_aliases)
        if (equal_ignoring_case(name, text)) return find_reference(key);
    return std::nullopt;
}

bool is_version(std::string_view text) {
    return !text.empty() &&
           (text.find_first_not_of("0123456789") == std::string_view::npos || text == "default" ||
            text == "latest" || text.find('/') != std::string_view::npos);
}

// Where "model@profile" is cut, by its look. Model ids and e-mail addresses hold '@' too: a profile's part
// before its ':' does not, and a version such as 20251101 is no profile.
std::optional<std::size_t> mark_by_look(std::string_view text) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        const auto rest = text.substr(at + 1);
        const auto colon = rest.find(':');
        if (colon != std::string_view::npos &&
            rest.substr(0, colon).find_first_of("@/") == std::string_view::npos)
            return at;
    }
    const auto last = text.rfind('@');
    if (last == std::string_view::npos) return std::nullopt;
    return is_version(text.substr(last + 1)) ? std::nullopt : std::optional(last);
}

// What somebody's model is in the config; "model@profile" there is one with a profile.
bool is_named_by(std::string_view text, const ModelRef& model) {
    const auto mark = mark_by_look(text);
    const bool has_profile = mark && text.find(':', *mark) != std::string_view::npos;
    return !has_profile && find_reference(text) == model;
}

bool is_in_role(const ModelRef& model, const config::Config& config) {
    const auto is_it = [&](std::string_view text) { return is_named_by(text, model); };
    for (const auto* name : {"model", "imageModel"}) {
        if (is_it(default_primary(config, name))) return true;
        const auto* settings = default_settings(config, name);
        const auto* list = settings ? array_at(*settings, "fallbacks") : nullptr;
        if (list && std::ranges::any_of(*list, [&](const json::value& entry) {
                return entry.is_string() && is_it(entry.get_string());
            }))
            return true;
    }
    return std::ranges::any_of(config.agents(), [&](const config::AgentEntry& agent) {
        return (agent.model && is_it(*agent.model)) ||
               (agent.fallbacks && std::ranges::any_of(*agent.fallbacks, is_it));
    });
}

bool is_among_models(const ModelRef& model, const config::Config& config) {
    const auto* models = object_at(config.value(), "models");
    const auto* providers = models ? object_at(*models, "providers") : nullptr;
    if (!providers) return false;
    for (const auto& [key, value] : *providers) {
        const auto* entry = value.if_object();
        const auto* list = entry && ProviderId(key) == model.provider ? array_at(*entry, "models") : nullptr;
        if (list && std::ranges::any_of(*list, [&](const json::value& each) {
                const auto* object = each.if_object();
                return object && is_id_of(string_at(*object, "id").value_or(""), model);
            }))
            return true;
    }
    return false;
}

bool is_whole(std::string_view text, const config::Config& config) {
    if (find_alias(trimmed(text), config)) return true;
    const auto model = find_reference(text);
    return model && is_configured(*model, config);
}

// Where "model@profile" is cut: nowhere where the whole is known here, else behind the longest beginning that
// is, else by its look.
std::optional<std::size_t> profile_mark(std::string_view text, const config::Config& config) {
    auto at = text.rfind('@');
    if (at == std::string_view::npos || is_whole(text, config)) return std::nullopt;
    for (; at != std::string_view::npos && at > 0; at = text.rfind('@', at - 1))
        if (!is_version(text.substr(at + 1)) && is_whole(text.substr(0, at), config)) return at;
    return mark_by_look(text);
}

// The models of a list, each with how it is written.
struct ReadList {
    std::vector<ModelRef>& models;
    std::vector<std::string>& texts;

    void add(ModelRef model, std::string_view text) {
        models.push_back(std::move(model));
        texts.emplace_back(trimmed(text));
    }
};

void parse_list(const json::object& settings, std::string_view name, const config::Config& config,
                ReadList read, std::vector<std::string>& warnings) {
    const auto* list = array_at(settings, name);
    if (!list) return;
    for (const auto& entry : *list) {
        const auto* text = entry.if_string();
        const auto model = text ? parse_model(*text, config) : fail(Code::invalid_input, "not a string");
        if (model)
            read.add(*model, *text);
        else
            warnings.push_back(
                fmt::format("{} holds an entry that was skipped: {}", name, model.error().message));
    }
}

void plan_primary(ModelPlan& plan, const config::Config& config, const config::AgentEntry* agent) {
    plan.primary = *find_reference(default_model_key);
    auto text = default_primary(config, "model");
    if (agent && agent->model && !trimmed(*agent->model).empty()) {
        text = *agent->model;
        plan.primary_from_agent = true;
    }
    text = trimmed(text);
    plan.primary_text = text.empty() ? std::string(default_model_key) : text;
    if (text.empty()) return;
    const auto model = parse_model(text, config);
    if (!model) {
        plan.warnings.push_back(model.error().message + "; " + std::string(default_model_key) + " is used");
        return;
    }
    plan.primary = *model;
    if (text.find('/') == std::string::npos && !find_alias(text, config))
        plan.warnings.push_back(fmt::format("\"{}\" names no provider and is taken as {}; write {}", text,
                                            model->key(), model->key()));
}

void plan_fallbacks(ModelPlan& plan, const config::Config& config, const config::AgentEntry* agent) {
    ReadList read{plan.fallbacks, plan.fallback_texts};
    if (agent && agent->fallbacks) {
        plan.fallbacks_from_agent = true;
        for (const auto& text : *agent->fallbacks)
            if (auto model = parse_model(text, config)) read.add(std::move(*model), text);
        return;
    }
    if (const auto* settings = default_settings(config, "model"))
        parse_list(*settings, "fallbacks", config, read, plan.warnings);
}

void plan_images(ModelPlan& plan, const config::Config& config) {
    if (const auto text = default_primary(config, "imageModel"); !text.empty())
        if (auto model = parse_model(text, config)) {
            plan.image = std::move(*model);
            plan.image_text = trimmed(text);
        }
    if (const auto* settings = default_settings(config, "imageModel"))
        parse_list(*settings, "fallbacks", config, {plan.image_fallbacks, plan.image_fallback_texts},
                   plan.warnings);
}

// Patterns such as "openai/*" and "openrouter/qwen/*".
std::string prefix_in(std::string_view text) {
    text = trimmed(text);
    if (!text.ends_with("/*")) return {};
    text.remove_suffix(1);
    const auto slash = text.find('/');
    return ProviderId(text.substr(0, slash)).text() + std::string(text.substr(slash));
}

void allow(ModelPolicy& policy, std::string_view text, const config::Config& config) {
    if (trimmed(text) == "*")
        policy.everything = true;
    else if (auto prefix = prefix_in(text); !prefix.empty())
        policy.prefixes.push_back(std::move(prefix));
    else if (auto model = parse_model(text, config))
        policy.models.push_back(std::move(*model));
}

// The agent's own policy replaces the defaults', even when it is empty.
void plan_policy(ModelPlan& plan, const config::Config& config, const config::AgentEntry* agent) {
    if (!has_model_policy(config.value()) && !(agent && agent->allowed)) return;
    plan.policy.emplace();
    if (agent && agent->allowed) {
        for (const auto& text : *agent->allowed) allow(*plan.policy, text, config);
        plan.restricted = !agent->allowed->empty();
    } else {
        const auto* settings = default_settings(config, "modelPolicy");
        const auto* list = settings ? array_at(*settings, "allow") : nullptr;
        for (std::size_t at = 0; list && at < list->size(); ++at)
            if (const auto* text = (*list)[at].if_string()) allow(*plan.policy, *text, config);
        plan.restricted = list && !list->empty();
    }
    plan.restricted = plan.restricted && !plan.policy->everything;
}

void plan_allowed(ModelPlan& plan, const config::Config& config) {
    const auto* entries = model_entries(config);
    if (!entries) return;
    bool everything = false;
    for (const auto& member : *entries) {
        everything = everything || trimmed(member.key()) == "*";
        const auto model = trimmed(member.key()) == "*" ? std::nullopt : find_reference(member.key());
        if (model && std::ranges::find(plan.listed, *model) == plan.listed.end())
            ReadList{plan.listed, plan.listed_texts}.add(*model, member.key());
    }
    plan.restricted = !entries->empty() && !everything;
}

}  // namespace

std::optional<ModelRef> find_reference(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return std::nullopt;
    const auto slash = text.find('/');
    const auto provider_text = slash == std::string_view::npos ? default_provider : text.substr(0, slash);
    const auto model = slash == std::string_view::npos ? text : trimmed(text.substr(slash + 1));
    ProviderId provider(provider_text);
    if (provider.empty() || model.empty()) return std::nullopt;
    std::string id = normalised_model(provider, model);
    return ModelRef{std::move(provider), std::move(id)};
}

bool is_same(const ModelRef& one, const ModelRef& other) {
    return one.provider == other.provider && (is_id_of(one.model, other) || is_id_of(other.model, one));
}

bool is_id_of(std::string_view id, const ModelRef& model) {
    return is_model_id(id, model.provider, model.model);
}

bool is_configured(const ModelRef& model, const config::Config& config) {
    const auto* entries = model_entries(config);
    const bool listed = entries && std::ranges::any_of(*entries, [&](const auto& member) {
                            const auto entry = find_reference(member.key());
                            return entry && is_same(*entry, model);
                        });
    return listed || is_among_models(model, config) || is_in_role(model, config);
}

std::vector<Alias> configured_aliases(const config::Config& config) {
    std::vector<Alias> aliases;
    const auto* entries = model_entries(config);
    if (!entries) return aliases;
    for (const auto& [text, value] : *entries) {
        const auto model = trimmed(text) == "*" ? std::nullopt : find_reference(text);
        const auto* entry = value.if_object();
        if (!model || !entry) continue;
        if (const auto* own = value_at(*entry, "alias")) {
            const auto name = own->is_string() ? trimmed(own->get_string()) : std::string_view();
            if (!name.empty())
                aliases.push_back({std::string(name), model->key(), std::string(trimmed(text))});
            continue;
        }
        for (const auto& [name, key] : built_in_aliases)
            if (model->key() == key)
                aliases.push_back({std::string(name), model->key(), std::string(trimmed(text))});
    }
    return aliases;
}

std::optional<std::string> nearest_alias(std::string_view typed, const config::Config& config) {
    std::vector<std::string> names;
    for (const auto& alias : configured_aliases(config)) names.push_back(alias.name);
    for (const auto& [name, key] : built_in_aliases) names.emplace_back(name);
    return nearest(typed, names);
}

Result<ModelRef> parse_model(std::string_view text, const config::Config& config) {
    const auto typed = trimmed(text);
    if (auto model = find_alias(typed, config)) return *model;
    if (auto model = find_reference(typed)) return *model;
    return hinted(fail(Code::invalid_input, "invalid model reference: {}", printable(shortened(text, 120))),
                  "write provider/model, for example " + std::string(default_model_key));
}

Result<ModelChoice> parse_model_choice(std::string_view text, const config::Config& config) {
    const auto typed = trimmed(text);
    const auto mark = profile_mark(typed, config);
    const auto model_text = trimmed(typed.substr(0, mark.value_or(typed.size())));
    ModelChoice choice;
    if (mark) {
        const auto profile = trimmed(typed.substr(*mark + 1));
        if (model_text.empty() || profile.empty())
            return hinted(
                fail(Code::invalid_input, "an auth profile needs a model before it, and a name after @"),
                "write model@profile, for example opus@anthropic:work");
        choice.profile = ProfileId{std::string(profile)};
    }
    auto model = parse_model(model_text, config);
    if (!model) return std::unexpected(std::move(model).error());
    choice.model = std::move(*model);
    choice.typed = model_text;
    if (find_alias(model_text, config)) choice.alias = model_text;
    return choice;
}

ModelPlan model_plan(const config::Config& config, const config::AgentEntry* agent) {
    ModelPlan plan;
    plan.aliases = configured_aliases(config);
    plan_primary(plan, config, agent);
    plan_fallbacks(plan, config, agent);
    plan_images(plan, config);
    plan_allowed(plan, config);
    plan_policy(plan, config, agent);
    return plan;
}

bool has_model_policy(const json::object& document) {
    const auto* agents = object_at(document, "agents");
    const auto* defaults = agents ? object_at(*agents, "defaults") : nullptr;
    if (defaults && object_at(*defaults, "modelPolicy")) return true;
    const auto* meta = object_at(document, "meta");
    const auto* migrations = meta ? object_at(*meta, "migrations") : nullptr;
    return migrations && bool_at(*migrations, "modelPolicyAllowlist").value_or(false);
}

bool allows(const ModelPlan& plan, const ModelRef& model) {
    const auto is_it = [&](const ModelRef& each) { return is_same(each, model); };
    if (!plan.restricted || is_it(plan.primary)) return true;
    const auto& models = plan.policy ? plan.policy->models : plan.listed;
    if (std::ranges::any_of(models, is_it)) return true;
    const auto key = model.key();
    return plan.policy && std::ranges::any_of(plan.policy->prefixes,
                                              [&](const auto& prefix) { return key.starts_with(prefix); });
}

bool may_stand_in(const ModelPlan& plan, const ModelRef& fallback) {
    return plan.policy.has_value() || allows(plan, fallback);
}

}  // namespace openclaw::auth
