#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace openclaw::config {

struct Json5Member;

// One value of a JSON5 text together with where it stands, so that an editor can change its bytes and
// no others. Offsets count bytes from the start of the text.
struct Json5Node {
    json::value scalar;                // null, bool, number or string; unused for containers
    std::vector<Json5Member> members;  // of an object, in file order, repeated keys included
    std::vector<Json5Node> elements;   // of an array
    std::uint32_t begin = 0, end = 0;  // the value's own bytes, quotes and brackets included
    enum class Kind : std::uint8_t { scalar, object, array } kind = Kind::scalar;

    bool is_object() const { return kind == Kind::object; }
    bool is_array() const { return kind == Kind::array; }
    // The member that counts: the last one of that name, as in JavaScript.
    const Json5Member* find(std::string_view key) const;
};

struct Json5Member {
    std::string key;
    std::uint32_t key_begin = 0, key_end = 0;  // quotes included
    Json5Node value;
};

constexpr std::size_t json5_bytes_max = 8u << 20;
constexpr std::size_t json5_depth_max = 64;
constexpr std::size_t json5_values_max = 200'000;

// Reads JSON5 (comments, trailing commas, unquoted keys, single quotes, hexadecimal and signed numbers,
// Infinity, NaN; a byte order mark is skipped, broken text is U+FFFD). Fails with `too_large`; with `corrupt`
// when the bytes can't be a text that somebody meant (empty, binary, not UTF-8, cut off in the middle); else
// with `invalid_input`. Messages begin with "line L, column C" and quote no part of the text: it holds
// secrets. Source: the JSON5 specification 1.0.0.
Result<Json5Node> parse_json5_tree(std::string_view text);

// The values alone. A repeated key counts once, with its last value.
json::value to_value(const Json5Node& node);
Result<json::value> parse_json5(std::string_view text);

// The keys that stand twice in one object, as "line 12: port".
std::vector<std::string> repeated_keys(std::string_view text, const Json5Node& root);

// Whether a key may stand without quotes.
bool is_json5_identifier(std::string_view key);

struct TextPosition {
    std::size_t line = 1, column = 1;  // columns count characters
};
TextPosition position_of(std::string_view text, std::size_t offset);

}  // namespace openclaw::config
