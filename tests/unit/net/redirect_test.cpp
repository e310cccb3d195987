#include "net/http/redirect.h"

#include <gtest/gtest.h>

#include "net/client/http_client.h"
#include "support/scripted_server.h"

namespace openclaw::net {
namespace {

namespace step = test::step;

TEST(Redirect, PointsWhereItsLocationSays) {
    const auto asked = *parse_url("http://corp.example:8080/v1/chat?x=1");
    const auto target = [&](std::string_view location) {
        const auto url = find_redirect(asked, location);
        return url ? url->text() : "none";
    };
    EXPECT_EQ(target("/v1/chat/"), "http://corp.example:8080/v1/chat/");
    EXPECT_EQ(target("chat/?y"), "http://corp.example:8080/v1/chat/?y");
    EXPECT_EQ(target("?y=2"), "http://corp.example:8080/v1/chat?y=2");
    EXPECT_EQ(target("https://corp.example/v2#part"), "https://corp.example/v2");
    EXPECT_EQ(target("//other.example/v1"), "http://other.example/v1");
    for (const auto* none :
         {"", "#part", "mailto:a@b", "http://user:word@corp.example/", "ftp://corp.example/"})
        EXPECT_EQ(target(none), "none") << none;
}

TEST(Redirect, KnowsWhoKeepsTheSameCredentials) {
    const auto asked = *parse_url("https://corp.example/v1");
    EXPECT_TRUE(is_same_origin(asked, *parse_url("https://CORP.example:443/v2")));
    for (const auto* other : {"http://corp.example/v1", "https://corp.example:8443/v1",
                              "https://api.corp.example/v1", "https://corp.example.evil.test/v1"})
        EXPECT_FALSE(is_same_origin(asked, *parse_url(other))) << other;
}

class FollowedRedirect : public testing::Test {
protected:
    // The status of the last answer to a request that follows so many.
    int follow(int redirects_max) {
        ClientRequest request{.method = "POST", .url = *parse_url(server.url("/v1")), .body = "{}"};
        request.headers.set("authorization", "Bearer kaNaRy");
        request.redirects_max = redirects_max;
        return loop.run_until(status_of(std::move(request)));
    }
    Task<int> status_of(ClientRequest request) {
        auto response = co_await client.send(std::move(request));
        co_return response ? response->status : 0;
    }
    void redirects(int status, const std::string& location) {
        server.connection(
            {step::receive(),
             step::send(fmt::format("HTTP/1.1 {} Moved\r\nLocation: {}\r\nContent-Length: 5\r\n\r\n"
                                    "moved",
                                    status, location))});
    }
    Loop loop;
    test::ScriptedServer server{loop};
    test::ScriptedServer other{loop};
    HttpClient client{loop, {}};
};

TEST_F(FollowedRedirect, SendsTheSameRequestToTheSameOrigin) {
    redirects(307, "/v1/");
    redirects(308, server.url("/v2"));
    server.connection({step::receive(), step::send(test::answer("{}"))});
    EXPECT_EQ(follow(2), 200);
    ASSERT_EQ(server.requests().size(), 3u);
    EXPECT_TRUE(server.requests()[1].starts_with("POST /v1/ HTTP/1.1\r\n"));
    EXPECT_TRUE(server.requests()[2].starts_with("POST /v2 HTTP/1.1\r\n"));
    for (const auto& request : server.requests()) {
        EXPECT_NE(request.find("Bearer kaNaRy"), std::string::npos);
        EXPECT_TRUE(request.ends_with("\r\n\r\n{}"));
    }
}

TEST_F(FollowedRedirect, EndsAfterItsBound) {
    for (int i = 0; i < 4; ++i) redirects(307, "/v1");
    EXPECT_EQ(follow(2), 307);
    EXPECT_EQ(server.requests().size(), 3u);
    EXPECT_EQ(follow(0), 307);
    EXPECT_EQ(server.requests().size(), 4u);
}

TEST_F(FollowedRedirect, NeverLeavesTheOriginNorBecomesAnotherRequest) {
    const auto elsewhere = fmt::format("http://localhost:{}/v1", server.port());  // another name of it
    for (const auto& [status, location] :
         std::vector<std::pair<int, std::string>>{{308, other.url("/v1")},
                                                  {307, elsewhere},
                                                  {307, "https://127.0.0.1/v1"},
                                                  {301, "/v1/"},
                                                  {302, "/v1/"},
                                                  {303, "/v1/"}}) {
        redirects(status, location);
        EXPECT_EQ(follow(2), status) << location;
    }
    EXPECT_EQ(server.requests().size(), 6u);
    EXPECT_EQ(other.connections(), 0u);
}

}  // namespace
}  // namespace openclaw::net
