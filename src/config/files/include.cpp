#include "config/files/include.h"

#include "base/text.h"
#include "config/json5/json5.h"

namespace openclaw::config {
namespace {

std::string_view kind_of(const json::value& value) {
    if (value.is_object()) return "object";
    if (value.is_number()) return "number";
    if (value.is_bool()) return "boolean";
    return value.is_null() ? "null" : "array";
}

class Includer {
public:
    Includer(const ReadText& read, IncludedDocument& document) : read_(read), document_(document) {}

    Result<json::value> file(const Path& path) {
        if (++reads_ > include_reads_max)
            return fail(Code::too_large, "more than {} files are included", include_reads_max);
        auto text = read_(path);
        if (!text) return std::unexpected(std::move(text).error());
        auto tree = parse_json5_tree(*text);
        if (!tree) return failed(std::move(tree).error(), "{}", path.filename().string());
        if (std::ranges::find(document_.files, path) == document_.files.end()) {
            document_.files.push_back(path);
            for (const auto& repeated : repeated_keys(*text, *tree))
                document_.repeated_keys.push_back(path.filename().string() + " " + repeated);
        }
        open_.push_back(path);
        auto value = resolved(to_value(*tree));
        open_.pop_back();
        return value;
    }

private:
    Result<json::value> resolved(json::value value) {
        if (auto* array = value.if_array()) {
            for (auto& element : *array) {
                auto inner = resolved(std::move(element));
                if (!inner) return inner;
                element = std::move(*inner);
            }
        } else if (auto* object = value.if_object()) {
            return resolved_object(std::move(*object));
        }
        return value;
    }

    Result<json::value> resolved_object(json::object object) {
        std::optional<json::value> include;
        if (const auto* found = object.if_contains("$include")) {
            include = *found;
            object.erase("$include");
        }
        for (auto& [key, value] : object) {
            auto inner = resolved(std::move(value));
            if (!inner) return inner;
            value = std::move(*inner);
        }
        if (!include) return json::value(std::move(object));
        auto base = included(*include);
        if (!base || object.empty()) return base;
        if (!base->is_object())
            return fail(Code::invalid_input, "sibling keys require included content to be an object");
        merge_deeply(*base, json::value(std::move(object)));
        return base;
    }

    Result<json::value> included(const json::value& include) {
        auto paths = included_files(include, open_.back());
        if (!paths) return std::unexpected(paths.error());
        json::value merged = json::object();
        for (const auto& path : *paths) {
            if (auto ok = check_nesting(path); !ok) return std::unexpected(ok.error());
            auto value = file(path);
            if (!value && value.error().code == Code::not_found)
                return fail(Code::not_found,
                            "failed to read include file: {} does not exist (included by {})", path.string(),
                            open_.back().string());
            if (!value) return value;
            if (paths->size() == 1) return value;
            merge_deeply(merged, *value);
        }
        return merged;
    }

    Result<void> check_nesting(const Path& path) {
        if (std::ranges::find(open_, path) != open_.end()) {
            std::vector<std::string> names;
            for (const auto& open : open_) names.push_back(open.filename().string());
            names.push_back(path.filename().string());
            return fail(Code::invalid_input, "circular include detected: {}", joined(names, " -> "));
        }
        if (open_.size() > include_depth_max)
            return fail(Code::invalid_input, "maximum include depth ({}) exceeded at: {}", include_depth_max,
                        path.string());
        return {};
    }

    const ReadText& read_;
    IncludedDocument& document_;
    std::vector<Path> open_;
    std::size_t reads_ = 0;
};

}  // namespace

void merge_deeply(json::value& base, const json::value& over) {
    if (base.is_object() && over.is_object()) {
        auto& object = base.get_object();
        for (const auto& [key, value] : over.get_object()) {
            if (auto* found = object.if_contains(key))
                merge_deeply(*found, value);
            else
                object.emplace(key, value);
        }
    } else if (base.is_array() && over.is_array()) {
        for (const auto& value : over.get_array()) base.get_array().push_back(value);
    } else {
        base = over;
    }
}

Result<std::vector<Path>> included_files(const json::value& include, const Path& including_file) {
    std::vector<Path> paths;
    const auto add = [&](const json::value& name) -> Result<void> {
        if (!name.is_string())
            return fail(Code::invalid_input,
                        "invalid $include value: expected string or array of strings, got {}", kind_of(name));
        const Path path(std::string_view(name.get_string()));
        paths.push_back((including_file.parent_path() / path).lexically_normal());
        return {};
    };
    if (const auto* names = include.if_array()) {
        for (const auto& name : *names)
            if (auto ok = add(name); !ok) return std::unexpected(ok.error());
    } else if (auto ok = add(include); !ok) {
        return std::unexpected(ok.error());
    }
    return paths;
}

Result<IncludedDocument> read_with_includes(const Path& root, const ReadText& read) {
    IncludedDocument document;
    auto value = Includer(read, document).file(root);
    if (!value) return std::unexpected(std::move(value).error());
    if (!value->is_object())
        return fail(Code::invalid_input, "{}: expected an object in braces, found {}",
                    root.filename().string(), value->is_string() ? "a string" : kind_of(*value));
    document.value = std::move(value->get_object());
    return document;
}

}  // namespace openclaw::config
