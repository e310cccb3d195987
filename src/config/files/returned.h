#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/json.h"
#include "config/config.h"

namespace openclaw::config {

// What clients see in place of a secret, and may send back for "as it is".
inline constexpr std::string_view redacted_text = "__OPENCLAW_REDACTED__";

// Whether a text can only be what was shown in place of something.
bool is_shown_text(std::string_view text);

// A config as clients see it: what is in effect, and what the main file says, references and $include as they
// are written. Neither holds a secret.
struct ShownConfig {
    json::object in_effect, written;
    std::optional<std::string> text;  // of the main file; nothing when there is none that can be parsed
};
ShownConfig shown_to_clients(const Config& config);

// The document that a client means who was shown a config and sends it back as a whole, changed. What comes
// back as it was shown means what stands there: the secret, the reference, the part that another file brings.
// A list's element is known by its own text, else by its `id`; what can't be told apart stays as it came, and
// the writer refuses it. Fails with `invalid_input` where $include is another one than the file's: files are
// not chosen from afar.
Result<json::object> document_meant(json::object sent, const json::object& document,
                                    const ShownConfig& shown);

// The document after a merge patch: null takes a member away, objects merge, everything else replaces. In a
// list whose elements all have an `id` an element of the patch changes the one with its id, or is added.
// Fails with `invalid_input` when a list would lose an element and its path isn't among `replaced`
// ("agents.list", "models.providers.lab.models").
Result<json::object> document_patched(json::object patch, const json::object& document,
                                      const ShownConfig& shown, const std::set<std::string>& replaced);

}  // namespace openclaw::config
