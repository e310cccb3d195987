#include "net/stream/private_key.h"

#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

TEST(PrivateKey, IsTheSameAfterItsTextWasReadAgain) {
    for (const auto kind : {KeyKind::p256, KeyKind::rsa2048}) {
        const auto key = PrivateKey::generate(kind);
        ASSERT_TRUE(key);
        const auto again = PrivateKey::from_pem(key->pem());
        ASSERT_TRUE(again);
        EXPECT_EQ(again->public_key(), key->public_key());
        EXPECT_EQ(again->pem(), key->pem());
    }
}

TEST(PrivateKey, IsAnotherOneEachTime) {
    EXPECT_NE(PrivateKey::generate(KeyKind::p256)->public_key(),
              PrivateKey::generate(KeyKind::p256)->public_key());
}

TEST(PrivateKey, IsNeverMadeOfATextWithoutOne) {
    const auto whole = PrivateKey::generate(KeyKind::p256)->pem();
    for (const auto& text :
         {Secret(), Secret("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), Secret("key"),
          // Encrypted: nobody is asked for the passphrase.
          Secret("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n")}) {
        const auto key = PrivateKey::from_pem(text);
        ASSERT_FALSE(key);
        EXPECT_EQ(key.error().code, Code::corrupt);
    }
}

}  // namespace
}  // namespace openclaw::net
