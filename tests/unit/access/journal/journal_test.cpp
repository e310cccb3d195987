#include "access/journal/journal.h"

#include <gmock/gmock.h>

#include "journal_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using namespace std::chrono_literals;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Verdict refused(std::string_view peer, std::string_view what = "POST /v1/chat/completions") {
    return {.outcome = Outcome::refused,
            .transport = "http",
            .peer = peer,
            .what = what,
            .reason = "wrong_secret"};
}
Verdict admitted(std::string_view what, std::string_view principal = "token") {
    return {.outcome = Outcome::admitted,
            .transport = "http",
            .peer = "10.0.0.1",
            .principal = principal,
            .what = what};
}

struct World {
    MemoryFileSystem files;
    FaultyFileSystem disk{files};
    FakeClock clock;
    std::vector<std::string> troubles = {};
    Journal journal{{.files = disk,
                     .clock = clock,
                     .on_trouble =
                         [this](const std::optional<Error>& trouble) {
                             troubles.push_back(trouble ? trouble->message : "over");
                         }},
                    place};
};

TEST(Journal, WritesTheFirstAtOnceAndCountsWhatRepeatsItself) {
    World world;
    world.journal.note(refused("192.0.2.1"));
    flush(world.journal);
    for (int number = 0; number < 500; ++number) world.journal.note(refused("192.0.2.1"));
    flush(world.journal);
    auto entries = entries_of(world.files);
    ASSERT_THAT(entries, SizeIs(2));
    EXPECT_EQ(entries[1].reason, "wrong_secret");
    EXPECT_EQ(entries[1].times, 1U);
    world.clock.advance(60s);
    flush(world.journal);
    entries = entries_of(world.files);
    ASSERT_THAT(entries, SizeIs(3));
    EXPECT_EQ(entries[2].times, 500U);
    EXPECT_EQ(entries[2].since, noon);
}

TEST(Journal, WritesOneLineAWindowWhileAFloodLasts) {
    World world;
    for (int minute = 0; minute < 60; ++minute) {
        for (int number = 0; number < 100; ++number) world.journal.note(refused("192.0.2.1"));
        flush(world.journal);
        world.clock.advance(60s);
    }
    flush(world.journal);
    EXPECT_THAT(entries_of(world.files), SizeIs(testing::Le(62U)));
    std::uint64_t times = 0;
    for (const auto& entry : entries_of(world.files)) times += entry.event == "refused" ? entry.times : 0;
    EXPECT_EQ(times, 6000U);
}

TEST(Journal, IsNotFilledByStrangersWhateverTheyAskForAndWhereverTheyComeFrom) {
    World world;
    for (int number = 0; number < 100'000; ++number) {
        const auto peer = fmt::format("2001:db8:{:x}::1", number % 60'000);
        const auto path = fmt::format("GET /{}", number);
        world.journal.note(refused(peer, path));
    }
    world.journal.note(admitted("config.set"));
    flush(world.journal);
    world.clock.advance(60s);
    flush(world.journal);
    const auto entries = entries_of(world.files);
    EXPECT_LE(entries.size(), 2 * (Tally::strangers_max + 1) + 2);
    std::uint64_t times = 0;
    for (const auto& entry : entries)
        times += entry.event == "refused" || entry.event == "others" ? entry.times : 0;
    EXPECT_EQ(times, 100'000U);
    EXPECT_EQ(world.journal.state().refusals.at("wrong_secret"), 100'000U);
    EXPECT_THAT(entries, testing::Contains(testing::Field(&Entry::what, "config.set")));
}

TEST(Journal, TellsApartWhoAndWhatOfThoseWhoAreKnown) {
    World world;
    world.journal.note(admitted("config.set"));
    world.journal.note(admitted("config.set", "crt_1"));
    world.journal.note(admitted("sessions.delete"));
    flush(world.journal);
    std::vector<std::pair<std::string, std::uint64_t>> seen;
    for (const auto& entry : entries_of(world.files))
        if (entry.event == "admitted") seen.emplace_back(entry.principal + " " + entry.what, entry.times);
    EXPECT_THAT(seen, UnorderedElementsAre(Pair("token config.set", 1), Pair("crt_1 config.set", 1),
                                           Pair("token sessions.delete", 1)));
}

TEST(Journal, KeepsNothingThatLooksLikeASecretAndNoLineBreak) {
    World world;
    world.journal.note(admitted("GET /sk-ant-api03-0123456789abcdefghijklmnopqrstuvwxyz0123456789\nforged"));
    flush(world.journal);
    const auto text = *world.files.text_of(first_file);
    EXPECT_FALSE(text.contains("abcdefghijklmnop")) << text;
    EXPECT_THAT(lines_of(world.files, first_file), SizeIs(2));
}

TEST(Journal, CountsOnWhileTheDiskRefusesAndSaysItOnce) {
    World world;
    world.disk.refuse_writes(true);
    for (int number = 0; number < 10; ++number) {
        world.journal.note(refused("192.0.2.1"));
        flush(world.journal);
    }
    EXPECT_THAT(world.troubles, SizeIs(1));
    EXPECT_TRUE(world.journal.state().trouble);
    world.disk.refuse_writes(false);
    flush(world.journal);
    EXPECT_THAT(world.troubles, SizeIs(2));
    EXPECT_EQ(world.troubles.back(), "over");
    EXPECT_EQ(entries_of(world.files).back().times, 10U);
    EXPECT_EQ(first_fault(proof_of(world.files)), "none");
}

TEST(Journal, WritesAtItsEndWhatWaits) {
    MemoryFileSystem files;
    FakeClock clock;
    {
        Journal journal({.files = files, .clock = clock}, place);
        journal.note(refused("192.0.2.1"));
        flush(journal);
        for (int number = 0; number < 7; ++number) journal.note(refused("192.0.2.1"));
    }
    EXPECT_EQ(entries_of(files).back().times, 7U);
}

TEST(Journal, WritesNothingWhereItIsSwitchedOff) {
    MemoryFileSystem files;
    FakeClock clock;
    auto off = place;
    off.enabled = false;
    {
        Journal journal({.files = files, .clock = clock}, off);
        journal.note(refused("192.0.2.1"));
        EXPECT_EQ(journal.state().refusals.at("wrong_secret"), 1U);
    }
    EXPECT_THAT(files.all_paths(), testing::IsEmpty());
}

}  // namespace
}  // namespace openclaw::access
