#pragma once

#include <map>
#include <string>
#include <vector>

#include "auth/profiles/profile.h"
#include "auth/sealed/key_ring.h"
#include "base/json.h"

namespace openclaw::auth::sealed {

// A secret as it stands in a document: a profile's field, or one of the config's.
struct Spot {
    RefHolder holder;
    json::object* record;                    // holds `plain_name` or `reference_name`
    std::string plain_name, reference_name;  // "key" and "keyRef"; in the config both "apiKey"

    // The value in plain, unless it is blank, missing or text with a ${VARIABLE} in it.
    std::optional<std::string_view> plain() const;
    std::optional<std::string> sealed() const;  // ciphertext
    void put_plain(const Secret& value);
    void put_sealed(const std::string& text);
};
// In auth-profiles.json: every record, damaged ones too, under its own names from now on.
std::vector<Spot> spots_in_store(json::object& document);
// In openclaw.json: every string that the settings table, or its name, calls a secret
// (config/settings/secrets.h), other than elements of lists.
std::vector<Spot> spots_in_config(json::object& document);

// What was done to a document.
struct Tally {
    std::vector<RefHolder> changed;
    std::vector<std::pair<RefHolder, std::string>> left;  // and why
    std::vector<Secret> values;                           // of `changed`, to look for elsewhere
};
// Each change is proved by opening what was made before the old value goes. What can't be changed stays as
// it is and is named in `left`; an error changes nothing.
Result<Tally> seal_spots(std::vector<Spot> spots, KeyRing& keys);
Result<Tally> unseal_spots(std::vector<Spot> spots, KeyRing& keys);
// To the current key, where another one is used.
Result<Tally> reseal_spots(std::vector<Spot> spots, KeyRing& keys);

// What stands in plain.
using PlainSecrets = std::map<RefHolder, Secret>;
PlainSecrets plain_secrets(const std::vector<Spot>& spots);
// While secrets are sealed: seals what stands in plain and didn't `before`; an error when that can't be done.
// Where something is sealed, here or in another file, and the lock is gone or says that nothing is to be
// sealed, a new secret is refused (`denied`): it would stand in plain beside those.
Result<void> seal_new(std::vector<Spot> spots, const PlainSecrets& before, KeyRing& keys);

// Whether a secret that is written now has to be sealed; refused as `seal_new` refuses.
Result<bool> has_to_seal(KeyRing& keys, bool some_are_sealed);

// Whether something is sealed in the config, in the store of any agent that has a folder, or among the files
// that are secrets (secret_file.h).
bool finds_sealed(KeyRing& keys);

}  // namespace openclaw::auth::sealed
