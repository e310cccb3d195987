#include "net/stream/tls.h"

#include <openssl/ssl.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/stream/tls_stream.h"
#include "support/certificates.h"

namespace openclaw::net {
namespace {

using std::chrono::hours;
using Secured = Result<std::unique_ptr<Stream>>;

struct Handshake {
    Secured client = fail(Code::internal, "not tried");
    Secured server = fail(Code::internal, "not tried");
};

class Tls : public testing::Test {
protected:
    static void SetUpTestSuite() {
        certificates = std::make_unique<test::Certificates>();
        certificates->issue("server", "DNS:gateway.test,DNS:*.wild.test,IP:127.0.0.1");
    }
    static void TearDownTestSuite() { certificates.reset(); }

    static Result<std::shared_ptr<TlsServerContext>> server_context() {
        return TlsServerContext::create({certificates->path("server.pem"), certificates->path("server.key")});
    }
    static Result<std::shared_ptr<TlsClientContext>> client_context() {
        return TlsClientContext::create({.ca_file = certificates->authority_file()});
    }
    static inline std::unique_ptr<test::Certificates> certificates;
};

Task<void> answer(TlsServerContext& context, std::unique_ptr<Stream> stream, Secured& result) {
    result = co_await context.handshake(std::move(stream), hours(1));
}

Task<Handshake> shake(Loop& loop, TlsServerContext& server, TlsClientContext& client, std::string name) {
    Handshake result;
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto near = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto far = co_await (*listener)->accept();
    TaskGroup group(loop);
    group.spawn(answer(server, std::move(*far), result.server));
    result.client = co_await client.handshake(std::move(*near), name, hours(1));
    co_await group.join();
    co_return result;
}

TEST(TlsDefaults, AgreeOnFreshKeysAndAuthenticateWhatTheyEncrypt) {
    for (const auto* method : {TLS_server_method(), TLS_client_method()}) {
        const auto core = make_tls_core(method);
        ASSERT_TRUE(core);
        const auto* ciphers = SSL_CTX_get_ciphers((*core)->context.get());
        ASSERT_GT(sk_SSL_CIPHER_num(ciphers), 5);
        for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
            const auto* cipher = sk_SSL_CIPHER_value(ciphers, i);
            EXPECT_TRUE(SSL_CIPHER_is_aead(cipher)) << SSL_CIPHER_get_name(cipher);
            const int exchange = SSL_CIPHER_get_kx_nid(cipher);
            EXPECT_TRUE(exchange == NID_kx_ecdhe || exchange == NID_kx_any) << SSL_CIPHER_get_name(cipher);
        }
    }
}

TEST_F(Tls, ChecksTheNameInTheCertificate) {
    struct Case {
        std::string name;
        bool trusted;
    };
    Loop loop;
    auto server = server_context();
    auto client = client_context();
    ASSERT_TRUE(server && client);
    for (const auto& [name, trusted] :
         {Case{"gateway.test", true}, Case{"127.0.0.1", true}, Case{"a.wild.test", true},
          Case{"GATEWAY.test", true}, Case{"other.test", false}, Case{"127.0.0.2", false},
          Case{"a.b.wild.test", false}}) {
        auto result = loop.run_until(shake(loop, **server, **client, name));
        EXPECT_EQ(result.client.has_value(), trusted) << name;
        if (!trusted && !result.client) EXPECT_EQ(result.client.error().code, Code::denied) << name;
        if (trusted && result.client) EXPECT_EQ((*result.client)->alpn(), "http/1.1");
    }
}

TEST_F(Tls, RefusesACertificateOfAnUnknownAuthority) {
    Loop loop;
    test::Certificates others;
    auto server = server_context();
    auto client = TlsClientContext::create({.ca_file = others.authority_file()});
    auto result = loop.run_until(shake(loop, **server, **client, "gateway.test"));
    ASSERT_FALSE(result.client);
    EXPECT_EQ(result.client.error().code, Code::denied);
    EXPECT_THAT(result.client.error().message, testing::HasSubstr("gateway.test"));
    EXPECT_FALSE(result.server);
}

Task<std::string> read_all_of(Stream& stream, std::optional<Error>& error) {
    std::string all;
    std::array<char, 5000> buffer{};
    for (;;) {
        auto got = co_await stream.read(buffer, hours(1));
        if (!got) error = got.error();
        if (!got || *got == 0) co_return all;
        all.append(buffer.data(), *got);
    }
}

Task<void> send_and_end(Stream& stream, const std::string& text) {
    EXPECT_TRUE(co_await stream.write(text, hours(1)));
    co_await stream.shutdown();
}

Task<void> both_ways(Loop& loop, TlsServerContext& server, TlsClientContext& client) {
    auto pair = co_await shake(loop, server, client, "gateway.test");
    std::string text(3u << 20, 'x');
    for (std::size_t i = 0; i < text.size(); i += 4099) text[i] = 'y';
    TaskGroup group(loop);
    std::optional<Error> error;
    group.spawn(send_and_end(**pair.client, text));
    group.spawn(send_and_end(**pair.server, text));
    EXPECT_TRUE(co_await read_all_of(**pair.server, error) == text);
    EXPECT_TRUE(co_await read_all_of(**pair.client, error) == text);
    EXPECT_FALSE(error);
    co_await group.join();
}

TEST_F(Tls, CarriesBothDirectionsAtOnceAndEndsInOrder) {
    Loop loop;
    auto server = server_context();
    auto client = client_context();
    loop.run_until(both_ways(loop, **server, **client));
}

Task<std::optional<Error>> torn(Loop& loop, TlsServerContext& server, TlsClientContext& client) {
    auto pair = co_await shake(loop, server, client, "gateway.test");
    EXPECT_TRUE(co_await (*pair.client)->write("half a sentence", hours(1)));
    (*pair.client)->close();  // without close_notify
    std::optional<Error> error;
    EXPECT_EQ(co_await read_all_of(**pair.server, error), "half a sentence");
    co_return error;
}

TEST_F(Tls, AConnectionTornWithoutACloseIsAnError) {
    Loop loop;
    auto server = server_context();
    auto client = client_context();
    auto error = loop.run_until(torn(loop, **server, **client));
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Code::unavailable);
}

Task<Code> abort_handshake(Loop& loop, TlsClientContext& client) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto near = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto far = co_await (*listener)->accept();  // never answers
    Abort abort;
    loop.post([abort] { abort.request(); });
    auto result = co_await client.handshake(std::move(*near), "gateway.test", hours(1), abort);
    co_return result ? Code::internal : result.error().code;
}

TEST_F(Tls, AnAbortEndsAHandshakeAtOnce) {
    Loop loop;
    auto client = client_context();
    EXPECT_EQ(loop.run_until(abort_handshake(loop, **client)), Code::cancelled);
}

Task<Code> plain_client(Loop& loop, TlsServerContext& server) {
    auto listener = listen_tcp(loop, "127.0.0.1", 0);
    auto near = co_await connect_tcp(loop, {"127.0.0.1", (*listener)->port()}, hours(1));
    auto far = co_await (*listener)->accept();
    EXPECT_TRUE(co_await (*near)->write("GET / HTTP/1.1\r\nHost: a\r\n\r\n", hours(1)));
    auto result = co_await server.handshake(std::move(*far), hours(1));
    co_return result ? Code::internal : result.error().code;
}

TEST_F(Tls, APlainTextClientFailsTheHandshake) {
    Loop loop;
    auto server = server_context();
    EXPECT_EQ(loop.run_until(plain_client(loop, **server)), Code::unavailable);
}

TEST_F(Tls, BadFilesAreNamed) {
    auto missing = TlsServerContext::create({certificates->path("none.pem"), certificates->path("none.key")});
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, testing::HasSubstr("none.pem"));
    certificates->issue("other", "DNS:other.test");
    auto mixed =
        TlsServerContext::create({certificates->path("server.pem"), certificates->path("other.key")});
    ASSERT_FALSE(mixed);
    EXPECT_THAT(mixed.error().message, testing::HasSubstr("other.key"));
}

}  // namespace
}  // namespace openclaw::net
