#pragma once

#include <string>
#include <string_view>

#include "auth/profiles/secret_ref.h"
#include "base/result.h"
#include "base/secret.h"

namespace openclaw::auth::sealed {

// The 32 random bytes that records are sealed with, and a name for them that gives nothing away.
struct DataKey {
    Secret bytes;
    std::string id;  // 16 hex digits: a hash of the key, so that the wrong key can't pass as the right one
    bool proves_lock = false;  // the lock file that it came from has to carry its proof (key_document.h)
};
DataKey new_data_key();
Result<DataKey> data_key_of(Secret bytes);  // `invalid_input` unless it is 32 bytes

// `v1.<key id>.<base64url>`; the payload is its length (2 bytes), holder (16), nonce (24), ciphertext and its
// tag (16). XChaCha20-Poly1305 under a key derived from the data key; version, key id and holder are
// authenticated with it. The holder is a keyed hash of record and field, so that a text that was copied to
// another record is told from one that was altered.
// `too_large` beyond 32 KiB.
Result<std::string> seal(const Secret& value, const RefHolder& holder, const DataKey& key);
// `corrupt` says which: cut short, altered, sealed for another record, or no sealed text of ours.
Result<Secret> open(std::string_view text, const RefHolder& holder, const DataKey& key);
// Which key a text needs.
Result<std::string> key_id_of(std::string_view text);

// A hash of `text` that only who holds `key` can make: BLAKE2b.
std::string keyed_hash(const Secret& key, std::string_view text, std::size_t bytes);
// Key material of one kind for one purpose: BLAKE2b of `label`, keyed with `key` (16 to 64 bytes).
Secret derived(const Secret& key, std::string_view label);

// Authenticated encryption of a short text with data bound to it; what the formats above and below rest on.
std::string encrypt(const Secret& plain, std::string_view bound, const Secret& key);
std::optional<Secret> decrypt(std::string_view nonce_and_ciphertext, std::string_view bound,
                              const Secret& key);
constexpr std::size_t encryption_overhead = 24 + 16;

// Each part after its length (8 bytes, little endian), so that no two lists of parts give the same bytes.
std::string length_prefixed(std::initializer_list<std::string_view> parts);

// Without padding. Source: RFC 4648, section 5.
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace openclaw::auth::sealed
