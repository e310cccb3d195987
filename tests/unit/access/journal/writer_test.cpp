#include "access/journal/writer.h"

#include <gmock/gmock.h>

#include "journal_world.h"

namespace openclaw::access {
namespace {

using namespace access::test;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

TEST(JournalWriter, KeepsLogKeyAndCheckpointsForTheOwnerAlone) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 1);
    for (const auto& path : {first_file, place.key, place.checkpoints})
        EXPECT_EQ(files.info(path)->mode, 0600U) << path;
    EXPECT_EQ(files.info(place.folder)->mode, 0700U);
}

TEST(JournalWriter, GoesOnWhereAnotherProcessStopped) {
    MemoryFileSystem files;
    JournalWriter gateway(files, place), command(files, place);
    write_lines(gateway, 2);
    write_lines(command, 1);
    write_lines(gateway, 1);
    write_lines(command, 1);
    const auto proof = proof_of(files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_EQ(proof.lines, 6U);
    EXPECT_EQ(proof.files, 1U);
}

TEST(JournalWriter, MendsATornLineAndSaysSo) {
    MemoryFileSystem files;
    {
        JournalWriter writer(files, place);
        write_lines(writer, 2);
    }
    files.put(first_file, *files.text_of(first_file) + R"({"n":4,"at":17)");
    JournalWriter writer(files, place);
    write_lines(writer, 1);
    const auto proof = proof_of(files);
    EXPECT_EQ(first_fault(proof), "none");
    const auto entries = entries_of(files);
    ASSERT_THAT(entries, SizeIs(5));
    EXPECT_EQ(entries[3].event, "mended");
    EXPECT_EQ(entries[3].reason, "14 bytes of a line that was never whole");
}

TEST(JournalWriter, ShowsThatItsEndWasCutOffWhileItRuns) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 4);
    auto lines = lines_of(files, first_file);
    lines.resize(2);
    put_lines(files, first_file, lines);
    ASSERT_TRUE(files.remove(place.checkpoints));
    write_lines(writer, 1);
    EXPECT_EQ(first_fault(proof_of(files)),
              "audit-000002.jsonl:1 comes where lines 3 to 5 were to come, which are missing");
}

TEST(JournalWriter, ShowsThatItsEndWasCutOffWhileNobodyRan) {
    MemoryFileSystem files;
    {
        JournalWriter writer(files, place);
        write_lines(writer, 4);
    }
    auto lines = lines_of(files, first_file);
    lines.resize(2);
    put_lines(files, first_file, lines);
    JournalWriter writer(files, place);
    write_lines(writer, 3);
    const auto proof = proof_of(files);
    EXPECT_EQ(first_fault(proof),
              "audit-000002.jsonl:1 comes where lines 3 to 5 were to come, which are missing");
    EXPECT_THAT(proof.faults, SizeIs(1));  // what follows is proven again
}

TEST(JournalWriter, BeginsANewFileBySizeAndByAge) {
    MemoryFileSystem files;
    auto where = place;
    where.file_bytes_max = 2000;
    JournalWriter writer(files, where);
    write_lines(writer, 50);
    EXPECT_GT(journal_files(files, where.folder)->size(), 3U);
    const auto before = journal_files(files, where.folder)->size();
    write_lines(writer, 1, noon + where.file_age_max);
    EXPECT_EQ(journal_files(files, where.folder)->size(), before + 1);
    EXPECT_EQ(first_fault(proof_of(files, where)), "none");
}

TEST(JournalWriter, LetsGoOfOldFilesAndTheLogSaysWhich) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 2, noon);
    write_lines(writer, 2, noon + std::chrono::days(50));
    EXPECT_THAT(*journal_files(files, place.folder), SizeIs(2));
    write_lines(writer, 2, noon + std::chrono::days(141));
    EXPECT_THAT(*journal_files(files, place.folder), SizeIs(2));  // what ended just now stays
    EXPECT_FALSE(files.text_of(first_file));
    const auto proof = proof_of(files);
    EXPECT_EQ(first_fault(proof), "none");
    EXPECT_THAT(proof.remarks, Contains("lines 1 to 3 were let go, as the settings say"));
}

TEST(JournalWriter, KeepsNoMoreThanItMay) {
    MemoryFileSystem files;
    auto where = place;
    where.file_bytes_max = 2000;
    where.bytes_max = 10'000;
    JournalWriter writer(files, where);
    write_lines(writer, 500);
    std::uint64_t bytes = 0;
    for (const auto& file : *journal_files(files, where.folder)) bytes += files.info(file.path)->size;
    EXPECT_LT(bytes, where.bytes_max + 2 * where.file_bytes_max);
    EXPECT_EQ(first_fault(proof_of(files, where)), "none");
}

// Whatever the disk refuses, and wherever it stops: what was said to be written stands and is proven, and the
// next line goes on.
TEST(JournalWriter, LosesNothingThatWasWrittenWhicheverOperationFails) {
    for (int operation = 1;; ++operation) {
        MemoryFileSystem files;
        FaultyFileSystem disk(files);
        JournalWriter writer(disk, place);
        write_lines(writer, 2);
        disk.fail_at(disk.operations() + operation, Error{Code::no_space, "the disk is full", {}});
        const bool written = writer.append({line("in need")}, noon).has_value();
        const bool met = !disk.last_operation().empty();
        disk.stop_failing();
        const bool found = files.text_of(first_file)->contains("in need");
        ASSERT_TRUE(!written || found) << operation;
        write_lines(writer, 1);
        const auto proof = proof_of(files);
        ASSERT_EQ(first_fault(proof), "none") << operation << " " << disk.last_operation();
        ASSERT_EQ(proof.last->what, "request 1") << operation;
        if (!met) return;
    }
}

TEST(JournalWriter, GoesOnAfterACrashAtAnyOperation) {
    for (int operation = 1;; ++operation) {
        MemoryFileSystem files;
        bool met = false;
        {
            FaultyFileSystem disk(files);
            JournalWriter writer(disk, place);
            write_lines(writer, 2);
            disk.crash_at(disk.operations() + operation);
            [[maybe_unused]] const auto written = writer.append({line("in need")}, noon);
            met = !disk.last_operation().empty();
        }
        JournalWriter next(files, place);
        write_lines(next, 1);
        const auto proof = proof_of(files);
        ASSERT_EQ(first_fault(proof), "none") << operation;
        if (!met) return;
    }
}

TEST(JournalWriter, SaysWhatIsWrongWithItsCheckpointsAndGoesOn) {
    MemoryFileSystem files;
    auto where = place;
    where.checkpoints = "/elsewhere/checkpoints";
    files.put("/elsewhere", "a file");
    JournalWriter writer(files, where);
    const auto written = writer.append({line("a")}, noon);
    ASSERT_TRUE(written);
    EXPECT_TRUE(written->checkpoint_problem);
    EXPECT_EQ(written->number, 2U);
}

TEST(Checkpoints, GrowNoFurtherThanTheirBound) {
    MemoryFileSystem files;
    JournalWriter writer(files, place);
    write_lines(writer, 1);
    const auto key = ChainKey::load(files, place.key);
    const auto one = *files.text_of(place.checkpoints);
    std::string many;
    while (many.size() <= checkpoint_file_bytes_max) many += one;
    files.put(place.checkpoints, many);
    write_lines(writer, 1);
    const auto text = *files.text_of(place.checkpoints);
    EXPECT_LT(text.size(), many.size() * 6 / 10);
    EXPECT_EQ(last_checkpoint(text, *key)->number, 3U);
}

}  // namespace
}  // namespace openclaw::access
