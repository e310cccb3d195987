#include "net/http/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::net {
namespace {

TEST(Headers, CompareNamesWithoutCaseAndKeepTheirOrder) {
    Headers headers{{"Accept", "a"}, {"X-One", "1"}, {"accept", "b"}};
    EXPECT_EQ(headers.find("ACCEPT"), "a");
    EXPECT_EQ(headers.count("accept"), 2u);
    headers.set("accept", "c");
    EXPECT_EQ(headers.count("accept"), 1u);
    EXPECT_EQ(headers.fields().front().first, "X-One");
    headers.remove("x-one");
    EXPECT_FALSE(headers.find("x-one"));
    EXPECT_TRUE(headers.valid());
}

TEST(Headers, RefuseWhateverCouldEndTheLine) {
    using Field = std::pair<std::string, std::string>;
    for (const Field& field : {Field("a", "b\r\nc: d"), Field("a", "b\n"), Field("a", std::string("b\0", 2)),
                               Field("a\r\nb", "c"), Field("a:b", "c"), Field("a b", "c"), Field("", "c")}) {
        Headers headers;
        headers.add(field.first, field.second);
        EXPECT_FALSE(headers.valid());
        EXPECT_TRUE(headers.fields().empty());
    }
}

TEST(Url, IsReadAndWrittenInOneForm) {
    const std::vector<std::pair<std::string_view, std::string_view>> cases{
        {"https://API.Example.com", "https://api.example.com/"},
        {"https://api.example.com:443/v1?x=1#part", "https://api.example.com/v1?x=1"},
        {"http://127.0.0.1:11434/api", "http://127.0.0.1:11434/api"},
        {"HTTP://[::1]:8080?q", "http://[::1]:8080/?q"},
        {"wss://[2001:DB8::1]/ws", "wss://[2001:db8::1]/ws"},
        {"ws://under_score.test:80/", "ws://under_score.test/"},
    };
    for (const auto& [text, expected] : cases) {
        const auto url = parse_url(text);
        ASSERT_TRUE(url) << text;
        EXPECT_EQ(url->text(), expected);
        EXPECT_EQ(parse_url(url->text()), *url);
    }
}

TEST(Url, IsRefusedWhenTwoReadersCouldDisagree) {
    for (const std::string_view text :
         {"", "example.com", "https://", "https:///x", "ftp://a/", "file:///etc/passwd", "https://a:b",
          "https://a:", "https://a:0/", "https://a:65536/", "https://[::1/", "https://[::1]x/",
          "https://[zz]/", "https://a b/", "https://a/b c", "https://a/\r\nX: y", "https://a\\b/",
          "https://::1/", "https://a:1:2/"}) {
        EXPECT_FALSE(parse_url(text)) << text;
    }
    const auto url = parse_url("https://user:hunter2@a.test/");
    ASSERT_FALSE(url);
    EXPECT_THAT(url.error().message, testing::Not(testing::HasSubstr("hunter2")));
}

TEST(Request, SplitsItsTarget) {
    const Request request{.method = "GET", .target = "/a/b?c=d?e", .headers = {}};
    EXPECT_EQ(request.path(), "/a/b");
}

}  // namespace
}  // namespace openclaw::net
