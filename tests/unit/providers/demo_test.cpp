#include "providers/wire/demo/demo_provider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/catalogue/catalog.h"
#include "support/fake_clock.h"

namespace openclaw::providers {
namespace {

using Reason = auth::FailureReason;
using namespace std::chrono_literals;

class Demo : public testing::Test {
protected:
    Attempted<Completion> ask(const std::string& model, const std::string& profile, net::Abort abort = {}) {
        CompletionRequest request;
        request.model = {"demo", model};
        request.messages = {{Message::Role::user, "What is a gateway?"}};
        auth::Candidate credential;
        credential.profile = {profile};
        streamed_.clear();
        const auto sink = [this](std::string_view text) { streamed_ += text; };
        return loop_.run_until(demo_.complete(request, {}, credential, sink, abort));
    }

    net::Loop loop_;
    test::FakeClock clock_;
    DemoProvider demo_{loop_, clock_, 0ms};
    std::string streamed_;
};

TEST_F(Demo, AnswersAboutTheQuestionAndSaysThatItIsADemo) {
    const auto answer = ask("echo", "demo:work");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->text, streamed_);
    EXPECT_THAT(answer->text, testing::StartsWith("[demo] "));
    EXPECT_THAT(answer->text, testing::HasSubstr("What is a gateway?"));
    EXPECT_THAT(answer->text, testing::HasSubstr("demo:work"));
    EXPECT_EQ(answer->stop_reason, "stop");
    EXPECT_EQ(answer->usage.input, 4);
}

TEST_F(Demo, LimitsTheFirstCredentialByNameAndAnswersTheOthers) {
    const auto first = ask("flaky", "demo:first");
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().reason, Reason::rate_limit);
    EXPECT_EQ(first.error().status, 429);
    EXPECT_EQ(first.error().retry_after, 60s);
    EXPECT_FALSE(ask("flaky", "demo:default"));
    EXPECT_FALSE(ask("flaky", ""));
    EXPECT_TRUE(ask("flaky", "demo:second"));
}

TEST_F(Demo, FailsOnRequest) {
    const std::vector<std::tuple<std::string, int, Reason>> cases = {
        {"expired", 401, Reason::auth},
        {"billing", 402, Reason::billing},
        {"overloaded", 529, Reason::overloaded},
        {"nonsense", 404, Reason::model_not_found}};
    for (const auto& [model, status, reason] : cases) {
        const auto answer = ask(model, "demo:work");
        ASSERT_FALSE(answer) << model;
        EXPECT_EQ(answer.error().status, status) << model;
        EXPECT_EQ(answer.error().reason, reason) << model;
        EXPECT_THAT(answer.error().message, testing::StartsWith("demo: ")) << model;
    }
}

TEST_F(Demo, CutsAStreamInTheMiddle) {
    const auto answer = ask("cut", "demo:work");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().reason, Reason::network);
    EXPECT_TRUE(answer.error().partial);
    EXPECT_FALSE(streamed_.empty());
}

TEST_F(Demo, StopsWhenTheCallerHasGone) {
    net::Abort abort;
    abort.request();
    const auto answer = ask("slow", "demo:work", abort);
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().aborted);
    EXPECT_TRUE(streamed_.empty());
}

TEST_F(Demo, ServesEveryDemoModelOfTheCatalogue) {
    for (const auto& model : list_models(json::object())) {
        if (model.ref.provider != "demo") continue;
        const auto answer = ask(model.ref.model, "demo:work");
        EXPECT_TRUE(answer || answer.error().reason != Reason::model_not_found) << model.ref.model;
    }
}

}  // namespace
}  // namespace openclaw::providers
