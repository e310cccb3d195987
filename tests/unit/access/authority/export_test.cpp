#include "access/authority/export.h"

#include <gmock/gmock.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <set>

#include "access/authority/certificate.h"
#include "access/authority/openssl.h"
#include "support/fake_clock.h"

namespace openclaw::access {
namespace {

using openclaw::test::noon;
using testing::Each;
using testing::SizeIs;

struct Made {
    net::PrivateKey key = *net::PrivateKey::generate(net::KeyKind::p256);
    std::string certificate;
    ExportedFile file;

    explicit Made(ExportForm form) {
        const auto root_key = net::PrivateKey::generate(net::KeyKind::p256);
        const auto end = noon + std::chrono::days(10);
        const auto root = make_root({.common_name = "root", .begins = noon, .ends = end}, *root_key);
        certificate = *make_leaf({.common_name = "phone",
                                  .public_key = key.public_key(),
                                  .begins = noon,
                                  .ends = end,
                                  .names = {},
                                  .uri = "openclaw:client:x"},
                                 {*root, *root_key});
        file = *export_pkcs12(key, certificate, "phone on nas", form);
    }
    Owned<PKCS12> parsed() const {
        const auto* at = bytes_of(file.bytes);
        return Owned<PKCS12>(d2i_PKCS12(nullptr, &at, static_cast<long>(file.bytes.size())));
    }
    std::string password() const { return std::string(file.password.reveal()); }
};

// An algorithm with its parameters, as it stands in the file.
struct Encryption {
    int scheme = NID_undef;                    // what the bag says
    int cipher = NID_undef, hash = NID_undef;  // PBES2 only
    long rounds = 0;
    int salt = 0;
};

Encryption read_encryption(const X509_ALGOR* algorithm) {
    const ASN1_OBJECT* object = nullptr;
    const void* parameter = nullptr;
    int type = 0;
    X509_ALGOR_get0(&object, &type, &parameter, algorithm);
    Encryption found{.scheme = OBJ_obj2nid(object)};
    const auto* sequence = static_cast<const ASN1_STRING*>(parameter);
    if (found.scheme != NID_pbes2) {
        auto* old = static_cast<PBEPARAM*>(ASN1_item_unpack(sequence, ASN1_ITEM_rptr(PBEPARAM)));
        found.rounds = ASN1_INTEGER_get(old->iter);
        found.salt = ASN1_STRING_length(old->salt);
        PBEPARAM_free(old);
        return found;
    }
    auto* both = static_cast<PBE2PARAM*>(ASN1_item_unpack(sequence, ASN1_ITEM_rptr(PBE2PARAM)));
    found.cipher = OBJ_obj2nid(both->encryption->algorithm);
    auto* derived = static_cast<PBKDF2PARAM*>(
        ASN1_item_unpack(both->keyfunc->parameter->value.sequence, ASN1_ITEM_rptr(PBKDF2PARAM)));
    found.hash = OBJ_obj2nid(derived->prf->algorithm);
    found.rounds = ASN1_INTEGER_get(derived->iter);
    found.salt = ASN1_STRING_length(derived->salt->value.octet_string);
    PBKDF2PARAM_free(derived);
    PBE2PARAM_free(both);
    return found;
}

struct Bags {
    std::vector<Encryption> encryptions;  // of the bag of certificates, of the key
    int certificates = 0, keys = 0;
    std::set<std::string> names;
};

void read_bag(const PKCS12_SAFEBAG* bag, Bags& bags) {
    const int kind = PKCS12_SAFEBAG_get_nid(bag);
    if (kind == NID_certBag) ++bags.certificates;
    if (kind == NID_pkcs8ShroudedKeyBag) {
        ++bags.keys;
        const X509_ALGOR* algorithm = nullptr;
        X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, nullptr);
        bags.encryptions.push_back(read_encryption(algorithm));
    }
    EXPECT_NE(kind, NID_keyBag) << "no key stands in plain";
    char* name = PKCS12_get_friendlyname(const_cast<PKCS12_SAFEBAG*>(bag));
    bags.names.insert(name ? name : "(none)");
    OPENSSL_free(name);
}

Bags read_bags(const Made& made) {
    Bags bags;
    const auto file = made.parsed();
    STACK_OF(PKCS7)* safes = PKCS12_unpack_authsafes(file.get());
    for (int at = 0; at < sk_PKCS7_num(safes); ++at) {
        PKCS7* safe = sk_PKCS7_value(safes, at);
        STACK_OF(PKCS12_SAFEBAG)* inside = nullptr;
        if (OBJ_obj2nid(safe->type) == NID_pkcs7_encrypted) {
            bags.encryptions.push_back(read_encryption(safe->d.encrypted->enc_data->algorithm));
            inside = PKCS12_unpack_p7encdata(safe, made.password().c_str(), -1);
        } else {
            inside = PKCS12_unpack_p7data(safe);
        }
        for (int bag = 0; bag < sk_PKCS12_SAFEBAG_num(inside); ++bag)
            read_bag(sk_PKCS12_SAFEBAG_value(inside, bag), bags);
        sk_PKCS12_SAFEBAG_pop_free(inside, PKCS12_SAFEBAG_free);
    }
    sk_PKCS7_pop_free(safes, PKCS7_free);
    return bags;
}

struct Mac {
    int hash;
    int salt;
    long rounds;
    bool operator==(const Mac&) const = default;
};

Mac read_mac(const Made& made) {
    const auto file = made.parsed();
    const ASN1_OCTET_STRING* salt = nullptr;
    const ASN1_INTEGER* rounds = nullptr;
    const X509_ALGOR* algorithm = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, &salt, &rounds, file.get());
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
    return {OBJ_obj2nid(object), ASN1_STRING_length(salt), ASN1_INTEGER_get(rounds)};
}

TEST(Export, WhatPhonesAndWindowsTakeIs3desInBothBagsUnderASha1MacWith8BytesOfSalt) {
    const Made made(ExportForm::compatible);
    const auto bags = read_bags(made);
    ASSERT_THAT(bags.encryptions, SizeIs(2));
    for (const auto& encryption : bags.encryptions) {
        EXPECT_EQ(encryption.scheme, NID_pbe_WithSHA1And3_Key_TripleDES_CBC);
        EXPECT_EQ(encryption.rounds, 2048);
        EXPECT_EQ(encryption.salt, 8);
    }
    EXPECT_EQ(read_mac(made), (Mac{.hash = NID_sha1, .salt = 8, .rounds = 2048}));
}

TEST(Export, WhatIsNewerTakesPbes2WithAesUnderASha256Mac) {
    const Made made(ExportForm::modern);
    const auto bags = read_bags(made);
    ASSERT_THAT(bags.encryptions, SizeIs(2));
    for (const auto& encryption : bags.encryptions) {
        EXPECT_EQ(encryption.scheme, NID_pbes2);
        EXPECT_EQ(encryption.cipher, NID_aes_256_cbc);
        EXPECT_EQ(encryption.hash, NID_hmacWithSHA256);
        EXPECT_EQ(encryption.rounds, 10'000);
    }
    EXPECT_EQ(read_mac(made), (Mac{.hash = NID_sha256, .salt = 16, .rounds = 10'000}));
}

TEST(Export, HoldsTheKeyAndItsCertificateUnderANameAndNoAuthority) {
    for (const auto form : {ExportForm::compatible, ExportForm::modern}) {
        const Made made(form);
        const auto bags = read_bags(made);
        EXPECT_EQ(bags.certificates, 1);
        EXPECT_EQ(bags.keys, 1);
        EXPECT_THAT(bags.names, Each("phone on nas"));
        EVP_PKEY* key = nullptr;
        X509* certificate = nullptr;
        ASSERT_EQ(PKCS12_parse(made.parsed().get(), made.password().c_str(), &key, &certificate, nullptr), 1);
        EXPECT_EQ(der_of<const EVP_PKEY>(i2d_PUBKEY, key), made.key.public_key());
        EXPECT_EQ(der_of<const X509>(i2d_X509, certificate), made.certificate);
        EVP_PKEY_free(key);
        X509_free(certificate);
        EXPECT_EQ(PKCS12_verify_mac(made.parsed().get(), "another password", -1), 0);
    }
}

TEST(Export, HasAPasswordOfItsOwnInLettersThatNoTwoProgramsEncodeDifferently) {
    std::set<std::string> passwords;
    for (int at = 0; at < 20; ++at) {
        const auto password = Made(ExportForm::compatible).password();
        EXPECT_EQ(password.size(), 23u);
        EXPECT_EQ(password.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz-"), std::string::npos);
        passwords.insert(password);
    }
    EXPECT_THAT(passwords, SizeIs(20));
}

TEST(Export, EveryImporterHasANameAndAForm) {
    for (const auto name : {"iphone", "mac", "android", "windows"})
        EXPECT_EQ(form_for(*find_importer(name)), ExportForm::compatible) << name;
    for (const auto name : {"firefox", "linux"})
        EXPECT_EQ(form_for(*find_importer(name)), ExportForm::modern) << name;
    EXPECT_FALSE(find_importer("iPhone"));
    EXPECT_FALSE(find_importer(""));
}

}  // namespace
}  // namespace openclaw::access
