#include "config/json5/json5.h"

#include <unordered_set>

#include "base/text.h"
#include "config/json5/json5_scanner.h"

namespace openclaw::config {
namespace {

class Parser {
public:
    explicit Parser(std::string_view text) : scan_(text) {}

    Result<Json5Node> document() {
        scan_.skip_byte_order_mark();
        if (auto ok = scan_.skip_blanks(); !ok) return std::unexpected(ok.error());
        if (scan_.at_end()) return fail(Code::corrupt, "the file is empty");
        Json5Node root;
        if (auto ok = value(root, 0); !ok) return std::unexpected(ok.error());
        if (auto ok = scan_.skip_blanks(); !ok) return std::unexpected(ok.error());
        if (!scan_.at_end()) return scan_.expected("the end of the file");
        return root;
    }

private:
    Result<void> value(Json5Node& node, std::size_t depth) {
        if (depth > json5_depth_max)
            return scan_.error(Code::too_large, "nested deeper than {} levels", json5_depth_max);
        if (++values_ > json5_values_max)
            return scan_.error(Code::too_large, "more than {} values", json5_values_max);
        node.begin = scan_.offset();
        auto read = [&]() -> Result<void> {
            if (scan_.take('{')) return object(node, depth);
            if (scan_.take('[')) return array(node, depth);
            auto scalar = scan_.scalar();
            if (!scalar) return std::unexpected(scalar.error());
            node.scalar = std::move(*scalar);
            return {};
        }();
        node.end = scan_.offset();
        return read;
    }

    Result<void> object(Json5Node& node, std::size_t depth) {
        node.kind = Json5Node::Kind::object;
        for (;;) {
            if (auto ok = scan_.skip_blanks(); !ok) return ok;
            if (scan_.take('}')) return {};
            if (auto ok = member(node, depth); !ok) return ok;
            if (auto ok = scan_.skip_blanks(); !ok) return ok;
            if (scan_.take(',')) continue;
            if (scan_.take('}')) return {};
            return scan_.expected("',' or '}'");
        }
    }

    Result<void> member(Json5Node& node, std::size_t depth) {
        Json5Member member;
        member.key_begin = scan_.offset();
        auto key = scan_.key();
        if (!key) return std::unexpected(key.error());
        member.key = std::move(*key);
        member.key_end = scan_.offset();
        if (auto ok = scan_.skip_blanks(); !ok) return ok;
        if (!scan_.take(':')) return scan_.expected("':' after the key");
        if (auto ok = scan_.skip_blanks(); !ok) return ok;
        if (auto ok = value(member.value, depth + 1); !ok) return ok;
        node.members.push_back(std::move(member));
        return {};
    }

    Result<void> array(Json5Node& node, std::size_t depth) {
        node.kind = Json5Node::Kind::array;
        for (;;) {
            if (auto ok = scan_.skip_blanks(); !ok) return ok;
            if (scan_.take(']')) return {};
            if (auto ok = value(node.elements.emplace_back(), depth + 1); !ok) return ok;
            if (auto ok = scan_.skip_blanks(); !ok) return ok;
            if (scan_.take(',')) continue;
            if (scan_.take(']')) return {};
            return scan_.expected("',' or ']'");
        }
    }

    Json5Scanner scan_;
    std::size_t values_ = 0;
};

Result<void> check_bytes(std::string_view text) {
    if (text.size() > json5_bytes_max)
        return fail(Code::too_large, "{} bytes, more than the {} allowed", text.size(), json5_bytes_max);
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
        return fail(Code::corrupt, "line {}: a zero byte; this is not a text file",
                    position_of(text, nul).line);
    return {};
}

void collect_repeated(std::string_view text, const Json5Node& node, std::vector<std::string>& found) {
    std::unordered_set<std::string_view> seen;
    for (const auto& member : node.members) {
        if (!seen.insert(member.key).second)
            found.push_back(
                fmt::format("line {}: {}", position_of(text, member.key_begin).line, printable(member.key)));
        collect_repeated(text, member.value, found);
    }
    for (const auto& element : node.elements) collect_repeated(text, element, found);
}

}  // namespace

const Json5Member* Json5Node::find(std::string_view key) const {
    for (auto member = members.rbegin(); member != members.rend(); ++member)
        if (member->key == key) return &*member;
    return nullptr;
}

Result<Json5Node> parse_json5_tree(std::string_view text) {
    if (auto ok = check_bytes(text); !ok) return std::unexpected(ok.error());
    auto tree = Parser(text).document();
    // One broken byte in a text or a comment costs that text only.
    if (!tree && !is_utf8(text))
        return fail(Code::corrupt, "the bytes are not UTF-8; this is not a text file");
    return tree;
}

json::value to_value(const Json5Node& node) {
    if (node.is_object()) {
        json::object object;
        object.reserve(node.members.size());
        for (const auto& member : node.members) object.insert_or_assign(member.key, to_value(member.value));
        return object;
    }
    if (node.is_array()) {
        json::array array;
        array.reserve(node.elements.size());
        for (const auto& element : node.elements) array.push_back(to_value(element));
        return array;
    }
    return node.scalar;
}

Result<json::value> parse_json5(std::string_view text) {
    auto root = parse_json5_tree(text);
    if (!root) return std::unexpected(std::move(root).error());
    return to_value(*root);
}

std::vector<std::string> repeated_keys(std::string_view text, const Json5Node& root) {
    std::vector<std::string> found;
    collect_repeated(text, root, found);
    return found;
}

}  // namespace openclaw::config
