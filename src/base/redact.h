#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace openclaw {

// Takes secrets out of text that leaves the process: logs, errors, reports. By known value, whatever its
// shape, in the forms that it travels in (plain, JSON-escaped, URL-encoded, hex, base64 at every
// alignment); and by well-known shape, for values that nobody has registered. Keeps no value, only hashes of
// its forms. Telling it a value costs the value's length, redacting a text the text's length, however many
// values it knows and whatever they have in common (see redact_index.h). Usable from several threads.
class Redactor {
public:
    static constexpr std::size_t value_bytes_min = 8;  // shorter ones would take words out of sentences
    static constexpr std::size_t let_go_max = 4'096;
    static constexpr std::string_view placeholder = "[redacted]";

    Redactor();
    ~Redactor();
    Redactor(const Redactor&) = delete;
    Redactor& operator=(const Redactor&) = delete;

    // From now on, and for good, the value is replaced. Blank and short values are ignored.
    void add(const Secret& value);

    // What a place (a store, a command's answer) holds from now on, instead of what it held before. What no
    // place holds any more is replaced until `let_go_max` others were let go after it: a rotated key is still
    // a secret in an old error.
    void hold(std::string_view place, std::span<const Secret* const> values);

    std::string redact(std::string_view text) const;
    // Where registered values stand in the text, in any form.
    std::vector<std::size_t> find(std::string_view text) const;

private:
    struct Known;
    std::unique_ptr<Known> known_;
};

// A place, and all that it holds from now on: what those who read secrets tell whoever has a Redactor.
using SecretsHeld = std::function<void(std::string_view place, std::span<const Secret* const> values)>;

// The part by shape alone: sk-…, ghp_…, AIza…, JSON web tokens, PEM keys, "Bearer …", `api_key=…`,
// user info in URLs.
std::string redact_shapes(std::string_view text);
// Where something that is a secret by its shape alone stands, whatever is around it: sk-…, PEM keys, user
// info in URLs. Names before a value say too little about prose to be counted.
std::vector<std::size_t> find_secret_shapes(std::string_view text);

}  // namespace openclaw
