#include "access/device_proof.h"

#include <gtest/gtest.h>

namespace openclaw::access {
namespace {

// Recorded from the reference.
const DeviceClaim v2_claim{
    .id = "a7c7b6e121ac06a60967eeedf1bbe75d85981df102b2b48fc001fc4e10b2a5bc",
    .public_key = "ttAqAKpyjS--dDqX0LOA8Ay99guu4rudbSfnJn7kw4c",
    .signature = "DigoUf6hr9PNVud5_Uyj5AzOgda2ZvYnJVtOk-BpjvM2Yz7rqbYm44uteKxACAC6VddOan8b8mpk77hTWhoPBQ",
    .signed_at_ms = 1795337119305,
    .nonce = "a26937de-d88c-4436-85e5-c1a270f4a1dd"};
const DeviceContext v2_context{.client_id = "cli",
                               .client_mode = "cli",
                               .role = "operator",
                               .token = "synthetic-token-0123456789abcdef",
                               .platform = "linux",
                               .device_family = "",
                               .scopes = {"operator.admin", "operator.approvals", "operator.pairing"},
                               .challenge = "a26937de-d88c-4436-85e5-c1a270f4a1dd"};
const DeviceClaim v3_claim{
    .id = "e864187d7ca7b7578ecf53c42128a1aa4db9bb35816845940eefd0b51bfa2344",
    .public_key = "t-7ddQfQkSOXO1R5w2XmXUojrKxFifhMFDRsh2sJvlg",
    .signature = "X_NZLDac0_lAHxx38WJR4qgFkhxr78mvMrCrjlbD0BtBCQUfuNL_re6TMc6jf2Fj9-zV9znBfYTS9hJN8D4cAg",
    .signed_at_ms = 1795340823775,
    .nonce = "11111111-2222-3333-4444-555555555555"};
const DeviceContext v3_context{
    .client_id = "openclaw-tui",
    .client_mode = "ui",
    .role = "operator",
    .token = "synthetic-token-0123456789abcdef",
    .platform = "linux",
    .device_family = "Linux",
    .scopes = {"operator.admin", "operator.read", "operator.write", "operator.approvals"},
    .challenge = "11111111-2222-3333-4444-555555555555"};

// Made with OpenSSL after the reference's description: no nonce, and none of the newer members.
const DeviceClaim v1_claim{
    .id = "b2b4640380cbf7956559c9d0de4d2dcefb55477c200e2355e9bb3744a65823f9",
    .public_key = "qSNqUhLaRa-XS1dHNrVSQj0n-WOXNi_CAAD80w3Jbjc",
    .signature = "TIMOz8brIJHhYTptCCOkKfu6awnp-lGB1-LIVz7G9JdkKVE2U7k73xlHoY2Qpik9oVDX_sDnYuz5kLAgF0N3Cw",
    .signed_at_ms = 1795337119305,
    .nonce = {}};
const DeviceContext v1_context{.client_id = "cli",
                               .client_mode = "cli",
                               .role = "operator",
                               .token = "synthetic-token-0123456789abcdef",
                               .platform = "linux",
                               .device_family = "",
                               .scopes = {"operator.admin", "operator.read"},
                               .challenge = "a26937de-d88c-4436-85e5-c1a270f4a1dd",
                               .nonce_may_be_missing = true};

std::string code_of(const DeviceClaim& claim, const DeviceContext& context, std::int64_t now_ms) {
    const auto proven = prove_device(claim, context, from_ms(now_ms));
    return proven ? "" : proven.error().code;
}

TEST(DeviceProof, AcceptsBothGenerationsOfSignatures) {
    EXPECT_EQ(code_of(v2_claim, v2_context, v2_claim.signed_at_ms + 1000), "");
    EXPECT_EQ(code_of(v3_claim, v3_context, v3_claim.signed_at_ms + 1000), "");
}

TEST(DeviceProof, AcceptsAClaimWithoutANonceOnlyWhereItMayBeMissing) {
    EXPECT_EQ(code_of(v1_claim, v1_context, v1_claim.signed_at_ms), "");
    auto context = v1_context;
    context.nonce_may_be_missing = false;
    EXPECT_EQ(code_of(v1_claim, context, v1_claim.signed_at_ms), "DEVICE_AUTH_NONCE_REQUIRED");
    auto claim = v1_claim;
    claim.nonce = context.challenge;
    EXPECT_EQ(code_of(claim, context, claim.signed_at_ms), "DEVICE_AUTH_SIGNATURE_INVALID")
        << "it was not signed with that nonce";
    claim.nonce = "another";
    EXPECT_EQ(code_of(claim, v1_context, claim.signed_at_ms), "DEVICE_AUTH_NONCE_MISMATCH");
}

TEST(DeviceProof, ReadsAKeyInEachNotation) {
    const std::string standard = "ttAqAKpyjS++dDqX0LOA8Ay99guu4rudbSfnJn7kw4c=", spki = "MCowBQYDK2VwAyEA";
    const auto pem = [](const std::string& body) {
        return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    };
    auto claim = v2_claim;
    for (const auto& key : {standard, standard.substr(0, 43), pem(spki + standard),
                            pem(spki + "\r\n" + standard), pem(spki + v2_claim.public_key)}) {
        claim.public_key = key;
        EXPECT_EQ(code_of(claim, v2_context, claim.signed_at_ms), "") << key;
    }
    for (const auto& key :
         {std::string(), standard.substr(0, 42), standard + "AAAA", pem(standard), pem(""),
          pem(spki + standard.substr(0, 40)), pem(spki + standard.substr(0, 43) + "AAAA")}) {
        claim.public_key = key;
        EXPECT_EQ(code_of(claim, v2_context, claim.signed_at_ms), "DEVICE_AUTH_PUBLIC_KEY_INVALID") << key;
    }
}

TEST(DeviceProof, StandsForTenMinutesBeforeAndAfterItsTime) {
    for (const auto skew_ms : {-600000, 0, 600000})
        EXPECT_EQ(code_of(v2_claim, v2_context, v2_claim.signed_at_ms + skew_ms), "") << skew_ms;
    for (const auto skew_ms : {-600001, 600001})
        EXPECT_EQ(code_of(v2_claim, v2_context, v2_claim.signed_at_ms + skew_ms),
                  "DEVICE_AUTH_SIGNATURE_EXPIRED")
            << skew_ms;
}

TEST(DeviceProof, RefusesASignatureThatIsNone) {
    for (const auto& [whole, context] : {std::pair(v1_claim, v1_context), std::pair(v2_claim, v2_context)})
        for (const auto& signature : {std::string(), std::string("nonsense"), whole.signature.substr(0, 85),
                                      whole.signature + "AA"}) {
            auto claim = whole;
            claim.signature = signature;
            EXPECT_EQ(code_of(claim, context, claim.signed_at_ms), "DEVICE_AUTH_SIGNATURE_INVALID")
                << signature;
        }
}

TEST(DeviceProof, NamesWhatIsWrong) {
    const auto now = v2_claim.signed_at_ms;
    auto claim = v2_claim;
    auto context = v2_context;
    context.token = "another";
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_SIGNATURE_INVALID");
    context = v2_context;
    context.scopes.pop_back();
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_SIGNATURE_INVALID");
    context = v2_context;
    context.challenge = "another";
    EXPECT_EQ(code_of(claim, context, now), "DEVICE_AUTH_NONCE_MISMATCH");
    claim.nonce.reset();
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_NONCE_REQUIRED");
    claim = v2_claim;
    claim.id = v3_claim.id;
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_DEVICE_ID_MISMATCH");
    claim.public_key = "short";
    EXPECT_EQ(code_of(claim, v2_context, now), "DEVICE_AUTH_PUBLIC_KEY_INVALID");
}

}  // namespace
}  // namespace openclaw::access
