#include "gateway/ws/params.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

const json::object empty_object;

}  // namespace

Params::Params(std::string_view method, const json::value& params)
    : method_(method), params_(params.is_object() ? params.get_object() : empty_object) {
    if (!params.is_object()) add_problem("must be object");
}

const json::value* Params::find(std::string_view name) const {
    const auto* value = params_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

bool Params::has(std::string_view name) const {
    return find(name) != nullptr;
}

void Params::add_problem(std::string problem) {
    if (std::ranges::find(problems_, problem) == problems_.end()) problems_.push_back(std::move(problem));
}

std::string Params::required_text(std::string_view name, bool may_be_empty) {
    const auto* value = params_.if_contains(name);
    if (!value) {
        add_problem(fmt::format("must have required property '{}'", name));
        return {};
    }
    if (!value->is_string()) {
        add_problem(fmt::format("at /{}: must be string", name));
        return {};
    }
    if (!may_be_empty && value->get_string().empty())
        add_problem(fmt::format("at /{}: must NOT have fewer than 1 characters", name));
    return std::string(value->get_string());
}

std::optional<std::string> Params::text(std::string_view name) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (value->is_string()) return std::string(value->get_string());
    add_problem(fmt::format("at /{}: must be string", name));
    return std::nullopt;
}

std::optional<std::string> Params::filled_text(std::string_view name) {
    auto value = text(name);
    if (value && trimmed(*value).empty()) return std::nullopt;
    return value;
}

std::optional<std::int64_t> Params::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const auto* value = find(name);
    if (!value) return std::nullopt;
    if (!value->is_number() ||
        (value->is_double() && value->get_double() != static_cast<double>(*integer_at(params_, name)))) {
        add_problem(fmt::format("at /{}: must be integer", name));
        return std::nullopt;
    }
    const auto number = *integer_at(params_, name);
    if (number < min) add_problem(fmt::format("at /{}: must be >= {}", name, min));
    if (number > max) add_problem(fmt::format("at /{}: must be <= {}", name, max));
    return number;
}

bool Params::flag(std::string_view name, bool fallback) {
    const auto* value = find(name);
    if (!value) return fallback;
    if (value->is_bool()) return value->get_bool();
    add_problem(fmt::format("at /{}: must be boolean", name));
    return fallback;
}

std::vector<std::string> Params::texts(std::string_view name) {
    std::vector<std::string> found;
    const auto* value = find(name);
    if (!value) return found;
    if (!value->is_array()) {
        add_problem(fmt::format("at /{}: must be array", name));
        return found;
    }
    for (std::size_t i = 0; const auto& item : value->get_array()) {
        if (item.is_string())
            found.emplace_back(item.get_string());
        else
            add_problem(fmt::format("at /{}/{}: must be string", name, i));
        ++i;
    }
    return found;
}

std::vector<std::string> Params::required_texts(std::string_view name) {
    if (!params_.contains(name)) add_problem(fmt::format("must have required property '{}'", name));
    auto found = texts(name);
    if (params_.contains(name) && found.empty())
        add_problem(fmt::format("at /{}: must NOT have fewer than 1 items", name));
    return found;
}

const json::object& Params::object(std::string_view name) {
    const auto* value = find(name);
    if (!value) return empty_object;
    if (value->is_object()) return value->get_object();
    add_problem(fmt::format("at /{}: must be object", name));
    return empty_object;
}

std::optional<WireError> Params::problem() const {
    if (problems_.empty()) return std::nullopt;
    return invalid_request(fmt::format("invalid {} params: {}", method_, joined(problems_, "; ")));
}

}  // namespace openclaw::gateway
