#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::auth {

// Where a secret stands that a file only points to: `{"source": "file", "provider": "vault", "id": "/a/b"}`.
struct SecretRef {
    enum class Source {
        env,     // `id` is a variable's name
        file,    // `id` is a JSON pointer (RFC 6901) into the provider's file, or "value" for all of it
        exec,    // `id` is handed to the provider's command
        sealed,  // `id` is ciphertext, bound to the record and field that hold it
    };
    Source source = Source::env;
    std::string provider = "default";  // an entry of secrets.providers
    std::string id;

    auto operator<=>(const SecretRef&) const = default;
};
std::string_view name_of(SecretRef::Source source);

// `invalid_input` says what is wrong: no such source, a provider name or an id that the source can't have.
// Sources: provider `[a-z][a-z0-9_-]{0,63}`; env ids `[A-Z][A-Z0-9_]{0,127}`; file ids start with `/` or are
// `value`; exec ids `[A-Za-z0-9][A-Za-z0-9._:/#-]{0,255}` without `.` and `..` as parts.
Result<SecretRef> parse_secret_ref(const json::object& object);
json::object secret_ref_json(const SecretRef& reference);
// "env OPENAI_API_KEY", "file vault /a/b", "exec vault a/b", "sealed": for people; never ciphertext.
std::string describe(const SecretRef& reference);

// What a source gave when it was last asked.
struct SourceValue {
    std::optional<Secret> value = {};       // the last good one
    std::string problem = {};               // why the last look failed; empty: it didn't
    std::optional<TimePoint> read_at = {};  // when `value` was read
    bool elsewhere = false;                 // another process holds the value; this one doesn't
};

// Who holds a reference: a record's field or a path in the config. Ciphertext is bound to it, so that a
// record copied under another name opens nothing.
struct RefHolder {
    std::string record;  // a profile's id, or "" for the config
    std::string field;   // "key"; in the config the dotted path

    auto operator<=>(const RefHolder&) const = default;
};

// What all sources gave: a snapshot that decisions are made on.
class SourceValues {
public:
    const SourceValue* find(const SecretRef& reference, const RefHolder& holder) const;
    void set(const SecretRef& reference, const RefHolder& holder, SourceValue value);
    void add(const SourceValues& others);  // where both know a reference, what was there stays

private:
    using Key = std::pair<SecretRef, RefHolder>;  // the holder counts only for what is sealed
    std::map<Key, SourceValue> values_;
};

// What both know; either may be null.
std::shared_ptr<const SourceValues> united(const std::shared_ptr<const SourceValues>& values,
                                           const std::shared_ptr<const SourceValues>& others);

}  // namespace openclaw::auth
