// Whose a session is, and what a principal may do with his own and with those of others.
#include "chat/sessions/session_rights.h"

#include "base/text.h"
#include "support/principals.h"
#include "unit/chat/chat_world.h"

namespace openclaw::chat {
namespace {

using access::Limits;
using access::Principal;
using access::Scope;
using access::Scopes;
using State = RunOutcome::State;
using Names = std::vector<std::string>;

constexpr const char* own_key = "agent:main:desk";

Principal client(const std::string& name, Scopes scopes, Limits limits = {}) {
    return test::principal_of(test::client_named(name, scopes, std::move(limits)));
}

// A house with three agents and two models; "main" is the default one.
class RightsWorld : public ChatWorld {
public:
    RightsWorld()
        : ChatWorld(R"({"agents":{"list":[{"id":"main","default":true},{"id":"kid"},{"id":"work"}],
            "defaults":{"model":{"primary":"anthropic/claude-opus-4-5",
                                 "fallbacks":["anthropic/claude-haiku-4-5"]}}}})") {}

    Result<SendAck> send(const Principal& who, std::string message, std::string key = own_key,
                         std::string run_id = {}) {
        return chat->send({.asked_by = who,
                           .session_key = std::move(key),
                           .message = std::move(message),
                           .run_id = std::move(run_id)});
    }
    // What came of it, a refusal at once or later alike.
    RunOutcome said(const Principal& who, std::string message, std::string key = own_key) {
        const auto ack = send(who, std::move(message), std::move(key));
        if (!ack)
            return {.state = State::error,
                    .forbidden = ack.error().code == Code::denied,
                    .error = ack.error(),
                    .usage = {}};
        return outcome(ack->run_id);
    }
    std::string maker(const std::string& key = own_key) {
        return std::string(string_at(session(key), "openclaw.madeBy").value_or("nobody"));
    }
    Names keys_seen_by(const Principal& who) {
        Names keys;
        for (const auto& session : *loop.run_until(chat->list_sessions(who))) keys.push_back(session.key);
        std::ranges::sort(keys);
        return keys;
    }

    const Principal phone = client("phone", {Scope::chat});
    const Principal tablet = client("tablet", {Scope::chat, Scope::read});
    const Principal manager = client("manager", {Scope::chat, Scope::models});
};

TEST(SessionRights, FollowFromScopesMakerAndLimits) {
    const RightsWorld world;
    const auto key = *resolve_session_key(own_key, *world.config, "main");
    for (unsigned bits = 0; bits < (1u << access::all_scopes().size()); ++bits)
        for (const bool outside : {false, true}) {
            Names names;
            for (std::size_t at = 0; at < access::all_scopes().size(); ++at)
                if (bits & (1u << at)) names.emplace_back(access::name_of(access::all_scopes()[at]));
            const auto scopes = Scopes::named(names);
            const auto who =
                client("phone", scopes, outside ? Limits{.sessions = Names{"agent:main:other*"}} : Limits{});
            const auto holds = [&](std::string_view name) {
                const auto held = [&](const char* scope) { return std::ranges::count(names, scope) > 0; };
                if (held("operator.admin")) return true;
                if ((name == "operator.chat" || name == "operator.read") && held("operator.write"))
                    return true;
                return held(std::string(name).c_str());
            };
            for (const auto& maker : {Maker(), Maker(""), Maker("crt_phone"), Maker("crt_tablet")}) {
                const bool own =
                    !maker || *maker == "crt_phone" || (maker->empty() && holds("operator.admin"));
                const bool see = !outside && (holds("operator.read") || (own && holds("operator.chat")));
                const bool talk = !outside && holds("operator.chat") && (own || holds("operator.models"));
                EXPECT_EQ(may_see(who, key, maker), see) << fmt::format("{}", fmt::join(names, " "));
                EXPECT_EQ(may_talk(who, key, maker).has_value(), talk)
                    << fmt::format("{}", fmt::join(names, " "));
            }
        }
}

TEST(SessionRights, AreWrittenDownWithTheSession) {
    RightsWorld world;
    EXPECT_EQ(world.said(world.phone, "hi").state, State::final);
    EXPECT_EQ(world.maker(), "crt_phone");
    EXPECT_EQ(world.said(world.me, "hello").state, State::final) << "the owner may talk anywhere";
    EXPECT_EQ(world.said(world.phone, "/new").state, State::final);
    EXPECT_EQ(world.maker(), "crt_phone") << "and it stays whose it was";
    world.said(world.me, "hi", "agent:main:mine");
    EXPECT_EQ(world.maker("agent:main:mine"), "nobody") << "the reference's own record, to the byte";
    world.said(world.phone, "/model anthropic/claude-haiku-4-5", "agent:main:by-command");
    EXPECT_EQ(world.maker("agent:main:by-command"), "crt_phone");
}

TEST(SessionRights, CountAsTheFileHasThemAlsoBeforeItWasLookedAt) {
    const auto file = "/state/agents/main/sessions/sessions.json";
    for (const auto* record : {R"({"sessionId":"s1"})", R"({"sessionId":"s1","openclaw.madeBy":"crt_other"})",
                               R"({"sessionId":"s1","openclaw.madeBy":7})", R"({"label":"x"})"}) {
        RightsWorld world;
        world.files.put(file, fmt::format(R"({{"{}":{}}})", own_key, record));
        const auto text = world.files.text_of(file);
        for (const auto* message :
             {"hi", "/new", "/new hi", "/model anthropic/claude-haiku-4-5", "/status", "/stop", "stop"}) {
            const auto outcome = world.said(world.tablet, message);
            EXPECT_TRUE(outcome.forbidden) << message;
            ASSERT_TRUE(outcome.error) << message;
            EXPECT_EQ(outcome.error->code, Code::denied) << message;
        }
        world.loop.run_until(world.chat->flush());
        EXPECT_EQ(world.files.text_of(file), text) << "nothing was touched";
        EXPECT_TRUE(world.provider.seen().empty());
    }
}

TEST(SessionRights, OfTheMainSessionAreTheGatewaysBeforeItBegins) {
    RightsWorld world;
    for (const auto* key : {"agent:main:main", "global", "unknown", "AGENT:MAIN:MAIN"})
        EXPECT_TRUE(world.said(world.phone, "hi", key).forbidden) << key;
    EXPECT_EQ(world.said(world.manager, "hi", "main").state, State::final);
    EXPECT_EQ(world.maker("agent:main:main"), "nobody");
    EXPECT_EQ(world.said(world.phone, "hi", "agent:kid:main").state, State::final)
        << "those of other agents are whose who begins them";
}

TEST(SessionRights, GiveAClientThatMayNotTalkInTheMainSessionOneOfItsOwn) {
    RightsWorld world;
    const std::string own = "agent:main:client:crt_phone";
    for (const auto* key : {"main", "", "MAIN"})
        EXPECT_EQ(world.said(world.phone, "hi", key).session_key, own);
    EXPECT_EQ(world.maker(own), "crt_phone");
    EXPECT_EQ(world.said(world.manager, "hi", "main").session_key, "agent:main:main");
    EXPECT_EQ(world.said(world.me.narrowed_to(Scopes{Scope::chat}), "hi", "main").session_key,
              "agent:main:main");
    const auto to_work = world.chat->send({.asked_by = world.phone, .message = "hi", .agent_id = "work"});
    EXPECT_EQ(to_work->session_key, "agent:work:client:crt_phone");
    world.outcome(to_work->run_id);
    const std::string of_tablet = "agent:main:client:crt_tablet";
    EXPECT_TRUE(world.said(world.phone, "waiting here", of_tablet).forbidden) << "before it begins, too";
    EXPECT_EQ(world.said(world.me, "hello tablet", of_tablet).state, State::final);
    EXPECT_EQ(world.maker(of_tablet), "crt_tablet") << "whoever begins it";
    EXPECT_EQ(world.said(world.tablet, "hello", "main").session_key, of_tablet);
    const auto user = test::principal_of({.id = "user:alice@example.com",
                                          .shown = "alice",
                                          .proof = access::Proof::token,
                                          .scopes = {Scope::chat},
                                          .limits = {}});
    EXPECT_EQ(world.said(user, "hi", "main").session_key, "agent:main:client:user:alice@example.com");
    const auto loud = test::principal_of({.id = "user:Alice B",
                                          .shown = "Alice",
                                          .proof = access::Proof::token,
                                          .scopes = {Scope::chat},
                                          .limits = {}});
    EXPECT_TRUE(world.said(loud, "hi", "main").forbidden) << "no key can be made of such a name";
}

TEST(SessionRights, GoToWhoWasFirstWhereTwoBeginAtOnce) {
    RightsWorld world;
    const auto first = world.send(world.phone, "one");
    const auto second = world.send(world.tablet, "two");
    ASSERT_TRUE(first && second) << "nobody has begun it yet";
    EXPECT_EQ(world.outcome(first->run_id).state, State::final);
    EXPECT_TRUE(world.outcome(second->run_id).forbidden);
    EXPECT_EQ(world.provider.seen().size(), 1U);
    EXPECT_EQ(world.maker(), "crt_phone");
}

TEST(SessionRights, AreLookedAtAgainWhenATurnOpensASessionThatACommandHasBegunMeanwhile) {
    RightsWorld world;
    const auto turn = world.send(world.phone, "secret of the phone");
    const auto command = world.send(world.tablet, "/model anthropic/claude-haiku-4-5");
    ASSERT_TRUE(turn && command);
    const auto of_turn = world.outcome(turn->run_id), of_command = world.outcome(command->run_id);
    const bool turn_first = world.maker() == "crt_phone";
    EXPECT_EQ(of_turn.forbidden, !turn_first) << "either may be first, and the other is refused";
    EXPECT_EQ(of_command.state == State::error, turn_first);
    EXPECT_EQ(world.provider.seen().size(), turn_first ? 1U : 0U);
}

TEST(SessionRights, KeepOthersOutOfASessionsQueue) {
    RightsWorld world;
    world.said(world.phone, "hi");
    world.provider.script("anthropic:home", {{.deltas = {"done"}, .failure = {}, .waits = true}});
    world.provider.script("anthropic:work", {{.deltas = {"done"}, .failure = {}, .waits = true}});
    const auto mine = world.send(world.phone, "slow");
    world.until([&] { return world.provider.waiting() == 1; });
    for (int i = 0; i < 30; ++i) {
        const auto refused = world.send(world.tablet, "me too");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Code::denied);
    }
    EXPECT_TRUE(world.send(world.phone, "next"));
    world.provider.release();
    EXPECT_EQ(world.outcome(mine->run_id).state, State::final);
}

TEST(SessionRights, LetOneChooseTheModelInHisOwnSessionAndTheCredentialByTheScopeModels) {
    RightsWorld world;
    const auto answer = [&](const Principal& who, const char* message) {
        return world.said(who, message).text;
    };
    EXPECT_EQ(answer(world.phone, "/model anthropic/claude-haiku-4-5"),
              "Model set to anthropic/claude-haiku-4-5.");
    EXPECT_EQ(
        answer(world.phone, "/model anthropic/claude-haiku-4-5@anthropic:home"),
        "Not allowed: phone may not choose the credential that answers (leave out `@` and what follows, "
        "or have the scope `models` added to this client).");
    EXPECT_EQ(world.pin(own_key), "");
    EXPECT_TRUE(world.said(world.phone, "/new").text.starts_with("✅ New session started"));
    EXPECT_EQ(answer(world.manager, "/model anthropic/claude-haiku-4-5@anthropic:home"),
              "Model set to anthropic/claude-haiku-4-5. Auth profile set to anthropic:home.");
    EXPECT_EQ(world.pin(own_key), "anthropic:home");
}

TEST(SessionRights, LeaveTheRunsOfOthersAlone) {
    RightsWorld world;
    world.said(world.phone, "hi");
    for (const auto* credential : {"anthropic:work", "anthropic:home"})
        world.provider.script(credential, {{.deltas = {"done"}, .failure = {}, .waits = true}});
    const auto run = world.send(world.me, "slow", own_key, "run-of-the-owner");
    ASSERT_TRUE(run);
    world.until([&] { return world.provider.waiting() == 1; });
    for (const auto& who : {world.phone, world.tablet}) {
        EXPECT_FALSE(world.chat->find_run(who, run->run_id));
        EXPECT_FALSE(world.loop.run_until(world.chat->wait(who, run->run_id, Milliseconds(0))));
        EXPECT_TRUE(world.chat->abort(who, own_key, run->run_id, "rpc").empty());
        EXPECT_TRUE(world.chat->abort(who, own_key, {}, "rpc").empty());
        EXPECT_TRUE(world.chat->abort(who, {}, run->run_id, "rpc").empty());
        EXPECT_EQ(world.chat->find_repeated(who, run->run_id).error().code, Code::invalid_input);
        const auto same = world.send(who, "mine now", "agent:main:elsewhere", run->run_id);
        ASSERT_FALSE(same);
        EXPECT_EQ(same.error().code, Code::invalid_input);
    }
    EXPECT_EQ(world.said(world.phone, "/stop").state, State::final) << "his own are over already";
    EXPECT_FALSE(world.chat->find_run(world.me, run->run_id)->over());
    EXPECT_TRUE(world.chat->find_run(world.manager, run->run_id));
    EXPECT_EQ(world.chat->abort(world.manager, own_key, run->run_id, "rpc"), Names{run->run_id});
    EXPECT_EQ(world.outcome(run->run_id).state, State::aborted);
}

TEST(SessionRights, ShowInListsAndHistoriesWhatOneMaySee) {
    RightsWorld world;
    world.said(world.phone, "secret of the phone");
    world.said(world.me, "secret of the owner", "main");
    world.said(world.me, "work", "agent:work:main");
    EXPECT_EQ(world.keys_seen_by(world.phone), Names{own_key});
    EXPECT_EQ(world.keys_seen_by(world.manager), Names{}) << "to talk somewhere is not to read there";
    const Names all{own_key, "agent:main:main", "agent:work:main"};
    EXPECT_EQ(world.keys_seen_by(world.tablet), all);
    EXPECT_EQ(world.keys_seen_by(world.me), all);
    const auto worker = client("worker", {Scope::read}, {.agents = Names{"work"}});
    EXPECT_EQ(world.keys_seen_by(worker), Names{"agent:work:main"});
    const auto admin = client("admin", {Scope::admin}, {.sessions = Names{"agent:main:d*"}});
    EXPECT_EQ(world.keys_seen_by(admin), Names{own_key}) << "limits hold whatever the scopes are";

    const auto history = [&](const Principal& who, const char* key) {
        return world.loop.run_until(world.chat->history(who, key, 10));
    };
    EXPECT_EQ(history(world.phone, own_key)->messages.size(), 2U);
    EXPECT_EQ(history(world.phone, "agent:main:main").error().code, Code::denied);
    EXPECT_EQ(history(world.tablet, "agent:main:main")->messages.size(), 2U);
    EXPECT_EQ(history(world.tablet, "main")->session_key, "agent:main:client:crt_tablet");
    EXPECT_EQ(history(worker, "main")->messages.size(), 2U) << "who only reads means his agent's";
    const auto refused = [&](const std::string& key) {
        return replaced(history(worker, key.c_str()).error().message, key, "KEY");
    };
    EXPECT_EQ(refused("agent:main:main"), refused("agent:nobody:main"));
    const auto id = std::string(string_at(world.session("agent:main:main"), "sessionId").value_or(""));
    EXPECT_TRUE(world.loop.run_until(world.chat->find_session(world.me, id)));
    EXPECT_EQ(world.loop.run_until(world.chat->find_session(world.phone, id)).error().code, Code::not_found);
}

TEST(SessionRights, SayTheSameOfWhatIsOutsideTheLimitsWhetherOrNotItIsThere) {
    RightsWorld world;
    const auto kid = client("kid", {Scope::write}, {.agents = Names{"kid"}});
    const auto refusal = [&](const std::string& key) {
        const auto outcome = world.said(kid, "hi", key);
        EXPECT_TRUE(outcome.forbidden) << key;
        return replaced(outcome.error->message, key, "KEY") + outcome.error->hint;
    };
    const auto there = refusal("agent:work:main");
    EXPECT_EQ(refusal("agent:nobody:main"), there);
    EXPECT_EQ(refusal("agent:main:main"), there);
    EXPECT_EQ(refusal("global"), there);
    EXPECT_EQ(agent_for(kid, "work", *world.config).error().message, "kid may not use the agent work");
    EXPECT_EQ(agent_for(kid, "nobody", *world.config).error().message, "kid may not use the agent nobody");
    EXPECT_EQ(world.said(kid, "hi", "main").session_key, "agent:kid:client:crt_kid");
    EXPECT_EQ(world.said(kid, "hi", "homework").session_key, "agent:kid:homework");
}

TEST(ModelLimits, PassOverAFallbackAndSayIt) {
    RightsWorld world;
    const auto thrifty = client("thrifty", {Scope::chat}, {.models = Names{"anthropic/claude-haiku-*"}});
    const auto outcome = world.said(thrifty, "hi");
    ASSERT_EQ(outcome.state, State::final);
    EXPECT_EQ(outcome.model->key(), "anthropic/claude-haiku-4-5");
    EXPECT_EQ(outcome.notices,
              Names{"anthropic/claude-opus-4-5: may not be used by thrifty; answered by anthropic:work"});
    for (const auto& seen : world.provider.seen())
        EXPECT_EQ(seen.request.model.key(), "anthropic/claude-haiku-4-5");

    const auto lavish = client("lavish", {Scope::chat}, {.models = Names{"anthropic/claude-opus-4-5"}});
    for (const auto* credential : {"anthropic:work", "anthropic:home"})
        world.provider.script(credential, {test::fails(auth::FailureReason::overloaded, 529)});
    const auto failed = world.said(lavish, "hi", "agent:main:lavish");
    ASSERT_TRUE(failed.error);
    EXPECT_NE(failed.error->message.find("anthropic/claude-haiku-4-5: may not be used by lavish"),
              std::string::npos)
        << failed.error->message;
    EXPECT_FALSE(failed.forbidden) << "the provider is what failed";
}

TEST(ModelLimits, RefuseATurnThatNoneOfItsModelsMayAnswer) {
    RightsWorld world;
    const auto nobody = client("nobody", {Scope::chat}, {.models = Names{"openai/*"}});
    const auto outcome = world.said(nobody, "hi");
    EXPECT_TRUE(outcome.forbidden);
    EXPECT_EQ(outcome.error->code, Code::denied);
    EXPECT_EQ(outcome.error->message, "anthropic/claude-opus-4-5 may not be used by nobody");
    EXPECT_EQ(outcome.error->hint, "it may use openai/*; choose another model with /model");
    EXPECT_TRUE(world.provider.seen().empty());
}

TEST(ModelLimits, HoldInCommands) {
    RightsWorld world;
    const auto thrifty = client("thrifty", {Scope::chat}, {.models = Names{"anthropic/claude-haiku-4-5"}});
    const auto answer = [&](const char* message) { return world.said(thrifty, message).text; };
    EXPECT_TRUE(answer("/model anthropic/claude-opus-4-5")
                    .starts_with("Model \"anthropic/claude-opus-4-5\" is not allowed."));
    EXPECT_TRUE(answer("/model default").starts_with("Model \"anthropic/claude-opus-4-5\" is not allowed."));
    EXPECT_EQ(answer("/model anthropic/claude-haiku-4-5"), "Model set to anthropic/claude-haiku-4-5.");
    EXPECT_EQ(answer("/models anthropic").find("opus"), std::string::npos);
    EXPECT_EQ(answer("/model status").find("• anthropic/claude-opus"), std::string::npos);
    world.said(thrifty, "/new anthropic/claude-opus-4-5");
    EXPECT_EQ(string_at(world.session(own_key), "modelOverride"), "claude-haiku-4-5");
}

TEST(ModelLimits, HoldWhereAnotherHasChosenTheSessionsModel) {
    RightsWorld world;
    const auto thrifty = client("thrifty", {Scope::chat}, {.models = Names{"anthropic/claude-haiku-4-5"}});
    world.said(thrifty, "hi");
    world.said(world.me, "/model anthropic/claude-opus-4-5@anthropic:home");
    EXPECT_EQ(world.said(thrifty, "hi").model->key(), "anthropic/claude-haiku-4-5");
}

TEST(Limits, HoldForWhatIsAskedOutsideSessions) {
    RightsWorld world;
    const auto ask = [&](const Principal& who, std::string agent, Names models, bool pinned = false) {
        AnswerRequest request{.asked_by = who};
        request.agent_id = std::move(agent);
        for (const auto& model : models) request.models.push_back(*auth::parse_model(model, *world.config));
        if (pinned) request.pinned = auth::ProfileId{"anthropic:home"};
        request.messages = {{providers::Message::Role::user, "hi"}};
        return world.loop.run_until(world.chat->answer(std::move(request)));
    };
    const Names both{"anthropic/claude-opus-4-5", "anthropic/claude-haiku-4-5"};
    const auto thrifty = client("thrifty", {Scope::chat},
                                {.agents = Names{"main"}, .models = Names{"anthropic/claude-haiku-4-5"}});
    EXPECT_EQ(ask(thrifty, "main", both)->model.key(), "anthropic/claude-haiku-4-5");
    EXPECT_TRUE(ask(thrifty, "main", {"anthropic/claude-opus-4-5"}).error().forbidden);
    EXPECT_TRUE(ask(thrifty, "work", both).error().forbidden);
    EXPECT_TRUE(ask(world.phone, "main", both, true).error().forbidden);
    EXPECT_TRUE(ask(world.manager, "main", both, true));
}

TEST(RunFollowers, AreWhoAskedAndWhoMaySeeTheSession) {
    const RightsWorld world;
    const auto key = *resolve_session_key(own_key, *world.config, "main");
    const RunOrigin of_phone{.asked_by = world.phone, .key = key, .maker = "crt_phone"};
    EXPECT_TRUE(may_follow(world.phone, of_phone));
    EXPECT_TRUE(may_follow(world.tablet, of_phone)) << "reads everything";
    EXPECT_TRUE(may_follow(world.me, of_phone));
    EXPECT_FALSE(may_follow(world.manager, of_phone));
    EXPECT_FALSE(may_follow(client("reader", {Scope::read}, {.agents = Names{"kid"}}), of_phone));
    const auto deputy = client("deputy", {Scope::admin}, {.agents = Names{"kid"}});
    EXPECT_FALSE(may_follow(deputy, of_phone));
    EXPECT_FALSE(may_follow(deputy, {.asked_by = world.me, .key = key, .maker = ""})) << "limits come first";
    EXPECT_TRUE(may_follow(deputy, {.asked_by = deputy, .key = key, .maker = ""}));
    const RunOrigin of_owner{.asked_by = world.me, .key = key, .maker = "crt_phone"};
    EXPECT_TRUE(may_follow(world.phone, of_owner)) << "in a session of his own";
    const RunOrigin not_looked_at{.asked_by = world.me, .key = key, .maker = {}};
    EXPECT_FALSE(may_follow(world.phone, not_looked_at));
}

}  // namespace
}  // namespace openclaw::chat
