#include "access/limits_json.h"

namespace openclaw::access {

namespace {

// False: it is there and isn't a list of texts.
bool read_limit(const json::object& object, std::string_view name,
                std::optional<std::vector<std::string>>& limit) {
    const auto* value = value_at(object, name);
    if (value) limit = texts_of(*value);
    return !value || limit;
}

}  // namespace

json::array texts_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

std::optional<std::vector<std::string>> texts_of(const json::value& value) {
    if (!value.is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : value.get_array()) {
        if (!item.is_string()) return std::nullopt;
        texts.emplace_back(item.get_string());
    }
    return texts;
}

json::object limits_json(const Limits& limits) {
    json::object object;
    if (limits.agents) object["agents"] = texts_json(*limits.agents);
    if (limits.sessions) object["sessions"] = texts_json(*limits.sessions);
    if (limits.models) object["models"] = texts_json(*limits.models);
    if (limits.budget) object["budget"] = *limits.budget;
    return object;
}

std::optional<Limits> limits_at(const json::object& object, std::string_view name) {
    const auto* value = value_at(object, name);
    if (!value) return Limits{};
    const auto* limits = as_object(value);
    Limits read;
    const auto* budget = limits ? value_at(*limits, "budget") : nullptr;
    if (budget && !budget->is_string()) return std::nullopt;
    if (budget) read.budget = std::string(budget->get_string());
    const bool sound = limits && read_limit(*limits, "agents", read.agents) &&
                       read_limit(*limits, "sessions", read.sessions) &&
                       read_limit(*limits, "models", read.models);
    return sound ? std::optional(std::move(read)) : std::nullopt;
}

}  // namespace openclaw::access
