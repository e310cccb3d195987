#include "gateway/client/own_certificate.h"

#include <gtest/gtest.h>

#include "access/authority/certificate.h"
#include "support/config_builder.h"
#include "support/fake_clock.h"

namespace openclaw::gateway {
namespace {

using namespace std::chrono_literals;

class OwnCertificateTest : public testing::Test {
protected:
    OwnCertificateTest() { files.put(paths.state / "openclaw.json", "{}"); }

    std::string certificate_of(const net::PrivateKey& key, Milliseconds lifetime = 24h * 90) {
        const auto leaf = access::make_leaf({.common_name = "laptop",
                                             .public_key = key.public_key(),
                                             .begins = test::noon,
                                             .ends = test::noon + lifetime,
                                             .uri = "openclaw:client:crt_1"},
                                            root());
        EXPECT_TRUE(leaf);
        return access::pem_of(*leaf);
    }
    access::Authority& root() {
        if (!root_) {
            auto key = *net::PrivateKey::generate(net::KeyKind::p256);
            auto made = access::make_root(
                {.common_name = "root", .begins = test::noon, .ends = test::noon + 24h * 3650}, key);
            EXPECT_TRUE(made);
            root_ = access::Authority{*made, key};
        }
        return *root_;
    }
    static NewCertificate given(std::string certificate) {
        return {.name = "laptop", .certificate = std::move(certificate), .authority = {}, .pin = {}};
    }
    JoiningFolder folder() { return {files, paths, url}; }
    Result<OwnCertificate> joined(const std::string& code_hash = "code") {
        const auto key = folder().key_for(code_hash);
        if (!key) return std::unexpected(key.error());
        return folder().keep(*key, code_hash,
                             {.name = "laptop",
                              .certificate = certificate_of(*key),
                              .authority = access::pem_of(root().certificate),
                              .pin = {}});
    }

    test::MemoryFileSystem files;
    config::Paths paths = test::config_of("{}")->paths();
    net::Url url = *net::parse_url("wss://nas.local:18789");
    std::optional<access::Authority> root_;
};

TEST_F(OwnCertificateTest, IsFoundForItsGatewayAndForNoOther) {
    EXPECT_FALSE(*find_own_certificate(files, paths, url));
    ASSERT_TRUE(joined());
    const auto found = find_own_certificate(files, paths, url);
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->name, "laptop");
    EXPECT_EQ((*found)->ends, test::noon + 24h * 90);
    EXPECT_EQ((*found)->tls().ca_file, (*found)->authority->string());
    EXPECT_EQ(files.info((*found)->key)->mode, 0600);
    for (const auto* other : {"wss://nas.local:18790", "wss://nas:18789", "wss://nas-local:18789"})
        EXPECT_FALSE(*find_own_certificate(files, paths, *net::parse_url(other))) << other;
}

TEST_F(OwnCertificateTest, OneCodeHasOneKeyHoweverOftenItIsTried) {
    const auto first = folder().key_for("code"), again = folder().key_for("code"),
               other = folder().key_for("other");
    ASSERT_TRUE(first && again && other);
    EXPECT_EQ(first->public_key(), again->public_key());
    EXPECT_NE(first->public_key(), other->public_key());
    EXPECT_FALSE(*find_own_certificate(files, paths, url)) << "nobody has given it a certificate yet";
}

TEST_F(OwnCertificateTest, ACodeThatHasLedToACertificateKeepsItsKey) {
    const auto own = joined("code"), again = joined("code");
    ASSERT_TRUE(own && again);
    EXPECT_EQ(own->key, again->key);
    EXPECT_TRUE(platform::exists(files, again->key));
}

TEST_F(OwnCertificateTest, AJoinThatEndsHalfWayLeavesWhatWasThere) {
    const auto before = joined("first");
    ASSERT_TRUE(before);
    const auto key = folder().key_for("second");
    ASSERT_TRUE(key);
    EXPECT_EQ((*find_own_certificate(files, paths, url))->key, before->key);
    EXPECT_FALSE(
        folder().keep(*key, "second", given(certificate_of(*net::PrivateKey::generate(net::KeyKind::p256)))));
    EXPECT_EQ((*find_own_certificate(files, paths, url))->key, before->key);
}

TEST_F(OwnCertificateTest, ANewOneTakesThePlaceOfTheOldOneAndItsKeyGoes) {
    const auto before = joined("first"), after = joined("second");
    ASSERT_TRUE(before && after);
    EXPECT_NE(before->key, after->key);
    EXPECT_FALSE(platform::exists(files, before->key));
    EXPECT_FALSE(platform::exists(files, before->certificate));
    EXPECT_FALSE(platform::exists(files, after->folder / "joining.json"));
}

TEST_F(OwnCertificateTest, IsDueAfterTwoThirdsOfItsTime) {
    const auto own = joined();
    ASSERT_TRUE(own);
    EXPECT_FALSE(own->due(test::noon + 24h * 60 - 1ms));
    EXPECT_TRUE(own->due(test::noon + 24h * 60));
    EXPECT_FALSE(own->ended(test::noon + 24h * 90 - 1ms));
    EXPECT_TRUE(own->ended(test::noon + 24h * 90));
    EXPECT_TRUE(own->due(test::noon + 24h * 900));
}

TEST_F(OwnCertificateTest, IsReplacedOnlyByOneForTheSameKey) {
    const auto own = joined();
    ASSERT_TRUE(own);
    const auto key = own_key(files, *own);
    ASSERT_TRUE(key);
    EXPECT_FALSE(replace_own_certificate(
        files, *own, given(certificate_of(*net::PrivateKey::generate(net::KeyKind::p256)))));
    ASSERT_TRUE(replace_own_certificate(files, *own, given(certificate_of(*key, 24h * 180))));
    EXPECT_EQ((*find_own_certificate(files, paths, url))->ends, test::noon + 24h * 180);
}

TEST_F(OwnCertificateTest, ThatCantBeUsedIsNamedWithWhatToDo) {
    const auto own = joined();
    ASSERT_TRUE(own);
    const auto index = *files.text_of(own->folder / "client.json");
    for (const auto& text :
         {std::string("{"), std::string("[]"), std::string(R"({"url":"wss://nas.local:18789"})"),
          std::string(R"({"url":"wss://nas.local:18789","key":"../../openclaw.json","certificate":".."})")}) {
        files.put(own->folder / "client.json", text);
        const auto found = find_own_certificate(files, paths, url);
        ASSERT_FALSE(found) << text;
        EXPECT_EQ(found.error().code, Code::corrupt);
        EXPECT_TRUE(found.error().message.contains(own->folder.string()));
    }
    files.put(own->folder / "client.json", index);
    files.put(own->certificate, "no certificate");
    EXPECT_FALSE(find_own_certificate(files, paths, url));
}

}  // namespace
}  // namespace openclaw::gateway
