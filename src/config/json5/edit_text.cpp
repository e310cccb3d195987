// An edit is found in the tree of the text (each node knows where its bytes begin and end) and made as
// patches of bytes: everything that isn't patched stays as somebody wrote it. What is new is written in the
// style that the text around it has. Most of the work is about what surrounds a value: its comma, the comment
// that shares its line, the line that it may have for itself.
#include "config/json5/editor.h"
#include "config/json5/json5.h"
#include "config/json5/json5_scanner.h"
#include "config/json5/text_style.h"

namespace openclaw::config {
namespace {

// A replacement of bytes; several of one text never overlap and are given from front to back.
struct Patch {
    std::size_t begin, end;
    std::string text;
};

std::string patched(std::string_view text, const std::vector<Patch>& patches) {
    std::string out;
    std::size_t at = 0;
    for (const auto& patch : patches) {
        out.append(text.substr(at, patch.begin - at)).append(patch.text);
        at = patch.end;
    }
    return out.append(text.substr(at));
}

// What surrounds values: blanks, comments, commas. Every place that is asked about stands inside a container,
// so that its bracket follows.
class Surroundings {
public:
    explicit Surroundings(std::string_view text) : text_(text) {}

    // Where the next token after `offset` begins. The text parses, so comments end.
    std::size_t next_token(std::size_t offset) const {
        Json5Scanner scan(text_.substr(offset));
        [[maybe_unused]] const auto ok = scan.skip_blanks();
        return offset + scan.offset();
    }
    // The comma that follows a value, if one does.
    std::optional<std::size_t> comma_after(std::size_t value_end) const {
        const auto at = next_token(value_end);
        return text_[at] == ',' ? std::optional(at) : std::nullopt;
    }
    bool is_inline_blank(std::size_t at) const { return text_[at] == ' ' || text_[at] == '\t'; }
    std::size_t skip_inline_blanks(std::size_t at) const {
        while (is_inline_blank(at)) ++at;
        return at;
    }
    bool at_line_end(std::size_t at) const { return text_[at] == '\n' || text_[at] == '\r'; }
    std::size_t after_line_break(std::size_t at) const {
        if (text_[at] == '\r') ++at;
        if (text_[at] == '\n') ++at;
        return at;
    }
    // Behind a comment that shares the line with what ends at `offset`; else `offset`.
    std::size_t after_comment_of_line(std::size_t offset) const {
        auto at = skip_inline_blanks(offset);
        if (!text_.substr(at).starts_with("//") && !text_.substr(at).starts_with("/*")) return offset;
        if (text_[at + 1] == '/') {
            while (!at_line_end(at)) ++at;
            return at;
        }
        return after_comment_of_line(text_.find("*/", at + 2) + 2);
    }
    // The start of the line of `at`, when only blanks stand before it there.
    std::optional<std::size_t> line_start_before(std::size_t at) const {
        const auto before = text_.substr(0, at).find_last_not_of(" \t");
        if (before == std::string_view::npos || text_[before] != '\n') return std::nullopt;
        return before + 1;
    }

private:
    std::string_view text_;
};

struct Item {
    std::size_t begin, end;
};

std::vector<Item> items_of(const Json5Node& node) {
    std::vector<Item> items;
    for (const auto& member : node.members) items.push_back({member.key_begin, member.value.end});
    for (const auto& element : node.elements) items.push_back({element.begin, element.end});
    return items;
}

class TextEditor {
public:
    TextEditor(std::string_view text, const Json5Node& root)
        : text_(text), root_(root), around_(text), style_(TextStyle::of(text, root)) {}

    std::string replace(const Json5Node& node, const json::value& value) const {
        const bool was_inline =
            node.kind != Json5Node::Kind::scalar && !items_of(node).empty() && !spans_lines(node);
        const bool on_one_line = was_inline || !spans_lines(root_);
        auto style = style_;
        if (node.scalar.is_string()) style.string_quote = text_[node.begin];
        return patched(
            text_, {{node.begin, node.end, style.value(value, margin_at(text_, node.begin), on_one_line)}});
    }

    // Adds a member (with a key) or an element (without) at the container's end.
    std::string insert(const Json5Node& container, std::optional<std::string_view> key,
                       const json::value& value) const {
        const auto items = items_of(container);
        const bool on_one_line =
            items.empty() ? !spans_lines(root_) && &container != &root_ : !spans_lines(container);
        const auto make = [&](std::string_view margin) {
            const auto name = key ? local_key(container, *key) + ": " : std::string();
            return name + style_.value(value, margin, on_one_line);
        };
        if (items.empty()) return insert_first(container, make, on_one_line);
        const auto last = items.back();
        const auto comma = around_.comma_after(last.end);
        const auto behind = comma ? *comma + 1 : last.end;
        if (on_one_line)
            return patched(text_, {{behind, behind, comma ? " " + make({}) + "," : ", " + make({})}});
        const auto margin = member_margin(container, last.begin);
        const auto line = style_.line_break + margin + make(margin) + (comma ? "," : "");
        const auto place = around_.after_comment_of_line(behind);
        if (comma) return patched(text_, {{place, place, line}});
        return patched(text_, {{last.end, last.end, ","}, {place, place, line}});
    }

    std::string remove(const Json5Node& container, std::size_t index) const {
        const auto items = items_of(container);
        const auto item = items[index];
        const auto comma = around_.comma_after(item.end);
        std::vector<Patch> patches;
        const bool takes_comma_before = !comma && index > 0;
        if (takes_comma_before) {
            const auto before = *around_.comma_after(items[index - 1].end);
            patches.push_back({before, before + 1, {}});
        }
        const bool comma_is_near = comma && around_.skip_inline_blanks(item.end) == *comma;
        const auto end = comma_is_near ? *comma + 1 : item.end;
        patches.push_back(whole_line_or(item.begin, end, takes_comma_before ? &patches.back() : nullptr));
        if (comma && !comma_is_near) patches.push_back({*comma, *comma + 1, {}});
        if (patches.size() > 1 && patches[0].end > patches[1].begin) patches.erase(patches.begin());
        return patched(text_, patches);
    }

private:
    bool spans_lines(const Json5Node& node) const {
        return text_.substr(node.begin, node.end - node.begin).contains('\n');
    }

    // A neighbour's way of writing keys counts more than the file's first key.
    std::string local_key(const Json5Node& container, std::string_view key) const {
        if (container.members.empty()) return style_.key(key);
        auto style = style_;
        const char first = text_[container.members.back().key_begin];
        style.key_quote = first == '"' || first == '\'' ? first : '\0';
        return style.key(key);
    }

    std::string member_margin(const Json5Node& container, std::size_t item_begin) const {
        if (around_.line_start_before(item_begin)) return std::string(margin_at(text_, item_begin));
        return std::string(margin_at(text_, container.begin)) + style_.indent;
    }

    template <class Make>
    std::string insert_first(const Json5Node& container, const Make& make, bool on_one_line) const {
        const auto close = std::size_t{container.end} - 1;
        auto place = close;  // behind the last comment, before the blanks in front of the bracket
        while (std::string_view(" \t\r\n").contains(text_[place - 1])) --place;
        if (on_one_line) return patched(text_, {{place, place, make({})}});
        const auto margin = std::string(margin_at(text_, container.begin));
        auto line = style_.line_break + margin + style_.indent + make(margin + style_.indent);
        if (!text_.substr(place, close - place).contains('\n'))
            return patched(text_, {{place, close, line + style_.line_break + margin}});
        return patched(text_, {{place, place, line}});
    }

    // The item's line with its break if nothing else stands on it; else the item and, when a comma goes with
    // it or it is the first of its line, the blanks behind it (at the end of a one-line container those
    // before it, up to the comma that goes as well).
    Patch whole_line_or(std::size_t begin, std::size_t end, const Patch* comma_before) const {
        const auto rest = around_.skip_inline_blanks(end);
        const auto line_start = around_.line_start_before(begin);
        if (line_start && around_.at_line_end(rest)) return {*line_start, around_.after_line_break(rest), {}};
        if (comma_before && around_.skip_inline_blanks(comma_before->end) == begin)
            return {comma_before->begin, end, {}};
        const bool blanks_go = line_start || text_[end - 1] == ',';
        return {begin, blanks_go && !around_.at_line_end(rest) ? rest : end, {}};
    }

    std::string_view text_;
    const Json5Node& root_;
    Surroundings around_;
    TextStyle style_;
};

struct Step {
    const Json5Node* container;
    std::size_t index;  // of the member or element
};

const Json5Node& node_at(const Step& step) {
    return step.container->is_object() ? step.container->members[step.index].value
                                       : step.container->elements[step.index];
}

std::optional<Step> step_into(const Json5Node& node, const std::string& part) {
    if (node.is_object()) {
        const auto* member = node.find(part);
        if (!member) return std::nullopt;
        return Step{&node, static_cast<std::size_t>(member - node.members.data())};
    }
    const auto index = array_index(part);
    if (node.is_array() && index && *index < node.elements.size()) return Step{&node, *index};
    return std::nullopt;
}

// What to put where the path ends: `value` wrapped in the containers that are missing.
json::value wrapped(const KeyPath& path, std::size_t from, const json::value& value) {
    if (from >= path.size()) return value;
    auto inner = wrapped(path, from + 1, value);
    if (array_index(path[from])) return json::array{std::move(inner)};
    return json::object{{path[from], std::move(inner)}};
}

Result<std::string> set_in_text(std::string_view text, const Json5Node& root, const Edit& edit) {
    const TextEditor editor(text, root);
    const auto* node = &root;
    for (std::size_t at = 0; at < edit.path.size(); ++at) {
        const auto& part = edit.path[at];
        if (const auto step = step_into(*node, part)) {
            node = &node_at(*step);
            continue;
        }
        // Like apply_edit: a list that doesn't exist yet begins with its first element.
        for (auto later = at + (node->is_array() || node->is_object() ? 1 : 0); later < edit.path.size();
             ++later)
            if (array_index(edit.path[later]).value_or(0) != 0)
                return fail(Code::invalid_input, "\"{}\" is no place in a list of 0", edit.path[later]);
        const auto value = wrapped(edit.path, at + 1, *edit.value);
        if (node->is_object()) return editor.insert(*node, part, value);
        if (!node->is_array()) return editor.replace(*node, wrapped(edit.path, at, *edit.value));
        if (array_index(part) != node->elements.size())
            return fail(Code::invalid_input, "\"{}\" is no place in a list of {}", part,
                        node->elements.size());
        return editor.insert(*node, std::nullopt, value);
    }
    return editor.replace(*node, *edit.value);
}

// Whether the path ends at an object's member rather than at a list's element.
bool is_member(const Json5Node& root, const KeyPath& path) {
    const auto* node = &root;
    std::optional<Step> step;
    for (const auto& part : path) {
        step = step_into(*node, part);
        if (!step) return false;
        node = &node_at(*step);
    }
    return step && step->container->is_object();
}

Result<std::string> remove_from_text(std::string_view text, const Json5Node& root, const KeyPath& path) {
    const auto missing = [&] {
        return fail(Code::not_found, "config path not found: {}", format_key_path(path));
    };
    const auto* node = &root;
    std::optional<Step> step;
    for (const auto& part : path) {
        step = step_into(*node, part);
        if (!step) return missing();
        node = &node_at(*step);
    }
    if (!step) return missing();
    return TextEditor(text, root).remove(*step->container, step->index);
}

}  // namespace

Result<std::string> edit_text(std::string_view text, const Edit& edit) {
    auto root = parse_json5_tree(text);
    if (!root) return std::unexpected(std::move(root).error());
    if (edit.value) return set_in_text(text, *root, edit);
    auto result = remove_from_text(text, *root, edit.path);
    // A repeated key is gone only when each of its places is; a list's next element is another one.
    const bool may_repeat = is_member(*root, edit.path);
    while (result && may_repeat) {
        auto again = parse_json5_tree(*result);
        if (!again) return std::unexpected(std::move(again).error());
        auto more = remove_from_text(*result, *again, edit.path);
        if (!more) break;
        result = std::move(more);
    }
    return result;
}

}  // namespace openclaw::config
