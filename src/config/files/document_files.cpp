#include "config/files/document_files.h"

#include "base/text.h"

namespace openclaw::config {
namespace {

constexpr std::string_view include_key = "$include";

bool only_includes(const Json5Node& node) {
    return node.is_object() && node.members.size() == 1 && node.members[0].key == include_key;
}

// Finds the layers of a path: each file that contributes to the value, weakest first.
class Layers {
public:
    explicit Layers(const ReadText& read) : read_(read) {}

    Result<std::vector<Layer>> of_root(const Path& root) {
        auto node = tree(root);
        if (!node) return std::unexpected(node.error());
        return expanded({root, {}, *node}, 0);
    }

    Result<std::vector<Layer>> below(const std::vector<Layer>& layers, const std::string& part) {
        std::vector<Layer> found;
        for (const auto& layer : members(layers, part)) {
            auto inner = expanded(layer, 0);
            if (!inner) return inner;
            found.insert(found.end(), inner->begin(), inner->end());
        }
        return found;
    }

    // The members of that name, an $include in them not followed.
    static std::vector<Layer> members(const std::vector<Layer>& layers, const std::string& part) {
        std::vector<Layer> found;
        for (const auto& layer : layers) {
            const Json5Node* node = nullptr;
            if (layer.node->is_object()) {
                const auto* member = part == include_key ? nullptr : layer.node->find(part);
                node = member ? &member->value : nullptr;
            } else if (const auto index = array_index(part);
                       layer.node->is_array() && index && *index < layer.node->elements.size()) {
                node = &layer.node->elements[*index];
            }
            if (!node) continue;
            auto path = layer.path;
            path.push_back(part);
            found.push_back({layer.file, std::move(path), node});
        }
        return found;
    }

private:
    Result<const Json5Node*> tree(const Path& path) {
        if (const auto found = trees_.find(path); found != trees_.end()) return &found->second;
        auto text = read_(path);
        if (!text) return std::unexpected(std::move(text).error());
        auto parsed = parse_json5_tree(*text);
        if (!parsed) return std::unexpected(std::move(parsed).error());
        return &trees_.emplace(path, std::move(*parsed)).first->second;
    }

    Result<std::vector<Layer>> expanded(const Layer& layer, std::size_t depth) {
        std::vector<Layer> found;
        const auto* include = layer.node->is_object() ? layer.node->find(include_key) : nullptr;
        if (include && depth <= include_depth_max) {
            const auto files = included_files(to_value(include->value), layer.file);
            if (!files) return std::unexpected(files.error());
            for (const auto& file : *files) {
                auto node = tree(file);
                if (!node) return std::unexpected(node.error());
                auto inner = expanded({file, {}, *node}, depth + 1);
                if (!inner) return inner;
                found.insert(found.end(), inner->begin(), inner->end());
            }
        }
        if (found.empty() || !only_includes(*layer.node)) found.push_back(layer);
        return found;
    }

    const ReadText& read_;
    std::map<Path, Json5Node> trees_;
};

std::unexpected<Error> ambiguous(const KeyPath& path, const std::vector<Layer>& layers) {
    std::vector<std::string> files;
    for (const auto& layer : layers)
        if (files.empty() || files.back() != layer.file.string()) files.push_back(layer.file.string());
    return hinted(fail(Code::invalid_input, "{} is put together from {}", format_key_path(path),
                       joined(files, " and ")),
                  "change the file you mean with an editor; nothing was written");
}

}  // namespace

Result<DocumentFiles> DocumentFiles::open(const Path& root, const ReadText& read) {
    DocumentFiles files(root, read);
    auto text = read(root);
    if (!text && text.error().code == Code::not_found) {
        files.root_exists_ = false;
        files.originals_[root] = "{}\n";
    } else if (!text) {
        return std::unexpected(std::move(text).error());
    }
    if (auto ok = files.reload(); !ok) return std::unexpected(ok.error());
    return files;
}

Result<std::string> DocumentFiles::text_of(const Path& path) const {
    if (const auto found = changed_.find(path); found != changed_.end()) return found->second;
    if (const auto found = originals_.find(path); found != originals_.end()) return found->second;
    return read_(path);
}

ReadText DocumentFiles::reader() const {
    return [this](const Path& path) { return text_of(path); };
}

Result<void> DocumentFiles::reload() {
    const ReadText read = [this](const Path& path) {
        auto text = text_of(path);
        if (text) originals_.try_emplace(path, *text);
        return text;
    };
    auto document = read_with_includes(root_, read);
    if (!document) return std::unexpected(std::move(document).error());
    value_ = std::move(document->value);
    return {};
}

Result<void> DocumentFiles::edit(const Edit& edit) {
    json::value expected = value_;
    if (auto ok = apply_edit(expected, edit); !ok) return ok;

    const auto read = reader();
    Layers layers(read);
    auto here = layers.of_root(root_);
    if (!here) return std::unexpected(here.error());
    std::size_t known = 0;
    std::vector<Layer> parents = *here;
    while (known < edit.path.size()) {
        auto next = layers.below(*here, edit.path[known]);
        if (!next) return std::unexpected(next.error());
        if (next->empty()) break;
        parents = std::exchange(*here, std::move(*next));
        ++known;
    }

    // The strongest of the files wins; a new member goes to it as well.
    auto home = here->back();
    home.path.insert(home.path.end(), edit.path.begin() + static_cast<std::ptrdiff_t>(known),
                     edit.path.end());
    if (!edit.value) {
        const auto members = Layers::members(parents, edit.path.back());
        if (members.size() != 1) return ambiguous(edit.path, *here);
        home = members.front();
    }
    auto text = edit_text(*text_of(home.file), {home.path, edit.value});
    if (!text && here->size() > 1) return ambiguous(edit.path, *here);
    if (!text) return std::unexpected(std::move(text).error());
    const auto before = changed_;
    changed_[home.file] = std::move(*text);
    // Whatever way the files are put together, the outcome decides.
    if (auto ok = reload(); !ok || !same_value(json::value(value_), expected)) {
        changed_ = before;
        auto restored = reload();
        if (!restored) return restored;
        return ambiguous(edit.path, *here);
    }
    return {};
}

}  // namespace openclaw::config
