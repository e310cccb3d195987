#include "net/stream/server_pin.h"

#include <openssl/pem.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "net/stream/pinned_chain.h"
#include "net/stream/tls.h"
#include "support/certificates.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

CertificateHashes hashes_in(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"), std::fclose);
    const std::unique_ptr<X509, void (*)(X509*)> read(PEM_read_X509(file.get(), nullptr, nullptr, nullptr),
                                                      X509_free);
    return hashes_of(read.get());
}

ServerPin pin(const std::string& text) {
    return *ServerPin::parse(text);
}

TEST(ServerPin, IsReadAsPeopleAndTheReferenceWriteIt) {
    const std::string digits(64, 'a');
    const CertificateHashes hashes{.certificate = digits, .key = std::string(64, 'b')};
    std::string colons;
    for (int i = 0; i < 32; ++i) colons += i == 0 ? "AA" : ":AA";
    for (const auto& text : {digits, "sha256:" + digits, "SHA256:" + colons, " " + colons + "\n"}) {
        const auto read = ServerPin::parse(text);
        ASSERT_TRUE(read) << text;
        EXPECT_TRUE(read->fits(hashes)) << text;
    }
}

TEST(ServerPin, RefusesWhatIsNoWholeSha256) {
    for (const auto& text : {std::string(), std::string("sha256:"), std::string(63, 'a'),
                             std::string(65, 'a'), std::string(40, 'a'), std::string("not a fingerprint")})
        EXPECT_FALSE(ServerPin::parse(text)) << text;
}

TEST(ServerPin, ShortenedNeverBelow128Bits) {
    EXPECT_FALSE(ServerPin::beginning(std::string(15, 'x')));
    EXPECT_TRUE(ServerPin::beginning(std::string(16, 'x')));
    EXPECT_FALSE(ServerPin::beginning(std::string(33, 'x')));
}

Task<void> answer(TlsServerContext& context, std::unique_ptr<Stream> stream) {
    co_await context.handshake(std::move(stream), hours(1));
}

Task<Result<void>> shake(Loop& loop, TlsServerContext& server, TlsClientContext& client, std::string name) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto near = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto far = co_await (*listener)->accept();
    TaskGroup group(loop);
    group.spawn(answer(server, std::move(*far)));
    auto secured = co_await client.handshake(std::move(*near), std::move(name), hours(1));
    co_await group.join();
    if (!secured) co_return std::unexpected(secured.error());
    co_return Result<void>{};
}

class Pinned : public testing::Test {
protected:
    static void SetUpTestSuite() {
        ours = std::make_unique<test::Certificates>();
        ours->issue("server", "DNS:gateway.test");
        std::ofstream(ours->path("chain.pem"))
            << text_of(ours->path("server.pem")) << text_of(ours->authority_file());
        theirs = std::make_unique<test::Certificates>();
        theirs->issue("server", "DNS:gateway.test");
        // What anybody can send: somebody else's authority behind a certificate that it didn't sign.
        std::ofstream(theirs->path("chain.pem"))
            << text_of(theirs->path("server.pem")) << text_of(ours->authority_file());
    }
    static void TearDownTestSuite() {
        ours.reset();
        theirs.reset();
    }

    static Result<void> connect(const test::Certificates& server, ServerPin expected,
                                const std::string& name = "gateway.test") {
        Loop loop;
        auto far = TlsServerContext::create({server.path("chain.pem"), server.path("server.key")});
        auto near = TlsClientContext::create({.pins = {std::move(expected)}});
        if (!far || !near) return fail(Code::internal, "no contexts");
        return loop.run_until(shake(loop, **far, **near, name));
    }
    static inline std::unique_ptr<test::Certificates> ours, theirs;
};

TEST_F(Pinned, AServerIsKnownByItsCertificateItsKeyOrItsAuthority) {
    const auto leaf = hashes_in(ours->path("server.pem")), root = hashes_in(ours->authority_file());
    for (const auto& known : {leaf.certificate, leaf.key, root.certificate, root.key})
        EXPECT_TRUE(connect(*ours, pin(known))) << known;
}

TEST_F(Pinned, AServerOfAnotherKeyIsRefusedWithTheFingerprintsThatWouldFit) {
    const auto seen = hashes_in(theirs->path("server.pem"));
    const auto refused = connect(*theirs, pin(hashes_in(ours->path("server.pem")).key));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::denied);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("gateway tls fingerprint mismatch"));
    EXPECT_THAT(refused.error().message, testing::HasSubstr(seen.certificate));
    EXPECT_THAT(refused.error().message, testing::HasSubstr(seen.key));
}

TEST_F(Pinned, AnAuthorityThatIsOnlyShownProvesNothing) {
    const auto root = hashes_in(ours->authority_file());
    for (const auto& known : {root.certificate, root.key}) {
        const auto refused = connect(*theirs, pin(known));
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::denied);
    }
}

TEST_F(Pinned, TheNameCountsWithAnAuthorityAndNotWithTheServersOwnKey) {
    EXPECT_FALSE(connect(*ours, pin(hashes_in(ours->authority_file()).key), "other.test"));
    EXPECT_TRUE(connect(*ours, pin(hashes_in(ours->path("server.pem")).key), "other.test"));
}

TEST_F(Pinned, TheBeginningOfAHashIsEnoughAndNeverThatOfAnother) {
    std::string bytes(16, '\0');
    const auto root = hashes_in(ours->authority_file());
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<char>(std::stoi(root.key.substr(2 * i, 2), nullptr, 16));
    EXPECT_TRUE(connect(*ours, *ServerPin::beginning(bytes)));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    EXPECT_FALSE(connect(*ours, *ServerPin::beginning(bytes)));
}

TEST_F(Pinned, OurOwnCertificateMustComeWithItsKey) {
    const auto both = TlsClientContext::create(
        {.certificate_file = ours->path("server.pem"), .key_file = ours->path("server.key")});
    EXPECT_TRUE(both);
    const auto wrong = TlsClientContext::create(
        {.certificate_file = ours->path("server.pem"), .key_file = theirs->path("server.key")});
    ASSERT_FALSE(wrong);
    EXPECT_THAT(wrong.error().message, testing::HasSubstr(theirs->path("server.key")));
    EXPECT_FALSE(
        TlsClientContext::create({.certificate_file = ours->path("gone.pem"), .key_file = "gone.key"}));
}

}  // namespace
}  // namespace openclaw::net
