#include "chat/sessions/transcript.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/memory_file_system.h"

namespace openclaw::chat {
namespace {

using test::noon;
using Role = providers::Message::Role;
using Lines = std::vector<std::string>;

// The context as "u:text" and "a:text".
Lines told(const Lines& lines, std::size_t bytes_max = 10'000) {
    Lines result;
    for (const auto& message : context_of(told_of(parse_transcript(lines)), bytes_max))
        result.push_back((message.role == Role::user ? "u:" : "a:") + std::string(message.text));
    return result;
}

std::string user(std::string id, std::string parent, std::string text) {
    return fmt::format(
        R"({{"type":"message","id":"{}","parentId":{},"message":{{"role":"user","content":"{}"}}}})", id,
        parent, text);
}
std::string assistant(std::string id, std::string parent, std::string text, std::string stop = "stop") {
    return fmt::format(
        R"({{"type":"message","id":"{}","parentId":{},"message":{{"role":"assistant","content":[{{"type":"text","text":"{}"}}],"stopReason":"{}"}}}})",
        id, parent, text, stop);
}

TEST(Transcript, TellsTheModelTheBranchThatEndsAtTheLastLine) {
    EXPECT_EQ(told({user("1", "null", "one"), assistant("2", R"("1")", "two"),
                    user("3", R"("2")", "dead end"), user("4", R"("2")", "three")}),
              (Lines{"u:one", "a:two", "u:three"}));
}

TEST(Transcript, KeepsTheConversationTogetherAcrossNotesWithoutAParent) {
    const std::string note =
        R"({"type":"message","id":"n","message":{"role":"assistant","content":"status text","stopReason":"injected"}})";
    EXPECT_EQ(
        told({user("1", "null", "one"), assistant("2", R"("1")", "two"), note, user("3", R"("n")", "three")}),
        (Lines{"u:one", "a:two", "u:three"}));
}

TEST(Transcript, LosesOnlyTheLineThatIsDamaged) {
    EXPECT_EQ(told({user("1", "null", "one"), "{\"type\":\"mess", assistant("3", R"("2")", "three"), "7",
                    user("4", R"("3")", "four")}),
              (Lines{"u:one", "a:three", "u:four"}));
}

TEST(Transcript, LeavesFailedAndEmptyAnswersOutAndJoinsWhatThenMeets) {
    EXPECT_EQ(told({user("1", "null", "one"), assistant("2", R"("1")", "half", "error"),
                    user("3", R"("2")", "again"), assistant("4", R"("3")", "stopped", "aborted"),
                    user("5", R"("4")", "five")}),
              (Lines{"u:one\n\nagain", "a:stopped", "u:five"}));
}

TEST(Transcript, PutsASummaryInThePlaceOfWhatWasCompacted) {
    const std::string compaction =
        R"({"type":"compaction","id":"c","parentId":"3","summary":"they met","firstKeptEntryId":"3"})";
    const auto lines =
        told({user("1", "null", "one"), assistant("2", R"("1")", "two"), user("3", R"("2")", "three"),
              compaction, assistant("4", R"("c")", "four"), user("5", R"("4")", "five")});
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_NE(lines[0].find("<summary>\nthey met\n</summary>\n\nthree"), std::string::npos) << lines[0];
    EXPECT_EQ(lines[1], "a:four");
}

TEST(Transcript, TellsTheNewestThatFitsAndBeginsWithAQuestion) {
    const Lines lines{user("1", "null", "0123456789"), assistant("2", R"("1")", "0123456789"),
                      user("3", R"("2")", "abc"), assistant("4", R"("3")", "def")};
    EXPECT_EQ(told(lines, 26), (Lines{"u:0123456789", "a:0123456789", "u:abc", "a:def"}));
    EXPECT_EQ(told(lines, 25), (Lines{"u:abc", "a:def"}));
    EXPECT_EQ(told(lines, 16), (Lines{"u:abc", "a:def"}));
    EXPECT_TRUE(told(lines, 3).empty());
}

Transcript::Entries at_noon(std::vector<NewEntry> entries) {
    Transcript::Entries made;
    for (auto& entry : entries)
        made.push_back(std::make_shared<const StampedEntry>(stamped(entry.type, entry.members, noon)));
    return made;
}

TEST(Transcript, WritesAHeaderAndAnUnbrokenChain) {
    test::MemoryFileSystem files;
    Transcript transcript(files, "/s/abc.jsonl", "abc");
    EXPECT_TRUE(transcript.read(1000)->entries.empty());
    const auto question = transcript.append(at_noon({user_entry("hi", "run", noon)}), {});
    ASSERT_TRUE(question);
    ASSERT_TRUE(transcript.append(
        at_noon({display_entry("help text", "", noon), assistant_entry({.text = "hello",
                                                                        .api = "a",
                                                                        .provider = "p",
                                                                        .model = "m",
                                                                        .stop_reason = "stop",
                                                                        .error_message = "",
                                                                        .usage = {.input = 1, .output = 2},
                                                                        .run_id = "run"},
                                                                       noon)}),
        question->end));
    const auto text = *files.text_of("/s/abc.jsonl");
    EXPECT_TRUE(text.starts_with(
        R"({"type":"session","version":3,"id":"abc","timestamp":"2026-01-30T12:00:00.000Z","cwd":"/s"})"))
        << text;
    const auto entries = transcript.read(10'000)->entries;
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_FALSE(entries[0].parent);
    EXPECT_EQ(entries[1].parent, entries[0].id);
    EXPECT_EQ(entries[2].parent, entries[1].id);
    EXPECT_EQ(entries[0].id.size(), 8U);
    const auto first_line = text.substr(text.find('\n') + 1);
    EXPECT_TRUE(first_line.starts_with(fmt::format(
        R"({{"type":"message","id":"{}","parentId":null,"timestamp":"2026-01-30T12:00:00.000Z","message":)",
        entries[0].id)))
        << first_line;
    EXPECT_EQ(context_of(told_of(entries), 1000).size(), 2U) << "the note is for people";
    const auto shown = shown_of(entries, 10, 10'000);
    ASSERT_EQ(shown.size(), 3U);
    EXPECT_EQ(text_of_content(shown[1]), "help text");
    EXPECT_EQ(shown_of(entries, 1, 10'000).size(), 1U);
    EXPECT_TRUE(shown_of(entries, 10, 10).empty());
}

AssistantNote note_of(std::string text, std::string stop_reason) {
    AssistantNote note;
    note.text = std::move(text);
    note.stop_reason = std::move(stop_reason);
    note.run_id = "run";
    return note;
}

TEST(Transcript, ReadsBackWhatWasAddedWhateverIsInIt) {
    for (const std::string text : {"plain", "\"quoted\" \\ and }] more", "lines\r\n\tand\x01\x7f", "né 🦞"}) {
        test::MemoryFileSystem files;
        Transcript transcript(files, "/s/abc.jsonl", "abc");
        auto failed = note_of(text, "error");
        failed.error_message = text;
        failed.provider = failed.model = failed.api = text;
        ASSERT_TRUE(transcript.append(
            at_noon({user_entry(text, text, noon), display_entry(text, text, noon),
                     assistant_entry(failed, noon), assistant_entry(note_of(text, "stop"), noon)}),
            {}));
        const auto entries = transcript.read(10'000)->entries;
        ASSERT_EQ(entries.size(), 4U) << text;
        const auto& question = entries[0].value.at("message").as_object();
        EXPECT_EQ(text_of_content(question), text);
        EXPECT_EQ(string_at(question, "idempotencyKey"), text + ":user");
        EXPECT_EQ(string_at(*object_at(entries[1].value, "data"), "label"), text);
        const auto& failure = entries[2].value.at("message").as_object();
        for (const auto* member : {"errorMessage", "provider", "model", "api"})
            EXPECT_EQ(string_at(failure, member), text) << member;
        EXPECT_EQ(text_of_content(entries[3].value.at("message").as_object()), text);
    }
}

TEST(Transcript, NeverHoldsWhatIsNoUtf8) {
    test::MemoryFileSystem files;
    Transcript transcript(files, "/s/abc.jsonl", "abc");
    ASSERT_TRUE(transcript.append(at_noon({user_entry("a\xff", "run", noon)}), {}));
    EXPECT_NE(files.text_of("/s/abc.jsonl")->find("a\xef\xbf\xbd\""), std::string::npos);
}

TEST(Transcript, TellsTheModelAtOnceWhatTheFileWillTellIt) {
    for (const auto& entry :
         {user_entry("hi", "run", noon), display_entry("hi", "", noon),
          assistant_entry(note_of("hi", "stop"), noon), assistant_entry(note_of("hi", "aborted"), noon),
          assistant_entry(note_of("hi", "error"), noon), assistant_entry(note_of("", "stop"), noon)}) {
        test::MemoryFileSystem files;
        Transcript transcript(files, "/s/abc.jsonl", "abc");
        ASSERT_TRUE(transcript.append(at_noon({entry}), {}));
        const auto in_file = told_of(transcript.read(10'000)->entries);
        ASSERT_EQ(in_file.size(), entry.told ? 1U : 0U) << entry.members;
        if (!entry.told) continue;
        EXPECT_EQ(in_file[0].role, entry.told->role);
        EXPECT_EQ(in_file[0].text, entry.told->text);
    }
}

TEST(Transcript, GoesOnBehindATornLine) {
    test::MemoryFileSystem files;
    files.put("/s/abc.jsonl", R"({"type":"session","version":3,"id":"abc"})"
                              "\n" +
                                  user("1", "null", "one") + "\n{\"type\":\"message\",\"id\":\"2\",\"par");
    Transcript transcript(files, "/s/abc.jsonl", "abc");
    ASSERT_TRUE(transcript.append(at_noon({user_entry("two", "run", noon)}), {}));
    const auto entries = transcript.read(10'000)->entries;
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[1].parent, "1");
}

}  // namespace
}  // namespace openclaw::chat
