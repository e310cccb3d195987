#include <boost/json.hpp>

#include "base/text.h"
#include "config/config.h"
#include "config/key_path.h"
#include "config/settings.h"

namespace openclaw::config {
namespace {

// A name that smells of a secret, where the table doesn't know the key: channels, plugins, anything.
bool smells_secret(std::string_view key) {
    const auto name = lowered(key);
    for (const std::string_view part :
         {"token", "secret", "password", "passwd", "apikey", "api_key", "credential", "authorization",
          "bearer", "cookie", "privatekey", "private_key"})
        if (name.contains(part)) return true;
    return name == "key" || name == "auth" || name.ends_with("_key") || key.ends_with("Key");
}

// Blanks the user and password of every address in the text.
std::string without_user_info(std::string_view text) {
    std::string out;
    for (;;) {
        const auto scheme = text.find("://");
        if (scheme == std::string_view::npos) return out.append(text);
        const auto host = scheme + 3;
        const auto end = std::min(text.find_first_of("/?# \t\r\n", host), text.size());
        const auto user = text.substr(host, end - host).rfind('@');
        out.append(text.substr(0, host));
        if (user != std::string_view::npos) out.append("<set>@");
        const auto rest = user == std::string_view::npos ? host : host + user + 1;
        out.append(text.substr(rest, end - rest));
        text.remove_prefix(end);
    }
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
            out.emplace(key, show(value, below, is_secret || is_secret_member(key, below, value)));
        }
        return out;
    }

    static bool is_secret_member(std::string_view key, const std::string& path, const json::value& value) {
        const auto* setting = setting_of_path(path);
        if (setting && setting->type != SettingType::anything) return setting->secret;
        if (!setting) return !value.is_object() && smells_secret(key);
        return smells_secret(key) && (value.is_string() || value.is_number());
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
