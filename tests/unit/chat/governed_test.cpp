// What is reserved before a call is made, and what is charged for it after.
#include "chat_world.h"
#include "support/principals.h"
#include "support/temporary_folder.h"

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using test::fails;
using test::says;
using Why = usage::Refusal::Why;

struct Row {
    std::string account, session, provider, model, credential, outcome;
    std::int64_t input = 0, output = 0, estimate = 0;
    std::optional<std::int64_t> cost;
};

// A chat whose calls are counted in a database of its own.
struct GovernedWorld {
    explicit GovernedWorld(Allowance allowance,
                           std::string config = R"({"agents":{"defaults":{"model":{"primary":
        "anthropic/claude-opus-4-5"}}}})")
        : world(config, [this](net::Loop& loop) { return &counted(loop); }),
          limits(std::make_shared<Allowance>(std::move(allowance))) {}

    usage::Usage& counted(net::Loop& loop) {
        usage.emplace(usage::Usage::Means{
            .loop = loop, .files = *files, .clock = clock, .log = log, .state = folder.path()});
        return *usage;
    }
    access::Principal caller() const {
        auto identity = test::client_named("phone", {access::Scope::chat, access::Scope::write});
        identity.id = "key:phone";
        identity.allowance = limits;
        return test::principal_of(std::move(identity));
    }
    AnswerRequest request(std::string text = "hi") const {
        AnswerRequest request{.asked_by = caller()};
        request.agent_id = "main";
        request.models = {{"anthropic", "claude-opus-4-5"}};
        request.messages = {{providers::Message::Role::user, std::move(text)}};
        request.tokens_max = 300;
        return request;
    }
    std::expected<Answered, AnswerFailure> ask(AnswerRequest request) {
        return world.loop.run_until(world.chat->answer(std::move(request)));
    }
    std::int64_t used() {
        const auto standing = world.loop.run_until(usage->governor().look("key:phone", limits));
        EXPECT_TRUE(standing);
        return standing->budgets.front().used;
    }
    std::vector<Row> rows() {
        world.loop.run_until(usage->flush());
        std::vector<Row> found;
        store::Database database(*files, folder / "gateway/gateway.sqlite", {usage::usage_schema()},
                                 {.what = "it"});
        EXPECT_TRUE(database.read([&](store::Transaction& transaction) -> Result<void> {
            const auto all = transaction.rows(
                "SELECT account, session, provider, model, credential, outcome, input, output, estimate, "
                "cost FROM "
                "usage_rows ORDER BY id",
                {}, 1000);
            EXPECT_TRUE(all);
            for (const auto& row : *all) {
                const auto text = [&](std::size_t i) { return store::text_in(row[i]); };
                const auto number = [&](std::size_t i) { return store::integer_in(row[i]); };
                found.push_back({text(0), text(1), text(2), text(3), text(4), text(5), number(6), number(7),
                                 number(8),
                                 std::holds_alternative<std::monostate>(row[9]) ? std::nullopt
                                                                                : std::optional(number(9))});
            }
            return {};
        }));
        return found;
    }

    test::TemporaryFolder folder;
    std::unique_ptr<platform::FileSystem> files = platform::system_files();
    test::FakeClock clock;
    test::FakeLog log;
    std::optional<usage::Usage> usage;
    ChatWorld world;
    std::shared_ptr<const Allowance> limits;
};

Allowance tokens(std::uint64_t limit) {
    return {.budgets = {{.tokens = limit}}, .time_zone = "UTC"};
}

struct Tally {
    std::size_t answered = 0, refused = 0, failed = 0;
    std::int64_t most_used = 0;
    std::size_t over() const { return answered + refused + failed; }
};

net::Task<void> ask_one(GovernedWorld& world, AnswerRequest request, Tally& tally) {
    const auto answer = co_await world.world.chat->answer(std::move(request));
    if (answer)
        ++tally.answered;
    else if (answer.error().limited == Why::budget)
        ++tally.refused;
    else
        ++tally.failed;
    const auto standing = world.usage->governor().standing("key:phone", *world.limits);
    tally.most_used = std::max(tally.most_used, standing.budgets.front().used);
}

void mixed_calls_stay_within(bool streamed) {
    constexpr std::int64_t limit = 8'000;
    GovernedWorld world(tokens(limit));
    auto cut = fails(FailureReason::network, 0);
    cut.deltas = {std::string(200, 'a')};
    auto slow_failure = fails(FailureReason::server_error, 500);
    slow_failure.waits = true;
    std::vector<test::ScriptedStep> work, home;
    for (int round = 0; round < 8; ++round) {
        work.insert(work.end(), {{.deltas = {"hi"}, .failure = {}, .waits = true},
                                 cut,
                                 slow_failure,
                                 fails(FailureReason::network, 0),
                                 {.deltas = {"ho"}, .failure = {}, .waits = true}});
        home.insert(home.end(),
                    {says("hello"), fails(FailureReason::network, 0), says("hello"), slow_failure});
    }
    world.world.provider.script("anthropic:work", work);
    world.world.provider.script("anthropic:home", home);
    Tally tally;
    net::TaskGroup tasks(world.world.loop);
    std::vector<net::Abort> leaving;
    for (int i = 0; i < 64; ++i) {
        auto request = world.request();
        request.models.push_back({"anthropic", "claude-haiku-4-5"});
        if (streamed) request.on_delta = [](std::string_view) {};
        if (i % 8 == 0) request.abort = leaving.emplace_back();
        tasks.spawn(ask_one(world, std::move(request), tally));
    }
    world.world.until([&] { return tally.over() + world.world.provider.waiting() >= 64; });
    EXPECT_LE(world.used(), limit);
    for (auto& abort : leaving) abort.request();
    for (int turn = 0; tally.over() < 64 && turn < 10'000; ++turn) {
        world.world.provider.release();
        world.world.loop.run_until(world.world.pause());
        EXPECT_LE(world.used(), limit);
    }
    world.world.loop.run_until(tasks.join());
    EXPECT_EQ(tally.over(), 64u);
    EXPECT_GT(tally.answered, 0u);
    EXPECT_GT(tally.refused, 0u);
    EXPECT_LE(tally.most_used, limit);
    EXPECT_LE(world.used(), limit);
    std::int64_t written = 0;
    for (const auto& row : world.rows()) written += row.input + row.output;
    EXPECT_EQ(world.used(), written) << "what is counted isn't what is written down";
}

TEST(Governed, ACallIsChargedWhatTheProviderCounted) {
    GovernedWorld world(tokens(100'000));
    ASSERT_TRUE(world.ask(world.request()));
    EXPECT_EQ(world.used(), 15);
    const auto rows = world.rows();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].account, "key:phone");
    EXPECT_EQ(rows[0].credential, "anthropic:work");
    EXPECT_EQ(rows[0].outcome, "answered");
    EXPECT_EQ(rows[0].input + rows[0].output, 15);
    EXPECT_EQ(rows[0].estimate, 0);
    EXPECT_EQ(rows[0].cost, 10 * 5'000 + 5 * 25'000);
}

TEST(Governed, SixtyFourCallsAtOnceSpendNoMoreThanThereIs) {
    GovernedWorld world(tokens(4'000));
    world.world.provider.script("anthropic:work", {{.deltas = {"hi"}, .failure = {}, .waits = true}});
    struct Asking {
        static net::Task<void> one(GovernedWorld& world, AnswerRequest request, int& answered, int& refused) {
            const auto answer = co_await world.world.chat->answer(std::move(request));
            if (answer) ++answered;
            if (!answer && answer.error().limited == Why::budget) ++refused;
        }
    };
    int answered = 0, refused = 0;
    net::TaskGroup tasks(world.world.loop);
    for (int i = 0; i < 64; ++i) {
        auto request = world.request();
        if (i % 2 == 0) request.on_delta = [](std::string_view) {};
        tasks.spawn(Asking::one(world, std::move(request), answered, refused));
    }
    // Each reserves 300 of an answer and 82 of what it asks: ten fit, and the eleventh would have to do with
    // less.
    world.world.until([&] { return refused + static_cast<int>(world.world.provider.seen().size()) == 64; });
    EXPECT_LE(world.used(), 4'000);
    world.world.provider.release();
    world.world.loop.run_until(tasks.join());
    EXPECT_EQ(answered + refused, 64);
    EXPECT_EQ(answered, static_cast<int>(world.world.provider.seen().size()));
    EXPECT_EQ(world.used(), answered * 15);
}

// Every way in which a call can end, at once: answered, cut in its stream, tried again, by another key or by
// another model, refused by everybody, left by its caller.
TEST(Governed, SixtyFourCallsThatEndInEveryWaySpendNoMoreThanThereIsWhole) {
    mixed_calls_stay_within(false);
}

TEST(Governed, SixtyFourCallsThatEndInEveryWaySpendNoMoreThanThereIsStreamed) {
    mixed_calls_stay_within(true);
}

TEST(Governed, AnAnswerIsAskedForNoLongerThanWhatIsLeftPaysFor) {
    GovernedWorld world(tokens(1'000));
    auto request = world.request();
    request.tokens_max = 8'192;
    ASSERT_TRUE(world.ask(std::move(request)));
    EXPECT_EQ(world.world.provider.seen().front().request.tokens_max, 1'000 - 82);
}

TEST(Governed, RetriesAndFallbacksAreChargedOnce) {
    GovernedWorld world(tokens(100'000));
    world.world.provider.script("anthropic:work", {fails(FailureReason::rate_limit, 429)});
    world.world.provider.script("anthropic:home", {fails(FailureReason::network, 0), says("hello")});
    ASSERT_TRUE(world.ask(world.request()));
    EXPECT_EQ(world.world.provider.seen().size(), 3u);
    EXPECT_EQ(world.used(), 15);
    ASSERT_EQ(world.rows().size(), 1u);
    EXPECT_EQ(world.rows()[0].credential, "anthropic:home");
}

TEST(Governed, WhatNobodyAnsweredCostsNothing) {
    GovernedWorld world(tokens(100'000));
    world.world.provider.script("anthropic:work", {fails(FailureReason::billing, 402)});
    world.world.provider.script("anthropic:home", {fails(FailureReason::auth, 401)});
    EXPECT_FALSE(world.ask(world.request()));
    EXPECT_EQ(world.used(), 0);
    ASSERT_EQ(world.rows().size(), 1u);
    EXPECT_EQ(world.rows()[0].outcome, "failed");
    EXPECT_EQ(world.rows()[0].cost, 0);
    EXPECT_EQ(world.rows()[0].estimate, 0);
}

TEST(Governed, AnAnswerThatWasCutIsChargedByWhatWasStreamedAndSaidToBeAnEstimate) {
    GovernedWorld world(tokens(100'000));
    auto cut = fails(FailureReason::network, 0);
    cut.deltas = {std::string(100, 'a'), std::string(20, 'b')};
    world.world.provider.script("anthropic:work", {cut});
    auto request = world.request(std::string(40, 'x'));
    request.on_delta = [](std::string_view) {};
    EXPECT_FALSE(world.ask(std::move(request)));
    EXPECT_EQ(world.used(), 10 + 30);
    ASSERT_EQ(world.rows().size(), 1u);
    EXPECT_EQ(world.rows()[0].estimate, 1);
    EXPECT_EQ(world.rows()[0].output, 30);
}

TEST(Governed, WhatAProviderHadCountedBeforeACutStands) {
    GovernedWorld world(tokens(100'000));
    auto cut = fails(FailureReason::network, 0);
    cut.deltas = {std::string(8, 'a')};
    cut.failure->usage = {.input = 500, .output = 1, .reported = true};
    world.world.provider.script("anthropic:work", {cut});
    auto request = world.request();
    request.on_delta = [](std::string_view) {};
    EXPECT_FALSE(world.ask(std::move(request)));
    EXPECT_EQ(world.used(), 502);
}

TEST(Governed, ACallerWhoWentPaysForWhatWasAskedAndStreamed) {
    GovernedWorld world(tokens(100'000));
    world.world.provider.script("anthropic:work",
                                {{.deltas = {std::string(40, 'a')}, .failure = {}, .then_waits = true}});
    auto request = world.request(std::string(80, 'x'));
    net::Abort abort;
    request.abort = abort;
    request.on_delta = [abort](std::string_view) { abort.request(); };
    const auto answer = world.ask(std::move(request));
    ASSERT_FALSE(answer);
    EXPECT_TRUE(answer.error().aborted);
    EXPECT_EQ(world.used(), 20 + 10);
    ASSERT_EQ(world.rows().size(), 1u);
    EXPECT_EQ(world.rows()[0].outcome, "aborted");
    EXPECT_EQ(world.rows()[0].estimate, 1);
}

TEST(Governed, AnAnswerThatNobodyCountedIsCountedByItsLength) {
    GovernedWorld world(tokens(100'000));
    world.world.provider.script("anthropic:work",
                                {{.deltas = {std::string(400, 'a')}, .failure = {}, .counts = false}});
    ASSERT_TRUE(world.ask(world.request("four")));
    EXPECT_EQ(world.used(), 1 + 100);
    EXPECT_EQ(world.rows()[0].estimate, 1);
}

TEST(Governed, ATurnInASessionIsChargedToItsAccountAndNamesTheSession) {
    GovernedWorld world(tokens(200'000));
    const auto ack = world.world.chat->send(
        {.asked_by = world.caller(), .session_key = "desk", .message = "hi", .commands = false});
    ASSERT_TRUE(ack) << ack.error().message;
    const auto outcome = world.world.loop.run_until(
        world.world.chat->wait(world.caller(), ack->run_id, std::chrono::seconds(30)));
    ASSERT_TRUE(outcome && outcome->state == RunOutcome::State::final);
    EXPECT_EQ(world.used(), 15);
    EXPECT_EQ(world.rows()[0].session, "agent:main:desk");
}

TEST(Governed, ARefusedTurnSaysThatItIsAboutABudgetAndSendsNothing) {
    GovernedWorld world(tokens(0));
    const auto ack = world.world.chat->send(
        {.asked_by = world.caller(), .session_key = "desk", .message = "hi", .commands = false});
    ASSERT_TRUE(ack);
    const auto outcome = world.world.loop.run_until(
        world.world.chat->wait(world.caller(), ack->run_id, std::chrono::seconds(30)));
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->limited, Why::budget);
    EXPECT_EQ(outcome->again_in, std::chrono::hours(12));
    EXPECT_TRUE(world.world.provider.seen().empty());
}

TEST(Governed, TheOwnerIsAnsweredAndCountedWhateverIsWrongWithTheDatabaseAndAKeyIsNot) {
    GovernedWorld world(tokens(100'000));
    std::filesystem::create_directories(world.folder / "gateway");
    ASSERT_TRUE(world.files->create(world.folder / "gateway/gateway.sqlite", 0600));
    ASSERT_EQ(::truncate((world.folder / "gateway/gateway.sqlite").c_str(), 8192), 0);
    const auto refused = world.ask(world.request());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().limited, Why::closed);
    EXPECT_NE(refused.error().error.hint.find("move it aside"), std::string::npos);
    auto owners = world.request();
    owners.asked_by = world.world.me;
    EXPECT_TRUE(world.ask(std::move(owners)));
    world.world.loop.run_until(world.usage->flush());
    EXPECT_NE(world.usage->problem().find("damaged"), std::string::npos) << world.usage->problem();
}

TEST(Governed, NobodyWithLimitsIsAnsweredWhereNothingIsCounted) {
    ChatWorld plain;
    auto identity = test::client_named("phone", {access::Scope::chat});
    identity.allowance = std::make_shared<Allowance>(tokens(1'000));
    AnswerRequest request{.asked_by = test::principal_of(std::move(identity))};
    request.agent_id = "main";
    request.models = {{"anthropic", "claude-opus-4-5"}};
    request.messages = {{providers::Message::Role::user, std::string("hi")}};
    const auto answer = plain.loop.run_until(plain.chat->answer(std::move(request)));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().limited, Why::closed);
}

}  // namespace
}  // namespace openclaw::chat
