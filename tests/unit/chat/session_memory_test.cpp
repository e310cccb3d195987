#include <gtest/gtest.h>

#include "chat/sessions/conversation.h"
#include "chat/sessions/session_store.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"
#include "support/memory_file_system.h"

namespace openclaw::chat {
namespace {

using test::noon;
using Lines = std::vector<std::string>;

constexpr const char* path = "/s/abc.jsonl";

class ConversationWorld {
public:
    Lines told() const {
        Lines lines;
        for (const auto& message : conversation.context(10'000)) lines.emplace_back(message.text);
        return lines;
    }
    void say(std::string_view text) { conversation.add(user_entry(text, "run", noon), noon); }
    Lines in_file() {
        Lines lines;
        for (const auto& message : told_of(Transcript(disk, path, "abc").read(100'000)->entries))
            lines.emplace_back(message.text);
        return lines;
    }
    // Every write of the file fails from now on, or works again.
    void break_disk(bool broken) { faults.refuse_writes(broken); }

    test::MemoryFileSystem disk;
    test::FaultyFileSystem faults{disk};
    Conversation conversation{faults, path, "abc"};
};

TEST(Conversation, IsTrueInMemoryBeforeItIsWritten) {
    ConversationWorld world;
    ASSERT_TRUE(world.conversation.catch_up());
    world.say("one");
    EXPECT_TRUE(world.conversation.waits());
    EXPECT_EQ(world.told(), Lines{"one"});
    EXPECT_FALSE(world.disk.text_of(path));
    ASSERT_TRUE(world.conversation.write());
    EXPECT_FALSE(world.conversation.waits());
    EXPECT_EQ(world.in_file(), Lines{"one"});
    world.say("two");
    world.say("three");
    ASSERT_TRUE(world.conversation.catch_up());
    EXPECT_EQ(world.told(), (Lines{"one\n\ntwo\n\nthree"}));
    ASSERT_TRUE(world.conversation.write());
    EXPECT_EQ(world.in_file(), (Lines{"one", "two", "three"}));
}

TEST(Conversation, TakesInWhatOthersWroteAndHangsItsOwnBehind) {
    ConversationWorld world;
    ASSERT_TRUE(world.conversation.catch_up());
    world.say("one");
    ASSERT_TRUE(world.conversation.write());
    world.say("waiting");
    Conversation elsewhere(world.disk, path, "abc");
    elsewhere.add(user_entry("theirs", "run", noon), noon);
    ASSERT_TRUE(elsewhere.write());
    ASSERT_TRUE(world.conversation.write());
    const auto entries = Transcript(world.disk, path, "abc").read(10'000)->entries;
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[1].parent, entries[0].id);
    EXPECT_EQ(entries[2].parent, entries[1].id) << "no branch leaves theirs out";
    ASSERT_TRUE(world.conversation.catch_up());
    EXPECT_EQ(world.told(), (Lines{"one\n\ntheirs\n\nwaiting"}));
}

TEST(Conversation, ReadsItsFileAgainOnlyWhenOthersChangedIt) {
    ConversationWorld world;
    world.say("one");
    ASSERT_TRUE(world.conversation.write());
    ASSERT_TRUE(world.conversation.catch_up());
    world.say("two");
    ASSERT_TRUE(world.conversation.write());
    auto before = world.faults.operations();
    ASSERT_TRUE(world.conversation.catch_up());
    EXPECT_EQ(world.faults.operations() - before, 1) << "one look, nothing to read";
    world.disk.put(path, "");
    before = world.faults.operations();
    ASSERT_TRUE(world.conversation.catch_up());
    EXPECT_GT(world.faults.operations() - before, 1);
    EXPECT_EQ(world.told(), Lines{});
}

TEST(Conversation, KeepsWhatCantBeWrittenAndWritesItLater) {
    ConversationWorld world;
    ASSERT_TRUE(world.conversation.catch_up());
    world.break_disk(true);
    world.say("one");
    EXPECT_FALSE(world.conversation.write());
    EXPECT_EQ(world.conversation.trouble()->code, Code::denied);
    world.say("two");
    EXPECT_EQ(world.told(), (Lines{"one\n\ntwo"}));
    const auto shown = world.conversation.entries(10'000);
    ASSERT_TRUE(shown);
    ASSERT_EQ(shown->size(), 2U);
    EXPECT_EQ((*shown)[1].parent, (*shown)[0].id);
    world.break_disk(false);
    ASSERT_TRUE(world.conversation.write());
    EXPECT_FALSE(world.conversation.trouble());
    EXPECT_EQ(world.in_file(), (Lines{"one", "two"}));
}

TEST(Conversation, IsBoundedWhileNothingCanBeWritten) {
    ConversationWorld world;
    world.break_disk(true);
    for (int i = 0; i < 300; ++i) world.say(fmt::format("{}", i));
    world.break_disk(false);
    ASSERT_TRUE(world.conversation.write());
    const auto lines = world.in_file();
    ASSERT_EQ(lines.size(), 200U);
    EXPECT_EQ(lines.front(), "100");
    EXPECT_EQ(lines.back(), "299");
}

TEST(Conversation, IsBoundedInBytesToo) {
    ConversationWorld world;
    world.break_disk(true);
    for (int i = 0; i < 20; ++i) world.say(std::string(1u << 20, static_cast<char>('a' + i)));
    world.break_disk(false);
    ASSERT_TRUE(world.conversation.write());
    EXPECT_LE(world.disk.text_of(path)->size(), 9u << 20);
    EXPECT_EQ(Transcript(world.disk, path, "abc").read(16u << 20)->entries.size(), 7U);
    world.say("and on");
    ASSERT_TRUE(world.conversation.write());
    EXPECT_EQ(Transcript(world.disk, path, "abc").read(16u << 20)->entries.size(), 8U);
}

TEST(Conversation, ForgetsTheOldestOfALongOne) {
    ConversationWorld world;
    ASSERT_TRUE(world.conversation.catch_up());
    for (int i = 0; i < 12; ++i) world.say(std::string(1u << 20, static_cast<char>('a' + i)));
    EXPECT_EQ(world.conversation.bytes(), 4u << 20);
    EXPECT_EQ(world.conversation.context(4u << 20).back().text.view().back(), 'l');
}

class SessionNotes : public testing::Test {
protected:
    static constexpr const char* file = "/s/sessions.json";
    TurnEnded ended(std::string session_id, std::optional<Pin> before, std::optional<Pin> after) const {
        TurnEnded turn;
        turn.session_id = std::move(session_id);
        turn.pin_before = std::move(before);
        turn.pin = std::move(after);
        turn.at = noon;
        return turn;
    }
    static Pin pin(std::string profile) {
        return {auth::ProfileId{std::move(profile)}, PinSource::automatic, 0};
    }
    static std::string pinned(const std::optional<json::object>& record) {
        return std::string(string_at(*record, "authProfileOverride").value_or(""));
    }
    json::object in_file(const std::string& key) {
        return *object_at(parse_json(*disk.text_of(file))->as_object(), key);
    }

    Result<void> write() {
        store.take_noted();
        return store.write();
    }

    const SessionKey main{"agent:main:main", "main"};
    test::MemoryFileSystem disk;
    test::FaultyFileSystem faults{disk};
    SessionStore store{faults, file, main_session("main")};
};

TEST_F(SessionNotes, AreSeenByEveryReaderBeforeTheyAreWritten) {
    store.note(main, SessionBegun{"", "abc", noon});
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    EXPECT_FALSE(disk.text_of(file));
    EXPECT_EQ(string_at(**store.find(main), "sessionId"), "abc");
    EXPECT_EQ(pinned(*store.find(main)), "anthropic:work");
    ASSERT_EQ(store.list()->size(), 1U);
    ASSERT_TRUE(write());
    EXPECT_FALSE(store.waits());
    EXPECT_EQ(string_at(in_file(main.text), "authProfileOverride"), "anthropic:work");
    EXPECT_EQ(pinned(*store.find(main)), "anthropic:work");
}

TEST_F(SessionNotes, AreInWhatMemoryKnowsAtOnce) {
    const auto known = [&] { return store.known(main); };
    store.note(main, SessionBegun{"", "abc", noon});
    EXPECT_EQ(known(), nullptr) << "the file was never looked at";
    ASSERT_TRUE(write());
    EXPECT_EQ(string_at(*known(), "sessionId"), "abc");
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    EXPECT_EQ(pinned(*known()), "anthropic:work");
    ASSERT_TRUE(write());
    EXPECT_EQ(pinned(*known()), "anthropic:work");
    disk.put(file, R"({"agent:main:main":{"sessionId":"theirs"}})");
    ASSERT_TRUE(store.find(main));
    EXPECT_EQ(string_at(*known(), "sessionId"), "theirs");
    disk.put(file, R"({"agent:main:other":{"sessionId":"theirs"}})");
    ASSERT_TRUE(store.find(main));
    EXPECT_EQ(known(), nullptr);
}

TEST_F(SessionNotes, LeaveWhatOthersChoseMeanwhile) {
    store.note(main, SessionBegun{"", "abc", noon});
    ASSERT_TRUE(write());
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    disk.put(file, R"({"agent:main:main":{"sessionId":"abc","authProfileOverride":"anthropic:home",
        "authProfileOverrideSource":"user","theirs":1},"other":{"label":"x"}})");
    EXPECT_EQ(pinned(*store.find(main)), "anthropic:home");
    ASSERT_TRUE(write());
    const auto record = in_file(main.text);
    EXPECT_EQ(string_at(record, "authProfileOverride"), "anthropic:home");
    EXPECT_EQ(integer_at(record, "theirs"), 1);
    EXPECT_EQ(string_at(in_file("other"), "label"), "x");
}

TEST_F(SessionNotes, OfASessionThatIsOverChangeNothing) {
    disk.put(file, R"({"agent:main:main":{"sessionId":"new"}})");
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    store.note(main, SessionBegun{"abc", "def", noon});
    store.note({"agent:main:gone", "main"}, ended("abc", std::nullopt, pin("anthropic:work")));
    EXPECT_EQ(string_at(**store.find(main), "sessionId"), "new");
    EXPECT_FALSE(*store.find({"agent:main:gone", "main"}));
    EXPECT_EQ(store.list()->size(), 1U);
    ASSERT_TRUE(write());
    EXPECT_EQ(parse_json(*disk.text_of(file))->as_object().size(), 1U)
        << "no record of a session that is gone";
}

TEST_F(SessionNotes, OfManyTurnsAreOneChange) {
    faults.refuse_writes(true);
    store.note(main, SessionBegun{"", "abc", noon});
    auto before = std::optional<Pin>();
    for (int turn = 0; turn < 1000; ++turn) {
        auto after = pin(fmt::format("anthropic:{}", turn));
        store.note(main, ended("abc", before, after));
        before = after;
    }
    EXPECT_EQ(pinned(*store.find(main)), "anthropic:999");
    EXPECT_FALSE(write());
    faults.refuse_writes(false);
    ASSERT_TRUE(write());
    EXPECT_EQ(string_at(in_file(main.text), "sessionId"), "abc");
    EXPECT_EQ(string_at(in_file(main.text), "authProfileOverride"), "anthropic:999");
}

TEST_F(SessionNotes, GoIntoTheFileBeforeAChangeThatIsMadeAtOnce) {
    store.note(main, SessionBegun{"", "abc", noon});
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    const auto record = store.update(main, [](json::object& content) {
        EXPECT_EQ(string_at(content, "authProfileOverride"), "anthropic:work");
        content["label"] = "mine";
    });
    ASSERT_TRUE(record);
    EXPECT_EQ(string_at(in_file(main.text), "sessionId"), "abc");
    EXPECT_FALSE(store.waits());
}

TEST_F(SessionNotes, AreWrittenAsFarAsTheyWereTaken) {
    store.note(main, SessionBegun{"", "abc", noon});
    store.take_noted();
    store.note(main, ended("abc", std::nullopt, pin("anthropic:work")));
    ASSERT_TRUE(store.write());
    EXPECT_EQ(string_at(in_file(main.text), "sessionId"), "abc");
    EXPECT_FALSE(string_at(in_file(main.text), "authProfileOverride")) << "its line may not be written yet";
    EXPECT_TRUE(store.waits());
    EXPECT_EQ(pinned(*store.find(main)), "anthropic:work");
}

TEST_F(SessionNotes, WaitWhileTheFileCantBeWritten) {
    store.note(main, SessionBegun{"", "abc", noon});
    faults.refuse_writes(true);
    EXPECT_EQ(write().error().code, Code::denied);
    EXPECT_TRUE(store.trouble());
    EXPECT_TRUE(store.waits());
    faults.refuse_writes(false);
    EXPECT_EQ(string_at(**store.find(main), "sessionId"), "abc");
    ASSERT_TRUE(write());
    EXPECT_FALSE(store.trouble());
    EXPECT_EQ(string_at(in_file(main.text), "sessionId"), "abc");
}

}  // namespace
}  // namespace openclaw::chat
