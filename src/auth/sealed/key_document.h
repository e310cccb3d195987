#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/sealed/protection.h"
#include "base/json.h"

namespace openclaw::auth::sealed {

struct WrappedKey {
    Protection protection;
    std::string wrapped;

    bool operator==(const WrappedKey&) const = default;
};

// A data key as it stands on disk: closed, once for each protecting key that opens it.
struct KeyEntry {
    std::string id;
    TimePoint created;
    std::vector<WrappedKey> wraps;

    bool operator==(const KeyEntry&) const = default;
};

// credentials/sealing.json. No file: nothing is sealed.
struct KeyDocument {
    bool active = true;          // false while everything is being unsealed: new secrets stay in plain
    std::string current;         // the key that new secrets are sealed with
    std::vector<KeyEntry> keys;  // more than one only while a re-key is under way

    const KeyEntry* find(std::string_view id) const;
    const KeyEntry* find_current() const { return find(current); }
    bool operator==(const KeyDocument&) const = default;
};

// `corrupt` when it makes no sense: a damaged key file must not pass for "nothing is sealed".
Result<KeyDocument> parse_key_document(const json::object& document);
// Members that nobody here knows stay.
void write_key_document(json::object& document, const KeyDocument& keys);

// The document proves itself as a whole: `proof` is a keyed hash, with the current key, of all its other
// members. So nobody who doesn't hold that key can say that nothing is to be sealed, or have another key
// used.
void put_proof(json::object& document, const DataKey& current);
// `corrupt` when something was changed or left out since. Documents of before there were proofs have none.
Result<void> check_proof(const json::object& document, const DataKey& current);

}  // namespace openclaw::auth::sealed
