#include "config/config.h"

#include "config/json5/key_path.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

// The table's default for a real path, if it has one. Most paths that are asked for stand in the table as
// they are, and the parts of the others have to be looked at one by one.
std::optional<json::value> default_of(std::string_view path) {
    const auto* setting = find_setting(path);
    if (!setting) setting = setting_of_path(path);
    if (!setting || setting->default_json.empty()) return std::nullopt;
    return json::parse(json::string_view(setting->default_json));
}

}  // namespace

std::optional<Error> Config::error() const {
    if (problems_.empty()) return std::nullopt;
    const auto& first = problems_.front();
    const auto more = problems_.size() - 1;
    return Error{first.code,
                 fmt::format("the config {} is invalid: {}{}{}{}", paths_.shortened(paths_.config_file),
                             first.path, first.path.empty() ? "" : ": ", first.message,
                             more == 0 ? "" : fmt::format(" (and {} more)", more)),
                 first.hint.empty() || more != 0 ? "see `openclaw config validate`" : first.hint};
}

const json::value* Config::find(std::string_view path) const {
    const auto parts = parse_key_path(path);
    return parts ? find_value(value_, *parts) : nullptr;
}

std::optional<std::string> Config::text(std::string_view path) const {
    const auto* found = find(path);
    if (!found || !found->is_string()) return std::nullopt;
    return std::string(found->get_string());
}

std::string Config::text_or_default(std::string_view path) const {
    if (auto found = text(path)) return std::move(*found);
    const auto fallback = default_of(path);
    return fallback && fallback->is_string() ? std::string(fallback->get_string()) : std::string();
}

std::int64_t Config::integer_or_default(std::string_view path) const {
    const auto* found = find(path);
    if (found && found->is_number()) return integer_at(json::object{{"value", *found}}, "value").value_or(0);
    const auto fallback = default_of(path);
    return fallback && fallback->is_int64() ? fallback->get_int64() : 0;
}

bool Config::flag_or_default(std::string_view path) const {
    const auto* found = find(path);
    if (found && found->is_bool()) return found->get_bool();
    const auto fallback = default_of(path);
    return fallback && fallback->is_bool() && fallback->get_bool();
}

const AgentEntry& Config::default_agent() const {
    const auto chosen = std::ranges::find_if(agents_, &AgentEntry::is_default);
    return chosen == agents_.end() ? agents_.front() : *chosen;
}

const AgentEntry* Config::find_agent(std::string_view id) const {
    const auto found = std::ranges::find(agents_, normalised_agent_id(id), &AgentEntry::id);
    return found == agents_.end() ? nullptr : &*found;
}

std::optional<std::string_view> Config::reference(std::string_view path) const {
    return string_at(references_, path);
}

}  // namespace openclaw::config
