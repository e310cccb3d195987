#include "config/files/returned.h"

#include <algorithm>

#include "base/text.h"
#include "config/json5/editor.h"
#include "config/json5/json5.h"
#include "config/settings/looks_secret.h"
#include "config/settings/settings.h"

namespace openclaw::config {
namespace {

// A value that stands instead of a whole one, and not in a part of it.
bool hides_everything(std::string_view text) {
    return text == redacted_text || text == hidden_text ||
           (text.starts_with("<from ${") && text.ends_with("}>"));
}

bool holds_shown_text(const json::value& value) {
    if (const auto* text = value.if_string()) return is_shown_text(*text);
    if (const auto* object = value.if_object())
        return std::ranges::any_of(*object,
                                   [](const auto& member) { return holds_shown_text(member.value()); });
    if (const auto* array = value.if_array()) return std::ranges::any_of(*array, holds_shown_text);
    return false;
}

void use_redacted_text(json::value& value) {
    if (auto* text = value.if_string()) {
        if (*text == json::string_view(hidden_text)) *text = redacted_text;
    } else if (auto* object = value.if_object()) {
        for (auto& [key, member] : *object) use_redacted_text(member);
    } else if (auto* array = value.if_array()) {
        for (auto& element : *array) use_redacted_text(element);
    }
}

// Sealed or named values that could not be had are absent from what is in effect, and stand in the file all
// the same.
void add_closed(json::object& in_effect, const Config& config) {
    for (const auto& [text, why] : config.closed()) {
        const auto path = parse_key_path(text);
        if (!path || path->empty()) continue;
        const KeyPath above(path->begin(), path->end() - 1);
        auto* parent = above.empty() ? nullptr : const_cast<json::value*>(find_value(in_effect, above));
        if (parent && parent->is_object()) parent->get_object().emplace(path->back(), redacted_text);
    }
}

// One place of the config: as it was shown, both ways, and as it stands.
struct Spot {
    const json::value* in_effect = nullptr;
    const json::value* written = nullptr;
    const json::value* document = nullptr;

    bool was_shown_as(const json::value& sent) const {
        return (in_effect && same_value(sent, *in_effect)) || (written && same_value(sent, *written));
    }
    bool was_hidden() const {
        const auto hidden = [](const json::value* value) {
            const auto* text = value ? value->if_string() : nullptr;
            return text && hides_everything(*text);
        };
        return hidden(in_effect) || hidden(written);
    }
    Spot member(std::string_view key) const {
        const auto below = [&](const json::value* value) {
            const auto* object = as_object(value);
            return object ? value_at(*object, key) : nullptr;
        };
        return {below(in_effect), below(written), below(document)};
    }
    Spot element(std::size_t at) const {
        const auto below = [&](const json::value* value) -> const json::value* {
            const auto* array = value ? value->if_array() : nullptr;
            return array && at < array->size() ? &(*array)[at] : nullptr;
        };
        return {below(in_effect), below(written), below(document)};
    }
};

Result<json::value> meant(json::value sent, const Spot& spot, const std::string& path);

// Which element of the list an element that comes back was.
std::optional<std::size_t> place_before(const json::array& sent, std::size_t at, const Spot& list) {
    const auto& document = list.document->get_array();
    const auto was = [&](std::size_t place) { return list.element(place).was_shown_as(sent[at]); };
    // An option and the secret behind it belong together.
    const bool follows_the_same =
        at == 0 || (at <= document.size() && list.element(at - 1).was_shown_as(sent[at - 1]));
    if (at < document.size() && was(at) && (sent[at].is_object() || follows_the_same)) return at;
    std::optional<std::size_t> found;
    for (std::size_t place = 0; place < document.size(); ++place) {
        if (!was(place)) continue;
        if (found) return std::nullopt;
        found = place;
    }
    return found;
}

std::optional<std::size_t> place_of_id(const json::value& element, const json::array& list) {
    const auto* object = element.if_object();
    const auto id = object ? string_at(*object, "id") : std::nullopt;
    std::optional<std::size_t> found;
    for (std::size_t at = 0; id && at < list.size(); ++at) {
        const auto* other = list[at].if_object();
        if (!other || string_at(*other, "id") != id) continue;
        if (found) return std::nullopt;
        found = at;
    }
    return found;
}

Result<json::value> elements_meant(json::array sent, const Spot& list, const std::string& path) {
    json::array out;
    out.reserve(sent.size());
    for (std::size_t at = 0; at < sent.size(); ++at) {
        if (!holds_shown_text(sent[at])) {
            out.push_back(sent[at]);
        } else if (const auto same = place_before(sent, at, list)) {
            out.push_back(list.document->get_array()[*same]);
        } else if (const auto named = place_of_id(sent[at], list.document->get_array())) {
            auto element = meant(sent[at], list.element(*named), joined_path(path, at));
            if (!element) return element;
            out.push_back(std::move(*element));
        } else {
            out.push_back(sent[at]);
        }
    }
    return json::value(std::move(out));
}

std::unexpected<Error> foreign_include(const std::string& path) {
    return hinted(fail(Code::invalid_input, "{}: $include can't be changed from here",
                       path.empty() ? "the config" : path),
                  "edit the file on the gateway's host");
}

// An object that takes parts from other files: what it says itself is what came, the rest stays.
Result<json::value> including_meant(json::object sent, const Spot& spot, const std::string& path) {
    const auto* written = as_object(spot.written);
    const auto* document = as_object(spot.document);
    const auto* include = written ? value_at(*written, "$include") : nullptr;
    if (!include || !document || !same_value(*include, sent["$include"])) return foreign_include(path);
    sent.stable_erase("$include");
    json::object out(*document);
    for (const auto& [key, member] : *written)
        if (!sent.contains(key)) out.stable_erase(key);
    for (auto& [key, member] : sent) {
        const auto here = joined_path(path, std::string_view(key));
        const auto below = spot.member(key);
        const bool is_list = below.document && below.document->is_array();
        if (is_list && !below.was_shown_as(member))
            return hinted(fail(Code::invalid_input, "{}: this list is put together from several files", here),
                          "edit the files on the gateway's host");
        auto value = meant(std::move(member), below, here);
        if (!value) return value;
        out[key] = std::move(*value);
    }
    return json::value(std::move(out));
}

Result<json::value> members_meant(json::object sent, const Spot& spot, const std::string& path) {
    if (sent.contains("$include")) return including_meant(std::move(sent), spot, path);
    for (auto& [key, member] : sent) {
        auto value = meant(std::move(member), spot.member(key), joined_path(path, std::string_view(key)));
        if (!value) return value;
        member = std::move(*value);
    }
    return json::value(std::move(sent));
}

Result<json::value> meant(json::value sent, const Spot& spot, const std::string& path) {
    if (spot.document && spot.was_shown_as(sent)) return *spot.document;
    if (const auto* text = sent.if_string(); text && spot.document && hides_everything(*text)) {
        if (spot.was_hidden()) return *spot.document;
    }
    if (sent.is_object()) return members_meant(std::move(sent.get_object()), spot, path);
    if (sent.is_array() && spot.document && spot.document->is_array())
        return elements_meant(std::move(sent.get_array()), spot, path);
    return sent;
}

bool have_ids(const json::array& list) {
    return std::ranges::all_of(list, [](const json::value& element) {
        const auto* object = element.if_object();
        return object && !string_at(*object, "id").value_or("").empty();
    });
}

// Whether each element of `before` is still there.
bool keeps(const json::array& before, const json::array& after) {
    std::vector<bool> used(after.size());
    return std::ranges::all_of(before, [&](const json::value& element) {
        for (std::size_t at = 0; at < after.size(); ++at) {
            if (used[at] || !same_value(element, after[at])) continue;
            used[at] = true;
            return true;
        }
        return false;
    });
}

bool holds_list_with_elements(const json::value& value) {
    if (const auto* array = value.if_array()) return !array->empty();
    const auto* object = value.if_object();
    return object && std::ranges::any_of(*object, [](const auto& member) {
               return holds_list_with_elements(member.value());
           });
}

class Patch {
public:
    explicit Patch(const std::set<std::string>& replaced) : replaced_(replaced) {}

    Result<json::value> merged(json::value patch, const Spot& spot, const std::string& path) {
        if (++steps_ > steps_max) return fail(Code::too_large, "the patch has too many parts");
        auto* members = patch.if_object();
        if (members && members->contains("$include")) return foreign_include(path);
        if (auto kept = check_loss(patch, spot, path); !kept) return std::unexpected(kept.error());
        if (members) return merged_members(std::move(*members), spot, path);
        if (patch.is_array() && merges_by_id(patch.get_array(), spot, path))
            return merged_elements(std::move(patch.get_array()), spot, path);
        return meant(std::move(patch), spot, path);
    }

private:
    static constexpr std::size_t steps_max = 100'000;

    bool merges_by_id(const json::array& patch, const Spot& spot, const std::string& path) const {
        const auto* before = spot.document ? spot.document->if_array() : nullptr;
        return before && !before->empty() && !replaced_.contains(path) && have_ids(*before) &&
               have_ids(patch);
    }

    // Nobody loses elements of a list that he may not have meant.
    Result<void> check_loss(const json::value& patch, const Spot& spot, const std::string& path) const {
        if (!spot.document || replaced_.contains(path)) return {};
        const auto loss = [&]() -> Result<void> {
            return hinted(fail(Code::invalid_input,
                               "config.patch would remove entries from array path(s): {}. Pass replacePaths "
                               "with the exact path(s) when this is intentional, or use config.apply for "
                               "full-config replacement.",
                               path),
                          {});
        };
        const auto* before = spot.document->if_array();
        if (!before) {
            const bool goes = spot.document->is_object() && !patch.is_object() && !patch.is_null();
            return goes && holds_list_with_elements(*spot.document) ? loss() : Result<void>{};
        }
        const auto* after = patch.if_array();
        if (!after) return before->empty() ? Result<void>{} : loss();
        if (merges_by_id(*after, spot, path)) return {};
        const auto meant_list = elements_meant(*after, spot, path);
        if (!meant_list) return std::unexpected(meant_list.error());
        return keeps(*before, meant_list->get_array()) ? Result<void>{} : loss();
    }

    Result<json::value> merged_members(json::object patch, const Spot& spot, const std::string& path) {
        const auto* before = as_object(spot.document);
        json::object out = before ? *before : json::object();
        for (auto& [key, member] : patch) {
            const auto here = joined_path(path, std::string_view(key));
            auto value = merged(std::move(member), before ? spot.member(key) : Spot(), here);
            if (!value) return value;
            if (value->is_null())
                out.stable_erase(key);
            else
                out[key] = std::move(*value);
        }
        return json::value(std::move(out));
    }

    Result<json::value> merged_elements(json::array patch, const Spot& list, const std::string& path) {
        json::array out(list.document->get_array());
        std::set<std::string> ids;
        for (auto& element : patch) {
            const std::string id(string_at(element.get_object(), "id").value_or(""));
            if (!ids.insert(id).second)
                return fail(Code::invalid_input, "{}: the patch names one id twice", path);
            const auto place = place_of_id(element, list.document->get_array());
            const auto spot = place ? list.element(*place) : Spot();
            auto value = merged(std::move(element), spot, path + "[]");
            if (!value) return value;
            if (place)
                out[*place] = std::move(*value);
            else
                out.push_back(std::move(*value));
        }
        return json::value(std::move(out));
    }

    const std::set<std::string>& replaced_;
    std::size_t steps_ = 0;
};

}  // namespace

bool is_shown_text(std::string_view text) {
    return text.contains(redacted_text) || text.contains(hidden_text) || text.contains("<removed>") ||
           text.contains("<from ${") || text == "[redacted]";
}

ShownConfig shown_to_clients(const Config& config) {
    ShownConfig shown{.in_effect = config.shown(), .written = {}, .text = config.shown_text()};
    json::value value(std::move(shown.in_effect));
    use_redacted_text(value);
    shown.in_effect = std::move(value.get_object());
    add_closed(shown.in_effect, config);
    if (!shown.text) return shown;
    // Where a whole text is hidden, it stands alone between its quotes.
    const auto quoted = [](std::string_view text) { return fmt::format("\"{}\"", text); };
    shown.text = replaced(std::move(*shown.text), quoted(hidden_text), quoted(redacted_text));
    auto written = parse_json5(*shown.text);
    if (written && written->is_object()) shown.written = std::move(written->get_object());
    return shown;
}

Result<json::object> document_meant(json::object sent, const json::object& document,
                                    const ShownConfig& shown) {
    const json::value in_effect(shown.in_effect), written(shown.written), stands(document);
    auto value = meant(json::value(std::move(sent)), {&in_effect, &written, &stands}, {});
    if (!value) return std::unexpected(value.error());
    return std::move(value->get_object());
}

Result<json::object> document_patched(json::object patch, const json::object& document,
                                      const ShownConfig& shown, const std::set<std::string>& replaced) {
    const json::value in_effect(shown.in_effect), written(shown.written), stands(document);
    auto value = Patch(replaced).merged(json::value(std::move(patch)), {&in_effect, &written, &stands}, {});
    if (!value) return std::unexpected(value.error());
    return std::move(value->get_object());
}

}  // namespace openclaw::config
