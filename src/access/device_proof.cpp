#include "access/device_proof.h"

#include <sodium.h>

#include <array>
#include <charconv>

#include "base/digest.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

constexpr Milliseconds skew_max = std::chrono::minutes(10);

// base64, URL-safe or not, padded or not; nothing when the length isn't exactly what is expected.
template <std::size_t Size>
std::optional<std::array<unsigned char, Size>> decode(std::string text) {
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (text.ends_with('=')) text.pop_back();
    std::array<unsigned char, Size> bytes{};
    std::size_t length = 0;
    const int bad = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                                      nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (bad != 0 || length != Size) return std::nullopt;
    return bytes;
}

// A PEM SubjectPublicKeyInfo of Ed25519 is a fixed head of 12 bytes and the key.
std::optional<std::array<unsigned char, 32>> decode_key(const std::string& text) {
    if (text.find("BEGIN") == std::string::npos) return decode<32>(text);
    std::string body;
    for (auto line : split(text, '\n'))
        if (!line.starts_with("-----")) body += trimmed(line);
    const auto spki = decode<44>(body);
    if (!spki) return std::nullopt;
    std::array<unsigned char, 32> key{};
    std::copy(spki->begin() + 12, spki->end(), key.begin());
    return key;
}

std::string device_id(const std::array<unsigned char, 32>& key) {
    return sha256_hex({reinterpret_cast<const char*>(key.data()), key.size()});
}

std::string payload(std::string_view version, const DeviceClaim& claim, const DeviceContext& context) {
    auto text =
        fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", version, claim.id, context.client_id, context.client_mode,
                    context.role, joined(context.scopes, ","), claim.signed_at_ms, context.token);
    if (version != "v1") text += "|" + claim.nonce.value_or("");
    if (version == "v3")
        text += "|" + lowered(trimmed(context.platform)) + "|" + lowered(trimmed(context.device_family));
    return text;
}

bool verifies(const std::string& text, const std::array<unsigned char, 64>& signature,
              const std::array<unsigned char, 32>& key) {
    return crypto_sign_verify_detached(signature.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                       text.size(), key.data()) == 0;
}

std::string encoded(const std::array<unsigned char, 32>& key) {
    std::string text(sodium_base64_ENCODED_LEN(key.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), key.data(), key.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();
    return text;
}

std::optional<DeviceProblem> find_device_problem(const DeviceClaim& claim, const DeviceContext& context,
                                                 TimePoint now) {
    const auto key = decode_key(claim.public_key);
    if (!key) return DeviceProblem{"device public key invalid", "DEVICE_AUTH_PUBLIC_KEY_INVALID"};
    if (device_id(*key) != claim.id)
        return DeviceProblem{"device identity mismatch", "DEVICE_AUTH_DEVICE_ID_MISMATCH"};
    const auto now_ms = to_ms(now);
    if (claim.signed_at_ms < now_ms - skew_max.count() || claim.signed_at_ms > now_ms + skew_max.count())
        return DeviceProblem{"device signature expired", "DEVICE_AUTH_SIGNATURE_EXPIRED"};
    if (!claim.nonce && !context.nonce_may_be_missing)
        return DeviceProblem{"device nonce required", "DEVICE_AUTH_NONCE_REQUIRED"};
    if (claim.nonce && *claim.nonce != context.challenge)
        return DeviceProblem{"device nonce mismatch", "DEVICE_AUTH_NONCE_MISMATCH"};
    const auto signature = decode<64>(claim.signature);
    bool good = false;
    if (signature && claim.nonce)
        good = verifies(payload("v3", claim, context), *signature, *key) ||
               verifies(payload("v2", claim, context), *signature, *key);
    else if (signature)
        good = verifies(payload("v1", claim, context), *signature, *key);
    if (!good) return DeviceProblem{"device signature invalid", "DEVICE_AUTH_SIGNATURE_INVALID"};
    return std::nullopt;
}

}  // namespace

std::expected<std::optional<ProvenDevice>, DeviceProblem> prove_device(const DeviceClaim& claim,
                                                                       const DeviceContext& context,
                                                                       TimePoint now) {
    if (auto problem = find_device_problem(claim, context, now)) return std::unexpected(std::move(*problem));
    if (!claim.nonce) return std::nullopt;
    return ProvenDevice(claim.id, encoded(*decode_key(claim.public_key)), context.role);
}

std::optional<std::string> device_id_of(const std::string& public_key) {
    const auto key = decode_key(public_key);
    if (!key) return std::nullopt;
    return device_id(*key);
}

}  // namespace openclaw::access
