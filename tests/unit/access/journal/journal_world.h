#pragma once

#include <future>

#include "access/journal/journal.h"
#include "access/journal/verify.h"
#include "base/text.h"
#include "support/fake_clock.h"
#include "support/faulty_file_system.h"

namespace openclaw::access::test {

using openclaw::test::FakeClock;
using openclaw::test::FaultyFileSystem;
using openclaw::test::MemoryFileSystem;
using openclaw::test::noon;
using platform::Path;

inline const JournalPlace place{.folder = "/state/logs/audit",
                                .key = "/state/credentials/audit-key",
                                .checkpoints = "/state/credentials/audit-checkpoints.jsonl"};
inline const Path first_file = place.folder / "audit-000001.jsonl";

inline Entry line(std::string what) {
    return {
        .at = noon, .event = "admitted", .transport = "http", .principal = "token", .what = std::move(what)};
}

// Appends each by itself, as passes of a gateway do.
inline void write_lines(JournalWriter& writer, int count, TimePoint now = noon) {
    for (int number = 1; number <= count; ++number) {
        auto entry = line("request " + std::to_string(number));
        entry.at = now;
        [[maybe_unused]] const auto written = writer.append({std::move(entry)}, now);
    }
}

inline std::vector<std::string> lines_of(MemoryFileSystem& files, const Path& path) {
    std::vector<std::string> lines;
    const auto text = files.text_of(path).value_or("");
    for (const auto each : split(text, '\n'))
        if (!each.empty()) lines.emplace_back(each);
    return lines;
}

inline void put_lines(MemoryFileSystem& files, const Path& path, const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& each : lines) text += each + "\n";
    files.put(path, text);
}

inline JournalProof proof_of(platform::FileSystem& files, const JournalPlace& where = place,
                             const std::optional<std::string>& kept_elsewhere = {}) {
    auto proof = verify_journal(files, where, kept_elsewhere);
    if (proof) return std::move(*proof);
    JournalProof none;
    none.faults.push_back({"", 0, 0, proof.error().message});
    return none;
}

inline std::string first_fault(const JournalProof& proof) {
    if (proof.faults.empty()) return "none";
    const auto& fault = proof.faults.front();
    return fmt::format("{}:{} {}", fault.file, fault.line, fault.what);
}

inline void flush(Journal& journal) {
    std::promise<void> done;
    journal.flush([&] { done.set_value(); });
    done.get_future().wait();
}

inline std::vector<Entry> entries_of(MemoryFileSystem& files, const Path& path = first_file) {
    std::vector<Entry> entries;
    for (const auto& each : lines_of(files, path))
        if (auto entry = parse_entry(each)) entries.push_back(std::move(*entry));
    return entries;
}

}  // namespace openclaw::access::test
