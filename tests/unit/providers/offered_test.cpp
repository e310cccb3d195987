#include "providers/wire/offered.h"

#include <gtest/gtest.h>

namespace openclaw::providers {
namespace {

std::vector<std::string> ids_of(std::string_view answer) {
    std::vector<std::string> ids;
    const auto models = parse_offered(answer);
    if (!models) return {"error: " + models.error().message};
    for (const auto& model : *models) ids.push_back(model.id);
    return ids;
}

TEST(OfferedModels, AreReadFromTheListsThatServersGive) {
    struct Case {
        std::string_view answer;
        std::vector<std::string> ids;
    };
    const Case cases[] = {
        {R"({"object":"list","data":[{"id":"qwen3:8b"},{"id":"org/m@q4"}]})", {"qwen3:8b", "org/m@q4"}},
        {R"({"models":[{"name":"llama3:8b"},{"id":"a","name":"b"}]})", {"llama3:8b", "a"}},
        {R"({"data":[{"id":"twice"},{"id":"twice"}]})", {"twice"}},
        {R"({"data":[{"id":"with blank"},{"id":""},{"id":7},{},5,{"id":"ok"}]})", {"ok"}},
        {R"({"data":[]})", {}},
        {R"({"error":"no"})", {"error: the answer is no list of models"}},
        {"<html>", {"error: the answer is no list of models"}},
        {R"([{"id":"bare list"}])", {"error: the answer is no list of models"}},
    };
    for (const auto& [answer, ids] : cases) EXPECT_EQ(ids_of(answer), ids) << answer;
    EXPECT_EQ(ids_of(R"({"data":[{"id":"esc\u001b[31m"}]})"), std::vector<std::string>{});
    EXPECT_EQ(ids_of(R"({"data":[{"id":")" + std::string(201, 'x') + R"("}]})"), std::vector<std::string>{});
}

TEST(OfferedModels, KnowTheirWindowUnderEachNameThatServersHaveForIt) {
    for (const auto member : {"context_length", "max_model_len", "context_window", "max_context_length"}) {
        const auto models = parse_offered(fmt::format(R"({{"data":[{{"id":"m","{}":32768}}]}})", member));
        ASSERT_TRUE(models);
        EXPECT_EQ(models->front().context_window, 32768) << member;
    }
    EXPECT_FALSE(parse_offered(R"({"data":[{"id":"m","context_length":0}]})")->front().context_window);
}

}  // namespace
}  // namespace openclaw::providers
