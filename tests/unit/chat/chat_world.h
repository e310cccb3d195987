#pragma once

#include <gtest/gtest.h>

#include "access/doorman.h"
#include "chat/chat.h"
#include "config/files/load.h"
#include "support/fake_clock.h"
#include "support/fake_log.h"
#include "support/faulty_file_system.h"
#include "support/memory_file_system.h"
#include "support/memory_watch.h"
#include "support/no_sources.h"
#include "support/scripted_provider.h"

namespace openclaw::chat {

// A chat over a disk in memory, a clock that stands still and a provider that follows a script. Its agent
// has two Anthropic keys, "anthropic:work" (never used) before "anthropic:home".
class ChatWorld {
public:
    explicit ChatWorld(std::string config_text = R"({"agents":{"defaults":{"model":{"primary":
        "anthropic/claude-opus-4-5"}}}})",
                       const std::function<usage::Usage*(net::Loop& loop)>& counted = {}) {
        files.put("/state/openclaw.json", std::move(config_text));
        files.put(store_path, R"({"version":1,"profiles":{
            "anthropic:work":{"type":"api_key","provider":"anthropic","key":"sk-ant-work-0123456789"},
            "anthropic:home":{"type":"api_key","provider":"anthropic","key":"sk-ant-home-0123456789"}},
            "usageStats":{"anthropic:home":{"lastUsed":1000}}})");
        reload();
        owner.emplace(credentials::Means{.loop = loop,
                                         .files = faults,
                                         .clock = clock,
                                         .log = log,
                                         .fingerprint_key = "test",
                                         .sources = test::no_sources(),
                                         .retry_pause = Milliseconds(0),
                                         .watch = std::make_unique<test::MemoryWatch>(files)});
        chat.emplace(Means{.loop = loop,
                           .files = faults,
                           .clock = clock,
                           .log = log,
                           .providers = provider,
                           .config = [this] { return config; },
                           .credentials = *owner,
                           .usage = counted ? counted(loop) : nullptr,
                           .version = "2026.1.30",
                           .retry_pause = Milliseconds(0)});
        subscription = chat->subscribe([this](const RunEvent& event) {
            events.push_back({event.kind, std::string(event.run_id), std::string(event.session_key),
                              event.seq, std::string(event.delta), std::string(event.text)});
        });
    }
    ~ChatWorld() {
        provider.release();
        loop.run_until(chat->drain(Milliseconds(0)));
    }

    void reload() {
        config::Paths paths;
        paths.home = "/home/me";
        paths.state = "/state";
        paths.config_file = "/state/openclaw.json";
        config = config::load_config({.files = files, .variables = variables, .paths = paths});
        EXPECT_TRUE(config->valid()) << (config->valid() ? "" : config->problems().front().message);
    }
    std::string start(std::string message, std::string key = "main", bool commands = true) {
        const auto ack = chat->send({.asked_by = me,
                                     .session_key = std::move(key),
                                     .message = std::move(message),
                                     .commands = commands});
        EXPECT_TRUE(ack) << ack.error().message;
        return ack ? ack->run_id : "";
    }
    RunOutcome outcome(const std::string& run_id) {
        auto found = loop.run_until(chat->wait(me, run_id, std::chrono::seconds(30)));
        EXPECT_TRUE(found && found->over());
        return found.value_or(RunOutcome{});
    }
    RunOutcome say(std::string message, std::string key = "main") {
        return outcome(start(std::move(message), std::move(key)));
    }
    // Lets the loop go on until `reached` holds.
    void until(const std::function<bool()>& reached) {
        for (int turns = 0; turns < 10'000 && !reached(); ++turns) loop.run_until(pause());
        EXPECT_TRUE(reached());
    }
    // Until nothing waits to be written.
    void settle() {
        loop.run_until(chat->flush());
        loop.run_until(owner->flush());
    }
    // As the disk has it, with all that was said until now.
    json::object session(const std::string& key = "agent:main:main") {
        loop.run_until(chat->flush());
        const auto text = files.text_of("/state/agents/main/sessions/sessions.json");
        if (!text) return {};
        const auto document = parse_json(*text);
        const auto* record = document ? object_at(document->as_object(), key) : nullptr;
        return record != nullptr ? *record : json::object{};
    }
    // The credential store on the disk, with all that was learned until now.
    std::optional<std::string> store_text() {
        loop.run_until(owner->flush());
        return files.text_of(store_path);
    }
    std::string pin(const std::string& key = "agent:main:main") {
        return std::string(string_at(session(key), "authProfileOverride").value_or(""));
    }
    std::vector<json::object> transcript(const std::string& key = "agent:main:main") {
        std::vector<json::object> lines;
        const auto id = std::string(string_at(session(key), "sessionId").value_or(""));
        const auto text = files.text_of("/state/agents/main/sessions/" + id + ".jsonl").value_or("");
        for (std::size_t start = 0; start < text.size();) {
            const auto end = text.find('\n', start);
            lines.push_back(parse_json(std::string_view(text).substr(start, end - start))->as_object());
            start = end + 1;
        }
        return lines;
    }
    int count(RunEvent::Kind kind, const std::string& run_id) const {
        int found = 0;
        for (const auto& event : events) found += event.kind == kind && event.run_id == run_id ? 1 : 0;
        return found;
    }

    static constexpr const char* store_path = "/state/agents/main/agent/auth-profiles.json";
    const access::Principal me = access::Doorman::this_process();
    net::Loop loop;
    test::MemoryFileSystem files;
    test::FaultyFileSystem faults{files};  // what the chat sees of it
    test::FakeClock clock;
    test::FakeLog log;
    test::ScriptedProvider provider{loop};
    platform::Variables variables;
    std::shared_ptr<const config::Config> config;
    std::optional<credentials::Credentials> owner;
    std::optional<Chat> chat;
    std::shared_ptr<Chat::Subscription> subscription;
    struct SeenEvent {
        RunEvent::Kind kind;
        std::string run_id, session_key;
        std::int64_t seq;
        std::string delta, text;
    };
    std::vector<SeenEvent> events;

    net::Task<void> pause() { co_await loop.sleep(Milliseconds(1)); }
};

}  // namespace openclaw::chat
