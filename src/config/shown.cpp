// What of a config may be seen. A value is hidden whole where its place says that it is a secret, and in part
// where something in it looks like one, or is the value of a secret that stands elsewhere.
#include <algorithm>
#include <array>

#include "base/redact.h"
#include "base/text.h"
#include "config/config.h"
#include "config/environment/substitution.h"
#include "config/json5/json5.h"
#include "config/json5/key_path.h"
#include "config/settings/looks_secret.h"
#include "config/settings/secrets.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

// Where a scalar stands.
struct Place {
    std::string path, key;
    bool is_secret = false;   // its place says so
    bool in_headers = false;  // of requests to a provider, a server, …
    std::string before = {};  // the element before it in a list: an option whose value it may be
};

// A name beside a value, as lists of variables and headers have it: {name: "API_KEY", value: "…"}.
bool is_named_secret(std::string_view key, std::string_view name) {
    return key == "value" && names_secret(name);
}

bool is_headers(std::string_view key) {
    return lowered(key).ends_with("headers");
}

Place below(const Place& parent, std::string_view key, bool is_scalar, std::string_view name_beside) {
    Place place{.path = joined_path(parent.path, key), .key = std::string(key)};
    // A header is judged by its name and its value: not every one proves something.
    place.in_headers = is_headers(parent.key);
    const bool by_name = place.in_headers ? names_secret(key) : is_secret_path(place.path, key);
    place.is_secret = parent.is_secret || (is_scalar && (by_name || is_named_secret(key, name_beside)));
    if (!is_scalar) place.in_headers = false;
    return place;
}

// The elements of `tokens: ["…"]` are secrets as well.
Place below(const Place& parent, std::size_t at, bool is_scalar, std::string before) {
    Place place{.path = joined_path(parent.path, at), .key = parent.key, .before = std::move(before)};
    place.is_secret = parent.is_secret || (is_scalar && is_secret_path(place.path, place.key));
    return place;
}

// "--token", and what follows is the token.
bool is_secret_option(std::string_view option) {
    return option.starts_with('-') && !option.contains('=') && names_secret(option);
}

// "-u", and what follows is user:password.
bool is_user_option(std::string_view option) {
    return option == "-u" || option == "--user" || option == "--proxy-user";
}

// Names of what is odd by nature, and no secret.
bool is_odd_by_nature(std::string_view key) {
    constexpr std::array<std::string_view, 12> endings{"id",     "hash",        "sha",      "sha256",
                                                       "sha512", "digest",      "checksum", "integrity",
                                                       "commit", "fingerprint", "version",  "model"};
    const auto name = lowered(key);
    return std::ranges::any_of(endings, [&](auto ending) { return name.ends_with(ending); });
}

Suspicion suspicion_at(const Place& place) {
    if (place.in_headers) return Suspicion::of_short_ones;
    const auto* setting = setting_of_path(place.path);
    const bool known = setting && setting->type != SettingType::anything;
    return known || is_odd_by_nature(place.key) ? Suspicion::of_shapes : Suspicion::of_odd_strings;
}

std::string visible(std::string_view text, const Place& place) {
    if (is_secret_option(place.before)) return text.empty() ? std::string() : std::string(hidden_text);
    if (is_user_option(place.before) && text.contains(':')) return std::string(hidden_text);
    auto shown = with_secrets_hidden(text, suspicion_at(place));
    return place.in_headers && shown != text ? std::string(hidden_text) : shown;
}

std::string_view name_of(const json::object& object) {
    return string_at(object, "name").value_or(string_at(object, "key").value_or(""));
}

std::string_view name_of(const Json5Node& object) {
    for (const std::string_view name : {"name", "key"})
        if (const auto* member = object.find(name))
            if (const auto* text = member->value.scalar.if_string()) return *text;
    return {};
}

bool is_scalar(const json::value& value) {
    return !value.is_object() && !value.is_array();
}

// Whether a value can stand for nothing but itself: `auth: "disabled"` hides no other "disabled".
bool is_no_word(std::string_view text) {
    constexpr std::size_t long_enough = 20;
    return text.size() >= long_enough || text.find_first_of("0123456789") != std::string_view::npos;
}

// The config in effect, variables resolved.
class ShownValue {
public:
    explicit ShownValue(const Config& config) : config_(config) {
        learn(json::value(config.value()), {});
        const auto& environment = config.environment();
        for (const auto& name : environment.names())
            if (names_secret(name))
                for (const auto* candidate : environment.candidates(name)) known_.add(candidate->value);
    }

    std::string without_known(std::string_view text) const {
        return replaced(known_.redact(text), Redactor::placeholder, hidden_text);
    }

    json::value show(const json::value& value, const Place& place) const {
        if (const auto* object = value.if_object()) {
            json::object out;
            out.reserve(object->size());
            for (const auto& [key, member] : *object)
                out.emplace(key, show(member, below(place, key, is_scalar(member), name_of(*object))));
            return out;
        }
        if (const auto* array = value.if_array()) {
            json::array out;
            out.reserve(array->size());
            std::string before;
            for (std::size_t at = 0; at < array->size(); ++at) {
                const auto& element = (*array)[at];
                out.push_back(show(element, below(place, at, is_scalar(element), std::move(before))));
                before = element.is_string() ? std::string(element.get_string()) : std::string();
            }
            return out;
        }
        const auto* text = value.if_string();
        if (text) return json::value(show_text(*text, place));
        return place.is_secret && !value.is_bool() && !value.is_null() ? json::value(hidden_text) : value;
    }

private:
    // What is hidden in one place is hidden in every other.
    void learn(const json::value& value, const Place& place) {
        if (const auto* object = value.if_object()) {
            for (const auto& [key, member] : *object)
                learn(member, below(place, key, is_scalar(member), name_of(*object)));
        } else if (const auto* array = value.if_array()) {
            for (std::size_t at = 0; at < array->size(); ++at)
                learn((*array)[at], below(place, at, is_scalar((*array)[at]), {}));
        } else if (const auto* text = value.if_string(); text && place.is_secret && is_no_word(*text)) {
            known_.add(Secret(std::string(*text)));
        }
    }

    std::string show_text(std::string_view text, const Place& place) const {
        const auto variable = config_.reference(place.path);
        const auto from = variable ? fmt::format("<from ${{{}}}>", *variable) : std::string();
        if (place.is_secret && variable) return from;
        if (place.is_secret) return text.empty() ? std::string() : std::string(hidden_text);
        const auto value = variable ? config_.environment().find_filled(*variable) : std::nullopt;
        if (value && names_secret(*variable)) return replaced(std::string(text), *value, from);
        const auto shown = visible(text, place);
        if (variable && value && *value == text && shown == hidden_text) return from;
        return without_known(shown);
    }

    const Config& config_;
    Redactor known_;
};

// The bytes of a file, of which what looks like a secret is left out. References stay as they are written.
class ShownBytes {
public:
    ShownBytes(std::string_view text, const ShownValue& known) : text_(text), known_(known) {}

    std::string show(const Json5Node& root) {
        visit(root, {});
        std::string out;
        std::size_t at = 0;
        for (const auto& [begin, end, shown] : changes_) {
            out.append(comments_hidden(text_.substr(at, begin - at))).append(shown);
            at = end;
        }
        return out.append(comments_hidden(text_.substr(at)));
    }

private:
    struct Change {
        std::size_t begin, end;
        std::string shown;
    };

    void visit(const Json5Node& node, const Place& place) {
        const bool scalar = node.kind == Json5Node::Kind::scalar;
        for (const auto& member : node.members) {
            const bool leaf = member.value.kind == Json5Node::Kind::scalar;
            visit(member.value, below(place, member.key, leaf, name_of(node)));
        }
        std::string before;
        for (std::size_t at = 0; at < node.elements.size(); ++at) {
            const bool leaf = node.elements[at].kind == Json5Node::Kind::scalar;
            visit(node.elements[at], below(place, at, leaf, std::move(before)));
            const auto* text = node.elements[at].scalar.if_string();
            before = text ? std::string(*text) : std::string();
        }
        if (!scalar) return;
        const auto shown = show_scalar(node.scalar, place);
        // Strings are written anew even when they are shown whole, so that what is left between them holds
        // comments and marks alone.
        if (node.scalar.is_string() && shown == node.scalar)
            changes_.push_back(
                {node.begin, node.end, std::string(text_.substr(node.begin, node.end - node.begin))});
        else if (shown != node.scalar)
            changes_.push_back({node.begin, node.end, json::serialize(shown)});
    }

    json::value show_scalar(const json::value& value, const Place& place) const {
        const auto* text = value.if_string();
        if (!text)
            return place.is_secret && !value.is_bool() && !value.is_null() ? json::value(hidden_text) : value;
        const std::string_view written = *text;
        if (written.empty() || is_sole_reference(written) || names_variable(place.path, written))
            return value;
        if (place.is_secret) return json::value(hidden_text);
        return json::value(known_.without_known(visible(written, place)));
    }

    std::string comments_hidden(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            const auto start = std::min({text.find("//"), text.find("/*"), text.size()});
            out.append(text.substr(0, start));
            text.remove_prefix(start);
            if (text.empty()) break;
            const bool line = text.starts_with("//");
            auto end = line ? text.find('\n') : text.find("*/", 2);
            end = end == std::string_view::npos ? text.size() : end + (line ? 0 : 2);
            const auto comment = with_secrets_hidden(text.substr(2, end - 2), Suspicion::of_odd_strings);
            out.append(text.substr(0, 2)).append(known_.without_known(comment));
            text.remove_prefix(end);
        }
        return out;
    }

    std::string_view text_;
    const ShownValue& known_;
    std::vector<Change> changes_;
};

}  // namespace

json::object Config::shown() const {
    return ShownValue(*this).show(value_, {}).get_object();
}

std::optional<std::string> Config::shown_text() const {
    if (!exists_) return std::nullopt;
    const auto root = parse_json5_tree(text_);
    if (!root) return std::nullopt;
    return ShownBytes(text_, ShownValue(*this)).show(*root);
}

}  // namespace openclaw::config
