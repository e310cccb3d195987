#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace openclaw {

// Takes secrets out of text that leaves the process: logs, errors, reports. By known value, whatever its
// shape, in the forms that it travels in (plain, JSON-escaped, URL-encoded, hex, base64 at every
// alignment); and by well-known shape, for values that nobody has registered. Usable from several threads.
class Redactor {
public:
    static constexpr std::size_t value_bytes_min = 8;  // shorter ones would take words out of sentences
    static constexpr std::string_view placeholder = "[redacted]";

    Redactor();
    ~Redactor();
    Redactor(const Redactor&) = delete;
    Redactor& operator=(const Redactor&) = delete;

    // From now on the value is replaced. Stays registered for good: a rotated key is still a secret in an
    // old error. Blank and short values are ignored, the second time too.
    void add(const Secret& value);

    std::string redact(std::string_view text) const;
    // Where registered values stand in the text, in any form.
    std::vector<std::size_t> find(std::string_view text) const;

private:
    struct Index;
    std::unique_ptr<Index> index_;
};

// The part by shape alone: sk-…, ghp_…, AIza…, JSON web tokens, PEM keys, "Bearer …", `api_key=…`,
// user info in URLs.
std::string redact_shapes(std::string_view text);
// Where something that is a secret by its shape alone stands, whatever is around it: sk-…, PEM keys, user
// info in URLs. Names before a value say too little about prose to be counted.
std::vector<std::size_t> find_secret_shapes(std::string_view text);

}  // namespace openclaw
