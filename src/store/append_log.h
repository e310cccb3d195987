#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "store/replace_file.h"

namespace openclaw::store {

enum class Durability {
    buffered,  // the kernel has it: survives our end, not the machine's
    synced,    // on the disk when the call returns
};

// A file of lines that only grows, shared by several processes: transcripts, journals. A line is whole or
// not there: one that a crash tore is left alone by readers and closed off by the next append, which never
// takes away a byte that was there before.
class AppendLog {
public:
    struct Options {
        std::uint64_t bytes_max = 256u << 20;  // of the file
        std::size_t line_bytes_max = 8u << 20;
        Milliseconds lock_wait = std::chrono::seconds(10);
        Durability durability = Durability::synced;
    };

    AppendLog(FileSystem& files, Path path, Options options);
    AppendLog(FileSystem& files, Path path) : AppendLog(files, std::move(path), Options{}) {}

    // Adds the lines, all of them or none; `if_new` goes first when the file is missing or empty. A line
    // holds no line break. `too_large` beyond a bound. A failed write is taken back.
    Result<void> append(std::span<const std::string> lines, std::span<const std::string> if_new = {});

    struct Tail {
        std::vector<std::string> lines;  // whole ones, oldest first; empty ones left out
        bool from_start = true;          // false: older lines were left out
        bool torn = false;               // the last line has no end; it is not among `lines`
    };
    // The last lines that fit in `bytes_max`. A missing file has none. Takes no lock.
    Result<Tail> read_tail(std::size_t bytes_max) const;
    // The first line, if it is whole and not longer than `bytes_max`.
    Result<std::optional<std::string>> read_first(std::size_t bytes_max) const;

    const Path& path() const { return path_; }

private:
    Result<std::string> block_for(std::span<const std::string> lines, std::span<const std::string> if_new,
                                  std::uint64_t size) const;
    Result<void> write_block(const std::string& block, bool created, const Path& target);

    FileSystem& files_;
    Path path_;
    Options options_;
};

}  // namespace openclaw::store
