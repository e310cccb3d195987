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

std::string code_of(const DeviceClaim& claim, const DeviceContext& context, std::int64_t now_ms) {
    const auto problem = find_device_problem(claim, context, from_ms(now_ms));
    return problem ? problem->code : "";
}

TEST(DeviceProof, AcceptsBothGenerationsOfSignatures) {
    EXPECT_EQ(code_of(v2_claim, v2_context, v2_claim.signed_at_ms + 1000), "");
    EXPECT_EQ(code_of(v3_claim, v3_context, v3_claim.signed_at_ms + 1000), "");
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
    EXPECT_EQ(code_of(claim, v2_context, now + 600001), "DEVICE_AUTH_SIGNATURE_EXPIRED");
    EXPECT_EQ(code_of(claim, v2_context, now - 600001), "DEVICE_AUTH_SIGNATURE_EXPIRED");
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
