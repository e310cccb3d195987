#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "providers/wire/openrouter/scan.h"
#include "support/fake_clock.h"
#include "support/scripted_server.h"

namespace openclaw::providers::openrouter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using namespace std::chrono_literals;
namespace step = test::step;

constexpr const char* key = "sk-or-test-0123456789abcdef";

TEST(OpenRouterSize, IsTheLargestNumberInFrontOfABThatStandsAlone) {
    for (const auto& [text, size] : std::vector<std::pair<std::string, std::optional<double>>>{
             {"meta-llama/llama-3.3-70b-instruct:free", 70},
             {"Qwen3 235B A22B", 235},
             {"qwen/qwen-2.5-1.5b", 1.5},
             {"google/gemma-3n-e4b-it", 4},
             {"mixtral-8x7b", std::nullopt},
             {"model-8bit", std::nullopt},
             {"gpt-4", std::nullopt},
             {"b", std::nullopt},
             {"", std::nullopt},
             {"x-0b", std::nullopt},
             {"a-1.b 2b", 2},
         }) {
        EXPECT_EQ(size_in(text), size) << text;
    }
}

TEST(OpenRouterOffers, AreReadAsTheListDescribesThem) {
    const auto offers =
        parse_offers(R"({"data":[{"id":"qwen/q-32b:free","name":"Qwen 32B","created":1700000000,
        "context_length":131072,"architecture":{"modality":"text+image->text","input_modalities":["text","image"]},
        "pricing":{"prompt":"0","completion":"0","image":"0.001"},"top_provider":{"max_completion_tokens":4096},
        "supported_parameters":["tools","temperature"]}]})");
    ASSERT_TRUE(offers);
    ASSERT_EQ(offers->size(), 1U);
    const auto& offer = offers->front();
    EXPECT_EQ(offer.id, "qwen/q-32b:free");
    EXPECT_EQ(offer.name, "Qwen 32B");
    EXPECT_EQ(offer.context_length, 131072);
    EXPECT_EQ(offer.completion_tokens_max, 4096);
    EXPECT_EQ(offer.parameter_count, 2U);
    EXPECT_TRUE(offer.claims_tools && offer.reads_images && offer.free);
    EXPECT_EQ(offer.size_b, 32);
    EXPECT_EQ(offer.created_ms, 1'700'000'000'000);
    EXPECT_EQ(offer.pricing->image, 0.001);
}

TEST(OpenRouterOffers, AreFreeByNameOrByPriceAndReadImagesOnlyIfTheyGoIn) {
    const auto offers = parse_offers(R"({"data":[
        {"id":"a/zero","pricing":{"prompt":0,"completion":"0"}},
        {"id":"a/named:free"},
        {"id":"a/paid","pricing":{"prompt":"0.000001","completion":"0"}},
        {"id":"a/half","pricing":{"prompt":"0"}},
        {"id":"a/draws:free","architecture":{"modality":"text->text+image"}},
        {"id":"  "},{"name":"nameless"},7]})");
    ASSERT_TRUE(offers);
    std::vector<std::string> free, seeing;
    for (const auto& offer : *offers) {
        if (offer.free) free.push_back(offer.id);
        if (offer.reads_images) seeing.push_back(offer.id);
    }
    EXPECT_EQ(offers->size(), 5U);
    EXPECT_THAT(free, ElementsAre("a/zero", "a/named:free", "a/draws:free"));
    EXPECT_THAT(seeing, IsEmpty());
}

TEST(OpenRouterOffers, AreAnErrorWhenTheAnswerIsNoList) {
    for (const auto* text : {"", "<html>", "[]", R"({"data":{}})", R"({"error":"x"})"})
        EXPECT_FALSE(parse_offers(text)) << text;
}

TEST(OpenRouterFilter, KeepsWhatIsFreeAndPasses) {
    const TimePoint now(std::chrono::hours(24 * 1000));
    const auto days_old = [&](int days) {
        return std::chrono::duration_cast<std::chrono::milliseconds>((now - days * 24h).time_since_epoch())
            .count();
    };
    const std::vector<Offer> offers{
        {.id = "Qwen/a", .size_b = 7, .created_ms = days_old(10), .free = true},
        {.id = "qwen/b", .size_b = 70, .created_ms = days_old(100), .free = true},
        {.id = "meta/c", .size_b = {}, .created_ms = {}, .free = true},
        {.id = "meta/paid", .size_b = 400, .created_ms = days_old(1), .free = false},
    };
    const auto kept = [&](const Filter& filter) {
        std::string ids;
        for (const auto& offer : filtered(offers, filter, now)) ids += offer.id + " ";
        return ids;
    };
    EXPECT_EQ(kept({}), "Qwen/a qwen/b meta/c ");
    EXPECT_EQ(kept({.provider = "qwen"}), "Qwen/a qwen/b ");
    EXPECT_EQ(kept({.size_b_min = 30}), "qwen/b ");
    EXPECT_EQ(kept({.age_days_max = 30}), "Qwen/a meta/c ");
    EXPECT_EQ(kept({.provider = "meta", .size_b_min = 1}), "");
}

Scanned scanned(std::string id, Probe tool, Probe image = {}, std::int64_t window = 0, double size = 0) {
    Scanned made{.offer = {.id = std::move(id)}, .tool = std::move(tool), .image = std::move(image)};
    if (window) made.offer.context_length = window;
    if (size > 0) made.offer.size_b = size;
    return made;
}
Probe worked(Milliseconds latency) {
    return {.ok = true, .skipped = false, .latency = latency};
}
Probe failed_after(Milliseconds latency) {
    return {.ok = false, .skipped = false, .latency = latency, .error = "x"};
}

TEST(OpenRouterRanking, PutsFailuresBehindSlowerSuccesses) {
    std::vector<Scanned> models{scanned("fast-failure", failed_after(1ms), worked(1ms)),
                                scanned("slow", worked(9s)),
                                scanned("quick", worked(1s)),
                                scanned("seeing", worked(8s), worked(1s)),
                                scanned("wide", worked(9s), {}, 1000),
                                scanned("wide-large", worked(9s), {}, 1000, 70)};
    sort_by_tools(models);
    std::vector<std::string> order;
    for (const auto& model : models) order.push_back(model.offer.id);
    EXPECT_THAT(order, ElementsAre("seeing", "quick", "wide-large", "wide", "slow", "fast-failure"));
}

TEST(OpenRouterRanking, ProposesModelsThatDoBothWhenThereAreAny) {
    const std::vector<Scanned> models{scanned("a", worked(1s)), scanned("b", worked(3s), worked(2s)),
                                      scanned("c", worked(2s), worked(3s)),
                                      scanned("d", failed_after(1s), worked(1s))};
    const auto both = proposed(models, 6);
    EXPECT_THAT(both.models, ElementsAre("openrouter/c", "openrouter/b"));
    EXPECT_THAT(both.images, ElementsAre("openrouter/d", "openrouter/b", "openrouter/c"));
    EXPECT_THAT(proposed(models, 1).models, ElementsAre("openrouter/c"));
    EXPECT_THAT(proposed({models[0], models[3]}, 6).models, ElementsAre("openrouter/a"));
    EXPECT_THAT(proposed({models[3]}, 6).models, IsEmpty());
}

constexpr auto list = R"({"data":[
    {"id":"m/tools:free","context_length":1000,"architecture":{"input_modalities":["text"]}},
    {"id":"m/sees:free","architecture":{"input_modalities":["text","image"]}},
    {"id":"m/paid","pricing":{"prompt":"1","completion":"1"}}]})";
constexpr auto called = R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"ping"}}]}}]})";
constexpr auto said = R"({"choices":[{"message":{"content":"OK"}}]})";

class OpenRouterScan : public testing::Test {
protected:
    void answers(std::string_view body, int status = 200) {
        const auto head = fmt::format("HTTP/1.1 {} X\r\nConnection: close", status);
        server_.connection({step::receive(), step::send(test::answer(body, head))});
    }
    Result<std::vector<Scanned>> run(bool probe = true, std::size_t concurrency = 1,
                                     Milliseconds timeout = 10s) {
        auth::Candidate credential;
        credential.secret = Secret(key);
        ScanRequest request{
            .endpoint = {.provider = "openrouter", .api = "openai-completions", .base = {}, .headers = {}},
            .credential = probe ? credential : auth::Candidate(),
            .probe = probe,
            .timeout = timeout,
            .concurrency = concurrency};
        request.endpoint.base = *net::parse_url(server_.url("/api/v1"));
        return loop_.run_until(scan({loop_, http_, clock_}, std::move(request)));
    }

    net::Loop loop_;
    net::HttpClient http_{loop_, {}};
    test::FakeClock clock_;
    test::ScriptedServer server_{loop_};
};

TEST_F(OpenRouterScan, TriesEachFreeModelWithAForcedToolCallAndAPicture) {
    answers(list);
    answers(called);
    answers(said);
    answers(said);
    const auto models = run();
    ASSERT_TRUE(models) << models.error().message;
    ASSERT_EQ(models->size(), 2U);
    EXPECT_TRUE((*models)[0].tool.ok);
    EXPECT_TRUE((*models)[0].image.skipped);
    EXPECT_FALSE((*models)[1].tool.ok);
    EXPECT_EQ((*models)[1].tool.error, "no tool call in the answer");
    EXPECT_TRUE((*models)[1].image.ok);
    ASSERT_EQ(server_.requests().size(), 4U);
    EXPECT_THAT(server_.requests()[0], HasSubstr("GET /api/v1/models HTTP/1.1"));
    EXPECT_THAT(server_.requests()[1], HasSubstr("POST /api/v1/chat/completions HTTP/1.1"));
    EXPECT_THAT(server_.requests()[1], HasSubstr(R"("tool_choice":"required")"));
    EXPECT_THAT(lowered(server_.requests()[1]), HasSubstr("user-agent: openclaw/"));
    EXPECT_THAT(server_.requests()[1], HasSubstr(std::string("Bearer ") + key));
    EXPECT_THAT(server_.requests()[3], HasSubstr("data:image/png;base64,"));
}

TEST_F(OpenRouterScan, WithoutProbesAsksForTheListAloneAndSendsNoKey) {
    answers(list);
    const auto models = run(false);
    ASSERT_TRUE(models);
    EXPECT_EQ(models->size(), 2U);
    EXPECT_TRUE((*models)[0].tool.skipped);
    ASSERT_EQ(server_.requests().size(), 1U);
    EXPECT_THAT(lowered(server_.requests()[0]), Not(HasSubstr("authorization")));
}

TEST_F(OpenRouterScan, GoesOnAfterAModelThatFails) {
    answers(list);
    answers(R"({"error":{"message":"Rate limit exceeded","code":429}})", 429);
    answers(R"({"error":{"message":"Upstream broke","code":502}})");
    answers(said);
    const auto models = run();
    ASSERT_TRUE(models);
    EXPECT_THAT((*models)[0].tool.error, HasSubstr("429: "));
    EXPECT_THAT((*models)[1].tool.error, HasSubstr("Upstream broke"));
    EXPECT_TRUE((*models)[1].image.ok);
}

TEST_F(OpenRouterScan, EndsWhenTheKeyItselfIsRefusedAndNeverRepeatsIt) {
    answers(list);
    answers(fmt::format(R"({{"error":{{"message":"No auth credentials found for {}","code":401}}}})", key),
            401);
    const auto models = run();
    ASSERT_FALSE(models);
    EXPECT_EQ(models.error().code, Code::denied);
    EXPECT_THAT(models.error().message, HasSubstr("401"));
    EXPECT_THAT(models.error().message, Not(HasSubstr(key)));
    EXPECT_EQ(server_.requests().size(), 2U);
}

TEST_F(OpenRouterScan, TriesSeveralAtOnce) {
    answers(list);
    server_.connection({step::receive(), step::await_gate("both"),
                        step::send(test::answer(called, "HTTP/1.1 200 OK\r\nConnection: close"))});
    server_.connection({step::receive(), step::call([&] { server_.open("both"); }),
                        step::send(test::answer(called, "HTTP/1.1 200 OK\r\nConnection: close"))});
    answers(said);
    const auto models = run(true, 2);
    ASSERT_TRUE(models);
    EXPECT_TRUE((*models)[0].tool.ok && (*models)[1].tool.ok);
}

TEST_F(OpenRouterScan, GivesUpOnAServerThatSendsAByteNowAndThen) {
    server_.connection(
        {step::receive(), step::send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"), step::await_end()});
    const auto models = run(false, 1, 50ms);
    ASSERT_FALSE(models);
    EXPECT_EQ(models.error().code, Code::timed_out);
}

TEST_F(OpenRouterScan, SaysWhatTheListAnswered) {
    answers(R"({"error":{"message":"down for now"}})", 503);
    const auto models = run(false);
    ASSERT_FALSE(models);
    EXPECT_THAT(models.error().message, HasSubstr("OpenRouter /models failed: HTTP 503"));
    EXPECT_THAT(models.error().message, HasSubstr("down for now"));
}

}  // namespace
}  // namespace openclaw::providers::openrouter
