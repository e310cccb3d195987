#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "providers/wire/ollama/installed.h"
#include "support/fake_clock.h"
#include "support/scripted_server.h"

namespace openclaw::providers::ollama {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;
namespace step = test::step;

TEST(OllamaInstalled, ReadsTheNamesAndGuessesLittle) {
    const auto models = parse_installed(
        R"({"models":[{"name":"qwen3:8b","size":1},{"name":"deepseek-r1:7b"},{"name":" "},{},3]})");
    ASSERT_TRUE(models);
    ASSERT_EQ(models->size(), 2U);
    EXPECT_EQ((*models)[0].ref.key(), "ollama/qwen3:8b");
    EXPECT_EQ((*models)[0].context_window, 128000);
    EXPECT_EQ((*models)[0].tokens_max, 8192);
    EXPECT_FALSE((*models)[0].reasoning);
    EXPECT_TRUE((*models)[1].reasoning);
    EXPECT_TRUE(parse_installed(R"({"models":[]})")->empty());
    for (const auto* text : {"", "[]", "<html>", R"({"models":{}})"})
        EXPECT_FALSE(parse_installed(text)) << text;
}

TEST(OllamaInstalled, IsAskedBesideTheChatApiWithoutACredential) {
    net::Loop loop;
    net::HttpClient http(loop, {});
    const test::FakeClock clock;
    for (const auto* target : {"/v1", "/", "/v1/?x=1"}) {
        test::ScriptedServer server(loop);
        server.always({step::receive(), step::send(test::answer(R"({"models":[{"name":"a"}]})"))});
        const auto models =
            loop.run_until(fetch_installed({loop, http, clock}, *net::parse_url(server.url(target)), 10s));
        ASSERT_TRUE(models) << models.error().message;
        EXPECT_EQ(models->size(), 1U);
        EXPECT_THAT(server.requests().at(0), HasSubstr("GET /api/tags HTTP/1.1"));
        EXPECT_THAT(lowered(server.requests().at(0)), Not(HasSubstr("authorization")));
    }
}

TEST(OllamaInstalled, SaysWhoDidNotAnswer) {
    net::Loop loop;
    net::HttpClient http(loop, {});
    const test::FakeClock clock;
    test::ScriptedServer server(loop);
    server.always({step::receive(), step::send(test::answer("no", "HTTP/1.1 404 Not Found"))});
    const auto models =
        loop.run_until(fetch_installed({loop, http, clock}, *net::parse_url(server.url()), 10s));
    ASSERT_FALSE(models);
    EXPECT_THAT(models.error().message, HasSubstr("answered 404"));
}

}  // namespace
}  // namespace openclaw::providers::ollama
