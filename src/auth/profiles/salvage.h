#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace openclaw::auth {

// auth-profiles.json, strictly: JSON in which every record can be told from every other. A record's id that
// stands twice is an error, since a parser would silently keep one of the two, and so is a store whose
// credentials stand under another name than `profiles`.
Result<json::value> parse_store_text(std::string_view text);

// A record that is there but can't be served.
struct LostRecord {
    std::string id;  // as far as it is readable; "?" when nothing is
    std::string problem;

    bool operator==(const LostRecord&) const = default;
};

// What is left of a damaged auth-profiles.json.
struct Salvage {
    json::object document;                // the intact records and members, as a store of its own
    std::vector<LostRecord> lost;         // of `profiles`
    std::vector<std::string> lost_parts;  // other members: "order"
    std::size_t byte = 0, line = 0;       // where the damage begins, counted from 0 and from 1

    std::size_t served() const;
    // "damaged at byte 812 (line 31): 4 of 5 records are intact"
    std::string summary() const;
};

// Takes every record whose own text is intact, and its place among the others certain: after a damage it
// goes on where the rest of the text makes sense to its very end, and only if nothing does, where most of it
// does. A record is taken whole or not at all, so that no secret is ever put together from two. A character
// that changed inside a string is beyond it: nothing in the file tells. Pure; its work is bounded.
Salvage salvage_store(std::string_view text);

// The same as one JSON value, and back.
json::object to_json(const Salvage& salvage);
Salvage salvage_from(const json::object& document);

}  // namespace openclaw::auth
