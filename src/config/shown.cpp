#include "config/config.h"
#include "config/json5/key_path.h"
#include "config/settings/secrets.h"

namespace openclaw::config {
namespace {

bool is_scalar(const json::value& value) {
    return !value.is_object() && !value.is_array();
}

class Shower {
public:
    explicit Shower(const Config& config) : config_(config) {}

    json::value show(const json::value& value, const std::string& path, bool is_secret) const {
        if (const auto* object = value.if_object()) return show_object(*object, path, is_secret);
        if (const auto* array = value.if_array()) {
            json::array out;
            out.reserve(array->size());
            for (std::size_t at = 0; at < array->size(); ++at)
                out.push_back(show((*array)[at], joined_path(path, at), is_secret));
            return out;
        }
        const auto* text = value.if_string();
        if (!text) return is_secret && !value.is_bool() && !value.is_null() ? json::value("<set>") : value;
        return show_text(*text, path, is_secret);
    }

private:
    json::value show_object(const json::object& object, const std::string& path, bool is_secret) const {
        json::object out;
        out.reserve(object.size());
        for (const auto& [key, value] : object) {
            const auto below = joined_path(path, std::string_view(key));
            out.emplace(key,
                        show(value, below, is_secret || (is_scalar(value) && is_secret_path(below, key))));
        }
        return out;
    }

    json::value show_text(std::string_view text, const std::string& path, bool is_secret) const {
        const auto reference = config_.reference(path);
        if (is_secret && reference) return json::value(fmt::format("<from ${{{}}}>", *reference));
        if (is_secret) return json::value(text.empty() ? "" : "<set>");
        // A variable may hold a secret whatever the setting is called.
        if (reference) return json::value(fmt::format("<from ${{{}}}>", *reference));
        return json::value(without_user_info(text));
    }

    const Config& config_;
};

}  // namespace

json::object Config::shown() const {
    return Shower(*this).show(value_, "", false).get_object();
}

}  // namespace openclaw::config
