#include "config/json5/editor.h"

namespace openclaw::config {
namespace {

KeyPath below(const KeyPath& path, std::string part) {
    auto longer = path;
    longer.push_back(std::move(part));
    return longer;
}

void compare(const json::value& before, const json::value& after, const KeyPath& path,
             std::vector<Edit>& edits);

void compare_members(const json::object& before, const json::object& after, const KeyPath& path,
                     std::vector<Edit>& edits) {
    for (const auto& [key, value] : before)
        if (!after.contains(key)) edits.push_back({below(path, std::string(key)), std::nullopt});
    for (const auto& [key, value] : after) {
        if (const auto* old = before.if_contains(key))
            compare(*old, value, below(path, std::string(key)), edits);
        else
            edits.push_back({below(path, std::string(key)), value});
    }
}

// Where only elements have gone: their places, or nothing when something else happened too.
std::optional<std::vector<std::size_t>> gone_places(const json::array& before, const json::array& after) {
    std::vector<std::size_t> gone;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < before.size(); ++at) {
        if (kept < after.size() && same_value(before[at], after[kept]))
            ++kept;
        else
            gone.push_back(at);
    }
    if (kept != after.size()) return std::nullopt;
    return gone;
}

void compare_elements(const json::array& before, const json::array& after, const KeyPath& path,
                      std::vector<Edit>& edits) {
    // What stays keeps its comments: an element in the middle goes without those behind it being written
    // anew.
    if (const auto gone = after.size() < before.size() ? gone_places(before, after) : std::nullopt) {
        for (auto at = gone->rbegin(); at != gone->rend(); ++at)
            edits.push_back({below(path, std::to_string(*at)), std::nullopt});
        return;
    }
    for (std::size_t at = 0; at < std::min(before.size(), after.size()); ++at)
        compare(before[at], after[at], below(path, std::to_string(at)), edits);
    for (std::size_t at = before.size(); at > after.size(); --at)
        edits.push_back({below(path, std::to_string(at - 1)), std::nullopt});
    for (std::size_t at = before.size(); at < after.size(); ++at)
        edits.push_back({below(path, std::to_string(at)), after[at]});
}

void compare(const json::value& before, const json::value& after, const KeyPath& path,
             std::vector<Edit>& edits) {
    if (before.is_object() && after.is_object())
        compare_members(before.get_object(), after.get_object(), path, edits);
    else if (before.is_array() && after.is_array())
        compare_elements(before.get_array(), after.get_array(), path, edits);
    else if (!same_value(before, after))
        edits.push_back({path, after});
}

// The slot of a part, made when missing; a scalar in the way gives place to a container.
Result<json::value*> slot(json::value& parent, const std::string& part) {
    const auto index = array_index(part);
    if (!parent.is_object() && !parent.is_array()) {
        if (index)
            parent = json::array();
        else
            parent = json::object();
    }
    if (auto* object = parent.if_object()) return &(*object)[part];
    auto& array = parent.get_array();
    if (!index || *index > array.size())
        return fail(Code::invalid_input, "\"{}\" is no place in a list of {}", part, array.size());
    if (*index == array.size()) array.emplace_back(nullptr);
    return &array[*index];
}

Result<void> remove_part(json::value& parent, const std::string& part) {
    if (auto* object = parent.if_object()) {
        if (const auto found = object->find(part); found != object->end()) {
            object->stable_erase(found);
            return {};
        }
    } else if (auto* array = parent.if_array()) {
        const auto index = array_index(part);
        if (index && *index < array->size()) {
            array->erase(array->begin() + static_cast<std::ptrdiff_t>(*index));
            return {};
        }
    }
    return fail(Code::not_found, "no \"{}\" there", part);
}

}  // namespace

std::vector<Edit> edits_between(const json::value& before, const json::value& after) {
    std::vector<Edit> edits;
    compare(before, after, {}, edits);
    return edits;
}

Result<void> apply_edit(json::value& document, const Edit& edit) {
    if (edit.path.empty()) {
        document = edit.value.value_or(json::object());
        return {};
    }
    auto* here = &document;
    for (std::size_t at = 0; at + 1 < edit.path.size(); ++at) {
        if (!edit.value) {
            auto* found = const_cast<json::value*>(find_value(*here, KeyPath{edit.path[at]}));
            if (!found) return fail(Code::not_found, "config path not found: {}", format_key_path(edit.path));
            here = found;
            continue;
        }
        auto next = slot(*here, edit.path[at]);
        if (!next) return std::unexpected(next.error());
        // A new container gets its kind from what follows.
        if ((*next)->is_null())
            **next =
                array_index(edit.path[at + 1]) ? json::value(json::array()) : json::value(json::object());
        here = *next;
    }
    if (!edit.value) {
        if (auto ok = remove_part(*here, edit.path.back()); !ok)
            return fail(Code::not_found, "config path not found: {}", format_key_path(edit.path));
        return {};
    }
    auto last = slot(*here, edit.path.back());
    if (!last) return std::unexpected(last.error());
    **last = *edit.value;
    return {};
}

bool same_value(const json::value& left, const json::value& right) {
    if (left.is_number() && right.is_number()) {
        if (left.is_double() || right.is_double())
            return left.to_number<double>() == right.to_number<double>();
        return left == right;
    }
    if (const auto *object = left.if_object(), *other = right.if_object(); object && other) {
        return object->size() == other->size() && std::ranges::all_of(*object, [&](const auto& member) {
                   const auto* found = other->if_contains(member.key());
                   return found && same_value(member.value(), *found);
               });
    }
    if (const auto *array = left.if_array(), *other = right.if_array(); array && other)
        return std::ranges::equal(*array, *other, same_value);
    return left == right;
}

}  // namespace openclaw::config
