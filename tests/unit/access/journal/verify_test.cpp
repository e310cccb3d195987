#include "access/journal/verify.h"

#include <gmock/gmock.h>

#include "journal_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct Written {
    Written() {
        JournalWriter writer(files, place);
        write_lines(writer, 5);
    }
    MemoryFileSystem files;
};

// Three files of some lines each.
struct Rotated {
    Rotated() {
        where.file_bytes_max = 1000;
        JournalWriter writer(files, where);
        while (!files.text_of(file(3))) write_lines(writer, 1);
        write_lines(writer, 2);
    }
    Path file(int number) const {
        return where.folder / journal_file_name(static_cast<std::uint64_t>(number));
    }
    JournalPlace where = place;
    MemoryFileSystem files;
};

TEST(VerifyJournal, ProvesWhatWasWrittenAndSaysWhatItCannot) {
    Written log;
    const auto proof = proof_of(log.files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_EQ(proof.lines, 6U);  // one that begins the file
    EXPECT_EQ(proof.first->event, "begins");
    EXPECT_EQ(proof.last->what, "request 5");
    EXPECT_EQ(proof.checkpoint->number, 6U);
    EXPECT_THAT(proof.beyond, Contains(HasSubstr("kept elsewhere")));
}

TEST(VerifyJournal, FindsAnyChangedByteInTheLineThatHoldsIt) {
    Written log;
    const auto text = *log.files.text_of(first_file);
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\n') {
            ++line;
            continue;
        }
        auto changed = text;
        changed[at] = changed[at] == '1' ? '2' : '1';
        log.files.put(first_file, changed);
        const auto proof = proof_of(log.files);
        ASSERT_FALSE(proof.sound()) << at;
        ASSERT_EQ(proof.faults.front().line, line) << at << first_fault(proof);
    }
}

TEST(VerifyJournal, FindsARemovedLine) {
    Written log;
    auto lines = lines_of(log.files, first_file);
    lines.erase(lines.begin() + 2);
    put_lines(log.files, first_file, lines);
    EXPECT_EQ(first_fault(proof_of(log.files)),
              "audit-000001.jsonl:3 comes where line 3 was to come, which is missing");
    lines.erase(lines.begin());
    put_lines(log.files, first_file, lines);
    EXPECT_EQ(first_fault(proof_of(log.files)), "audit-000001.jsonl:1 is no beginning of a file");
}

TEST(VerifyJournal, FindsSwappedAndRepeatedLines) {
    Written log;
    const auto lines = lines_of(log.files, first_file);
    auto swapped = lines;
    std::swap(swapped[2], swapped[3]);
    put_lines(log.files, first_file, swapped);
    EXPECT_THAT(first_fault(proof_of(log.files)), HasSubstr(":3 comes where line 3 was to come"));
    auto repeated = lines;
    repeated.insert(repeated.begin() + 3, lines[2]);
    put_lines(log.files, first_file, repeated);
    EXPECT_THAT(first_fault(proof_of(log.files)), HasSubstr(":4 stands here again"));
}

TEST(VerifyJournal, FindsALineOfSomebodyWithoutTheKey) {
    Written log;
    auto lines = lines_of(log.files, first_file);
    auto forged = *parse_entry(lines[5]);
    forged.number = 7;
    forged.what = "forged";
    lines.push_back(chained(body_of(forged), Tag{}));
    put_lines(log.files, first_file, lines);
    EXPECT_EQ(first_fault(proof_of(log.files)), "audit-000001.jsonl:7 is not what was written");
}

TEST(VerifyJournal, FindsACutTailByTheCheckpoint) {
    Written log;
    auto lines = lines_of(log.files, first_file);
    lines.resize(4);
    put_lines(log.files, first_file, lines);
    EXPECT_THAT(first_fault(proof_of(log.files)),
                HasSubstr("lines 5 to 6 are missing at the end: the checkpoint of 2026-01-30T12:00:00.000Z"));
}

TEST(VerifyJournal, SaysThatATailCutWithItsCheckpointsIsBeyondIt) {
    Written log;
    const auto kept_elsewhere = *log.files.text_of(place.checkpoints);
    auto lines = lines_of(log.files, first_file);
    auto checkpoints = lines_of(log.files, place.checkpoints);
    lines.resize(4);
    checkpoints.resize(3);  // the first knows of two lines
    put_lines(log.files, first_file, lines);
    put_lines(log.files, place.checkpoints, checkpoints);
    const auto proof = proof_of(log.files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_THAT(proof.beyond, Contains(HasSubstr("together with its checkpoints")));
    EXPECT_THAT(first_fault(proof_of(log.files, place, kept_elsewhere)), HasSubstr("missing at the end"));
}

TEST(VerifyJournal, SaysWhatAnOldCheckpointLeavesOpen) {
    Written log;
    auto checkpoints = lines_of(log.files, place.checkpoints);
    checkpoints.resize(1);
    put_lines(log.files, place.checkpoints, checkpoints);
    EXPECT_THAT(proof_of(log.files).beyond, Contains(HasSubstr("behind line 6 were cut off")));
    put_lines(log.files, place.checkpoints, {});
    EXPECT_THAT(proof_of(log.files).beyond, Contains(HasSubstr("there is no checkpoint")));
}

TEST(VerifyJournal, BelievesNoCheckpointThatItsKeyHasNotSigned) {
    Written log;
    auto checkpoints = lines_of(log.files, place.checkpoints);
    checkpoints.resize(1);
    checkpoints.front() = replaced(checkpoints.front(), "\"n\":2", "\"n\":9");
    put_lines(log.files, place.checkpoints, checkpoints);
    const auto proof = proof_of(log.files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_THAT(proof.beyond, Contains(HasSubstr("1 checkpoint isn't signed")));
}

TEST(VerifyJournal, FindsALogThatWasWrittenAnewBehindACheckpoint) {
    Written log;
    const auto kept_elsewhere = *log.files.text_of(place.checkpoints);
    log.files.put(place.checkpoints, "");
    ASSERT_TRUE(log.files.remove(first_file));
    JournalWriter writer(log.files, place);
    for (int number = 1; number <= 9; ++number) [[maybe_unused]]
        const auto written = writer.append({line("another story")}, noon);
    EXPECT_EQ(first_fault(proof_of(log.files)), "none");
    EXPECT_EQ(first_fault(proof_of(log.files, place, kept_elsewhere)),
              "audit-000001.jsonl:2 is another line than the one that a checkpoint has signed");
}

TEST(VerifyJournal, GoesOverRotation) {
    Rotated log;
    const auto proof = proof_of(log.files, log.where);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_EQ(proof.files, 3U);
    EXPECT_EQ(proof.last->number, proof.lines);
}

TEST(VerifyJournal, FindsSwappedRemovedAndEmptiedFiles) {
    {
        Rotated log;
        const auto second = *log.files.text_of(log.file(2));
        log.files.put(log.file(2), *log.files.text_of(log.file(1)));
        EXPECT_EQ(first_fault(proof_of(log.files, log.where)),
                  "audit-000002.jsonl:1 says that its file is audit-000001.jsonl");
        log.files.put(log.file(1), second);
        EXPECT_EQ(first_fault(proof_of(log.files, log.where)),
                  "audit-000001.jsonl:1 says that its file is audit-000002.jsonl");
    }
    {
        Rotated log;
        ASSERT_TRUE(log.files.remove(log.file(2)));
        EXPECT_EQ(first_fault(proof_of(log.files, log.where)),
                  "audit-000003.jsonl:0 audit-000002.jsonl is missing before it");
    }
    {
        Rotated log;
        ASSERT_TRUE(log.files.remove(log.file(1)));
        EXPECT_THAT(first_fault(proof_of(log.files, log.where)),
                    HasSubstr("no line says that they were let go"));
    }
    {
        Rotated log;
        log.files.put(log.file(2), "");
        EXPECT_EQ(first_fault(proof_of(log.files, log.where)), "audit-000002.jsonl:0 is empty");
    }
    {
        Rotated log;
        ASSERT_TRUE(log.files.remove(log.file(3)));
        EXPECT_THAT(first_fault(proof_of(log.files, log.where)), HasSubstr("missing at the end"));
    }
}

TEST(VerifyJournal, FindsThatAllOfTheLogIsGone) {
    Written log;
    ASSERT_TRUE(log.files.remove(first_file));
    EXPECT_THAT(first_fault(proof_of(log.files)), HasSubstr("lines 1 to 6 are missing at the end"));
    ASSERT_TRUE(log.files.remove(place.checkpoints));
    EXPECT_EQ(verify_journal(log.files, place, {}).error().code, Code::not_found);
}

TEST(VerifyJournal, ProvesNothingWithoutTheKeyAndSaysWhatAnotherKeyHasWritten) {
    Written log;
    const auto key = *log.files.text_of(place.key);
    ASSERT_TRUE(log.files.remove(place.key));
    EXPECT_EQ(verify_journal(log.files, place, {}).error().code, Code::denied);
    JournalWriter writer(log.files, place);
    write_lines(writer, 1);
    const auto proof = proof_of(log.files);
    EXPECT_THAT(first_fault(proof),
                HasSubstr("audit-000001.jsonl:1 says that this file is chained with another key"));
    EXPECT_THAT(proof.faults, SizeIs(1));  // what follows is proven
    EXPECT_EQ(proof.last->number, 8U);     // the numbers go on
    log.files.put(place.key, key, 0640);
    EXPECT_EQ(verify_journal(log.files, place, {}).error().code, Code::denied);
    log.files.put(place.key, "00");
    EXPECT_EQ(verify_journal(log.files, place, {}).error().code, Code::corrupt);
}

TEST(VerifyJournal, TellsAClockThatWasSetBackFromAFault) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 1, noon);
    write_lines(writer, 1, noon - std::chrono::hours(3));
    const auto proof = proof_of(files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_THAT(proof.remarks, Contains("the clock was set back by 3 h before line 3"));
}

TEST(VerifyJournal, TakesALineThatIsBeingWrittenForNoFault) {
    Written log;
    log.files.put(first_file, *log.files.text_of(first_file) + "{\"n\":7,");
    const auto proof = proof_of(log.files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_THAT(proof.remarks, Contains(HasSubstr("ends within a line (7 bytes)")));
}

TEST(VerifyJournal, NamesTheFirstFaultsAndCountsTheOthers) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 60);
    auto lines = lines_of(files, first_file);
    for (auto& each : lines) each = replaced(each, "request", "reQuest");
    put_lines(files, first_file, lines);
    const auto proof = proof_of(files);
    EXPECT_THAT(proof.faults, SizeIs(JournalProof::faults_max));
    EXPECT_EQ(proof.faults_left_out, 60 - JournalProof::faults_max);
}

}  // namespace
}  // namespace openclaw::access
