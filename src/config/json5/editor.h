#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "config/json5/key_path.h"

namespace openclaw::config {

// One change of a document: the value at a path, or nothing there any more.
struct Edit {
    KeyPath path;
    std::optional<json::value> value;
};

// The smallest changes that make `before` into `after`: unchanged members and elements are not touched.
std::vector<Edit> edits_between(const json::value& before, const json::value& after);
// What the edit does to a value. Makes objects, or lists where the next part is a number, on the way;
// fails with `not_found` for what can't be removed, `invalid_input` for an index beyond the end.
Result<void> apply_edit(json::value& document, const Edit& edit);
// The same edit on the text of a JSON5 file. Only the bytes of that value, or of the member that comes or
// goes with its comma and, if it had it for itself, its line, differ afterwards; comments stay. What is
// new follows the quotes, indentation and line breaks around it.
Result<std::string> edit_text(std::string_view text, const Edit& edit);

// Equal, 1 and 1.0 too, whatever the order of members.
bool same_value(const json::value& left, const json::value& right);

}  // namespace openclaw::config
