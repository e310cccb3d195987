// Whatever stands in a config file, reading it ends, and an edit of what can be read gives the old value plus
// the edit.
#include <cstdint>
#include <cstdlib>

#include "config/json5/editor.h"
#include "config/json5/json5.h"

namespace openclaw::config {
namespace {

bool is_within(const Json5Node& node, std::size_t begin, std::size_t end) {
    if (node.begin < begin || node.end > end || node.begin > node.end) return false;
    for (const auto& member : node.members)
        if (!is_within(member.value, member.key_end, node.end)) return false;
    for (const auto& element : node.elements)
        if (!is_within(element, node.begin, node.end)) return false;
    return true;
}

void check(std::string_view text) {
    const auto root = parse_json5_tree(text);
    if (!root) return;
    if (!is_within(*root, 0, text.size())) std::abort();
    const auto before = to_value(*root);
    if (!before.is_object() || text.contains("NaN")) return;  // NaN equals nothing, not even itself
    std::vector<Edit> edits = {{{"new key"}, json::value("it's \"new\"")}};
    for (const auto& member : root->members) {
        if (member.key.empty() || edits.size() > 8) continue;
        edits.push_back({{member.key}, json::value(json::array{1, "x"})});
        edits.push_back({{member.key}, std::nullopt});
    }
    for (const auto& edit : edits) {
        auto expected = before;
        const auto outcome = apply_edit(expected, edit);
        const auto edited = edit_text(text, edit);
        if (outcome.has_value() != edited.has_value()) std::abort();
        if (!edited) continue;
        const auto after = parse_json5(*edited);
        if (!after || !same_value(*after, expected)) std::abort();
    }
}

}  // namespace
}  // namespace openclaw::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    openclaw::config::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
