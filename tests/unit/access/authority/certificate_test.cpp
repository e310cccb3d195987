#include "access/authority/certificate.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "access/authority/openssl.h"
#include "support/fake_clock.h"

namespace openclaw::access {
namespace {

using openclaw::test::noon;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Milliseconds day = std::chrono::days(1);

Authority new_authority(ServerNames permitted = {}) {
    auto key = net::PrivateKey::generate(net::KeyKind::p256);
    auto root = make_root({.common_name = "OpenClaw test",
                           .begins = noon,
                           .ends = noon + 100 * day,
                           .permitted = std::move(permitted)},
                          *key);
    return {root.value_or(""), *key};
}

LeafRequest server_leaf(ServerNames names) {
    return {.common_name = "nas",
            .public_key = net::PrivateKey::generate(net::KeyKind::p256)->public_key(),
            .begins = noon,
            .ends = noon + 10 * day,
            .names = std::move(names)};
}

LeafRequest client_leaf(const std::string& name, net::KeyKind kind = net::KeyKind::p256) {
    return {.common_name = name,
            .public_key = net::PrivateKey::generate(kind)->public_key(),
            .begins = noon,
            .ends = noon + 10 * day,
            .names = {},
            .uri = "openclaw:client:crt_abc"};
}

// What OpenSSL says at its strictest: X509_V_OK or the error's number.
int verdict(const std::string& leaf, const Authority& authority, int purpose, TimePoint at = noon + day) {
    const auto certificate = parsed_certificate(leaf), root = parsed_certificate(authority.certificate);
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    X509_STORE_add_cert(store.get(), root.get());
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                  X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT | X509_V_FLAG_CHECK_SS_SIGNATURE);
    X509_STORE_CTX_set_time(context.get(), 0, to_ms(at) / 1000);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

TEST(Certificate, ServersStandTheStrictestLookUnderNamesThatTheRootPermits) {
    const auto authority =
        new_authority({.dns = {"nas", "nas.local"}, .addresses = {"192.168.0.0/16", "fc00::/7"}});
    const auto leaf = make_leaf(
        server_leaf({.dns = {"nas", "nas.local"}, .addresses = {"192.168.1.20", "fd00::1"}}), authority);
    ASSERT_TRUE(leaf) << leaf.error().message;
    EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_SERVER), X509_V_OK);
    EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_INVALID_PURPOSE);
    EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_SERVER, noon - day), X509_V_ERR_CERT_NOT_YET_VALID);
    const auto facts = read_certificate(*leaf);
    ASSERT_TRUE(facts);
    EXPECT_THAT(facts->names.dns, ElementsAre("nas", "nas.local"));
    EXPECT_THAT(facts->names.addresses, ElementsAre("192.168.1.20", "fd00::1"));
    EXPECT_FALSE(facts->authority);
}

TEST(Certificate, ARootCanVouchForNothingBeyondItsNames) {
    const auto authority = new_authority({.dns = {"nas"}, .addresses = {"192.168.0.0/16"}});
    for (const ServerNames& names :
         {ServerNames{.dns = {"bank.example"}}, ServerNames{.dns = {"nas", "xnas"}},
          ServerNames{.dns = {"nas"}, .addresses = {"8.8.8.8"}},
          ServerNames{.dns = {"nas"}, .addresses = {"2001:db8::1"}}}) {
        const auto leaf = make_leaf(server_leaf(names), authority);
        ASSERT_TRUE(leaf);
        EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_SERVER), X509_V_ERR_PERMITTED_VIOLATION);
    }
    const auto facts = read_certificate(authority.certificate);
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->authority);
    EXPECT_THAT(facts->permitted.dns, ElementsAre("nas"));
    EXPECT_THAT(facts->permitted.addresses, ElementsAre("192.168.0.0/16"));
}

TEST(Certificate, ClientsAreClientsOnlyWhateverTheyAreCalled) {
    const auto authority = new_authority();
    for (const auto kind : {net::KeyKind::p256, net::KeyKind::rsa2048}) {
        const auto leaf = make_leaf(client_leaf("alice.phone", kind), authority);
        ASSERT_TRUE(leaf) << leaf.error().message;
        EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_CLIENT), X509_V_OK);
        EXPECT_EQ(verdict(*leaf, authority, X509_PURPOSE_SSL_SERVER), X509_V_ERR_INVALID_PURPOSE);
        const auto facts = read_certificate(*leaf);
        EXPECT_EQ(facts->common_name, "alice.phone");
        EXPECT_THAT(facts->uris, ElementsAre("openclaw:client:crt_abc"));
        EXPECT_TRUE(facts->names.dns.empty());
    }
}

TEST(Certificate, WhatIsCriticalIsMarkedSoAndSerialsAreRandomAndPositive) {
    const auto authority = new_authority({.dns = {"nas"}, .addresses = {}});
    const auto leaf = make_leaf(client_leaf("phone"), authority);
    const auto again = make_leaf(client_leaf("phone"), authority);
    for (const auto& [der, kinds] :
         {std::pair(authority.certificate,
                    std::vector{NID_basic_constraints, NID_key_usage, NID_name_constraints}),
          std::pair(*leaf, std::vector{NID_basic_constraints, NID_key_usage})}) {
        const auto certificate = parsed_certificate(der);
        for (const int kind : kinds) {
            const int at = X509_get_ext_by_NID(certificate.get(), kind, -1);
            ASSERT_GE(at, 0) << OBJ_nid2sn(kind);
            EXPECT_EQ(X509_EXTENSION_get_critical(X509_get_ext(certificate.get(), at)), 1)
                << OBJ_nid2sn(kind);
        }
        EXPECT_GE(X509_get_ext_by_NID(certificate.get(), NID_subject_key_identifier, -1), 0);
        EXPECT_GE(X509_get_ext_by_NID(certificate.get(), NID_authority_key_identifier, -1), 0);
        const auto* serial = X509_get0_serialNumber(certificate.get());
        EXPECT_EQ(ASN1_STRING_type(serial), V_ASN1_INTEGER) << "not a negative one";
        EXPECT_EQ(ASN1_STRING_length(serial), 16);
    }
    EXPECT_NE(read_certificate(*leaf)->serial, read_certificate(*again)->serial);
    EXPECT_EQ(read_certificate(*leaf)->serial.size(), 32u);
}

TEST(Certificate, KeysThatAreWeakOrThatClientsCannotUseGetNone) {
    const auto authority = new_authority();
    auto request = client_leaf("phone");
    EVP_PKEY* ed25519 = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    for (EVP_PKEY* made : {EVP_RSA_gen(1024), EVP_EC_gen("P-521"), EVP_EC_gen("secp256k1"), ed25519}) {
        const Owned<EVP_PKEY> key(made);
        request.public_key = der_of<const EVP_PKEY>(i2d_PUBKEY, key.get());
        const auto leaf = make_leaf(request, authority);
        ASSERT_FALSE(leaf);
        EXPECT_EQ(leaf.error().code, Code::invalid_input);
        EXPECT_THAT(leaf.error().message, HasSubstr("P-256"));
    }
    request.public_key = "no key";
    EXPECT_EQ(make_leaf(request, authority).error().code, Code::invalid_input);
}

TEST(Certificate, NoneLastsLongerThanItsAuthority) {
    const auto authority = new_authority();
    auto request = client_leaf("phone");
    request.ends = noon + 101 * day;
    EXPECT_EQ(make_leaf(request, authority).error().code, Code::invalid_input);
    request = client_leaf("phone");
    request.begins = noon - day;
    EXPECT_EQ(make_leaf(request, authority).error().code, Code::invalid_input);
}

TEST(Certificate, NamesThatAreNoAddressesAreNeverWritten) {
    const auto authority = new_authority();
    for (const auto& address : {"", "nas", "1.2.3", "1.2.3.4/8"})
        EXPECT_FALSE(make_leaf(server_leaf({.dns = {"nas"}, .addresses = {address}}), authority));
    for (const auto& network : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "nas/8"})
        EXPECT_FALSE(make_root({.common_name = "x",
                                .begins = noon,
                                .ends = noon + day,
                                .permitted = {.dns = {}, .addresses = {network}}},
                               authority.key))
            << network;
}

TEST(Certificate, ASignatureTellsItsAuthorityFromOneOfTheSameName) {
    const auto authority = new_authority(), other = new_authority();
    const auto leaf = make_leaf(client_leaf("phone"), authority);
    EXPECT_TRUE(is_signed_by(*leaf, authority.certificate));
    EXPECT_FALSE(is_signed_by(*leaf, other.certificate));
    EXPECT_FALSE(is_signed_by("", authority.certificate));
}

TEST(Certificate, ATextThatWasCutOrAddedToIsNoCertificate) {
    const auto der = new_authority().certificate;
    for (std::size_t size = 0; size < der.size(); ++size)
        EXPECT_EQ(read_certificate(der.substr(0, size)).error().code, Code::corrupt) << size;
    EXPECT_FALSE(read_certificate(der + "x"));
    const auto pem = pem_of(der);
    EXPECT_THAT(certificates_of(pem + pem).value_or(std::vector<std::string>()), ElementsAre(der, der));
    EXPECT_FALSE(certificates_of(""));
    EXPECT_FALSE(certificates_of(pem.substr(0, pem.size() / 2)));
    EXPECT_FALSE(certificates_of(pem + pem.substr(0, pem.size() / 2))) << "the second one is torn";
    auto altered = pem;
    altered[altered.size() / 2] = '!';
    EXPECT_FALSE(certificates_of(altered));
}

TEST(Certificate, OfARequestOnlyItsProvenKeyCounts) {
    const auto key = net::PrivateKey::generate(net::KeyKind::p256);
    const auto request = make_certificate_request(*key);
    ASSERT_TRUE(request);
    EXPECT_EQ(public_key_of_request(*request).value_or(""), key->public_key());

    // Somebody else's key under our signature.
    const Owned<X509_REQ> forged(X509_REQ_new());
    X509_REQ_set_pubkey(forged.get(), net::PrivateKey::generate(net::KeyKind::p256)->get());
    X509_REQ_sign(forged.get(), key->get(), EVP_sha256());
    const Owned<BIO> memory(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(memory.get(), forged.get());
    EXPECT_EQ(public_key_of_request(text_of(memory.get())).error().code, Code::denied);

    EXPECT_EQ(public_key_of_request("").error().code, Code::invalid_input);
    EXPECT_EQ(public_key_of_request(request->substr(0, 200)).error().code, Code::invalid_input);
    EXPECT_EQ(public_key_of_request(std::string(20u << 10, 'x')).error().code, Code::too_large);
}

}  // namespace
}  // namespace openclaw::access
