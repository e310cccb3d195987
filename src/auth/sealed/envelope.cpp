// From one data key three are derived, each for one purpose: for its id, for the hash of the holder, and for
// the values themselves. So nothing that is stored says anything about the key. The text's own length and the
// holder's hash stand in the payload only to tell apart what went wrong: cut short, altered, or copied to
// another record. That it is whole and in its place is proven by the encryption's tag alone, and by comparing
// the holder last.
//
//   v1 . <key id> . base64url( length 2 | holder 16 | nonce 24 | ciphertext | tag 16 )
#include "auth/sealed/envelope.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/random.h"
#include "base/text.h"

namespace openclaw::auth::sealed {
namespace {

constexpr std::string_view version = "v1";
constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(encryption_overhead == nonce_bytes + tag_bytes);
constexpr std::size_t length_bytes = 2, holder_bytes = 16, key_id_bytes = 8;
constexpr std::size_t head_bytes = length_bytes + holder_bytes;
constexpr std::size_t value_bytes_max = 32u << 10;  // its text stays far below what a reference may have

const unsigned char* in(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // sodium's view of text
}
const unsigned char* in(const Secret& secret) {
    return in(secret.reveal());
}
unsigned char* out(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string keyed_hash(const Secret& key, std::string_view text, std::size_t bytes) {
    std::string hash(bytes, '\0');
    crypto_generichash(out(hash), bytes, in(text), text.size(), in(key), key.size());
    return hash;
}

namespace {

std::string id_of(const Secret& key) {
    return to_hex(keyed_hash(derived(key, "openclaw sealing key id v1"), "id", 16).substr(0, key_id_bytes));
}

std::string holder_hash(const RefHolder& holder, const DataKey& key) {
    return keyed_hash(derived(key.bytes, "openclaw sealing holder v1"),
                      length_prefixed({holder.record, holder.field}), holder_bytes);
}

std::string bound_data(std::string_view key_id, std::string_view holder) {
    return length_prefixed({"openclaw sealed value", version, key_id, holder});
}

Secret value_key(const DataKey& key) {
    return derived(key.bytes, "openclaw sealing values v1");
}

std::unexpected<Error> damaged(std::string_view why) {
    return fail(Code::corrupt, "the sealed value {}", why);
}

struct Parts {
    std::string_view key_id, payload;
};

Result<Parts> parts_of(std::string_view text) {
    const auto pieces = split(text, '.');
    if (pieces.front() != version)
        return damaged(pieces.front().starts_with('v') && pieces.front().size() < 5
                           ? "is of a version that this program doesn't know"
                           : "is no sealed text");
    constexpr std::string_view digits = "0123456789abcdef";
    if (pieces.size() != 3 || pieces[1].size() != 2 * key_id_bytes ||
        pieces[1].find_first_not_of(digits) != std::string_view::npos)
        return damaged("is no sealed text");
    return Parts{pieces[1], pieces[2]};
}

}  // namespace

std::string length_prefixed(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) {
        auto size = static_cast<std::uint64_t>(part.size());
        for (int byte = 0; byte < 8; ++byte, size >>= 8U) text += static_cast<char>(size & 0xFFU);
        text += part;
    }
    return text;
}

std::string base64url(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), in(bytes), bytes.size(), variant);
    text.pop_back();  // the terminator
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    // libsodium takes some bytes beyond ASCII for letters of the alphabet.
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return std::nullopt;
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(out(bytes), bytes.size(), text.data(), text.size(), nullptr, &size, &end,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        end != text.data() + text.size())
        return std::nullopt;
    bytes.resize(size);
    return bytes;
}

Secret derived(const Secret& key, std::string_view label) {
    return Secret(keyed_hash(key, label, key_bytes));
}

std::string encrypt(const Secret& plain, std::string_view bound, const Secret& key) {
    auto text = random_bytes(nonce_bytes);
    text.resize(nonce_bytes + plain.size() + tag_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out(text) + nonce_bytes, nullptr, in(plain), plain.size(),
                                               in(bound), bound.size(), nullptr, in(text), in(key));
    return text;
}

std::optional<Secret> decrypt(std::string_view text, std::string_view bound, const Secret& key) {
    if (text.size() < encryption_overhead || key.size() != key_bytes) return std::nullopt;
    std::string plain(text.size() - encryption_overhead, '\0');
    const auto body = text.substr(nonce_bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out(plain), nullptr, nullptr, in(body), body.size(),
                                                   in(bound), bound.size(), in(text), in(key)) != 0)
        return std::nullopt;
    return Secret(std::move(plain));
}

DataKey new_data_key() {
    Secret bytes(random_bytes(key_bytes));
    auto id = id_of(bytes);
    return {std::move(bytes), std::move(id)};
}

Result<DataKey> data_key_of(Secret bytes) {
    if (bytes.size() != key_bytes) return fail(Code::invalid_input, "a data key has {} bytes", key_bytes);
    auto id = id_of(bytes);
    return DataKey{std::move(bytes), std::move(id)};
}

Result<std::string> seal(const Secret& value, const RefHolder& holder, const DataKey& key) {
    if (value.size() > value_bytes_max)
        return fail(Code::too_large, "a secret of {} bytes is too long to be sealed", value.size());
    const auto tag = holder_hash(holder, key);
    const auto body = encrypt(value, bound_data(key.id, tag), value_key(key));
    const auto size = head_bytes + body.size();
    const std::string length{static_cast<char>(size >> 8U & 0xFFU), static_cast<char>(size & 0xFFU)};
    return fmt::format("{}.{}.{}", version, key.id, base64url(length + tag + body));
}

Result<std::string> key_id_of(std::string_view text) {
    auto parts = parts_of(text);
    if (!parts) return std::unexpected(std::move(parts).error());
    return std::string(parts->key_id);
}

Result<Secret> open(std::string_view text, const RefHolder& holder, const DataKey& key) {
    const auto parts = parts_of(text);
    if (!parts) return std::unexpected(parts.error());
    if (parts->key_id != key.id) return damaged("needs another key");
    // A cut may leave a number of characters that no whole bytes have.
    const auto whole = parts->payload.size() % 4 == 1 ? parts->payload.size() - 1 : parts->payload.size();
    const auto payload = from_base64url(parts->payload);
    const auto start = payload ? payload : from_base64url(parts->payload.substr(0, whole - whole % 4));
    if (!start) return damaged("was altered");
    const auto byte = [&](std::size_t at) { return std::size_t(static_cast<unsigned char>((*start)[at])); };
    if (start->size() < length_bytes || start->size() < (byte(0) << 8U) + byte(1))
        return damaged("was cut short");
    if (!payload || payload->size() < head_bytes + encryption_overhead ||
        payload->size() != (byte(0) << 8U) + byte(1))
        return damaged("was altered");
    const auto tag = payload->substr(length_bytes, holder_bytes);
    auto value =
        decrypt(std::string_view(*payload).substr(head_bytes), bound_data(key.id, tag), value_key(key));
    if (!value) return damaged("was altered");
    if (!equal_in_constant_time(tag, holder_hash(holder, key)))
        return damaged("was sealed for another record or field and copied here");
    return std::move(*value);
}

}  // namespace openclaw::auth::sealed
