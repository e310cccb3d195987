#pragma once

#include <string>

#include "auth/sealed/envelope.h"
#include "base/clock.h"

namespace openclaw::auth::sealed {

// What protects the data key.
enum class Method { file, systemd, keyring, passphrase };
std::string_view name_of(Method method);
Result<Method> parse_method(std::string_view text);

// How long a guess at a passphrase takes (Argon2id). Read from a file, so bounded: a damaged or hostile
// file must not make us take all the memory or wait for ever.
struct PassphraseCost {
    std::uint64_t operations = 3;
    std::uint64_t memory_kib = 256 * 1024;

    bool within_bounds() const;
    bool operator==(const PassphraseCost&) const = default;
};
// As costly as is bearable here, about 0.7 s; at least the default.
PassphraseCost calibrated_cost(const Clock& clock);

// How a protecting key is found again. Holds no secret.
struct Protection {
    Method method = Method::file;
    std::string key_file = {};  // file: where it is
    std::string entry = {};     // keyring: the entry's name
    std::string salt = {};      // passphrase: 16 bytes
    PassphraseCost cost = {};   // passphrase

    bool operator==(const Protection&) const = default;
};
std::string describe(const Protection& protection);  // "key file /etc/x", "systemd credential openclaw-…"

// The protecting key itself, made from what a file, a credential or a keyring holds, or a person typed.
// `invalid_input` for material that is too short to keep anything closed (32 characters; 8 for a
// passphrase), `unavailable` when there is no memory for the passphrase's cost.
Result<Secret> protecting_key(const Protection& protection, const Secret& material);
// Material for a key file or keyring entry: 32 random bytes as text.
Secret new_material();
std::string new_salt();

// A data key closed with a protecting key.
std::string wrap(const DataKey& key, const Protection& protection, const Secret& protecting_key);
// `denied`: it's not the key that closed this, or the text was altered.
Result<DataKey> unwrap(std::string_view wrapped, std::string_view key_id, const Protection& protection,
                       const Secret& protecting_key);

}  // namespace openclaw::auth::sealed
