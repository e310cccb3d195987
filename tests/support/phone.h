#pragma once

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <string>

#include "access/device_proof.h"
#include "access/devices/device.h"
#include "base/text.h"

namespace openclaw::test {

inline std::string base64url(const unsigned char* bytes, std::size_t size) {
    std::string text(sodium_base64_ENCODED_LEN(size, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    text.pop_back();
    return text;
}

// A device with a key of its own, which signs as the reference's clients do.
struct Phone {
    unsigned char key[32], secret[64];
    std::string public_key, id;

    explicit Phone(unsigned char seed_byte) {
        unsigned char seed[32];
        std::fill(std::begin(seed), std::end(seed), seed_byte);
        crypto_sign_seed_keypair(key, secret, seed);
        public_key = base64url(key, sizeof key);
        id = *access::device_id_of(public_key);
    }
    access::DeviceCard card() const { return {.id = id, .public_key = public_key, .name = "phone"}; }

    // What it claims to a connection with this challenge, as a client "cli" that asks for no scopes.
    access::DeviceClaim claim(const std::string& token, const std::string& challenge, TimePoint now,
                              const std::string& role = "operator") const {
        const auto text = fmt::format("v2|{}|cli|cli|{}||{}|{}|{}", id, role, to_ms(now), token, challenge);
        unsigned char signature[64];
        crypto_sign_detached(signature, nullptr, reinterpret_cast<const unsigned char*>(text.data()),
                             text.size(), secret);
        return {.id = id,
                .public_key = public_key,
                .signature = base64url(signature, sizeof signature),
                .signed_at_ms = to_ms(now),
                .nonce = challenge};
    }
    access::ProvenDevice proven(const std::string& token, TimePoint now,
                                const std::string& role = "operator") const {
        const std::string challenge = "a26937de-d88c-4436-85e5-c1a270f4a1dd";
        const access::DeviceContext context{.client_id = "cli",
                                            .client_mode = "cli",
                                            .role = role,
                                            .token = token,
                                            .platform = "",
                                            .device_family = "",
                                            .scopes = {},
                                            .challenge = challenge};
        return access::prove_device(claim(token, challenge, now, role), context, now).value().value();
    }
    // The parameters of its `connect`.
    std::string connect_params(const std::string& token, const std::string& challenge, TimePoint now) const {
        const auto claimed = claim(token, challenge, now);
        return fmt::format(
            R"({{"minProtocol":3,"maxProtocol":3,"client":{{"id":"cli","mode":"cli","version":"1","platform":"linux"}},)"
            R"("auth":{{"token":"{}"}},"device":{{"id":"{}","publicKey":"{}","signature":"{}","signedAt":{},"nonce":"{}"}}}})",
            token, claimed.id, claimed.public_key, claimed.signature, claimed.signed_at_ms, challenge);
    }
};

}  // namespace openclaw::test
