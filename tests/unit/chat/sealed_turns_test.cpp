// Turns with credentials that are sealed: their key is fetched while others go on, and looked for again.
#include <gtest/gtest.h>

#include <algorithm>

#include "access/doorman.h"
#include "auth/sealed/key_ring.h"
#include "chat_world.h"

namespace openclaw::chat {
namespace {

using namespace std::chrono_literals;
using auth::sealed::Method;
using auth::sealed::Protection;

constexpr auto key_document = "/state/credentials/sealing.json";
constexpr auto key_text = "0123456789abcdef0123456789abcdef\n";

class SealedTurns : public testing::Test {
protected:
    void hear(std::string_view place, std::span<const Secret* const> secrets) {
        auto& held = heard[std::string(place)];
        held.clear();
        for (const auto* secret : secrets) held.push_back(*secret);
    }
    SealedTurns() {
        files.put("/state/openclaw.json",
                  R"({"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-5"}}}})");
        files.put("/keys/sealing.key", key_text);
        seal();
        config::Paths paths;
        paths.home = "/home/me";
        paths.state = "/state";
        paths.config_file = "/state/openclaw.json";
        config = config::load_config({.files = files, .variables = {}, .paths = paths});
        owner.emplace(credentials::Means{
            .loop = loop,
            .files = files,
            .clock = clock,
            .log = log,
            .fingerprint_key = "test",
            .sources = {.processes = nullptr,
                        .user_id = 1000,
                        .random = {},
                        .on_secrets = [this](auto place, auto secrets) { hear(place, secrets); }},
            .retry_pause = Milliseconds(0),
            .watch = std::make_unique<test::MemoryWatch>(files)});
        chat.emplace(Means{.loop = loop,
                           .files = files,
                           .clock = clock,
                           .log = log,
                           .providers = provider,
                           .config = [this] { return config; },
                           .credentials = *owner,
                           .version = "2026.1.30",
                           .retry_pause = Milliseconds(0)});
    }
    ~SealedTurns() override {
        provider.release();
        loop.run_until(chat->drain(Milliseconds(0)));
    }
    void seal() {
        auth::sealed::KeyRing ring(files, {.document = key_document});
        const Protection protection{.method = Method::file, .key_file = "/keys/sealing.key"};
        const auto protecting = ring.protecting_key(protection);
        ASSERT_TRUE(protecting);
        ASSERT_TRUE(ring.update([&](auto& keys) -> Result<void> {
            const auto key = auth::sealed::new_data_key();
            keys = auth::sealed::KeyDocument{
                .active = true,
                .current = key.id,
                .keys = {{key.id, test::noon, {{protection, wrap(key, protection, *protecting)}}}}};
            return {};
        }));
        const auto text = ring.seal(Secret("sk-ant-sealed-0123"), {"anthropic:work", "key"});
        ASSERT_TRUE(text) << text.error().message;
        files.put("/state/agents/main/agent/auth-profiles.json",
                  fmt::format(R"({{"version":1,"profiles":{{"anthropic:work":{{"type":"api_key",)"
                              R"("provider":"anthropic","keyRef":{{"source":"sealed","id":"{}"}}}}}}}})",
                              *text));
    }
    RunOutcome say() {
        const auto ack = chat->send(
            {.asked_by = access::Doorman::this_process(), .session_key = "main", .message = "Hello?"});
        EXPECT_TRUE(ack);
        return loop.run_until(chat->wait(access::Doorman::this_process(), ack->run_id, 30s))
            .value_or(RunOutcome{});
    }

    net::Loop loop;
    test::MemoryFileSystem files;
    test::FakeClock clock;
    test::FakeLog log;
    test::ScriptedProvider provider{loop};
    std::shared_ptr<const config::Config> config;
    std::map<std::string, std::vector<Secret>, std::less<>> heard;  // by place
    std::optional<credentials::Credentials> owner;
    std::optional<Chat> chat;
};

TEST_F(SealedTurns, FetchTheKeyNowhereButBesideTheLoop) {
    // A reload looks at the stores alone: with a slow key it would hold up what is announced.
    loop.run_until(owner->read_again(false, config));
    EXPECT_TRUE(owner->sealing_keys(config)->has_untried());
    const auto outcome = say();
    EXPECT_EQ(outcome.state, RunOutcome::State::final) << outcome.error->message;
    EXPECT_EQ(provider.seen().back().secret, "sk-ant-sealed-0123");
    EXPECT_FALSE(owner->sealing_keys(config)->has_untried());
}

TEST_F(SealedTurns, TellTheLogWhatIsSealedBeforeItIsUsed) {
    say();
    EXPECT_EQ(heard["sealed store of main"], (std::vector{Secret("sk-ant-sealed-0123")}));
}

TEST_F(SealedTurns, UseAKeyThatComesLater) {
    ASSERT_TRUE(files.remove("/keys/sealing.key"));
    const auto without = say();
    ASSERT_TRUE(without.error);
    EXPECT_NE(without.error->message.find("the key file /keys/sealing.key is missing"), std::string::npos)
        << without.error->message;
    files.put("/keys/sealing.key", key_text);
    clock.advance(1s);
    EXPECT_TRUE(say().error) << "not looked for at each request";
    clock.advance(5s);
    EXPECT_EQ(say().state, RunOutcome::State::final);
}

TEST_F(SealedTurns, UseANewKeyAtOnce) {
    ASSERT_EQ(say().state, RunOutcome::State::final);
    clock.advance(1s);
    ASSERT_TRUE(files.remove(key_document));
    seal();
    EXPECT_EQ(say().state, RunOutcome::State::final);
}

}  // namespace
}  // namespace openclaw::chat
